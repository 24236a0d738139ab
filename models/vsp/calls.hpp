#pragma once
#include <lparsim/vsp.h>

#include <cstdint>
#include <deque>
#include <vector>

#include "models/vsp/config.hpp"
#include "models/vsp/hooks.hpp"
#include "models/vsp/records.hpp"

namespace lparsim::vsp {

inline constexpr std::uint32_t kNone = ~0U;

/// A filter that let a call pass, or a provider that wants to know how the native function went: told later, if its epoch still holds.
struct Told {
  std::uint32_t vsp = kNone;
  std::uint32_t epoch = 0;
  std::uint64_t call = 0;
};

/// A client's call on its way from one partition to the next.
struct Chain {
  enum class State : std::uint8_t {
    asking,
    native,  ///< decided, and somebody wants to know how the native function ends
  };
  State state = State::asking;
  Call call;  ///< a copy, made when it was made: what the caller changes afterwards is not read
  Caller* caller = nullptr;
  std::uint64_t ticket = 0;
  SimTime cost;      ///< of the caller so far
  SimTime unbilled;  ///< of that, in no call's record yet
  std::uint64_t last_filter = 0;
  std::uint32_t leg = kNone;     ///< the one that it waits for
  std::uint32_t origin = kNone;  ///< the partition on whose behalf it is made, if that is one that serves others
  bool at_provider = false;
  bool in_call = false;  ///< Hooks::call has not returned yet
  bool decided = false;
  Outcome outcome;
  std::vector<Told> passed;
  Told issued;

  void begin() {
    auto kept = std::move(passed);
    kept.clear();
    *this = {};
    passed = std::move(kept);
  }
};

/// A call at one partition.
struct Leg {
  enum class State : std::uint8_t {
    free,
    routing,
    frozen,    ///< for the partition to come (back)
    waiting,   ///< for a credit or for room under the cap on grants
    queued,    ///< CALL sent and not received
    taken,     ///< received
    deferred,  ///< answered by DEFER
    serving,   ///< on its caller's time, now
  };
  State state = State::free;
  std::uint64_t number = 0;
  std::uint32_t vsp = 0;
  std::uint32_t chain = 0;
  std::uint32_t permit = 0;
  const HookPermit* terms = nullptr;
  std::uint32_t registration = 0;
  std::uint32_t epoch = 0;
  std::uint32_t sent = 0;      ///< times
  bool was_taken = false;      ///< in an earlier epoch, too
  bool slow = false;           ///< past its limits, and waits for the answer by policy until `frozen_until`
  std::uint64_t position = 0;  ///< in the outbox, while queued
  SimTime begin;
  SimTime since;  ///< of the wall limit
  SimTime taken = SimTime::never();
  SimTime frozen_until = SimTime::never();
  SimTime unstarved_at_begin;
  SimTime unstarved_at_sending;
  std::uint64_t grants[2] = {};
  std::vector<std::uint8_t> before[2];  ///< what the buffers held before the partition wrote into them; empty: it has not
  SimTime client_cost, vsp_cost;
  std::uint64_t bytes_copied = 0;
  std::uint32_t messages = 0, doorbells = 0;
  bool answered = false;  ///< while serving
  lparsim_vsp_reply reply{};

  bool under_way() const { return state == State::queued || state == State::taken || state == State::deferred; }
};

/// Things in numbered slots that are used again; references hold until release.
template <class T>
class Slots {
 public:
  std::uint32_t take() {
    if (free_.empty()) {
      free_.push_back(static_cast<std::uint32_t>(items_.size()));
      items_.emplace_back();
    }
    const std::uint32_t slot = free_.back();
    free_.pop_back();
    return slot;
  }
  void release(std::uint32_t slot) { free_.push_back(slot); }
  T& operator[](std::uint32_t slot) { return items_[slot]; }
  const T& operator[](std::uint32_t slot) const { return items_[slot]; }
  std::size_t in_use() const { return items_.size() - free_.size(); }

 private:
  std::deque<T> items_;
  std::vector<std::uint32_t> free_;
};

}  // namespace lparsim::vsp
