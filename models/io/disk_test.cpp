#include "models/io/disk.hpp"

#include <gtest/gtest.h>

#include "models/io/testing/block_clients.hpp"
#include "sim/kernel/testing/manual_calendar.hpp"

namespace lparsim::io {
namespace {

using namespace literals;

constexpr Bytes k4K{4096};

struct Bench {
  kernel::testing::ManualCalendar calendar;
  RequestLedger ledger{nullptr};
  testing::BlockRecorder client;

  Disk disk(const DiskConfig& config, std::uint64_t seed = 1) { return {"hdisk0", config, seed, calendar, ledger}; }
  /// Commands a second with `depth` of them under way at random addresses.
  double random_rate(Disk& disk, std::uint32_t depth, std::uint32_t commands, bool write = false) {
    RandomStream addresses{7, "addresses"};
    const auto next = [&](SimTime now) {
      client.submit(disk, write, addresses.bits() % (disk.capacity().count / 512), k4K, now);
    };
    client.then = [&](std::uint32_t, BlockStatus, SimTime now) {
      if (client.submitted() < commands) next(now);
    };
    for (std::uint32_t i = 0; i < depth; ++i) next({});
    calendar.run();
    client.then = nullptr;
    return commands / calendar.now().seconds();
  }
};

DiskConfig fixed(SimTime time, std::uint32_t depth = 32) {
  return {.service = FixedService{.time = Distribution::constant(time)}, .queue_depth = depth};
}

TEST(Disk, ServesOneCommandAfterTheOther) {
  Bench bench;
  Disk disk = bench.disk(fixed(100_us));
  for (int i = 0; i < 3; ++i) bench.client.submit(disk, false, 0, k4K, {});
  bench.calendar.run();
  using Ending = testing::BlockRecorder::Ending;
  EXPECT_EQ(bench.client.endings,
            (std::vector<Ending>{{0, BlockStatus::good, 100_us}, {1, BlockStatus::good, 200_us}, {2, BlockStatus::good, 300_us}}));
}

TEST(Disk, AddsTheTimeOfTheDataToTheTimeOfTheCommand) {
  Bench bench;
  Disk disk = bench.disk({.service = FixedService{.time = Distribution::constant(50_us), .rate = {1e9}}});
  bench.client.submit(disk, false, 0, Bytes{100'000}, {});
  bench.calendar.run();
  EXPECT_EQ(bench.calendar.now(), 150_us);
}

TEST(Disk, LetsCommandsBeyondItsQueueDepthWaitInTheAdapter) {
  Bench bench;
  Disk disk = bench.disk(fixed(100_us, 2));
  std::vector<RequestTag> tags;
  for (int i = 0; i < 4; ++i) {
    tags.push_back(bench.ledger.begin(0, RequestKind::read, 4096, Stage::vios_processing, {}));
    bench.client.submit(disk, false, 0, k4K, {}, tags.back());
  }
  bench.calendar.run();
  const RequestRecord last = bench.ledger.end(tags[3], Outcome::done, bench.calendar.now());
  EXPECT_EQ(last.stages[static_cast<std::size_t>(Stage::adapter_queue)], 200_us);
  EXPECT_EQ(last.stages[static_cast<std::size_t>(Stage::device)], 200_us);
}

TEST(Disk, TellsTheAbortedAtOnceButCompletesWhatItHasBegun) {
  Bench bench;
  Disk disk = bench.disk(fixed(100_us));
  for (int i = 0; i < 3; ++i) bench.client.submit(disk, false, 0, k4K, {});
  bench.calendar.run_until(10_us);
  disk.abort(0, bench.client, 10_us);
  disk.abort(1, bench.client, 10_us);
  bench.calendar.run();
  using Ending = testing::BlockRecorder::Ending;
  EXPECT_EQ(bench.client.endings,
            (std::vector<Ending>{{0, BlockStatus::aborted, 10_us}, {1, BlockStatus::aborted, 10_us}, {2, BlockStatus::good, 200_us}}));
}

TEST(Disk, EndsWhatItHasAndWhatComesAsUnreachableWhileItIsGone) {
  Bench bench;
  DiskConfig config = fixed(100_us);
  config.unreachable_after = 1_ms;
  Disk disk = bench.disk(config);
  bench.client.submit(disk, false, 0, k4K, {});
  bench.calendar.run_until(50_us);
  disk.set_state(false, 50_us);
  EXPECT_FALSE(disk.reachable());
  bench.calendar.run_until(200_us);
  bench.client.submit(disk, false, 0, k4K, 200_us);
  bench.calendar.run_until(300_us);
  disk.set_state(true, 300_us);
  bench.client.submit(disk, false, 0, k4K, 300_us);
  bench.calendar.run();
  using Ending = testing::BlockRecorder::Ending;
  EXPECT_EQ(bench.client.endings,
            (std::vector<Ending>{
                {2, BlockStatus::good, 400_us}, {0, BlockStatus::unreachable, 1050_us}, {1, BlockStatus::unreachable, 1200_us}}));
}

TEST(Disk, ReportsDamagedBlocks) {
  Bench bench;
  Disk disk = bench.disk(fixed(100_us));
  disk.damage(100, 1);
  bench.client.submit(disk, false, 92, k4K, {});
  bench.client.submit(disk, false, 93, k4K, {});
  bench.client.submit(disk, false, 101, k4K, {});
  bench.calendar.run();
  EXPECT_EQ(bench.client.endings[0].status, BlockStatus::good);
  EXPECT_EQ(bench.client.endings[1].status, BlockStatus::medium_error);
  EXPECT_EQ(bench.client.endings[2].status, BlockStatus::good);
}

// codeprj.com: seek and half a rotation of 7,200, 10,000 and 15,000 rpm make 76, 111 and 166 commands a second.
TEST(HardDisk, MakesThePublishedNumberOfRandomCommandsASecond) {
  const std::pair<HardDiskService, double> published[]{
      {HardDiskService::rpm_7200(), 76}, {HardDiskService::rpm_10000(), 111}, {HardDiskService::rpm_15000(), 166}};
  for (const auto& [service, rate] : published) {
    Bench bench;
    Disk disk = bench.disk({.service = service});
    EXPECT_NEAR(bench.random_rate(disk, 1, 40'000), rate, 0.01 * rate) << service.rpm;
  }
}

TEST(HardDisk, SeeksTheStatedAverageOverRandomAddresses) {
  double sum = 0;
  constexpr int kSteps = 400;
  for (int a = 0; a < kSteps; ++a) {
    for (int b = 0; b < kSteps; ++b) sum += ServiceTimes::seek(9_ms, std::abs(a - b) / static_cast<double>(kSteps)).milliseconds();
  }
  EXPECT_NEAR(sum / (kSteps * kSteps), 9.0, 0.03);
  EXPECT_LT(ServiceTimes::seek(9_ms, 0.1), ServiceTimes::seek(9_ms, 0.2));
}

TEST(HardDisk, StreamsAtTheRateOfItsMedia) {
  Bench bench;
  Disk disk = bench.disk({.service = HardDiskService::rpm_15000()});
  for (std::uint64_t i = 0; i < 1000; ++i) bench.client.submit(disk, false, i * 512, Bytes{256 << 10}, {});
  bench.calendar.run();
  EXPECT_NEAR(1000 * 262'144 / bench.calendar.now().seconds(), 200e6, 1e6);
}

TEST(Flash, MakesThePublishedRates) {
  Bench reads;
  Disk first = reads.disk({.service = FlashService::sata()});
  EXPECT_NEAR(reads.random_rate(first, 32, 200'000), 94'000, 940);
  Bench writes;
  Disk second = writes.disk({.service = FlashService::sata()});
  EXPECT_NEAR(writes.random_rate(second, 32, 200'000, true), 65'000, 650);
  Bench nvme;
  Disk third = nvme.disk({.service = FlashService::nvme(), .queue_depth = 128});
  EXPECT_NEAR(nvme.random_rate(third, 128, 400'000), 500'000, 5'000);
}

TEST(Flash, IsLimitedByItsLinkForLongCommands) {
  Bench bench;
  Disk disk = bench.disk({.service = FlashService::sata()});
  for (int i = 0; i < 2000; ++i) bench.client.submit(disk, false, 0, Bytes{128 << 10}, {});
  bench.calendar.run();
  EXPECT_NEAR(2000 * 131'072 / bench.calendar.now().seconds(), 560e6, 2e6);
}

// M/M/1 at half load: the mean response time is twice the service time, and half of the time the disk works.
TEST(Disk, IsASingleServerQueueForPoissonArrivals) {
  Bench bench;
  Disk disk = bench.disk({.service = FixedService{.time = Distribution::exponential(1_ms)}, .queue_depth = 4});
  RandomStream gaps{3, "gaps"};
  const Distribution gap = Distribution::exponential(2_ms);
  SimTime at;
  constexpr std::uint64_t kCommands = 400'000;
  for (std::uint64_t i = 0; i < kCommands; ++i) {
    at += gap.sample(gaps);
    bench.calendar.run_until(at);
    bench.client.submit(disk, false, 0, k4K, at);
  }
  bench.calendar.run();
  const SimTime end = bench.calendar.now();
  const DeviceStatistics result = disk.statistics(end);
  EXPECT_EQ(result.reads, kCommands);
  EXPECT_EQ(result.bytes_read, kCommands * 4096);
  EXPECT_NEAR(result.utilisation, 0.5, 0.005);
  EXPECT_NEAR(result.working.seconds(), result.utilisation * end.seconds(), 1e-9);
  EXPECT_NEAR(result.latency.seconds() / kCommands, 2e-3, 0.04e-3);
  // Little's law, exactly: it begins and ends empty.
  EXPECT_NEAR((result.queued + result.inside) * end.seconds(), result.latency.seconds(), 1e-6 * result.latency.seconds());
}

TEST(Disk, DrawsFromAStreamOfItsOwn) {
  const auto end_of = [](std::uint64_t seed) {
    Bench bench;
    Disk disk = bench.disk({.service = HardDiskService::rpm_7200()}, seed);
    bench.client.submit(disk, false, 1'000'000, k4K, {});
    bench.calendar.run();
    return bench.calendar.now();
  };
  EXPECT_EQ(end_of(5), end_of(5));
  EXPECT_NE(end_of(5), end_of(6));
}

// Aborts, failures and repairs at random instants: whatever happens, each command ends exactly once.
TEST(Disk, EndsEveryCommandOnceWhateverFailsWhenever) {
  for (std::uint64_t seed = 0; seed < 1000; ++seed) {
    Bench bench;
    DiskConfig config = {.service = FlashService{.channels = 3}, .queue_depth = 5};
    config.unreachable_after = seed % 2 == 0 ? SimTime{} : 300_us;
    Disk disk = bench.disk(config);
    KeyedStream draw{seed};
    SimTime now;
    for (int i = 0; i < 60; ++i) {
      now += SimTime::from_us(static_cast<std::int64_t>(draw.bits() % 40));
      bench.calendar.run_until(now);
      const std::uint64_t what = draw.bits() % 10;
      if (what == 0) disk.set_state(!disk.reachable(), now);
      if (what == 1 && bench.client.submitted() > 0) {
        disk.abort(static_cast<std::uint32_t>(draw.bits() % bench.client.submitted()), bench.client, now);
      }
      if (what > 1) bench.client.submit(disk, what % 2 == 0, draw.bits() % 1000, k4K, now);
    }
    bench.calendar.run();
    ASSERT_EQ(bench.client.endings.size(), bench.client.submitted()) << seed;
    ASSERT_EQ(disk.pending(), 0U);
    disk.set_state(true, bench.calendar.now());
    bench.client.submit(disk, false, 0, k4K, bench.calendar.now());
    bench.calendar.run();
    ASSERT_EQ(bench.client.endings.back().status, BlockStatus::good) << seed;
  }
}

}  // namespace
}  // namespace lparsim::io
