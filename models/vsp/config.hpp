#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "models/vsp/hooks.hpp"
#include "sim/base/ids.hpp"
#include "sim/base/time.hpp"
#include "sim/base/units.hpp"

namespace lparsim::vsp {

enum class Role : std::uint8_t { observer = 1, filter, provider };

/// What becomes of calls when the partition that should answer cannot.
enum class FaultPolicy : std::uint8_t {
  open,    ///< the native function does them; a filter lets them pass
  closed,  ///< they fail
  freeze,  ///< they wait for it to return, at most `freeze_limit`; then `after_freeze`
};
/// What becomes of the calls that it had been given and not answered.
enum class InFlightPolicy : std::uint8_t {
  abort,    ///< those it has taken fail; those still on its queue are routed again
  reissue,  ///< all are given to it again when it returns (those it cannot take twice only if idempotent), within the freeze limit
  fail,     ///< all of them fail
};
enum class Payer : std::uint8_t { provider, client };

/// What the management console lets a Virtual Service Partition do, and what holds when it fails. One hook, a range of functions, a set of
/// clients; a REGISTER must lie within one of these.
struct HookPermit {
  Hook hook{};
  Role role = Role::observer;
  std::uint32_t function_first = 0;
  std::uint32_t function_last = ~0U;
  std::vector<PartitionId> clients;  ///< empty: all but itself
  std::uint32_t order = 100;         ///< filters: lower ones first
  /// To answer in, counted only while it has a processor; and in any case.
  SimTime deadline = SimTime::from_ms(10);
  SimTime wall_limit = SimTime::from_s(1);
  FaultPolicy when_absent = FaultPolicy::open;  ///< not there (not booted, not registered, ejected, quarantined)
  FaultPolicy when_slow = FaultPolicy::open;    ///< there, and a call is past its deadline or wall limit, or it has no credits left
  SimTime freeze_limit = SimTime::from_s(5);
  FaultPolicy after_freeze = FaultPolicy::closed;  ///< open or closed
  InFlightPolicy in_flight = InFlightPolicy::abort;
  Payer payer = Payer::provider;
};

/// Timeouts in a row, with cycles and without any reply in between, after which a partition is taken to hang.
inline constexpr std::uint32_t kHangsInARow = 4;

/// Assumed, all of it: no such interface exists.
struct VspCosts {
  SimTime look_up = SimTime::from_ns(20);  ///< finding who is registered, of a call that somebody has hooked; the caller's time
  SimTime message =
      SimTime::from_ns(300);             ///< H_VSP_SEND, H_VSP_RECEIVE: a message copied and checked; the VSP's, and a call's the caller's
  SimTime copy = SimTime::from_ns(200);  ///< H_VSP_COPY, beside its bytes
  SimTime copy_page = SimTime::from_ns(300);  ///< each 4 KiB of it
  SimTime switch_over = SimTime::from_us(1);  ///< to and from a service that runs on its caller's time
};

/// A Virtual Service Partition as configured.
struct VspConfig {
  std::string name;
  PartitionId partition{};
  std::vector<HookPermit> permits;
  std::uint32_t most_credits = 64;     ///< what WELCOME grants at most
  std::uint32_t observer_queue = 256;  ///< messages; copies beyond are dropped and counted
  std::uint32_t most_message = 512;
  Bytes grant_cap{16 << 20};                  ///< of all grants at once; calls beyond wait as without credits
  std::uint32_t ejections_to_quarantine = 3;  ///< as many within `ejection_window`
  SimTime ejection_window = SimTime::from_s(60);
  SimTime backoff = SimTime::from_ms(100);   ///< before it may INIT again after an ejection; doubles each time within the window
  SimTime quarantine = SimTime::from_s(10);  ///< the longest back-off: never for ever
  /// A reply to a call of another epoch, twice, or to none is counted; so many in `ejection_window` eject.
  std::uint32_t most_violations = 16;
  SimTime notice = SimTime::from_ms(100);  ///< before a suspension
};

}  // namespace lparsim::vsp
