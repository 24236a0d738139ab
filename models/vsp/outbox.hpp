#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "models/vsp/port.hpp"

namespace lparsim::vsp {

/// Messages on their way to a partition, in order. A message can be taken back while it has not been received.
class Outbox {
 public:
  enum class Kind : std::uint8_t {
    answer,  ///< to something that it sent
    news,    ///< about a call or an issue that it has, or of what is ahead
    call,    ///< of a filter or provider
    copy,    ///< for an observer
    gone,    ///< taken back
  };
  struct Entry {
    Message message;
    Kind kind = Kind::gone;
    std::uint32_t leg = 0;  ///< of a call
    bool doorbell = false;  ///< there was nothing before it
    bool charged = false;   ///< a copy whose caller paid for it
  };

  /// Its position, for take_back().
  std::uint64_t push(std::span<const std::uint8_t> message, Kind kind, std::uint32_t leg = 0);
  Entry& newest() { return at(tail_ - 1); }
  void take_back(std::uint64_t position);
  /// Nearly all of it is messages that were taken back, and it would have to grow for the next one.
  bool crowded() const { return tail_ - head_ == ring_.size() && live_ * 2 < ring_.size(); }
  /// Closes the gaps; `moved` is given each call's leg and its new position.
  template <class F>
  void close_gaps(F moved) {
    std::uint64_t to = head_;
    for (std::uint64_t from = head_; from != tail_; ++from) {
      if (at(from).kind == Kind::gone) continue;
      if (to != from) at(to) = at(from);
      if (at(to).kind == Kind::call) moved(at(to).leg, to);
      ++to;
    }
    tail_ = to;
  }
  /// Moves the next message's beginning out; what is returned stays until the next push.
  const Entry* pop();

  bool empty() const { return live_ == 0; }
  std::size_t copies() const { return copies_; }
  std::size_t answers() const { return answers_; }
  /// Forgets everything; `lost` is given the copies, which nobody else knows of.
  template <class F>
  void clear(F lost) {
    for (; head_ != tail_; ++head_)
      if (const Entry& entry = at(head_); entry.kind == Kind::copy) lost(entry);
    live_ = copies_ = answers_ = 0;
  }

 private:
  Entry& at(std::uint64_t position) { return ring_[position & (ring_.size() - 1)]; }
  void count(Kind kind, std::size_t by);
  void grow();

  std::vector<Entry> ring_;  ///< its size is a power of two
  std::uint64_t head_ = 0, tail_ = 0;
  std::size_t live_ = 0, copies_ = 0, answers_ = 0;
};

}  // namespace lparsim::vsp
