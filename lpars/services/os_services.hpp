#pragma once
#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lpars/services/disk_turns.hpp"
#include "lpars/services/kernel_proxy.hpp"
#include "lpars/services/service_statistics.hpp"
#include "lpars/workload/io_operations.hpp"
#include "models/hypervisor/hypervisor_calls.hpp"
#include "models/system/program.hpp"
#include "models/vsp/hooks.hpp"

namespace lparsim::services {

/// H_KERNEL_POLICY, by which a partition changes its own kernel policy: R4 1 sets, 2 removes, 3 asks; R5 type; R6 service, by its number
/// where it is; R7 0 for here, else the number of the node and 1; R8 0 fetch, 1 perform. Answers H_PARAMETER for what is refused; of 3 the
/// entry in R4 to R6, H_NOT_FOUND without one. From the range of tokens that LoPAR leaves to platforms.
inline constexpr std::uint64_t kKernelPolicyCall = 0xF200;

/// What there is around a partition's services; all of it outlives them. Null: there is none.
struct OsSurroundings {
  workload::IoOperations* drivers = nullptr;
  KernelProxy* proxy = nullptr;
  vsp::Hooks* hooks = nullptr;
  hypervisor::HypervisorCalls* calls = nullptr;
  kernel::Calendar* calendar = nullptr;  ///< with `proxy`
};

struct OsServicesConfig {
  PartitionId partition{};
  KernelPolicy policy;
  std::string disk;           ///< of `drivers`: where files and pages are; empty: nowhere
  std::uint64_t buffers = 0;  ///< logical address of the memory that data of calls is in
  /// Which task scheduler runs the partition's threads from now on; null: the operating system's own. May be empty.
  std::function<void(const ServiceConfig*, SimTime)> schedule = {};
};

/// A partition's way to operating system services: stands before its drivers and does for its workloads what those do not.
///
/// Asking for a service first asks who has hooked it; where that is nobody, or it says so, the kernel proxy names a service. Its
/// instructions are fetched if need be; the thread computes for it, and does the disk operations that it asks for; or the service node does
/// all that. A disk operation, also one of a `disk_read` step, waits for its turn at the I/O scheduler that the policy names. Application
/// events go to who hooks them, hypervisor calls to the hypervisor. Proven in os_services_test; docs/models/kernel-policy.md.
class OsServices final : public workload::IoOperations,
                         public system::Program,
                         private vsp::Caller,
                         private hypervisor::HypervisorCallListener,
                         private FetchClient,
                         private NodeClient,
                         private TurnTaker,
                         private kernel::Alarm {
 public:
  OsServices(OsServicesConfig config, const OsSurroundings& around);

  // What the operator does; the console, scenario events. Refuses as Administration does.
  Result<void> set(ServiceType type, const PolicyEntry& entry, SimTime now);
  void remove(ServiceType type, SimTime now);
  const KernelPolicy& policy() const { return config_.policy; }

  const ServiceStatistics& statistics(ServiceType type) const { return statistics_[system::number(type)]; }
  void reset_statistics();
  /// Told in words whenever another service answers from now on. May be empty.
  std::function<void(ServiceType, const std::string& why, SimTime)> chosen;

  std::uint32_t disk(std::string_view name) override { return around_.drivers->disk(name); }
  std::uint32_t peer(std::string_view name) override { return around_.drivers->peer(name); }
  std::uint32_t begin(const workload::IoStep& step, system::ThreadId thread, SimTime now) override;
  std::optional<system::Activity> next(std::uint32_t handle, SimTime now) override;
  bool failed(std::uint32_t handle) const override { return !operations_[handle].good; }
  void serve(std::string_view name, Acceptor& acceptor) override { around_.drivers->serve(name, acceptor); }
  std::uint32_t answer(std::uint64_t request, system::ThreadId thread, SimTime now) override;

  void attach(system::Host& host) override;
  void activated(SimTime now) override;
  void deactivated(SimTime now) override;
  system::Activity next_activity(std::uint32_t, SimTime) override { return system::Activity::block(); }
  void timer_expired(std::uint32_t, SimTime) override {}

 private:
  enum class Phase : std::uint8_t {
    driver,
    ask,
    asked,
    decided,
    call,
    called,
    lookup,
    resolve,
    fetching,
    at_node,
    plan,
    access,
    turn,
    turned,
    ended
  };
  struct Job {
    workload::IoStep step{};
    system::ThreadId thread{};
    std::uint32_t generation = 0;
    Phase phase = Phase::ended;
    bool used = false;
    bool waiting = false;  ///< for one of the following to come
    bool blocked = false;  ///< meanwhile its thread is off its processor
    bool there = false;    ///< what it waits for came
    bool good = true;
    bool hooked = false;       ///< Hooks::ended is owed
    bool own_disk = false;     ///< its disk operation is the step itself
    std::uint32_t driver = 0;  ///< handle of the drivers
    std::uint32_t queue = 0;   ///< of the I/O scheduler where it has a turn
    bool has_turn = false;
    std::size_t accessed = 0;
    vsp::Outcome outcome{};
    std::optional<hypervisor::HypervisorCallResult> result{};
    Resolution resolution{};
    ServiceRequest request{};
    Plan plan{};
    SimTime begun, turn_begun;
  };
  using Next = std::optional<system::Activity>;

  // os_services.cpp
  std::uint32_t allocate(system::ThreadId thread);
  static void to_disk(Job& operation, SimTime now);
  Next compute(SimTime time) const;
  Next step_on(std::uint32_t handle, SimTime now);
  Next wait(Job& operation, bool for_io) const;
  void come(std::uint64_t ticket, SimTime now, const std::function<void(Job&)>& how);
  void end(std::uint32_t handle, bool good, SimTime now);
  std::uint64_t ticket(std::uint32_t handle) const { return std::uint64_t{operations_[handle].generation} << 32 | handle; }
  /// False: nobody answered at once.
  bool ask_hooks(std::uint32_t handle, SimTime now);
  void decide(std::uint32_t handle, SimTime now);
  bool call_hypervisor(std::uint32_t handle, SimTime now);
  hypervisor::HypervisorCallResult kernel_policy_call(const std::vector<std::uint64_t>& arguments, SimTime now);

  // os_services_native.cpp
  void resolve(std::uint32_t handle, SimTime now);
  void run(Job& operation);
  void count_faults(const Job& operation);
  /// The I/O scheduler in force; null: the driver is asked directly. Nothing: its instructions are on their way.
  std::optional<const ServiceConfig*> io_scheduler(std::uint32_t handle, SimTime now);
  void access_disk(std::uint32_t handle, SimTime now);
  void note(ServiceType type, const Resolution& resolution, SimTime now);
  void count(ServiceType type, Way way, SimTime latency, bool good);
  void schedule_tasks(SimTime now);
  ServiceInstance& instance(const ServiceConfig& service);
  ServiceStatistics& statistics_of(ServiceType type) { return statistics_[system::number(type)]; }

  void decided(std::uint64_t ticket, const vsp::Outcome& outcome, SimTime now) override;
  void call_answered(std::uint64_t ticket, const hypervisor::HypervisorCallResult& result, SimTime now) override;
  void fetched(std::uint64_t ticket, bool there, SimTime now) override;
  void answered(std::uint64_t ticket, bool reached, const Plan& plan, SimTime now) override;
  void done_unheard(const ServiceConfig& service) override { ++statistics_of(service.type).unheard; }
  void turn_has_come(std::uint32_t id, SimTime now) override;
  void rings(std::uint64_t argument, SimTime now) override;

  OsServicesConfig config_;
  OsSurroundings around_;
  std::optional<DiskTurns> turns_;
  system::Host* host_ = nullptr;
  bool active_ = false;
  std::uint32_t disk_ = 0;  ///< as the drivers know it
  std::vector<Job> operations_;
  std::vector<std::uint32_t> free_;
  std::uint32_t generations_ = 0;
  std::vector<std::unique_ptr<ServiceInstance>> instances_;
  std::array<ServiceStatistics, system::kServiceTypeNumbers> statistics_;
  std::array<std::optional<Resolution>, system::kServiceTypeNumbers> last_;
  std::uint64_t scheduling_ = 0;  ///< counts decisions about the task scheduler, so that late instructions of old ones mean nothing
};

}  // namespace lparsim::services
