// Failures of the primary at random instants: how long calls take then (claim.md).
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <numeric>

#include "sim/base/random.hpp"
#include "sim/scenario/read_scenario.hpp"
#include "sim/scenario/simulation.hpp"
#include "sim/trace/reader.hpp"

namespace lparsim::validation {
namespace {

struct Change {
  SimTime at;
  SimTime longest;  ///< latency of the calls that are hit
};

struct Plan {
  std::string events;
  std::vector<Change> changes;
};

/// One failure after the other, in random order, each mended before the next.
Plan draw(std::uint64_t seed) {
  // TCP's timeout, once and then doubled. It begins anew with the delayed acknowledgement of the part that arrived.
  const SimTime once = SimTime::from_ms(200 + 40 + 10);
  const SimTime twice = SimTime::from_ms(200 + 400 + 40 + 10);
  struct Failure {
    std::string place, failed, mended;
    SimTime longest;
  };
  std::vector<Failure> failures{{"link: vios1.ent0", "state: down", "state: up", once},
                                {"shared_ethernet: vios1.sea0", "ha_mode: standby", "ha_mode: auto", once},
                                {"partition: vios1", "state: failed", "state: running", twice},
                                {"partition: vios1", "state: stopped", "state: running", twice}};
  RandomStream random{seed, "failures"};
  const auto below = [&](std::uint64_t limit) {
    return static_cast<std::int64_t>(random.bits() % limit);
  };
  Plan plan;
  std::int64_t at = 1'000'000;  // us
  const auto add = [&](const std::string& place, const std::string& what, SimTime longest) {
    at += 1'200'000 + below(300'000);
    plan.events += fmt::format("  - {{at: {} us, {}, {}}}\n", at, place, what);
    plan.changes.push_back({SimTime::from_us(at), longest});
  };
  while (!failures.empty()) {
    const auto which = failures.begin() + below(failures.size());
    add(which->place, which->failed, which->longest);
    add(which->place, which->mended, once);
    failures.erase(which);
  }
  return plan;
}

class SeaFailover : public testing::TestWithParam<int> {};

TEST_P(SeaFailover, AnswersEveryCallOnceWithinTcpsTimers) {
  const Plan plan = draw(static_cast<std::uint64_t>(GetParam()));
  const auto vios = [](int number) {
    return fmt::format(R"(
    - name: vios{0}
      type: vios
      processors: {{entitlement: 0.5, virtual: 2, weight: 255}}
      adapters: [{{name: ent0, type: ethernet}}]
      shared_ethernet: [{{name: sea0, adapter: ent0, ha_mode: auto, trunks: [{{pvid: 1, priority: {0}}}]}}]
)",
                       number);
  };
  const std::string text = fmt::format(R"(
lparsim: 1
name: sea-failover
seed: {}
duration: 14 s
network:
  hosts: [{{name: bank, service: exponential(500 us)}}]
server:
  processor: {{generation: POWER9, cores: 4, frequency: 3.4 GHz}}
  partitions:{}{}
    - name: app
      type: linux
      processors: {{entitlement: 1, virtual: 2}}
      ethernet: [{{name: eth0}}]
      workloads:
        - {{name: payments, type: closed, users: 8, think: exponential(10 ms), transaction: [{{call: bank, request: 1 KiB, response: 4 KiB}}]}}
        - {{name: journal, type: closed, users: 1, think: exponential(5 ms), transaction: [{{send: bank, size: 4 KiB}}]}}
events:
{})",
                                       GetParam(), vios(1), vios(2), plan.events);
  const auto reading = scenario::read_scenario_text("claim.yaml", text);
  ASSERT_FALSE(reading.diagnostics.has_errors()) << reading.diagnostics.text(20);
  const auto path = std::filesystem::temp_directory_path() / fmt::format("lparsim-failover-{}.db", getpid());
  scenario::simulate(reading.scenario, {path, trace::Level::full, {}, nullptr});
  auto reader = trace::Reader::open(path);
  ASSERT_TRUE(reader) << reader.error();

  std::vector<bool> ended;
  std::uint64_t last_send = 0;
  std::size_t hit = 0;
  const auto all = reader->io_requests([&](const trace::IoRequest& request) {
    if (request.number >= ended.size()) ended.resize(request.number + 1);
    EXPECT_FALSE(ended[request.number]) << "answered twice";
    ended[request.number] = true;
    EXPECT_EQ(request.outcome, trace::IoOutcome::done);
    EXPECT_EQ(std::accumulate(request.stages.begin(), request.stages.end(), SimTime{}), request.end - request.begin);
    if (request.kind == trace::IoKind::send) {
      EXPECT_GE(request.number, last_send) << "out of order";
      last_send = request.number;
      return;
    }
    const auto change = std::ranges::find_if(
        plan.changes, [&](const Change& each) { return request.begin < each.at + SimTime::from_ms(500) && request.end > each.at; });
    const SimTime longest = change == plan.changes.end() ? SimTime::from_ms(10) : change->longest;
    EXPECT_LE(request.end - request.begin, longest) << "begun at " << request.begin.seconds() << " s";
    hit += request.end - request.begin > SimTime::from_ms(100);
  });
  ASSERT_TRUE(all) << all.error();
  EXPECT_GE(hit, 16U) << "two crashes with eight users each";
  EXPECT_LE(std::ranges::count(ended, false), 9) << "of the users of the last instant";
  std::filesystem::remove(path);
}

INSTANTIATE_TEST_SUITE_P(Seed, SeaFailover, testing::Range(0, 10));

}  // namespace
}  // namespace lparsim::validation
