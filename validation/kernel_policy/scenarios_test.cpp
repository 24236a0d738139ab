// Whole runs: what a partition sees of its services.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <string>

#include "validation/harness/run_text.hpp"

namespace lparsim::validation {
namespace {

std::string scenario(const std::string& services, const std::string& policy, const std::string& workloads, int seconds = 60) {
  return fmt::format(R"(
lparsim: 1
name: kernel-policy
duration: {} s
warmup: 1 s
storage:
  - {{name: disk, type: hdd, rpm: 7200, capacity: 16 GiB}}
server:
  processor: {{generation: POWER9, cores: 3, frequency: 3 GHz}}
  kernel_policy:
    services:
{}
    nodes:
      - name: library
        services: [{{name: Far, type: memory_management, implementation: lru}}]
    policy:
{}
  partitions:
    - name: vios
      type: vios
      processors: {{mode: dedicated, cores: 1}}
      disks: [{{name: hdisk0, storage: disk}}]
    - name: client
      type: linux
      processors: {{mode: dedicated, cores: 2}}
      disks: [{{name: sda, backing: vios.hdisk0}}]
      workloads:
{}
)",
                     seconds, services, policy, workloads);
}

constexpr double kSeek = 9e-3;
constexpr double kHalfTurn = 30.0 / 7200;
constexpr double kRate = 150e6;
/// What virtual SCSI adds to an operation of some KiB on these processors: claim vscsi_latency, and the services' own processor time.
constexpr double kAround = 40e-6;

constexpr const char* kWriter =
    "        - {name: files, type: closed, users: 1, think: 1 us, transaction: [{os_service: {type: file_system, operation: write, size: 8 "
    "KiB}}]}";

TEST(KernelPolicyClaim, WritesInPlaceAreSeeks) {
  const auto metrics =
      run_text(scenario("      - {name: Files, type: file_system, implementation: ufs}", "      file_system: Files", kWriter));
  // The file is a 256th of the disk, so that the square root of the distance is 8/15 of a 16th on average.
  const double in_place = kSeek * (0.1 + 0.9 / 16) + kHalfTurn + 8192 / kRate + kAround;
  EXPECT_NEAR(value_of(metrics, "client.os.file_system.calls"), 1 / in_place, 0.04 / in_place);
}

TEST(KernelPolicyClaim, SixtyThreeWritesToALogAreOneOfASegment) {
  const auto metrics = run_text(scenario("      - {name: Files, type: file_system, implementation: log_structured, volume: 8 GiB}",
                                         "      file_system: Files",
                                         "        - {name: files, type: closed, users: 1, think: 1 us, transaction: [{os_service: {type: "
                                         "file_system, operation: write, size: 8 "
                                         "KiB}}]}",
                                         31));
  const double calls = value_of(metrics, "client.os.file_system.calls");
  const double operations = value_of(metrics, "client.sda.write.iops");
  EXPECT_NEAR(calls / operations, 63.5, 0.7);  // 127 blocks of 4 KiB and a summary
  EXPECT_EQ(value_of(metrics, "client.sda.read.iops"), 0);
  // The log is longer than what is written in this time, so nothing is cleaned, and each segment lies behind the last one: 512 KiB at the
  // disk's rate, what virtual SCSI adds to them, and for each write 6 us of the service and the user's 1 us.
  const double segment = 512 * 1024;
  const double predicted = segment / (segment / kRate + 110e-6 + 63.5 * 7e-6);
  EXPECT_NEAR(value_of(metrics, "client.sda.write.bandwidth"), predicted * 1e-6, 0.02 * predicted * 1e-6);
}

report::MetricTable run_limited(const std::string& limits) {
  return run_text(scenario(
      fmt::format("      - {{name: Limited, type: io_scheduler, implementation: limited, {}}}", limits), "      io_scheduler: Limited",
      "        - {name: readers, type: closed, users: 12, think: 1 us, transaction: [{disk_read: sda, size: 4 KiB}]}", 100));
}

class LimitedAccess : public testing::TestWithParam<int> {};

TEST_P(LimitedAccess, GivesOutstandingOverTheTimeOfTheDisk) {
  const int outstanding = GetParam();
  const auto metrics = run_limited(fmt::format("outstanding: {}", outstanding));
  const double turn = value_of(metrics, "client.os.io_scheduler.latency.mean") / 1000;
  const double whole = value_of(metrics, "client.readers.response.mean") / 1000;
  const double iops = value_of(metrics, "client.sda.read.iops");
  EXPECT_NEAR(iops, outstanding / (whole - turn), 0.02 * iops);
  EXPECT_NEAR(iops, 12 / whole, 0.02 * iops);
  EXPECT_NEAR(value_of(metrics, "client.sda.inflight"), outstanding, 0.02 * outstanding);
  EXPECT_EQ(value_of(metrics, "client.os.io_scheduler.local"), 100);
}
INSTANTIATE_TEST_SUITE_P(KernelPolicyClaim, LimitedAccess, testing::Values(1, 2, 5));

TEST(KernelPolicyClaim, LimitedAccessKeepsItsRate) {
  EXPECT_NEAR(value_of(run_limited("rate: 40 /s"), "client.sda.read.iops"), 40, 0.4);
}

// Writes to a log are gathered in memory: no disk's time is in the way. They begin when the drivers, which share the cores' hardware
// threads, are done with bringing up their adapters.
TEST(KernelPolicyClaim, AFetchedServicesFirstCallTakesItsTransferLongerAndLaterOnesNothing) {
  const auto partition = [](int number, const char* policy, int jobs) {
    return fmt::format(R"(
    - name: p{0}
      type: linux
      processors: {{mode: dedicated, cores: 1}}
      disks: [{{name: sda, backing: vios.hdisk{0}}}]
      kernel_policy: {{policy: {{file_system: "{1}"}}}}
      workloads:
        - name: files
          type: batch
          start: 100 ms
          jobs: {2}
          transaction: [{{os_service: {{type: file_system, operation: write, size: 4 KiB}}}}])",
                       number, policy, jobs);
  };
  const auto metrics = run_text(R"(
lparsim: 1
name: fetched
duration: 2 s
storage:
  - {name: disk0, type: hdd}
  - {name: disk1, type: hdd}
  - {name: disk2, type: hdd}
  - {name: disk3, type: hdd}
server:
  processor: {generation: POWER9, cores: 5, frequency: 3 GHz}
  kernel_policy:
    services:
      - {name: Near, type: file_system, implementation: log_structured}
    nodes:
      - name: library
        link: 1 Gb/s
        delay: 300 us
        services: [{name: Far, type: file_system, implementation: log_structured, code_size: 700 kB}]
      - name: archive
        link: 1 Gb/s
        delay: 300 us
        services: [{name: Far, type: file_system, implementation: log_structured, code_size: 700 kB}]
  partitions:
    - name: vios
      type: vios
      processors: {mode: dedicated, cores: 1}
      disks:
        - {name: hdisk0, storage: disk0}
        - {name: hdisk1, storage: disk1}
        - {name: hdisk2, storage: disk2}
        - {name: hdisk3, storage: disk3})" +
                                partition(0, "Near", 1) + partition(1, "Near", 60) + partition(2, "Far, fetched from library", 1) +
                                partition(3, "Far, fetched from archive", 60) + "\n");
  const auto sum = [&](int number, int jobs) {
    return value_of(metrics, fmt::format("p{}.os.file_system.latency.mean", number)) * jobs / 1000;
  };
  const double transfer = 700e3 * 8 / 1e9 + 2 * 300e-6;
  EXPECT_NEAR(sum(2, 1) - sum(0, 1), transfer, 1e-12);
  EXPECT_NEAR(sum(3, 60) - sum(1, 60), transfer, 60 * 2e-12);
  EXPECT_EQ(value_of(metrics, "p3.os.file_system.fetches"), 1);
}

}  // namespace
}  // namespace lparsim::validation
