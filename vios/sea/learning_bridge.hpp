#pragma once
#include <cstdint>
#include <map>
#include <utility>
#include <vector>

#include "models/io/frame.hpp"
#include "sim/base/time.hpp"

namespace lparsim::sea {

/// On which side of the bridge an address was seen.
enum class Side : std::uint8_t { wire, clients };

/// What a learning bridge knows (IEEE 802.1D, "The Filtering Database"): for each VLAN the side on which an address was last seen, as long
/// as it is not older than `aging`.
class LearningBridge {
 public:
  explicit LearningBridge(SimTime aging) : aging_{aging} {}

  void learn(io::MacAddress mac, std::uint16_t vlan, Side side, SimTime now) {
    if (!mac.is_multicast()) addresses_[{vlan, mac}] = {side, now};
  }
  bool is_on(Side side, io::MacAddress mac, std::uint16_t vlan, SimTime now) const {
    const auto found = addresses_.find({vlan, mac});
    return found != addresses_.end() && found->second.side == side && now - found->second.seen <= aging_;
  }
  /// (VLAN, address) of those on the side, in order.
  std::vector<std::pair<std::uint16_t, io::MacAddress>> all_on(Side side, SimTime now) const {
    std::vector<std::pair<std::uint16_t, io::MacAddress>> result;
    for (const auto& [key, entry] : addresses_)
      if (entry.side == side && now - entry.seen <= aging_) result.push_back(key);
    return result;
  }
  void forget_all() { addresses_.clear(); }

 private:
  struct Entry {
    Side side{};
    SimTime seen;
  };
  SimTime aging_;
  std::map<std::pair<std::uint16_t, io::MacAddress>, Entry> addresses_;
};

}  // namespace lparsim::sea
