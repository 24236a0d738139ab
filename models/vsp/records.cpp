#include "models/vsp/records.hpp"

#include <string>
#include <string_view>

namespace lparsim::vsp {

std::string_view to_string(ChannelState state) {
  constexpr std::array<std::string_view, kChannelStates> kNames{"off",   "closed",    "initialized", "welcomed",   "negotiated",
                                                                "ready", "quiescing", "suspended",   "backing_off"};
  return kNames[static_cast<std::size_t>(state)];
}

std::string_view to_string(CallEnd end) {
  constexpr std::array<std::string_view, kCallEnds> kNames{"passed", "modified", "denied",    "completed", "native",
                                                           "open",   "failed",   "withdrawn", "observed",  "dropped"};
  return kNames[static_cast<std::size_t>(end)];
}

std::string_view to_string(VspEventKind kind) {
  constexpr std::array<std::string_view, 10> kNames{"state",   "registered",  "refused",  "violation",         "timed_out",
                                                    "ejected", "quarantined", "returned", "credits_exhausted", "deadlock"};
  return kNames[static_cast<std::size_t>(kind)];
}

std::string ExchangeObserver::partition_name(PartitionId partition) const {
  return "client " + std::to_string(index(partition));
}

}  // namespace lparsim::vsp
