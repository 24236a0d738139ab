#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "validation/harness/run_text.hpp"

namespace lparsim::validation {
namespace {

struct Row {
  int kib;
  double physical;  // MB/s, MB = 2^20
  double through_vios;
  double volume_adds;  // ms, printed with three decimals
};

void PrintTo(const Row& row, std::ostream* out) {
  *out << row.kib << " KiB";
}

double transfer_ms(int kib, double megabytes_a_second) {
  return kib / 1024.0 / megabytes_a_second * 1000;
}

class VscsiLatency : public testing::TestWithParam<Row> {
 protected:
  /// One thread that reads through `backing`, from a disk that takes what the published one took by itself.
  static report::MetricTable read(const Row& row, const char* backing) {
    return run_text(fmt::format(R"(
lparsim: 1
name: vscsi-latency
duration: 2 s
warmup: 100 ms
storage:
  - {{name: disk, type: fixed, service: {:.3f} us}}
server:
  processor: {{generation: POWER5, cores: 2, frequency: 1.65 GHz}}
  partitions:
    - name: vios
      type: vios
      processors: {{mode: dedicated, cores: 1}}
      disks: [{{name: hdisk0, storage: disk}}]
      {}
    - name: client
      type: aix
      processors: {{mode: dedicated, cores: 1}}
      disks: [{{name: hdisk0, backing: vios.{}}}]
      workloads:
        - {{name: reader, type: batch, jobs: 1000000, transaction: [{{disk_read: hdisk0, size: {} KiB, access: sequential}}]}}
)",
                                transfer_ms(row.kib, row.physical) * 1000,
                                std::string{backing} == "lv0" ? "logical_volumes: [{name: lv0, disk: hdisk0, size: 50 GiB}]" : "", backing,
                                row.kib));
  }
};

TEST_P(VscsiLatency, OfAPhysicalDiskIsThePublishedOne) {
  const Row row = GetParam();
  const auto metrics = read(row, "hdisk0");
  const double bandwidth = value_of(metrics, "client.hdisk0.read.bandwidth") * 1e6 / (1 << 20);
  EXPECT_NEAR(bandwidth, row.through_vios, 0.01 * row.through_vios);
  const double adds = transfer_ms(row.kib, row.through_vios) - transfer_ms(row.kib, row.physical);
  const double measured = value_of(metrics, "client.hdisk0.read.latency.mean") - transfer_ms(row.kib, row.physical);
  RecordProperty("added_us", fmt::format("{:.2f}", measured * 1000));
  EXPECT_NEAR(measured, adds, 0.03 * adds);
}

TEST_P(VscsiLatency, OfALogicalVolumeIsThePublishedOne) {
  const Row row = GetParam();
  const double measured = value_of(read(row, "lv0"), "client.hdisk0.read.latency.mean") - transfer_ms(row.kib, row.physical);
  RecordProperty("added_us", fmt::format("{:.2f}", measured * 1000));
  EXPECT_GT(measured, (row.volume_adds - 0.0005) * 0.97);
  EXPECT_LT(measured, (row.volume_adds + 0.0005) * 1.03);
}

INSTANTIATE_TEST_SUITE_P(Size, VscsiLatency,
                         testing::Values(Row{4, 24.3, 20.3, 0.035}, Row{32, 90.6, 82.6, 0.034}, Row{128, 132.6, 124.5, 0.063}),
                         [](const auto& chosen) { return fmt::format("Of{}KiB", chosen.param.kib); });

// One thread again, which reads from a disk for each size in turn.
std::vector<double> added_us(const std::vector<int>& sizes, bool volume) {
  std::string storage, disks, volumes, clients, steps;
  for (const int kib : sizes) {
    storage += fmt::format("  - {{name: d{}, type: fixed, service: 200 us}}\n", kib);
    disks += fmt::format("        - {{name: d{0}, storage: d{0}}}\n", kib);
    if (volume) volumes += fmt::format("        - {{name: lv{0}, disk: d{0}, size: 50 GiB}}\n", kib);
    clients += fmt::format("        - {{name: d{0}, backing: vios.{1}{0}}}\n", kib, volume ? "lv" : "d");
    // What the VIOS still has to do for the transfer before is no part of this.
    steps += fmt::format("            - {{sleep: 1 ms}}\n            - {{disk_read: d{0}, size: {0} KiB}}\n", kib);
  }
  const auto metrics = run_text(fmt::format(R"(
lparsim: 1
name: vscsi-latency-by-size
duration: 2 s
warmup: 100 ms
storage:
{}
server:
  processor: {{generation: POWER5, cores: 2, frequency: 1.65 GHz}}
  partitions:
    - name: vios
      type: vios
      processors: {{mode: dedicated, cores: 1}}
      disks:
{}
{}
    - name: client
      type: aix
      processors: {{mode: dedicated, cores: 1}}
      disks:
{}
      workloads:
        - name: reader
          type: batch
          jobs: 1000000
          transaction:
{}
)",
                                            storage, disks, volume ? "      logical_volumes:\n" + volumes : "", clients, steps));
  std::vector<double> added;
  for (const int kib : sizes) added.push_back(value_of(metrics, fmt::format("client.d{}.read.latency.mean", kib)) * 1000 - 200);
  return added;
}

void expect_growth(bool volume) {
  const std::vector<int> sizes{4, 8, 16, 32, 64, 128, 256};
  const auto added = added_us(sizes, volume);
  testing::Test::RecordProperty("sizes", fmt::format("{:.1f}", fmt::join(added, " ")));
  for (std::size_t i = 1; i < sizes.size(); ++i) {
    // Nothing costs more than the steepest part of what was published: (61.3 - 33.4) us / 96 KiB, by pages of 4 KiB.
    const double most = (sizes[i] - sizes[i - 1]) * (61.3 - 33.4) / 88;
    EXPECT_GT(added[i], added[i - 1]) << sizes[i];
    EXPECT_LT(added[i] - added[i - 1], most + 1) << sizes[i];
  }
  EXPECT_LT(added[3] / added[0], 1.06);
}

TEST(VscsiLatencyBetween, GrowsWithTheSizeOverAPhysicalDisk) {
  expect_growth(false);
}

TEST(VscsiLatencyBetween, GrowsWithTheSizeOverALogicalVolume) {
  expect_growth(true);
}

}  // namespace
}  // namespace lparsim::validation
