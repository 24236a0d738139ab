#pragma once
#include <tlm_utils/multi_passthrough_target_socket.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <systemc>
#include <vector>

#include "models/core/cache_refill.hpp"
#include "models/hypervisor/dispatch/entitlement_dispatch.hpp"
#include "models/hypervisor/hcall_counts.hpp"
#include "models/hypervisor/hypercall_port.hpp"
#include "models/hypervisor/monitor.hpp"
#include "models/hypervisor/protocol.hpp"
#include "models/hypervisor/service_partitions.hpp"
#include "models/hypervisor/usage.hpp"
#include "models/hypervisor/virtual_io.hpp"
#include "models/hypervisor/vpa.hpp"
#include "sim/base/sampled_times.hpp"
#include "sim/base/units.hpp"
#include "sim/kernel/agenda.hpp"
#include "sim/trace/recorder.hpp"

namespace lparsim::hypervisor {

struct HypervisorConfig {
  ServerId server{};
  FrameSpec frame;
  /// Lost on a core at every switch-in, at the cost of the virtual processor that is switched in.
  SimTime dispatch_cost;
  /// Least entitlement for each virtual processor, by processor generation.
  ProcessingUnits minimum_per_vp = ProcessingUnits::from_hundredths(5);
  /// What switches cost by way of the caches; absent: they are always warm.
  std::optional<core::CacheRefillConfig> cache_refill{};
  /// What calls of virtual I/O cost their callers.
  VioCosts virtual_io{};
};

/// What a change at run time sets; what is absent stays.
struct PartitionChange {
  std::optional<ProcessingUnits> entitlement;
  std::optional<std::uint32_t> weight;
  std::optional<bool> capped;
  std::optional<std::uint32_t> online;
};

/// The hypervisor of one server: dispatches virtual processors by the rules of EntitlementDispatch (docs/models/dispatcher.md), answers
/// hypervisor calls, keeps the accounts, and watches itself (Monitor).
///
/// What partitions and devices do takes effect at once; what it means for their processors they are told at the same instant, after their
/// own callbacks have returned. What an operator does waits until then, too. At an instant all of that comes first and the ends of slices
/// and windows after it, so that work that ends with its slice is seen to end (docs/decisions/0005).
class Hypervisor final : public sc_core::sc_module,
                         public InterruptController,
                         private DispatchSink,
                         private VirtualInterrupts,
                         private DispatchClock,
                         private Console,
                         private kernel::Wakeup {
 public:
  /// One binding for each partition, in the order in which the partitions are added.
  tlm_utils::multi_passthrough_target_socket<Hypervisor> hcalls;

  /// `recorder` may be null: nothing is traced then.
  Hypervisor(const sc_core::sc_module_name& name, const HypervisorConfig& config, trace::Recorder* recorder);
  ~Hypervisor() override;

  // Configuration, before the simulation starts. Pool 0 exists.
  PoolId add_pool(const PoolSpec& pool);
  PartitionId add_shared(const SharedSpec& partition, Bytes memory, PartitionListener& listener,
                         Bytes cache_footprint = core::kAssumedCacheFootprint);
  PartitionId add_dedicated(const DedicatedSpec& partition, Bytes memory, PartitionListener& listener,
                            Bytes cache_footprint = core::kAssumedCacheFootprint);

  // Virtual Service Partitions, before the simulation starts (hypervisor_services.cpp).
  /// There may be some on this server; once, before add_vsp(). `calendar` and `observer`, which may be null, outlive it.
  vsp::Exchange& enable_services(const vsp::VspCosts& costs, kernel::Calendar& calendar, vsp::ExchangeObserver* observer);
  /// A partition that was added is one. Returns the interrupt source of its channel: VspPort.
  std::uint32_t add_vsp(const vsp::VspConfig& vsp);
  /// After enable_services().
  vsp::Exchange& exchange() { return services_->exchange(); }
  /// For all places of hooks; null: there are no Virtual Service Partitions.
  vsp::Hooks* hooks() const { return hooks_; }
  /// Asks these instead of the exchange.
  void set_hooks(vsp::Hooks& hooks);
  /// What watchdogs count.
  const DispatchClock& dispatch_clock() const { return *this; }
  /// A sampling interval ends: who hooks hypervisor.accounting is told each partition's sums since the last one.
  void tell_accounting();

  /// Where waits are recorded that end on no core (trace level full): a track for each virtual processor.
  void record_waits_on(PartitionId partition, const std::vector<trace::TrackId>& tracks);

  // What an operator does through the management console; takes effect at the present instant (entitlement: with the next window).
  // Who calls sees to it that what is promised fits: a partition that is active already is not activated, and so on.
  void activate(PartitionId partition);
  /// `failed`: it crashed; its partners in virtual I/O are told so.
  void deactivate(PartitionId partition, bool failed = false) override;
  /// Its virtual processors stand still where they are, whatever wakes them meanwhile, and go on from there. Nothing where it is not active
  /// or stands still already, or does not.
  void suspend(PartitionId partition) override;
  void resume(PartitionId partition) override;
  void change(PartitionId partition, const PartitionChange& change);

  /// Ignored while the partition is not active or has no such virtual processor. `boot` is a system reset: it wakes whatever MSR[EE] is.
  void interrupt(PartitionId partition, std::uint32_t vp, DispatchReason reason) override;
  std::uint32_t dispatch_count(PartitionId partition, std::uint32_t vp) const override;

  // Observation, at the present instant.
  PartitionUsage usage(PartitionId partition) const;
  VpUsage vp_usage(PartitionId partition, std::uint32_t vp) const;
  /// Waits from ready to running, one sample a dispatch, since the last reset.
  const SampledTimes& dispatch_delay(PartitionId partition) const;
  void reset_dispatch_delays();
  PoolUsage pool_usage(PoolId pool);
  /// Dispatched time on all cores.
  SimTime server_used() const;
  /// The calls that it has made and this hypervisor has answered, in the order of their tokens.
  std::vector<HcallCount> hcall_counts(PartitionId partition) const;
  const VpAccount& account(PartitionId partition, std::uint32_t vp) const;
  PartitionMemory& memory(PartitionId partition);
  std::uint64_t dispatches() const { return dispatches_; }
  std::size_t pools() const { return pool_specs_.size(); }
  std::uint32_t shared_cores() const { return dispatch_.shared_cores(); }
  ProcessingUnits entitlement(PartitionId partition) const;
  std::uint32_t online(PartitionId partition) const;
  bool capped(PartitionId partition) const;
  std::uint32_t weight(PartitionId partition) const;
  PoolId pool_of(PartitionId partition) const;
  bool active(PartitionId partition) const;

  /// Adapters of the partitions are configured there; its calls are answered by this hypervisor.
  VirtualIo& virtual_io() { return virtual_io_; }

  /// The run is over: checks that all books agree, and records the stays on cores that are still going on.
  void finish();

 private:
  struct Partition;
  struct VirtualProcessor;
  struct Conferred;
  struct Action;

  Partition& partition_at(PartitionId id);
  const Partition& partition_at(PartitionId id) const;
  VpId vp_id(PartitionId partition, std::uint32_t number) const;
  PartitionId set_up(PartitionId id, Bytes memory, PartitionListener& listener, Bytes cache_footprint);
  void end_of_elaboration() override;

  // hypervisor.cpp
  void wake(SimTime at) override;
  void react_soon();
  void settle(SimTime at);
  bool still_waits(VpId vp) const;
  void tell(VpId vp, SimTime at);
  void leave(VpId vp, PreemptReason reason, const VpId* favoured);
  void make_ready(VpId vp, DispatchReason reason, SimTime at);
  void switched_in(const SwitchIn& in) override;
  void switched_out(const SwitchOut& out) override;
  void window_began(SimTime begin) override;
  void virtual_interrupt(PartitionId partition, std::uint32_t source) override;

  // hypervisor_services.cpp
  SimTime dispatched(PartitionId partition, SimTime now) const override;
  SimTime unstarved(PartitionId partition, SimTime now) const override;
  static void count_running(Partition& partition, bool more, SimTime at);
  static void settle_starved(Partition& partition, SimTime at);
  void note_dispatch(std::uint32_t function, VpId vp, CoreId core, SimTime waited, SimTime stay);
  HcallStatus answer_and_tell(PartitionId caller, HcallExtension& call);

  // hypervisor_changes.cpp
  void submit(const Action& action);
  void apply(const Action& action, SimTime at);
  void activate(PartitionId partition, SimTime at);
  void deactivate(PartitionId partition, bool failed, SimTime at);
  void suspend(PartitionId partition, SimTime at);
  void resume(PartitionId partition, SimTime at);
  void change(PartitionId partition, const PartitionChange& change, SimTime at);
  void set_online(PartitionId partition, std::uint32_t online, SimTime at);
  void settle_waits(VpId vp, SimTime at);
  void take_down(VpId vp);

  // hypervisor_accounts.cpp
  static void settle_entitled(Partition& partition, SimTime at);
  SimTime shared_busy() const;
  void count_distance(VirtualProcessor& vp, CoreId core) const;
  void record(const SwitchIn& in, SimTime end, SimTime entitled, PreemptReason reason);
  void record_vain_wait(VpId vp, SimTime at);

  // hcalls.cpp
  void b_transport(int partition, tlm::tlm_generic_payload& payload, sc_core::sc_time& delay);
  HcallStatus answer(PartitionId caller, HcallExtension& call);
  VpId running_caller(PartitionId caller, const HcallExtension& call) const;
  HcallStatus cede(PartitionId caller, HcallExtension& call);
  HcallStatus confer(PartitionId caller, HcallExtension& call);
  HcallStatus confer_until_prodded(PartitionId caller, HcallExtension& call);
  HcallStatus prod(PartitionId caller, const HcallExtension& call);
  HcallStatus join(PartitionId caller, HcallExtension& call);
  HcallStatus register_area(PartitionId caller, const HcallExtension& call);
  bool accepts(const Conferred& conferred) const;
  void pass_on(VirtualProcessor& conferrer);
  void served(VpId target);

  // hcalls_capacity.cpp
  HcallStatus get_ppp(PartitionId caller, HcallExtension& call) const;
  HcallStatus set_ppp(PartitionId caller, const HcallExtension& call);
  HcallStatus purr(PartitionId caller, HcallExtension& call) const;
  HcallStatus pic(PartitionId caller, HcallExtension& call);
  ProcessingUnits unallocated(PoolId pool) const;

  HypervisorConfig config_;
  trace::Recorder* recorder_;
  EntitlementDispatch dispatch_;
  Monitor monitor_;
  std::optional<core::CacheRefill> caches_;
  std::vector<PoolSpec> pool_specs_;
  VirtualIo virtual_io_;
  std::unique_ptr<ServicePartitions> services_;
  vsp::Hooks* hooks_ = nullptr;
  SimTime accounted_;  ///< up to where tell_accounting() has told
  std::vector<Partition> partitions_;
  std::vector<VirtualProcessor> vps_;
  std::vector<SwitchIn> on_core_;  ///< the present stay on each core
  std::vector<bool> core_busy_;
  std::vector<std::int64_t> core_owner_;       ///< partition of a dedicated core, or -1
  std::vector<Action> actions_;                ///< asked for by operators, not yet done
  std::vector<VpId> notices_;                  ///< came to a core or lost it; their operating systems may not know yet
  std::vector<vsp::Call> dispatches_to_tell_;  ///< to those who hook hypervisor.dispatch
  std::vector<VpId> served_;                   ///< need not wait any more for those to whom they conferred
  std::uint64_t dispatches_ = 0;
  SimTime shared_busy_;  ///< consumed on the shared cores by stays that are over
  SimTime timer_at_ = SimTime::never();
  bool reacting_ = false;
  bool reacts_soon_ = false;
  SimTime inputs_seen_ = SimTime::from_ps(-1);
};

}  // namespace lparsim::hypervisor
