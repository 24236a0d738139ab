#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "models/system/program.hpp"
#include "models/vsp/port.hpp"
#include "sim/base/random.hpp"
#include "sim/base/time.hpp"
#include "vsp/behaviour/behaviour.hpp"
#include "vsp/behaviour/fault_plan.hpp"

namespace lparsim::vsp {

struct ServiceProgramConfig {
  std::string name;
  std::uint32_t threads = 1;   ///< of the kernel; as many messages are worked on at once
  std::uint32_t backlog = 64;  ///< messages taken from the channel and not begun; the others stay on the channel
  std::vector<Fault> faults = {};
};

struct ServiceCounts {
  std::uint64_t messages = 0;  ///< taken from the channel
  std::uint64_t served = 0;    ///< on a caller's time
  std::uint64_t sent = 0;
  std::uint64_t timers = 0;  ///< expired
  std::uint64_t starts = 0;
  SimTime computed;  ///< that the behaviour asked for and threads have begun
};

/// Told by a program about itself.
class ServiceListener {
 public:
  virtual ~ServiceListener() = default;
  virtual void logged(std::string_view text, SimTime now) = 0;
  /// The partition crashes, or restarts: for the platform to carry out, at this instant but from the calendar, not from within this.
  virtual void struck(FaultKind kind, SimTime now) = 0;
};

/// The operating system's part of a Virtual Service Partition: runs a behaviour on kernel threads, in its partition's dispatched time.
///
/// The channel's interrupt handler takes messages; each goes to a thread, which calls the behaviour and then does what that asked for, in
/// order: computes, sends, sets timers. Copies from and to grants take place when the behaviour asks for them, as of the beginning of its
/// function; their time is spent in their turn. A behaviour's function is never entered while another runs, but while a thread computes for
/// one message others may take the next. Each activation begins with a fresh behaviour (docs/vsp/behaviours.md).
class ServiceProgram final : public system::Program, public OnCallersTime {
 public:
  /// `port` and `listener` outlive it; each stream is its own.
  ServiceProgram(const ServiceProgramConfig& config, Port& port, BehaviourFactory factory, ServiceListener& listener, RandomStream random,
                 RandomStream fault_random);
  ~ServiceProgram() override;

  /// Takes effect when a thread is next on a processor.
  void inject(const Fault& fault, SimTime now);
  void clear_faults(SimTime now);

  const ServiceCounts& counts() const;

  void attach(system::Host& host) override;
  void activated(SimTime now) override;
  void deactivated(SimTime now) override;
  system::Activity next_activity(std::uint32_t thread_tag, SimTime now) override;
  void timer_expired(std::uint32_t timer_tag, SimTime now) override;
  void interrupted(std::uint32_t source, SimTime now) override;

  /// All that the behaviour asks for is done at once; what it computed, and its channel's calls, are the caller's.
  SimTime serve(std::span<const std::uint8_t> message, SimTime now) override;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace lparsim::vsp
