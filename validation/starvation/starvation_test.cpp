#include <fmt/format.h>
#include <gtest/gtest.h>

#include "models/io/request_ledger.hpp"
#include "validation/harness/run_text.hpp"

namespace lparsim::validation {
namespace {

constexpr const char* kScenario = R"(
lparsim: 1
name: starved-vios
duration: 10 s
storage:
  - {name: disk, type: fixed, service: 100 us, channels: 32}
server:
  processor: {generation: POWER5, cores: 4, frequency: 1.65 GHz}
  partitions:
    - name: vios
      type: vios
      processors: {entitlement: 0.1, virtual: 1, weight: 16}
      smt: 1
      disks: [{name: hdisk0, storage: disk, queue_depth: 32}]
    - name: hog1
      type: linux
      processors: {entitlement: 0.5, virtual: 3, weight: 128}
      workloads: [{name: burn, type: spin, threads: 6}]
    - name: hog2
      type: linux
      processors: {entitlement: 0.5, virtual: 3, weight: 128}
      workloads: [{name: burn, type: spin, threads: 6}]
    - name: client
      type: aix
      processors: {mode: dedicated, cores: 1}
      disks: [{name: hdisk0, backing: vios.hdisk0, queue_depth: 32}]
      workloads:
        - {name: readers, type: batch, jobs: 10000000, threads: 32, transaction: [{disk_read: hdisk0, size: 8 KiB}]}
events:
  - {at: 5 s, partition: vios, weight: 128}
)";

struct Seconds {
  double requests = 0;  // a second
  double latency = 0;   // ms
  double in_vios = 0;   // of that: undispatched, and behind others
};

// From the first whole second after a change on, until the next one.
Seconds between(const std::vector<trace::IoIntervalSample>& samples, SimTime begin, SimTime end) {
  Seconds sums;
  for (const trace::IoIntervalSample& sample : samples) {
    if (sample.begin < begin || sample.end > end) continue;
    const auto& stages = sample.stages;
    const SimTime waited =
        stages[static_cast<std::size_t>(io::Stage::vios_dispatch)] + stages[static_cast<std::size_t>(io::Stage::vios_queue)];
    sums.requests += static_cast<double>(sample.requests);
    sums.latency += sample.latency.milliseconds();
    sums.in_vios += waited.milliseconds();
  }
  sums.latency /= sums.requests;
  sums.in_vios /= sums.requests;
  sums.requests /= (end - begin).seconds();
  return sums;
}

TEST(Starvation, EndsAsTheWeightsSayAndClientsSeeIt) {
  const TextRun run{kScenario, trace::Level::summary};
  const auto samples = run.reader().io_intervals();
  ASSERT_TRUE(samples) << samples.error();
  const Seconds before = between(*samples, SimTime::from_s(1), SimTime::from_s(5));
  const Seconds after = between(*samples, SimTime::from_s(6), SimTime::from_s(10));
  const double excess = 3 - 1.1;
  const double got_before = 0.1 + excess * 16 / (16 + 256);
  const double got_after = 0.1 + excess * 128 / (128 + 256);
  constexpr double kDemand = 46'854 / 1.65e9;  // s
  RecordProperty("before", fmt::format("{:.0f} /s, {:.3f} ms", before.requests, before.latency));
  RecordProperty("after", fmt::format("{:.0f} /s, {:.3f} ms", after.requests, after.latency));
  EXPECT_NEAR(before.requests, got_before / kDemand, 0.02 * got_before / kDemand);
  EXPECT_NEAR(after.requests, got_after / kDemand, 0.02 * got_after / kDemand);
  const double ms_before = 32 * kDemand / got_before * 1000;
  const double ms_after = 32 * kDemand / got_after * 1000;
  EXPECT_NEAR(before.latency, ms_before, 0.02 * ms_before);
  EXPECT_NEAR(after.latency, ms_after, 0.02 * ms_after);
  EXPECT_NEAR(before.in_vios - after.in_vios, ms_before - ms_after, 0.03 * (ms_before - ms_after));
}

}  // namespace
}  // namespace lparsim::validation
