#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "sim/base/ids.hpp"
#include "sim/base/time.hpp"

namespace lparsim::explain {

/// Why a virtual processor that had work was on no core. The first five: it had no entitlement left; the others: it had.
enum class Cause : std::uint8_t {
  out_of_entitlement,   ///< capped (or of weight 0), and what the window gave it was used
  lost_excess,          ///< the other partition ran on excess instead
  no_excess_left,       ///< nobody ran on excess: the other was on entitled time
  pool_maximum,         ///< its pool may not use more
  dedicated_taken,      ///< no shared core: the owner of dedicated cores ran on them
  core_on_entitlement,  ///< entitled, but the other was on a core on entitled time
  core_on_excess,       ///< entitled, but the other's stay on excess had not ended yet
  core_taken_back,      ///< entitled, but the only cores there are were with their owner
  unknown,              ///< none of these fits
};
inline constexpr std::size_t kCauses = 9;
/// As JSON has it.
inline constexpr std::array<std::string_view, kCauses> kCauseNames = {"out_of_entitlement", "lost_excess",     "no_excess_left",
                                                                      "pool_maximum",       "dedicated_taken", "core_on_entitlement",
                                                                      "core_on_excess",     "core_taken_back", "unknown"};

/// A part of a wait, or of many.
struct Reason {
  Cause cause = Cause::unknown;
  std::optional<PartitionId> other;  ///< who ran meanwhile, where the cause is about somebody; may be the partition that waits
  SimTime time;
};

/// Why a thread that could have run did not get on.
enum class ThreadCause : std::uint8_t {
  all_busy,        ///< every logical processor that its operating system uses ran another thread
  folded,          ///< the same, while some virtual processors were folded, maybe the one where it ran next
  no_core,         ///< the virtual processor where it ran next waited for a core
  asleep,          ///< the virtual processor where it ran next had ceded
  holder_off,      ///< spinning: the holder's virtual processor waited for a core
  holder_asleep,   ///< spinning: the holder's virtual processor had ceded
  holder_running,  ///< spinning: the holder's virtual processor was on a core
  conferred,       ///< spinning: its own virtual processor had given its core to the holder's
  spinner_off,     ///< spinning: its own virtual processor was on no core otherwise
};
inline constexpr std::size_t kThreadCauses = 9;
inline constexpr std::array<std::string_view, kThreadCauses> kThreadCauseNames = {
    "all_busy", "folded", "no_core", "asleep", "holder_off", "holder_asleep", "holder_running", "conferred", "spinner_off"};

}  // namespace lparsim::explain
