#pragma once
#include <string>
#include <string_view>

namespace lparsim::trace {

// Names of spans and counters that are written by one part of the simulator and understood by another: `lparsim explain-wait` joins them
// with the dispatches.

/// On a virtual processor's track, by the hypervisor: waits that ended on no core, since the run ended or the virtual processor was taken
/// away. Without entitlement and not chosen for excess (wait interval 2); entitled, but without a core (wait interval 3).
inline constexpr std::string_view kWaitedForEntitlement = "waited for entitlement in vain";
inline constexpr std::string_view kWaitedForCore = "waited for a core in vain";

/// On a virtual processor's track, by the guest: the operating system does not use it.
inline constexpr std::string_view kFolded = "folded";
/// On a virtual processor's track, by the guest: a thread spins on a lock, whose name follows; value: virtual processor of the holder.
inline constexpr std::string_view kSpin = "spin ";
inline std::string spin_name(std::string_view lock) {
  return std::string{kSpin}.append(lock);
}
/// On a partition's track, by the guest: a runnable thread waits for a logical processor; value: virtual processor where it ran next.
inline constexpr std::string_view kThreadWaits = "thread waits";

// Counters on a partition's track: what the operator changed, from when on. What it was before is in table `partition`.
inline constexpr std::string_view kEntitlement = "entitlement";  ///< PU
inline constexpr std::string_view kWeight = "weight";
inline constexpr std::string_view kCapped = "capped";  ///< 1 or 0
inline constexpr std::string_view kOnline = "virtual processors";

}  // namespace lparsim::trace
