// Threads that ask for services: who answers, what it takes, and what becomes of them when nobody does.
#include "lpars/services/os_services.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <random>
#include <vector>

#include "lpars/services/testing/os_services_bench.hpp"

namespace lparsim::services {
namespace {

using namespace literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using workload::OsService;
using namespace services::testing;

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

TEST(OsServices, CountsWhatASilentNodeDidAllTheSame) {
  Bench b;
  b.config.defaults[system::number(ServiceType::file_system)] = "UFS Service";
  b.config.nodes[0].threads = 1;
  b.establish();
  ASSERT_TRUE(b.services->set(ServiceType::file_system, {"Remote files", "library", Use::perform}, {}));
  const auto& w = b.add(2, 2, {file(Operation::write)});
  b.host.activate();
  b.host.run_until(1_ms);  // one is at the node's disk, the other waits for its thread
  b.proxy->set_link("library", false, b.calendar.now());
  b.host.run_until(1_s);
  EXPECT_EQ(w.statistics().completed(), 2U);
  EXPECT_EQ(b.of(ServiceType::file_system).silences, 2U);
  EXPECT_EQ(b.of(ServiceType::file_system).unheard, 2U);
}

TEST(OsServices, WaitingForTheInstructionsOfAnIoSchedulerIsWaitingForItsTurn) {
  Bench b;
  b.config.nodes[0].services.push_back(service("Far", ServiceType::io_scheduler, "fifo"));
  b.establish();
  ASSERT_TRUE(b.services->set(ServiceType::io_scheduler, {"Far", "library", Use::fetch}, {}));
  b.add(1, 1, {workload::DiskIo{workload::DiskIo::Direction::read, "hdisk0", Bytes{4096}}});
  b.host.activate();
  b.host.run_until(1_s);
  EXPECT_EQ(b.of(ServiceType::io_scheduler).latency.max(), 1_ms + 100_us);
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
