// A thousand failures of two VIOSes under load at random instants (claim.md).
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

constexpr int kFailures = 25;

struct Failures {
  std::string events;
  SimTime healed;  ///< everything works from then on
};

std::string vios(int number) {
  return fmt::format(R"(
    - name: vios{0}
      type: vios
      processors: {{entitlement: 0.5, virtual: 2, weight: 255}}
      adapters: [{{name: ent0, type: ethernet}}, {{name: fcs0, type: fibre_channel}}]
      disks: [{{name: hdisk0, storage: lun0, adapter: fcs0}}]
      shared_ethernet: [{{name: sea0, adapter: ent0, ha_mode: auto, trunks: [{{pvid: 1, priority: {0}}}]}}]
)",
                     number);
}

/// Each of nine things fails, is mended, fails again; independent of the others.
Failures draw(std::uint64_t seed) {
  RandomStream random{seed, "failures"};
  const auto below = [&](std::uint64_t limit) {
    return static_cast<std::int64_t>(random.bits() % limit);
  };
  struct Thing {
    std::string place, failed, mended;
  };
  std::vector<Thing> things;
  for (int number = 1; number <= 2; ++number) {
    things.push_back({fmt::format("partition: vios{}", number), "state: failed", "state: running"});
    things.push_back({fmt::format("link: vios{}.ent0", number), "state: down", "state: up"});
    things.push_back({fmt::format("link: vios{}.fcs0", number), "state: down", "state: up"});
    things.push_back({fmt::format("shared_ethernet: vios{}.sea0", number), "ha_mode: standby", "ha_mode: auto"});
  }
  things.push_back({"storage: lun0", "state: down", "state: up"});
  std::vector<std::int64_t> free(things.size(), 100'000);  // us
  std::vector<std::pair<std::int64_t, std::string>> events;
  const auto add = [&](std::int64_t at, const Thing& thing, const std::string& what) {
    events.emplace_back(at, fmt::format("  - {{at: {} us, {}, {}}}\n", at, thing.place, what));
  };
  std::int64_t healed = 0;
  for (int i = 0; i < kFailures; ++i) {
    const auto which = static_cast<std::size_t>(below(things.size()));
    const std::int64_t begin = free[which] + below(1'500'000);
    const std::int64_t end = begin + 5'000 + below(700'000);
    const bool shut_down = which % 4 == 0 && which < 8 && below(2) == 0;
    add(begin, things[which], shut_down ? "state: stopped" : things[which].failed);
    add(end, things[which], things[which].mended);
    free[which] = end + 5'000;
    healed = std::max(healed, end);
  }
  std::ranges::stable_sort(events, {}, &std::pair<std::int64_t, std::string>::first);
  Failures failures{"", SimTime::from_us(healed)};
  for (const auto& event : events) failures.events += event.second;
  return failures;
}

class IoFailures : public testing::TestWithParam<int> {};

TEST_P(IoFailures, LoseNoRequestAnswerNoneTwiceAndLeaveNoneHanging) {
  const Failures failures = draw(static_cast<std::uint64_t>(GetParam()));
  const SimTime end = failures.healed * 2 + SimTime::from_s(3);
  const std::string text = fmt::format(R"(
lparsim: 1
name: io-failures
seed: {}
duration: {} us
storage:
  - {{name: lun0, type: fixed, service: exponential(1 ms), channels: 8}}
  - {{name: lun1, type: fixed, service: exponential(1 ms), channels: 8}}
network:
  hosts: [{{name: bank, service: exponential(500 us)}}]
server:
  processor: {{generation: POWER9, cores: 4, frequency: 3.4 GHz}}
  partitions:{}{}
    - name: app
      type: {}
      processors: {{entitlement: 1, virtual: 2}}
      disks:
        - {{name: hdisk0, backing: [vios1.hdisk0, vios2.hdisk0], queue_depth: 8, health_check: 1 s, recovery: {}}}
        - {{name: hdisk1, storage: lun1, paths: [vios1.fcs0, vios2.fcs0], queue_depth: 8, health_check: 1 s}}
      ethernet: [{{name: en0}}]
      workloads:
        - {{name: updates, type: closed, users: 6, think: exponential(10 ms), transaction: [{{disk_read: hdisk0, size: 8 KiB}}, {{disk_write: hdisk0, size: 8 KiB}}]}}
        - {{name: scans, type: closed, users: 3, think: exponential(10 ms), transaction: [{{disk_read: hdisk1, size: 64 KiB}}]}}
        - {{name: payments, type: closed, users: 4, think: exponential(20 ms), transaction: [{{call: bank, request: 1 KiB, response: 3 KiB}}]}}
        - {{name: reports, type: closed, users: 1, think: 50 ms, transaction: [{{send: bank, size: 64 KiB}}]}}
events:
{})",
                                       GetParam(), end / SimTime::from_us(1), vios(1), vios(2), GetParam() % 2 == 0 ? "aix" : "linux",
                                       GetParam() % 4 < 3 ? "fast_fail" : "delayed_fail", failures.events);
  const auto reading = scenario::read_scenario_text("claim.yaml", text);
  ASSERT_FALSE(reading.diagnostics.has_errors()) << reading.diagnostics.text(20);
  const auto path = std::filesystem::temp_directory_path() / fmt::format("lparsim-failures-{}.db", getpid());
  scenario::simulate(reading.scenario, {path, trace::Level::full, {}, nullptr});
  auto reader = trace::Reader::open(path);
  ASSERT_TRUE(reader) << reader.error();

  std::vector<bool> ended;
  SimTime last_begin[3];  // of those to the disk, calls, sends: that ended
  SimTime unfinished_from = SimTime::never();
  std::vector<SimTime> begins;
  std::size_t failed = 0;
  std::size_t hit = 0;
  const auto all = reader->io_requests([&](const trace::IoRequest& request) {
    if (request.number >= ended.size()) {
      ended.resize(request.number + 1);
      begins.resize(request.number + 1);
    }
    EXPECT_FALSE(ended[request.number]) << "request " << request.number << " ended twice";
    ended[request.number] = true;
    begins[request.number] = request.begin;
    hit += request.stages[trace::kRecoveryStage] > SimTime{};
    failed += request.outcome != trace::IoOutcome::done;
    const SimTime sum = std::accumulate(request.stages.begin(), request.stages.end(), SimTime{});
    EXPECT_EQ(sum, request.end - request.begin) << "request " << request.number;
    const std::size_t kind = request.kind == trace::IoKind::call ? 1 : request.kind == trace::IoKind::send ? 2 : 0;
    last_begin[kind] = std::max(last_begin[kind], request.begin);
  });
  ASSERT_TRUE(all) << all.error();
  EXPECT_EQ(failed, 0U);
  EXPECT_GE(hit, static_cast<std::size_t>(kFailures)) << "were in the stage `recovery`";
  // Numbers go by begin: whatever is missing began no earlier than the one before it.
  for (std::size_t i = 0; i < ended.size(); ++i) {
    if (ended[i]) continue;
    const SimTime before = i == 0 ? SimTime{} : begins[i - 1];
    begins[i] = before;
    unfinished_from = std::min(unfinished_from, before);
  }
  EXPECT_GT(unfinished_from, end - SimTime::from_ms(200)) << "is under way at the end";
  for (const SimTime last : last_begin) EXPECT_GT(last, end - SimTime::from_ms(400)) << "users go on";
  EXPECT_GT(ended.size(), 2'000U);
  std::filesystem::remove(path);
}

INSTANTIATE_TEST_SUITE_P(Seed, IoFailures, testing::Range(0, 40));

}  // namespace
}  // namespace lparsim::validation
