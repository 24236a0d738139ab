#include <fmt/format.h>
#include <gtest/gtest.h>

#include <numeric>
#include <string>

#include "models/io/request_ledger.hpp"
#include "sim/base/distribution.hpp"
#include "sim/base/random.hpp"
#include "validation/harness/run_text.hpp"
#include "validation/oracles/capped.hpp"

namespace lparsim::validation {
namespace {

constexpr double kServiceMs = 673'920 / 1.65e6;  // of the VIOS for a read of 256 KiB
// The client's driver (10,609 cycles at 1.65 GHz) and the disk.
constexpr double kElsewhereMs = 0.00643 + 0.001;
constexpr double kWindowMs = 10;

struct Capped {
  double entitlement;
  double load;  // of the entitlement
  bool dedicated = false;
};

void PrintTo(const Capped& c, std::ostream* out) {
  *out << fmt::format("load {} of {}, {}", c.load, c.entitlement, c.dedicated ? "dedicated" : "capped");
}

double rate(const Capped& c) {
  return c.load * c.entitlement / kServiceMs * 1000;
}

struct Expected {
  double response = 0;
  double blocked = 0;
};

Expected recursion(const Capped& c) {
  oracles::CappedQueue queue{SimTime::from_seconds((c.dedicated ? 1 : c.entitlement) * kWindowMs / 1000), SimTime::from_ms(10)};
  RandomStream random{99, "recursion"};
  const Distribution gap{Exponential{1e12 / rate(c)}};
  SimTime arrival;
  Expected sums;
  constexpr int kJobs = 4'000'000;
  for (int i = 0; i < kJobs; ++i) {
    arrival += gap.sample(random);
    sums.response += queue.serve(arrival, SimTime::from_seconds(kServiceMs / 1000)).milliseconds();
    sums.blocked += queue.blocked().milliseconds();
  }
  return {sums.response / kJobs, sums.blocked / kJobs};
}

class SharedVios : public testing::TestWithParam<Capped> {};

TEST_P(SharedVios, AnswersAsAQueueBehindItsCapDoes) {
  const Capped c = GetParam();
  const std::string processors =
      c.dedicated ? "mode: dedicated, cores: 1" : fmt::format("entitlement: {}, virtual: 1, capped: true", c.entitlement);
  const auto metrics = run_text(fmt::format(R"(
lparsim: 1
name: shared-vios
duration: {:.0f} s
warmup: 2 s
sample_interval: 10 s
storage:
  - {{name: disk, type: fixed, service: 1 us}}
server:
  processor: {{generation: POWER5, cores: 2, frequency: 1.65 GHz}}
  partitions:
    - name: vios
      type: vios
      processors: {{{}}}
      smt: 1
      guest: {{time_slice: 10 s}}                 # first come first served
      vscsi_server: {{profile: ibmi}}
      disks: [{{name: hdisk0, storage: disk, queue_depth: 256}}]
      logical_volumes: [{{name: lv0, disk: hdisk0, size: 50 GiB}}]
    - name: client
      type: aix
      processors: {{mode: dedicated, cores: 1}}
      disks: [{{name: hdisk0, backing: vios.lv0, queue_depth: 256}}]
      workloads:
        - {{name: reads, type: open, arrivals: poisson({:.3f} /s), transaction: [{{disk_read: hdisk0, size: 256 KiB}}]}}
)",
                                            2 + 200'000 / rate(c), processors, rate(c)));
  const Expected expected = recursion(c);
  const double response = value_of(metrics, "client.hdisk0.read.latency.mean") - kElsewhereMs;
  const double dispatch = value_of(metrics, "client.hdisk0.stage.vios_dispatch");
  const double queue = value_of(metrics, "client.hdisk0.stage.vios_queue");
  RecordProperty("response", fmt::format("{:.3f} of {:.3f} ms", response, expected.response));
  RecordProperty("dispatch", fmt::format("{:.3f} of {:.3f} ms", dispatch, expected.blocked));
  EXPECT_NEAR(response, expected.response, 0.03 * expected.response);
  EXPECT_NEAR(dispatch, expected.blocked, 0.03 * expected.response);
  EXPECT_NEAR(queue, expected.response - expected.blocked - kServiceMs, 0.03 * expected.response);
}

INSTANTIATE_TEST_SUITE_P(Of, SharedVios,
                         testing::Values(Capped{0.1, 0.5}, Capped{0.2, 0.5}, Capped{0.2, 0.6}, Capped{0.5, 0.6}, Capped{0.2, 0.5, true}),
                         [](const auto& chosen) {
                           return fmt::format("{}{:.0f}At{:.0f}", chosen.param.dedicated ? "Dedicated" : "Capped",
                                              chosen.param.entitlement * 100, chosen.param.load * 100);
                         });

// One request at a time, one core for VIOS and neighbour.
std::string beside_a_neighbour(const char* duration) {
  return fmt::format(R"(
lparsim: 1
name: vios-and-neighbour
duration: {}
storage:
  - {{name: disk, type: fixed, service: exponential(2 ms)}}
server:
  processor: {{generation: POWER5, cores: 2, frequency: 1.65 GHz}}
  partitions:
    - name: vios
      type: vios
      processors: {{entitlement: 0.2, virtual: 1, weight: 255}}
      disks: [{{name: hdisk0, storage: disk}}]
      logical_volumes: [{{name: lv0, disk: hdisk0, size: 50 GiB}}]
    - name: neighbour
      type: linux
      processors: {{entitlement: 0.8, virtual: 1, weight: 64}}
      workloads: [{{name: burn, type: spin, threads: 2}}]
    - name: client
      type: aix
      processors: {{mode: dedicated, cores: 1}}
      disks: [{{name: hdisk0, backing: vios.lv0}}]
      workloads:
        - {{name: reader, type: closed, users: 1, think: exponential(1 ms), transaction: [{{disk_read: hdisk0, size: 32 KiB}}]}}
)",
                     duration);
}

TEST(SharedViosBesideANeighbour, MakesRequestsWaitAsLongAsItWaitsItself) {
  const auto metrics = run_text(beside_a_neighbour("60 s"));
  const double dispatch = value_of(metrics, "client.hdisk0.stage.vios_dispatch") * value_of(metrics, "client.hdisk0.read.iops");
  const double delay = value_of(metrics, "vios.dispatch_delay.mean") * value_of(metrics, "vios.dispatches");
  RecordProperty("waited", fmt::format("{:.3f} and {:.3f} ms a second", dispatch, delay));
  EXPECT_GT(dispatch, 10);
  EXPECT_NEAR(dispatch, delay, 0.01 * delay);
  EXPECT_LE(value_of(metrics, "vios.dispatch_delay.max"), 2 * (10 - 2));
}

TEST(SharedViosBesideANeighbour, KnowsWhereEachRequestWasToThePicosecond) {
  const TextRun run{beside_a_neighbour("5 s"), trace::Level::full};
  std::size_t requests = 0;
  SimTime undispatched;
  double latency = 0;
  std::uint64_t last = 0;
  const auto told = run.reader().io_requests([&](const trace::IoRequest& request) {
    ++requests;
    last = request.number;
    undispatched += request.stages[trace::kViosDispatchStage];
    latency += (request.end - request.begin).milliseconds();
    for (const SimTime stage : request.stages) EXPECT_GE(stage, SimTime{}) << request.number;
    EXPECT_EQ(std::accumulate(request.stages.begin(), request.stages.end(), SimTime{}), request.end - request.begin) << request.number;
  });
  ASSERT_TRUE(told) << told.error();
  ASSERT_GT(requests, 500u);
  EXPECT_GT(undispatched, SimTime::from_ms(100));
  EXPECT_NEAR(value_of(run.metrics(), "client.hdisk0.read.latency.mean"), latency / static_cast<double>(requests), 1e-6);
  const auto journey = run.reader().io_journey(last);
  ASSERT_TRUE(journey) << journey.error();
  ASSERT_TRUE(*journey);
  trace::IoStageTimes sums{};
  for (const trace::IoStep& step : (*journey)->steps) sums[step.stage] += step.length;
  EXPECT_EQ(sums, (*journey)->request.stages);
}

}  // namespace
}  // namespace lparsim::validation
