#pragma once
#include <cstdint>
#include <map>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "sim/base/time.hpp"

namespace lparsim::vsp::kit {

/// A rule that a partition has broken.
struct Breach {
  int check = 0;  ///< whose rule it is: 9 for VSP-09-...
  SimTime at;
  std::string text;  ///< a sentence
};

/// Follows what one partition sends, knowing only what it had received by then, and notes each rule of docs/vsp/interface.md that it
/// breaks.
class Monitor {
 public:
  void started(SimTime now);
  void sent(std::span<const std::uint8_t> message, SimTime now);
  void received(std::span<const std::uint8_t> message, SimTime now);
  void copied(std::uint64_t grant, std::uint32_t offset, std::uint32_t length, bool write, std::int32_t status, SimTime now);

  const std::vector<Breach>& breaches() const { return breaches_; }
  std::uint64_t messages_sent() const { return sent_; }
  std::uint64_t features() const { return features_; }  ///< agreed

 private:
  enum class Phase : std::uint8_t { closed, initialized, greeted, welcomed, asked, negotiated, ready, quiescing, quiesced, refused };
  struct Taken {
    std::uint16_t role = 0;
    bool deferred = false;
    bool over = false;  ///< answered, or the platform has said that it is
    std::uint64_t grants[2] = {};
  };
  struct Reach {
    std::uint64_t call = 0;
    std::vector<bool> read;
  };

  void breach(int check, SimTime now, std::string text);
  bool well_formed(std::span<const std::uint8_t> message, SimTime now);
  bool in_place(std::uint16_t type, SimTime now);
  void replied(std::span<const std::uint8_t> message, SimTime now);
  void called(std::span<const std::uint8_t> message);
  void begin_epoch(std::uint32_t epoch);
  void close();

  Phase phase_ = Phase::closed;
  bool init_sent_ = false, init_received_ = false;
  std::uint32_t epoch_ = 0;
  std::uint64_t welcome_ = 0, features_ = 0;
  std::uint32_t credits_ = 0;
  std::set<std::uint64_t> issues_;
  SimTime shut_until_;  ///< of NOTICE (EJECTED)
  std::map<std::uint64_t, Taken> calls_;
  std::map<std::uint64_t, Reach> grants_;
  std::uint64_t sent_ = 0;
  std::vector<Breach> breaches_;
};

}  // namespace lparsim::vsp::kit
