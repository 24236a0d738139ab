#include "validation/oracles/closed_network.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <array>

#include "validation/harness/run_text.hpp"

namespace lparsim::validation {
namespace {

struct Case {
  int users;
  double think;    // ms
  double compute;  // ms, of the client
  double disk;     // ms
};

void PrintTo(const Case& c, std::ostream* out) {
  *out << fmt::format("{} users who think for {} ms, client {} ms, disk {} ms", c.users, c.think, c.compute, c.disk);
}

constexpr double kMillisecondsACycle = 1000 / 500e6;
constexpr double kDriver = 10'609 * kMillisecondsACycle;
constexpr double kVios = 673'920 * kMillisecondsACycle;

class ClosedNetwork : public testing::TestWithParam<Case> {};

TEST_P(ClosedNetwork, IsThatOfMeanValueAnalysis) {
  const Case c = GetParam();
  const std::array demands{c.compute + kDriver, kVios, c.disk};
  const auto expected = oracles::mean_value_analysis(demands, c.think, c.users);
  // So many transactions that the mean is within 1 %.
  const double seconds = 100'000 / expected.throughput / 1000;
  const auto metrics =
      run_text(fmt::format(R"(
lparsim: 1
name: closed-network
duration: {:.0f} s
warmup: 2 s
sample_interval: 10 s
storage:
  - {{name: disk, type: fixed, service: exponential({} ms)}}
server:
  processor: {{generation: POWER5, cores: 2, frequency: 500 MHz}}
  partitions:
    - name: vios
      type: vios
      processors: {{mode: dedicated, cores: 1}}
      smt: 1
      guest: {{time_slice: 100 us}}
      vscsi_server: {{profile: ibmi, cost_distribution: exponential}}
      disks: [{{name: hdisk0, storage: disk, queue_depth: 256}}]
    - name: client
      type: aix
      processors: {{mode: dedicated, cores: 1}}
      smt: 1
      guest: {{time_slice: 100 us}}
      disks: [{{name: hdisk0, backing: vios.hdisk0, queue_depth: 256}}]
      workloads:
        - name: users
          type: closed
          users: {}
          think: {}
          transaction:
            - compute: exponential({} ms)
            - {{disk_read: hdisk0, size: 256 KiB}}
)",
                           seconds + 2, c.disk, c.users, c.think > 0 ? fmt::format("exponential({} ms)", c.think) : "0 s", c.compute));
  const double throughput = value_of(metrics, "client.users.throughput") / 1000;  // /ms
  const double response = value_of(metrics, "client.users.response.mean");
  const double response_expected = c.users / expected.throughput - c.think;
  RecordProperty("throughput", fmt::format("{:.4f} of {:.4f} /ms", throughput, expected.throughput));
  RecordProperty("response", fmt::format("{:.3f} of {:.3f} ms", response, response_expected));
  EXPECT_NEAR(throughput, expected.throughput, 0.02 * expected.throughput);
  EXPECT_NEAR(response, response_expected, 0.02 * response_expected);
}

INSTANTIATE_TEST_SUITE_P(Of, ClosedNetwork,
                         testing::Values(Case{1, 0, 1.5, 1.3}, Case{4, 0, 1.5, 1.3}, Case{12, 0, 1.5, 1.3},  // balanced
                                         Case{16, 20, 1.5, 1.3},                                             // with thinking
                                         Case{6, 0, 0.5, 0.7},                                               // the VIOS is the bottleneck
                                         Case{6, 0, 0.5, 2.5}, Case{16, 30, 0.5, 2.5}),                      // the disk is
                         [](const auto& chosen) { return fmt::format("Case{}", chosen.index + 1); });

}  // namespace
}  // namespace lparsim::validation
