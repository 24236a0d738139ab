#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "validation/harness/run_text.hpp"

namespace lparsim::validation {
namespace {

struct Limits {
  int client = 256;    // queue depth of the client's disk
  int vios = 256;      // of the VIOS's
  int requests = 510;  // SRP request limit
  int channels = 128;  // of the disk
  int users = 0;
};

struct Measured {
  double inflight, throughput, response, beyond_client_queue, device;
};

// `seconds` as long as it takes for the ends of the measured time not to matter.
Measured measure(const Limits& limits, int seconds) {
  const auto metrics = run_text(fmt::format(R"(
lparsim: 1
name: queue-depth
duration: {} s
warmup: 1 s
storage:
  - {{name: disk, type: fixed, service: 10 ms, channels: {}}}
server:
  processor: {{generation: POWER5, cores: 3, frequency: 1.65 GHz}}
  partitions:
    - name: vios
      type: vios
      processors: {{mode: dedicated, cores: 1}}
      vscsi_server: {{request_limit: {}}}
      disks: [{{name: hdisk0, storage: disk, queue_depth: {}}}]
    - name: client
      type: aix
      processors: {{mode: dedicated, cores: 2}}
      disks: [{{name: hdisk0, backing: vios.hdisk0, queue_depth: {}}}]
      workloads:
        - {{name: users, type: closed, users: {}, think: exponential(2 ms), transaction: [{{disk_read: hdisk0, size: 4 KiB}}]}}
)",
                                            seconds, limits.channels, limits.requests, limits.vios, limits.client, limits.users));
  const auto value = [&](const char* metric) {
    return value_of(metrics, fmt::format("client.hdisk0.{}", metric));
  };
  const double response = value("read.latency.mean") / 1000;
  const double throughput = value("read.iops");
  return {value("inflight"), throughput, response, throughput * (response - value("stage.client_queue") / 1000),
          throughput * value("stage.device") / 1000};
}

// 31.7 us are what virtual SCSI adds to a transfer of 4 KiB (claim vscsi_latency); requests that wait for each other in the VIOS add some.
constexpr double kRound = 0.01 + 31.7e-6;

class QueueDepth : public testing::TestWithParam<int> {};

TEST_P(QueueDepth, DecidesHowManyAreUnderWayAndHowFastTheyGo) {
  const int depth = GetParam();
  const auto measured = measure({.client = depth, .users = 2 * depth}, std::max(4, 80 / depth));
  EXPECT_NEAR(measured.inflight, measured.throughput * measured.response, 0.01 * measured.inflight);
  EXPECT_NEAR(measured.beyond_client_queue, depth, 0.01 * depth);
  EXPECT_NEAR(measured.throughput, depth / kRound, 0.01 * depth / kRound);
}

INSTANTIATE_TEST_SUITE_P(Of, QueueDepth, testing::Values(1, 2, 3, 8, 16, 32, 64),
                         [](const auto& chosen) { return fmt::format("Depth{}", chosen.param); });

TEST(QueueDepthOfOthers, LetsFewUsersThrough) {
  const auto measured = measure({.client = 64, .users = 8}, 20);
  EXPECT_NEAR(measured.inflight, measured.throughput * measured.response, 0.01 * measured.inflight);
  EXPECT_NEAR(measured.throughput, 8 / (kRound + 0.002), 0.01 * 8 / (kRound + 0.002));
  EXPECT_NEAR(measured.beyond_client_queue, measured.inflight, 0.01 * measured.inflight);
}

TEST(QueueDepthOfOthers, OfTheViosLimitsWhatItsDiskGets) {
  const auto measured = measure({.client = 64, .vios = 8, .users = 128}, 10);
  EXPECT_NEAR(measured.inflight, measured.throughput * measured.response, 0.01 * measured.inflight);
  EXPECT_NEAR(measured.beyond_client_queue, 64, 0.64);
  EXPECT_NEAR(measured.device, 8, 0.08);
  EXPECT_NEAR(measured.throughput, 800, 8);
}

TEST(QueueDepthOfOthers, OfTheAdapterLimitsItsRequests) {
  const auto measured = measure({.client = 64, .requests = 18, .users = 128}, 10);
  EXPECT_NEAR(measured.beyond_client_queue, 16, 0.16);
  EXPECT_NEAR(measured.throughput, 16 / kRound, 0.01 * 16 / kRound);
}

TEST(QueueDepthOfOthers, BeyondTheDisksChannelsOnlyMakesItsQueueLonger) {
  const auto measured = measure({.client = 64, .channels = 4, .users = 128}, 10);
  EXPECT_NEAR(measured.beyond_client_queue, 64, 0.64);
  EXPECT_NEAR(measured.throughput, 400, 4);
}

}  // namespace
}  // namespace lparsim::validation
