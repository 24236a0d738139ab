#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "sim/base/random.hpp"
#include "sim/base/time.hpp"

namespace lparsim::vsp {

/// How a Virtual Service Partition goes wrong.
enum class FaultKind : std::uint8_t {
  crash,      ///< the partition fails
  hang,       ///< takes messages and answers none, without a cycle
  spin,       ///< takes messages and answers none, and burns cycles
  slow,       ///< computes `factor` times as long
  wrong,      ///< replies with another verdict, status or other values
  late,       ///< replies `by` later
  duplicate,  ///< replies twice
  violation,  ///< sends what the interface forbids
  restart,    ///< the partition is shut down and activated again
};
inline constexpr std::size_t kFaultKinds = 9;

enum class Violation : std::uint8_t {
  any,                    ///< each time another one of those below
  unknown_call,           ///< a reply to a call that never was
  stale_epoch,            ///< a reply of the epoch before
  bad_length,             ///< a reply whose length is not that of the message
  non_zero_reserved,      ///< a reply with bits in a reserved field
  message_before_ready,   ///< READY before HELLO, in the next handshake
  init_when_established,  ///< INIT once more
  unoffered_feature,      ///< FEATURES with a bit that WELCOME had not, in the next handshake
  foreign_hook,           ///< REGISTER for a hook that is not its own
};
inline constexpr std::size_t kViolations = 9;

/// The name is that of the enumerator.
std::string_view to_string(FaultKind kind);
std::string_view to_string(Violation violation);
std::optional<FaultKind> fault_kind_of(std::string_view name);
std::optional<Violation> violation_of(std::string_view name);

struct Fault {
  FaultKind kind = FaultKind::crash;
  SimTime from = {};
  SimTime until = SimTime::never();  ///< of crash and restart: with a probability below 1 only
  /// For each call taken in that time. Below 1, crash, hang, spin and restart begin with the call that the lot falls on; 1: at `from`.
  double probability = 1;
  double factor = 10;                ///< slow
  SimTime by = SimTime::from_ms(1);  ///< late
  Violation violation = Violation::any;

  bool holds(SimTime now) const { return from <= now && now < until; }
  bool operator==(const Fault&) const = default;
};

/// The faults of one partition: outlives restarts, with a random stream of its own, so that what they draw changes nothing else.
class FaultPlan {
 public:
  FaultPlan(std::vector<Fault> faults, RandomStream random);

  /// One more, from now on or from its time.
  void inject(const Fault& fault, SimTime now);
  void clear() { entries_.clear(); }
  bool empty() const { return entries_.empty(); }

  /// What crash or restart is due and has not been: each once.
  std::optional<FaultKind> due(SimTime now);
  /// The last fault of this kind that is in force whatever the calls, or none.
  const Fault* always(FaultKind kind, SimTime now) const;
  /// A call has come: the lot of each fault of this kind in force. The last of those that it falls on, or none.
  const Fault* strikes(FaultKind kind, SimTime now);
  /// The next time at which a fault begins or ends; never() if none does.
  SimTime next_change(SimTime now) const;
  /// Of the plan's own stream.
  std::uint64_t bits() { return random_.bits(); }

 private:
  struct Entry {
    Fault fault;
    bool over = false;  ///< of crash and restart
  };
  std::vector<Entry> entries_;
  RandomStream random_;
};

}  // namespace lparsim::vsp
