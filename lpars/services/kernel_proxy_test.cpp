#include "lpars/services/kernel_proxy.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <deque>
#include <map>
#include <random>

#include "sim/kernel/testing/manual_calendar.hpp"

namespace lparsim::services {
namespace {

using namespace literals;
using kernel::testing::ManualCalendar;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

ServiceConfig service(std::string name, ServiceType type, std::string implementation, std::uint64_t code = 1'000'000) {
  ServiceConfig config;
  config.name = std::move(name);
  config.type = type;
  config.implementation = std::move(implementation);
  config.code = Bytes{code};
  return config;
}

KernelConfig example() {
  KernelConfig config;
  config.services = {service("UFS Service", ServiceType::file_system, "ufs"),
                     service("Limited I/O Access", ServiceType::io_scheduler, "limited"),
                     service("LRU", ServiceType::memory_management, "lru")};
  NodeConfig node;
  node.name = "library";
  node.link = {8'000'000'000};  // 1 GB/s: 1 ms for 1 MB
  node.services = {service("Round Robin MM Algorithm", ServiceType::memory_management, "round_robin"),
                   service("Log Service", ServiceType::file_system, "log_structured", 3'000'000)};
  config.nodes = {node};
  config.defaults[system::number(ServiceType::file_system)] = "UFS Service";
  config.defaults[system::number(ServiceType::memory_management)] = "LRU";
  return config;
}

class Told final : public FetchClient, public NodeClient {
 public:
  std::map<std::uint64_t, std::pair<bool, SimTime>> ends;
  void fetched(std::uint64_t ticket, bool there, SimTime now) override { EXPECT_TRUE(ends.try_emplace(ticket, there, now).second); }
  void answered(std::uint64_t ticket, bool reached, const Plan&, SimTime now) override {
    EXPECT_TRUE(ends.try_emplace(ticket, reached, now).second);
  }
};

struct Bench {
  KernelConfig config = example();
  KernelPolicy policy;
  Administration administration{config};
  ManualCalendar calendar;
  KernelProxy proxy{config, calendar};
  Told told;
  void set(ServiceType type, const PolicyEntry& entry) { ASSERT_TRUE(administration.set(policy, type, entry)); }
};

TEST(Administration, EstablishesChangesAndListsTheTable) {
  Bench b;
  b.set(ServiceType::file_system, {"UFS Service"});
  b.set(ServiceType::memory_management, {"Round Robin MM Algorithm", "library", Use::fetch});
  b.set(ServiceType::io_scheduler, {"Limited I/O Access"});
  EXPECT_THAT(Administration::list(b.policy),
              ElementsAre("file_system: UFS Service", "memory_management: Round Robin MM Algorithm, fetched from library",
                          "io_scheduler: Limited I/O Access"));
  b.set(ServiceType::file_system, {"Log Service", "library", Use::perform});
  Administration::remove(b.policy, ServiceType::io_scheduler);
  EXPECT_THAT(Administration::list(b.policy), ElementsAre("file_system: Log Service, performed by library",
                                                          "memory_management: Round Robin MM Algorithm, fetched from library"));
}

TEST(Administration, RefusesWhatNamesNothingOrDoesNotFitAndLeavesTheTableAsItIs) {
  Bench b;
  b.set(ServiceType::file_system, {"UFS Service"});
  const KernelPolicy before = b.policy;
  const auto refused = [&](ServiceType type, const PolicyEntry& entry) {
    const auto result = b.administration.set(b.policy, type, entry);
    EXPECT_FALSE(result.has_value());
    return result.has_value() ? std::string{} : result.error();
  };
  EXPECT_THAT(refused(ServiceType::file_system, {"UFS Servise"}), HasSubstr("did you mean `UFS Service`?"));
  EXPECT_THAT(refused(ServiceType::file_system, {"Log Service"}), HasSubstr("there is no service `Log Service` here"));
  EXPECT_THAT(refused(ServiceType::memory_management, {"UFS Service"}), HasSubstr("of type file_system, not memory_management"));
  EXPECT_THAT(refused(ServiceType::file_system, {"Log Service", "libary"}), HasSubstr("did you mean `library`?"));
  b.config.nodes[0].services.push_back(service("Elevator", ServiceType::io_scheduler, "elevator"));
  EXPECT_THAT(refused(ServiceType::io_scheduler, {"Elevator", "library", Use::perform}),
              HasSubstr("allowed: `Elevator, fetched from library`"));
  EXPECT_EQ(b.policy, before);
}

TEST(KernelProxy, AsksThePolicyFirstAndTheDefaultsThen) {
  Bench b;
  EXPECT_EQ(b.proxy.resolve(b.policy, ServiceType::file_system, {}).way, Way::default_);
  EXPECT_EQ(b.proxy.resolve(b.policy, ServiceType::security, {}).way, Way::none);
  b.set(ServiceType::io_scheduler, {"Limited I/O Access"});
  const Resolution local = b.proxy.resolve(b.policy, ServiceType::io_scheduler, {});
  EXPECT_EQ(local.way, Way::local);
  EXPECT_EQ(local.service, &b.config.services[1]);
  EXPECT_EQ(b.proxy.explain(b.policy, ServiceType::io_scheduler, local), "Limited I/O Access, named by the policy, here");
  EXPECT_EQ(b.proxy.explain(b.policy, ServiceType::file_system, b.proxy.resolve(b.policy, ServiceType::file_system, {})),
            "the default, UFS Service: the policy names none");
}

TEST(KernelProxy, FetchesOnceForAllWhoWaitAndFindsItInTheCacheThen) {
  Bench b;
  b.set(ServiceType::memory_management, {"Round Robin MM Algorithm", "library", Use::fetch});
  const Resolution first = b.proxy.resolve(b.policy, ServiceType::memory_management, {});
  EXPECT_EQ(first.way, Way::fetched);
  b.proxy.fetch(first, b.told, 1, {});
  b.calendar.run_until(500_us);
  b.proxy.fetch(first, b.told, 2, 500_us);
  b.calendar.run();
  // 1 MB at 1 GB/s and twice 50 us.
  EXPECT_EQ(b.told.ends.at(1), std::pair(true, 1_ms + 100_us));
  EXPECT_EQ(b.told.ends.at(2), std::pair(true, 1_ms + 100_us));
  EXPECT_EQ(b.proxy.fetches(), 1U);
  const Resolution then = b.proxy.resolve(b.policy, ServiceType::memory_management, 2_ms);
  EXPECT_EQ(then.way, Way::cached);
  EXPECT_EQ(then.service, first.service);
}

TEST(KernelProxy, UsesTheDefaultWhileANodeIsLostAndAsksItAgainLater) {
  Bench b;
  b.set(ServiceType::file_system, {"Log Service", "library", Use::fetch});
  b.proxy.set_link("library", false, {});
  b.proxy.fetch(b.proxy.resolve(b.policy, ServiceType::file_system, {}), b.told, 1, {});
  b.calendar.run_until(10_ms);
  EXPECT_EQ(b.told.ends.at(1), std::pair(false, 10_ms));
  const Resolution lost = b.proxy.resolve(b.policy, ServiceType::file_system, 11_ms);
  EXPECT_EQ(lost.way, Way::default_);
  EXPECT_EQ(lost.reason, Reason::unreachable);
  EXPECT_EQ(b.proxy.explain(b.policy, ServiceType::file_system, lost),
            "the default, UFS Service: Log Service was named, but library did not answer");
  b.proxy.set_link("library", true, 12_ms);
  EXPECT_EQ(b.proxy.resolve(b.policy, ServiceType::file_system, 1009_ms).way, Way::default_);
  EXPECT_EQ(b.proxy.resolve(b.policy, ServiceType::file_system, 1010_ms).way, Way::fetched);
}

TEST(KernelProxy, WhatIsInTheCacheSurvivesTheLossOfItsNode) {
  Bench b;
  b.set(ServiceType::file_system, {"Log Service", "library", Use::fetch});
  b.proxy.fetch(b.proxy.resolve(b.policy, ServiceType::file_system, {}), b.told, 1, {});
  b.calendar.run();
  b.proxy.set_link("library", false, 20_ms);
  b.proxy.silent(0, 20_ms);
  EXPECT_EQ(b.proxy.resolve(b.policy, ServiceType::file_system, 21_ms).way, Way::cached);
}

TEST(ServiceNode, PerformsRequestsOnItsThreadsAndItsDisk) {
  KernelConfig config = example();
  config.nodes[0].threads = 1;
  config.nodes[0].services = {service("UFS", ServiceType::file_system, "ufs")};
  ManualCalendar calendar;
  ServiceNode node{config.nodes[0], 10_ms, calendar};
  Told told;
  ServiceRequest write{.operation = Operation::write, .target = 0, .offset = 0, .size = 1'000'000 / 512 * 512};
  for (std::uint64_t ticket = 0; ticket < 2; ++ticket) node.perform(config.nodes[0].services[0], write, told, ticket, {});
  calendar.run();
  EXPECT_TRUE(told.ends.at(0).first);
  EXPECT_TRUE(told.ends.at(1).first);
  // The second one finds the thread busy; both write 1 MB with a latency of 5 ms at 200 MB/s, the first one reads the inode before.
  EXPECT_NEAR(told.ends.at(0).second.milliseconds(), 1 + 0.1 + 0.1 + 2 * 5.04 + 5 + 5, 0.2);
  EXPECT_NEAR((told.ends.at(1).second - told.ends.at(0).second).milliseconds(), 0.1 + 5 + 5, 0.2);
  EXPECT_EQ(node.performed(), 2U);
}

TEST(ServiceNode, ToldOnceWhateverHappensToItsLink) {
  std::mt19937_64 random{8};
  KernelConfig config = example();
  config.nodes[0].threads = 2;
  ManualCalendar calendar;
  ServiceNode node{config.nodes[0], 10_ms, calendar};
  Told told;
  std::uint64_t asked = 0;
  bool up = true;
  for (int i = 0; i < 3000; ++i) {
    const SimTime now = calendar.now();
    if (random() % 10 == 0) node.set_link(up = !up, now);
    const ServiceConfig& what = config.nodes[0].services[random() % 2];
    if (random() % 2 == 0)
      node.fetch(what, told, asked++, now);
    else
      node.perform(what, {.operation = Operation::read, .size = 4096, .working_set = 1 << 20, .seed = random()}, told, asked++, now);
    calendar.run_until(now + SimTime::from_us(static_cast<std::int64_t>(random() % 2000)));
  }
  node.set_link(true, calendar.now());
  calendar.run();
  EXPECT_EQ(told.ends.size(), asked);
}

}  // namespace
}  // namespace lparsim::services
