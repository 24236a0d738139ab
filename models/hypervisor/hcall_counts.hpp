#pragma once
#include <cstdint>
#include <map>
#include <vector>

#include "models/hypervisor/hcall.hpp"

namespace lparsim::hypervisor {

/// How often a call has been made since the simulation began.
struct HcallCount {
  Hcall call{};
  std::uint64_t calls = 0;
  std::uint64_t refused = 0;  ///< with a return code below 0
};

/// Counts the calls of a partition. Costs an array's increment where the number is one of LoPAR's, which go in steps of four.
class HcallCounts {
 public:
  void count(Hcall call, HcallStatus status) {
    const auto token = static_cast<std::uint64_t>(call);
    const std::uint64_t slot = token / 4;
    const bool refused = static_cast<std::int64_t>(status) < 0;
    if (token % 4 != 0 || slot >= kSlots) [[unlikely]]
      return add(others_[token], refused);
    if (slot >= slots_.size()) [[unlikely]]
      slots_.resize(slot + 1);
    add(slots_[slot], refused);
  }
  /// Those that were made, in the order of their tokens.
  std::vector<HcallCount> all() const {
    std::vector<HcallCount> made;
    for (std::size_t slot = 0; slot < slots_.size(); ++slot)
      if (slots_[slot].calls != 0) made.push_back({static_cast<Hcall>(slot * 4), slots_[slot].calls, slots_[slot].refused});
    auto place = made.begin();
    for (const auto& [token, tally] : others_) {
      while (place != made.end() && static_cast<std::uint64_t>(place->call) < token) ++place;
      place = made.insert(place, {static_cast<Hcall>(token), tally.calls, tally.refused});
    }
    return made;
  }

 private:
  /// Beyond LoPAR's table; memory is taken up to the greatest number that was used.
  static constexpr std::uint64_t kSlots = 0x400 / 4;
  struct Tally {
    std::uint64_t calls = 0;
    std::uint64_t refused = 0;
  };
  static void add(Tally& tally, bool refused) {
    ++tally.calls;
    tally.refused += refused ? 1 : 0;
  }

  std::vector<Tally> slots_;
  std::map<std::uint64_t, Tally> others_;
};

}  // namespace lparsim::hypervisor
