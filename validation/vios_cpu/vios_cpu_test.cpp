#include <fmt/format.h>
#include <gtest/gtest.h>

#include <string>

#include "validation/harness/run_text.hpp"

namespace lparsim::validation {
namespace {

struct Io {
  int kib;
  bool volume;
  double cycles;
};

void PrintTo(const Io& io, std::ostream* out) {
  *out << fmt::format("{} KiB of a {}", io.kib, io.volume ? "logical volume" : "physical disk");
}

class ViosCpu : public testing::TestWithParam<Io> {};

TEST_P(ViosCpu, IsThePublishedOneForEachIo) {
  const Io io = GetParam();
  const auto metrics = run_text(fmt::format(R"(
lparsim: 1
name: vios-cpu
duration: 3 s
warmup: 500 ms
storage:
  - {{name: disk, type: fixed, service: 200 us, channels: 8}}
server:
  processor: {{generation: POWER5, cores: 2, frequency: 1.65 GHz}}
  partitions:
    - name: vios
      type: vios
      processors: {{entitlement: 1}}
      smt: 1
      disks: [{{name: hdisk0, storage: disk}}]
      {}
    - name: client
      type: aix
      processors: {{mode: dedicated, cores: 1}}
      disks: [{{name: hdisk0, backing: vios.{}, queue_depth: 8}}]
      workloads:
        - {{name: reader, type: open, arrivals: poisson(2000 /s), transaction: [{{disk_read: hdisk0, size: {} KiB}}]}}
)",
                                            io.volume ? "logical_volumes: [{name: lv0, disk: hdisk0, size: 50 GiB}]" : "",
                                            io.volume ? "lv0" : "hdisk0", io.kib));
  const double cycles = value_of(metrics, "vios.physc") * 1.65e9 / value_of(metrics, "client.hdisk0.read.iops");
  RecordProperty("cycles", fmt::format("{:.0f}", cycles));
  EXPECT_NEAR(cycles, io.cycles, 0.04 * io.cycles);
}

INSTANTIATE_TEST_SUITE_P(Size, ViosCpu,
                         testing::Values(Io{4, false, 45'000}, Io{8, false, 47'000}, Io{32, false, 58'000}, Io{64, false, 81'000},
                                         Io{128, false, 120'000}, Io{4, true, 49'000}, Io{8, true, 51'000}, Io{32, true, 59'000},
                                         Io{64, true, 74'000}, Io{128, true, 105'000}),
                         [](const auto& chosen) {
                           return fmt::format("Of{}KiB{}", chosen.param.kib, chosen.param.volume ? "Volume" : "Disk");
                         });

// 4 s: the rates come out within 0.4 %, so that the processor time does too.
TEST(ViosCpuExample, OfThreeClientsIsThePublishedOne) {
  const auto client = [](const char* name, int rate, int kib) {
    return fmt::format(R"(
    - name: {0}
      type: aix
      processors: {{mode: dedicated, cores: 1}}
      disks: [{{name: hdisk0, backing: vios.{0}, queue_depth: 128}}]
      workloads:
        - {{name: io, type: open, arrivals: poisson({1} /s), transaction: [{{disk_read: hdisk0, size: {2} KiB}}]}}
)",
                       name, rate, kib);
  };
  const auto metrics = run_text(fmt::format(R"(
lparsim: 1
name: vios-sizing
duration: 4 s
warmup: 500 ms
storage:
  - {{name: first, type: fixed, service: 200 us, channels: 32}}
  - {{name: second, type: fixed, service: 200 us, channels: 32}}
  - {{name: third, type: fixed, service: 1 ms, channels: 32}}
server:
  processor: {{generation: POWER5, cores: 5, frequency: 1.65 GHz}}
  partitions:
    - name: vios
      type: vios
      processors: {{entitlement: 1, virtual: 2}}
      smt: 1
      disks:
        - {{name: first, storage: first, queue_depth: 128}}
        - {{name: second, storage: second, queue_depth: 128}}
        - {{name: third, storage: third, queue_depth: 128}}
{}{}{}
)",
                                            client("first", 7000, 8), client("second", 10'000, 8), client("third", 5000, 128)));
  RecordProperty("physc", fmt::format("{:.4f}", value_of(metrics, "vios.physc")));
  EXPECT_NEAR(value_of(metrics, "first.hdisk0.read.iops"), 7000, 0.02 * 7000);
  EXPECT_NEAR(value_of(metrics, "second.hdisk0.read.iops"), 10'000, 0.02 * 10'000);
  EXPECT_NEAR(value_of(metrics, "third.hdisk0.read.iops"), 5000, 0.02 * 5000);
  EXPECT_NEAR(value_of(metrics, "vios.physc"), 0.848, 0.03 * 0.848);
}

report::MetricTable ibmi(const char* step, int kib, int rate) {
  return run_text(fmt::format(R"(
lparsim: 1
name: ibmi-server
duration: 3 s
warmup: 500 ms
storage:
  - {{name: disk, type: fixed, service: 200 us, channels: 64}}
server:
  processor: {{generation: POWER5, cores: 2, frequency: 2.2 GHz}}
  partitions:
    - name: host
      type: ibmi
      processors: {{entitlement: 1}}
      smt: 1
      disks: [{{name: dd1, storage: disk, queue_depth: 128}}]
    - name: client
      type: aix
      processors: {{mode: dedicated, cores: 1}}
      disks: [{{name: hdisk0, backing: host.dd1, queue_depth: 128}}]
      workloads:
        - {{name: io, type: open, arrivals: poisson({} /s), transaction: [{{{}: hdisk0, size: {} KiB}}]}}
)",
                              rate, step, kib));
}

TEST(IbmiServerCpu, OfTenThousandReadsOf16KIsAThirdOfAProcessor) {
  const double physc = value_of(ibmi("disk_read", 16, 10'000), "host.physc");
  RecordProperty("physc", fmt::format("{:.4f}", physc));
  EXPECT_NEAR(physc, 0.34, 0.03 * 0.34);
}

struct Transaction {
  int kib;
  double read, write;  // us
};

void PrintTo(const Transaction& t, std::ostream* out) {
  *out << t.kib << " KiB";
}

class IbmiServerCpuBySize : public testing::TestWithParam<Transaction> {
 protected:
  static double microseconds(const char* step, const char* kind) {
    const auto metrics = ibmi(step, GetParam().kib, 1000);
    return value_of(metrics, "host.physc") * 1e6 / value_of(metrics, fmt::format("client.hdisk0.{}.iops", kind));
  }
};

TEST_P(IbmiServerCpuBySize, IsThePublishedOneForEachRead) {
  const double us = microseconds("disk_read", "read");
  RecordProperty("us", fmt::format("{:.1f}", us));
  EXPECT_NEAR(us, GetParam().read, 0.06 * GetParam().read);
}

TEST_P(IbmiServerCpuBySize, IsThePublishedOneForEachWrite) {
  const double us = microseconds("disk_write", "write");
  RecordProperty("us", fmt::format("{:.1f}", us));
  EXPECT_NEAR(us, GetParam().write, 0.06 * GetParam().write);
}

INSTANTIATE_TEST_SUITE_P(Size, IbmiServerCpuBySize,
                         testing::Values(Transaction{4, 16, 21}, Transaction{8, 22, 26}, Transaction{16, 34, 36}, Transaction{32, 57, 54},
                                         Transaction{64, 92, 82}, Transaction{128, 163, 148}, Transaction{256, 314, 282}),
                         [](const auto& chosen) { return fmt::format("Of{}KiB", chosen.param.kib); });

}  // namespace
}  // namespace lparsim::validation
