// Threads that ask for services: who answers, what it takes, and what becomes of them when nobody does.
#include "lpars/services/os_services.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <random>
#include <vector>

#include "lpars/workload/testing/fake_io.hpp"
#include "lpars/workload/testing/processors.hpp"

namespace lparsim::services {
namespace {

using namespace literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using workload::Batch;
using workload::IoStep;
using workload::OsService;
using workload::testing::FakeIo;
using workload::testing::Processors;

/// Who answers hooks as the test says.
class FakeHooks final : public vsp::Hooks {
 public:
  vsp::Outcome outcome{};
  SimTime later;  ///< 0: at once
  kernel::testing::ManualCalendar* calendar = nullptr;
  std::vector<vsp::Call> calls;
  std::vector<std::int64_t> ends;
  std::uint64_t withdrawn = 0;
  std::map<std::uint64_t, vsp::Caller*> waiting;

  void arm(vsp::Hook hook) { armed_[static_cast<std::size_t>(hook)] = ~std::uint64_t{0}; }
  std::optional<vsp::Outcome> call(const vsp::Call& call, vsp::Caller& caller, std::uint64_t ticket, SimTime) override {
    calls.push_back(call);
    if (later > SimTime{}) {
      waiting[ticket] = &caller;
      return std::nullopt;
    }
    return answer(call);
  }
  vsp::Outcome answer(const vsp::Call& call) const {
    vsp::Outcome given = outcome;
    if (given.decision == vsp::Decision::native) given.values = call.arguments;
    return given;
  }
  void ended(const vsp::Caller&, std::uint64_t, std::int64_t status, SimTime) override { ends.push_back(status); }
  void withdraw(const vsp::Caller&, std::uint64_t, SimTime) override { ++withdrawn; }
  void tell(const vsp::Call&, SimTime) override {}
  void add_native(vsp::Hook, vsp::NativeFunction&) override {}
};

ServiceConfig service(std::string name, ServiceType type, std::string implementation) {
  ServiceConfig config;
  config.name = std::move(name);
  config.type = type;
  config.implementation = std::move(implementation);
  config.code = Bytes{1'000'000};
  config.io_scheduler.decision = {};
  return config;
}

struct Bench {
  KernelConfig config;
  kernel::testing::ManualCalendar calendar;
  FakeIo drivers;
  FakeHooks hooks;
  Processors host;
  std::unique_ptr<KernelProxy> proxy;
  std::unique_ptr<OsServices> services;
  std::vector<IoStep> accesses;
  std::vector<const ServiceConfig*> schedulers;
  std::vector<std::string> said;

  explicit Bench(std::uint32_t processors = 1) : host{processors, calendar} {
    config.services = {
        service("UFS Service", ServiceType::file_system, "ufs"), service("Log Service", ServiceType::file_system, "log_structured"),
        service("LRU", ServiceType::memory_management, "lru"), service("One at a time", ServiceType::io_scheduler, "limited"),
        service("Fair", ServiceType::task_scheduler, "fair_share")};
    config.services[3].io_scheduler.outstanding = 1;
    NodeConfig node;
    node.name = "library";
    node.link = {8'000'000'000};
    node.services = {service("Round Robin MM Algorithm", ServiceType::memory_management, "round_robin"),
                     service("Remote files", ServiceType::file_system, "ufs"),
                     service("Turns", ServiceType::task_scheduler, "round_robin")};
    config.nodes = {node};
    drivers.watch = [this](const IoStep& step, SimTime) {
      accesses.push_back(step);
    };
    host.add_program(drivers);
  }
  void establish(bool with_hooks = false) {
    proxy = std::make_unique<KernelProxy>(config, calendar);
    OsServicesConfig own;
    own.disk = "hdisk0";
    own.schedule = [this](const ServiceConfig* scheduler, SimTime) {
      schedulers.push_back(scheduler);
    };
    services = std::make_unique<OsServices>(own, OsSurroundings{&drivers, proxy.get(), with_hooks ? &hooks : nullptr, nullptr, &calendar});
    services->chosen = [this](ServiceType type, const std::string& why, SimTime) {
      said.push_back(std::string(to_string(type)) + ": " + why);
    };
    host.add_program(*services);
  }
  workload::Workload& add(std::uint64_t jobs, std::uint32_t threads, workload::Transaction transaction) {
    const workload::Config config_of{"w" + std::to_string(host.workloads().size()), Batch{jobs, threads, std::move(transaction)}};
    EXPECT_EQ(workload::problem_of(config_of), std::nullopt);
    return host.add(config_of, 1, services.get());
  }
  const ServiceStatistics& of(ServiceType type) { return services->statistics(type); }
};

OsService file(Operation operation, std::uint64_t size = 8192) {
  OsService step;
  step.operation = operation;
  step.size = Bytes{system::has_size(operation) ? size : 0};
  return step;
}
OsService touch(std::uint64_t pages, std::uint64_t working_set = 1 << 20) {
  OsService step;
  step.type = ServiceType::memory_management;
  step.operation = Operation::touch;
  step.size = Bytes{pages * 4096};
  step.working_set = Bytes{working_set};
  step.access = OsService::Access::sequential;
  return step;
}

TEST(OsServices, TheThreadComputesForTheServiceAndWaitsForItsDisk) {
  Bench b;
  b.establish();
  ASSERT_TRUE(b.services->set(ServiceType::file_system, {"UFS Service"}, {}));
  OsService step = file(Operation::write);
  step.access = OsService::Access::sequential;
  const auto& w = b.add(2, 1, {step});
  b.host.activate();
  b.host.run_until(1_s);
  ASSERT_EQ(b.accesses.size(), 3U);  // inode, data; data
  EXPECT_EQ(b.accesses.back().kind, IoStep::Kind::disk_write);
  // Look-up, call and copy of 8 KiB; 15 us for each disk operation.
  const SimTime each = 200_ns + 5_us + 800_ns;
  EXPECT_EQ(b.host.used(), each * 2 + 15_us * 3);
  EXPECT_EQ(w.statistics().response().min(), each + 215_us * 2);
  EXPECT_EQ(b.of(ServiceType::file_system).calls, 2U);
  EXPECT_EQ(b.of(ServiceType::file_system).ways[static_cast<std::size_t>(Way::local)], 2U);
  EXPECT_THAT(b.said, ElementsAre("file_system: UFS Service, named by the policy, here"));
}

TEST(OsServices, AFetchedServicesFirstCallWaitsForItsInstructionsAndLaterOnesDoNot) {
  Bench b;
  b.establish();
  ASSERT_TRUE(b.services->set(ServiceType::memory_management, {"Round Robin MM Algorithm", "library", Use::fetch}, {}));
  const auto& w = b.add(2, 1, {touch(1, 4096)});
  b.host.activate();
  b.host.run_until(1_s);
  EXPECT_EQ(w.statistics().response().min(), 200_ns + 1_ms + 100_us + 5_us + 215_us);  // 1 MB at 1 GB/s, twice 50 us; a fault
  EXPECT_EQ(w.statistics().completed(), 2U);
  const auto& statistics = b.of(ServiceType::memory_management);
  EXPECT_EQ(statistics.fetches, 1U);
  EXPECT_EQ(statistics.ways[static_cast<std::size_t>(Way::cached)], 1U);
  EXPECT_EQ(statistics.references, 2U);
  EXPECT_EQ(statistics.faults, 1U);
  EXPECT_EQ(statistics.choices.size(), 1U);
}

TEST(OsServices, APerformedServiceTakesTheNodesTimeAndNotTheThreads) {
  Bench b;
  b.establish();
  ASSERT_TRUE(b.services->set(ServiceType::file_system, {"Remote files", "library", Use::perform}, {}));
  b.add(1, 1, {file(Operation::read)});
  b.host.activate();
  b.host.run_until(1_s);
  EXPECT_EQ(b.host.used(), 200_ns);
  EXPECT_TRUE(b.accesses.empty());
  EXPECT_GT(b.of(ServiceType::file_system).latency.max(), 10_ms);  // its disk's
  EXPECT_EQ(b.of(ServiceType::file_system).ways[static_cast<std::size_t>(Way::performed)], 1U);
}

TEST(OsServices, TheDefaultAnswersWhenTheNodeIsLost) {
  Bench b;
  b.config.defaults[system::number(ServiceType::file_system)] = "UFS Service";
  b.establish();
  ASSERT_TRUE(b.services->set(ServiceType::file_system, {"Remote files", "library", Use::perform}, {}));
  const auto& w = b.add(100, 1, {file(Operation::read), workload::Sleep{parse_distribution("10 ms").value()}});
  b.host.activate();
  b.host.run_until(105_ms);
  b.proxy->set_link("library", false, b.calendar.now());
  b.host.run_until(10_s);
  EXPECT_EQ(w.statistics().completed(), 100U);
  EXPECT_EQ(w.statistics().failed(), 0U);
  const auto& statistics = b.of(ServiceType::file_system);
  EXPECT_GT(statistics.ways[static_cast<std::size_t>(Way::performed)], 2U);
  EXPECT_GT(statistics.ways[static_cast<std::size_t>(Way::default_)], 80U);
  EXPECT_GE(statistics.silences, 1U);
  EXPECT_LE(statistics.silences, 3U);  // it is asked once a second
  EXPECT_THAT(b.said[1], HasSubstr("the default, UFS Service: Remote files was named, but library did not answer"));
}

TEST(OsServices, ACallThatNobodyAnswersFails) {
  Bench b;
  b.establish();
  const auto& w = b.add(3, 1, {file(Operation::read)});
  b.host.activate();
  b.host.run_until(1_s);
  EXPECT_EQ(w.statistics().completed(), 3U);
  EXPECT_EQ(w.statistics().failed(), 3U);
  EXPECT_EQ(b.of(ServiceType::file_system).failed, 3U);
}

TEST(OsServices, DiskOperationsOfStepsAndServicesWaitForTheirTurnsAtTheIoScheduler) {
  Bench b{4};
  b.establish();
  ASSERT_TRUE(b.services->set(ServiceType::io_scheduler, {"One at a time"}, {}));
  const auto& w = b.add(4, 4, {workload::DiskIo{workload::DiskIo::Direction::read, "hdisk0", Bytes{4096}}});
  b.host.activate();
  b.host.run_until(1_s);
  EXPECT_EQ(w.statistics().response().min(), 215_us);
  EXPECT_EQ(w.statistics().response().max(), 215_us * 4);
  EXPECT_EQ(b.of(ServiceType::io_scheduler).calls, 4U);
  EXPECT_EQ(b.of(ServiceType::io_scheduler).latency.max(), 215_us * 3);
}

TEST(OsServices, AHookedServiceIsAnsweredByWhoeverHooksIt) {
  Bench b;
  b.establish(true);
  b.hooks.arm(vsp::Hook::os_service);
  b.hooks.outcome.decision = vsp::Decision::completed;
  b.hooks.outcome.cost = 7_us;
  const auto& w = b.add(2, 1, {file(Operation::write)});
  b.host.activate();
  b.host.run_until(1_s);
  EXPECT_EQ(w.statistics().failed(), 0U);
  EXPECT_EQ(b.host.used(), 14_us);
  ASSERT_EQ(b.hooks.calls.size(), 2U);
  EXPECT_EQ(b.hooks.calls[0].function, 0x202U);
  EXPECT_EQ(b.hooks.calls[0].arguments[2], 8192U);
  EXPECT_EQ(b.hooks.calls[0].buffers[0].length, Bytes{8192});
  EXPECT_TRUE(b.hooks.calls[0].caller_computes);
  EXPECT_EQ(b.of(ServiceType::file_system).elsewhere, 2U);
  EXPECT_TRUE(b.hooks.ends.empty());
}

TEST(OsServices, ADeniedServiceFailsAndANativeOneIsDoneHereAndTold) {
  Bench b;
  b.establish(true);
  b.hooks.arm(vsp::Hook::os_service);
  b.hooks.outcome.decision = vsp::Decision::denied;
  const auto& denied = b.add(1, 1, {file(Operation::write)});
  b.host.activate();
  b.host.run_until(1_s);
  EXPECT_EQ(denied.statistics().failed(), 1U);
  EXPECT_TRUE(b.accesses.empty());
  Bench other;
  other.establish(true);
  ASSERT_TRUE(other.services->set(ServiceType::file_system, {"Log Service"}, {}));
  other.hooks.arm(vsp::Hook::os_service);
  const auto& native = other.add(1, 1, {file(Operation::write), file(Operation::sync)});
  other.host.activate();
  other.host.run_until(1_s);
  EXPECT_EQ(native.statistics().failed(), 0U);
  EXPECT_THAT(other.hooks.ends, ElementsAre(0, 0));
}

TEST(OsServices, TheThreadIsBlockedUntilWhoHooksItHasDecided) {
  Bench b;
  b.establish(true);
  b.hooks.arm(vsp::Hook::application_event);
  b.hooks.later = 1_ms;
  const auto& w = b.add(1, 1, {workload::ApplicationEvent{"checkout"}, workload::Compute{parse_distribution("1 us").value()}});
  b.host.activate();
  b.host.run_until(5_ms);
  EXPECT_EQ(w.statistics().completed(), 0U);
  ASSERT_EQ(b.hooks.waiting.size(), 1U);
  EXPECT_EQ(b.hooks.calls[0].function, workload::event_number("checkout"));
  const auto [ticket, caller] = *b.hooks.waiting.begin();
  caller->decided(ticket, {vsp::Decision::completed, 0, {}, {}}, b.calendar.now());
  caller->decided(ticket + (std::uint64_t{9} << 32), {vsp::Decision::completed, 0, {}, {}}, b.calendar.now());  // nobody's
  b.host.run_until(6_ms);
  EXPECT_EQ(w.statistics().completed(), 1U);
  EXPECT_EQ(w.statistics().response().max(), 5_ms + 1_us);
}

TEST(OsServices, WithdrawsWhatIsNotDecidedWhenThePartitionStops) {
  Bench b;
  b.establish(true);
  b.hooks.arm(vsp::Hook::os_service);
  b.hooks.later = 1_ms;
  b.add(1, 1, {file(Operation::read)});
  b.host.activate();
  b.host.run_until(5_ms);
  b.host.deactivate();
  EXPECT_EQ(b.hooks.withdrawn, 1U);
  const auto [ticket, caller] = *b.hooks.waiting.begin();
  caller->decided(ticket, {vsp::Decision::completed, 0, {}, {}}, b.calendar.now());
}

TEST(OsServices, TellsWhoLetAServicePassThatThePartitionStoppedBeforeItsEnd) {
  for (const SimTime later : {SimTime{}, 1_ms}) {
    Bench b;
    b.establish(true);
    ASSERT_TRUE(b.services->set(ServiceType::file_system, {"Log Service"}, {}));
    b.hooks.arm(vsp::Hook::os_service);
    b.hooks.later = later;
    b.drivers.device = 1_s;
    b.add(1, 1, {file(Operation::write), file(Operation::sync)});
    b.host.activate();
    b.host.run_until(5_ms);
    for (const auto& [ticket, caller] : std::exchange(b.hooks.waiting, {}))
      caller->decided(ticket, b.hooks.answer(b.hooks.calls.back()), b.calendar.now());
    ASSERT_EQ(b.accesses.size(), later == SimTime{} ? 1U : 0U);  // the one waits for the disk, the other for its thread
    const std::size_t before = b.hooks.ends.size();
    b.host.deactivate();
    ASSERT_EQ(b.hooks.ends.size(), before + 1);
    EXPECT_EQ(b.hooks.ends.back(), -125);
    EXPECT_EQ(b.hooks.withdrawn, 0U);
  }
}

TEST(OsServices, AProgramChangesItsPartitionsPolicyByAHypervisorCall) {
  Bench b;
  b.establish();
  const auto call = [](std::vector<std::uint64_t> arguments) {
    return workload::HypervisorCall{kKernelPolicyCall, std::move(arguments)};
  };
  const auto& w = b.add(1, 1, {call({1, 2, 1, 0, 0}), call({3, 2}), workload::Compute{parse_distribution("1 us").value()}});
  b.host.activate();
  b.host.run_until(1_ms);
  EXPECT_EQ(w.statistics().failed(), 0U);
  EXPECT_EQ(b.services->policy().of(ServiceType::file_system)->service, "Log Service");
  const auto& refused = b.add(1, 1,
                              {call({1, 3, 1, 0, 0}), call({1, 2, 99, 0, 0}), call({1, 2, 1, 2, 0}), call({1, 9, 0, 0, 0}), call({4, 2}),
                               call({3, 4}), workload::Compute{parse_distribution("1 us").value()}});
  b.host.deactivate();
  b.host.activate();
  b.host.run_until(2_ms);
  EXPECT_EQ(refused.statistics().failed(), 6U);
  EXPECT_EQ(Administration::list(b.services->policy()), (std::vector<std::string>{"file_system: Log Service"}));
}

TEST(OsServices, TheTaskSchedulerIsChangedWhenItsInstructionsAreThere) {
  Bench b;
  b.config.defaults[system::number(ServiceType::task_scheduler)] = "Fair";
  b.establish();
  b.host.activate();
  ASSERT_EQ(b.schedulers.size(), 1U);
  EXPECT_EQ(b.schedulers[0], &b.config.services[4]);
  ASSERT_TRUE(b.services->set(ServiceType::task_scheduler, {"Turns", "library", Use::fetch}, {}));
  b.host.run_until(1_ms + 99_us);
  EXPECT_EQ(b.schedulers.size(), 1U);
  b.host.run_until(1_ms + 100_us);
  ASSERT_EQ(b.schedulers.size(), 2U);
  EXPECT_EQ(b.schedulers[1], &b.config.nodes[0].services[2]);
}

TEST(OsServices, EveryThreadGoesOnWhateverHappensToNodesAndPolicies) {
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    Bench b{3};
    b.config.defaults[system::number(ServiceType::file_system)] = "UFS Service";
    b.config.defaults[system::number(ServiceType::memory_management)] = "LRU";
    b.establish(true);
    b.hooks.arm(vsp::Hook::os_service);
    const auto& w =
        b.add(2000, 8, {file(Operation::read), touch(3), file(Operation::write, 4096), workload::DiskIo{{}, "hdisk1", Bytes{4096}}});
    b.host.activate();
    std::mt19937_64 random{seed};
    const std::vector<std::pair<ServiceType, PolicyEntry>> entries = {
        {ServiceType::file_system, {"Remote files", "library", Use::perform}},
        {ServiceType::file_system, {"Remote files", "library", Use::fetch}},
        {ServiceType::file_system, {"Log Service"}},
        {ServiceType::memory_management, {"Round Robin MM Algorithm", "library", Use::perform}},
        {ServiceType::io_scheduler, {"One at a time"}},
    };
    bool up = true;
    for (int i = 0; i < 400; ++i) {
      b.host.run_until(b.calendar.now() + SimTime::from_us(static_cast<std::int64_t>(random() % 20'000)));
      const auto& [type, entry] = entries[random() % entries.size()];
      switch (random() % 4) {
        case 0:
          b.services->remove(type, b.calendar.now());
          break;
        case 1:
          b.proxy->set_link("library", up = !up, b.calendar.now());
          break;
        default:
          ASSERT_TRUE(b.services->set(type, entry, b.calendar.now()));
      }
    }
    b.host.run_until(b.calendar.now() + 300_s);
    EXPECT_EQ(w.statistics().completed(), 2000U) << "seed " << seed;
    EXPECT_EQ(w.statistics().failed(), 0U);
    EXPECT_EQ(b.of(ServiceType::file_system).calls, 4000U);
    EXPECT_EQ(b.of(ServiceType::memory_management).calls, 2000U);
    EXPECT_EQ(b.hooks.ends.size(), 6000U);
  }
}

}  // namespace
}  // namespace lparsim::services
