#pragma once
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "models/hypervisor/hypervisor.hpp"
#include "models/hypervisor/vsp_port.hpp"
#include "sim/kernel/calendar.hpp"
#include "sim/scenario/document.hpp"
#include "sim/trace/recorder.hpp"
#include "vsp/behaviour/declared.hpp"
#include "vsp/behaviour/service_program.hpp"

namespace lparsim::scenario {

/// A Virtual Service Partition of the platform: its end of the channel, the program that runs its behaviour, and what becomes of it when it
/// crashes or restarts. Made when the hypervisor knows the partition, whose services are enabled.
class ServicePartition final : private vsp::ServiceListener, private kernel::Alarm {
 public:
  /// All outlive it. Of a scenario without errors.
  ServicePartition(const ScenarioConfig& scenario, std::size_t server, std::size_t partition, hypervisor::Hypervisor& hypervisor,
                   kernel::Calendar& calendar, trace::Recorder& recorder);

  vsp::ServiceProgram& program() { return *program_; }
  void bind(hypervisor::HypercallPort& port) { port_.bind(port); }

  // What the operator does, at the present instant.
  void inject(const VspFaultConfig& fault, SimTime now);
  void suspend(bool suspended, SimTime now);
  void migrate(SimTime blackout, SimTime now);
  /// Started, where it is shutting down once that has ended at once; shut down after notice; crashed. False: it was so already.
  bool start(SimTime now);
  bool shut_down(SimTime now);
  bool fail();

 private:
  /// After a crash or restart that begins then, how long it is away; absent: for ever.
  struct Away {
    vsp::FaultKind kind{};
    SimTime from;
    std::optional<SimTime> length;
  };
  void note(const vsp::Fault& fault, std::optional<SimTime> length);
  std::optional<SimTime> away(vsp::FaultKind kind, SimTime now) const;
  bool shutting_down(SimTime now) const { return hypervisor_.exchange().status(id_, now).shutting_down; }

  void logged(std::string_view text, SimTime now) override;
  void struck(vsp::FaultKind kind, SimTime now) override;
  void rings(std::uint64_t argument, SimTime now) override;

  const PartitionConfig& config_;
  PartitionId id_;
  hypervisor::Hypervisor& hypervisor_;
  kernel::Calendar& calendar_;
  trace::Recorder& recorder_;
  hypervisor::VspPort port_;
  std::unique_ptr<vsp::ServiceProgram> program_;
  std::vector<Away> away_;
  std::uint64_t operations_ = 0;  ///< by the operator: nothing else starts it by itself any more
};

}  // namespace lparsim::scenario
