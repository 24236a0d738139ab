#include "models/io/disk_array.hpp"

#include <gtest/gtest.h>

#include "models/io/testing/block_clients.hpp"
#include "sim/kernel/testing/manual_calendar.hpp"

namespace lparsim::io {
namespace {

using namespace literals;

constexpr Bytes k4K{4096};
constexpr Bytes k64K{65536};

struct Bench {
  explicit Bench(DiskArrayConfig config) : array{"array", config, 1, calendar, ledger}, lun{array.add_lun({.queue_depth = 1000})} {}
  kernel::testing::ManualCalendar calendar;
  RequestLedger ledger{nullptr};
  testing::BlockRecorder client;
  DiskArray array;
  BlockDevice& lun;
};

DiskArrayConfig simple() {
  return {.hit = Distribution::constant(500_us),
          .read_hit_ratio = 0,
          .write_cache = {1 << 20},
          .rate = {},
          .members = 4,
          .member = {.service = FixedService{.time = Distribution::constant(5_ms)}},
          .stripe = k64K};
}

TEST(DiskArray, AnswersHitsFromItsCacheAndMissesFromItsMembers) {
  DiskArrayConfig config = simple();
  config.read_hit_ratio = 0.7;
  Bench bench{config};
  int hits = 0;
  bench.client.then = [&](std::uint32_t, BlockStatus, SimTime now) {
    if (bench.client.submitted() < 10'000) bench.client.submit(bench.lun, false, 0, k4K, now);
  };
  bench.client.submit(bench.lun, false, 0, k4K, {});
  bench.calendar.run();
  SimTime before;
  for (const auto& ending : bench.client.endings) {
    const SimTime took = ending.when - before;
    before = ending.when;
    ASSERT_TRUE(took == 500_us || took == 5500_us);
    hits += took == 500_us ? 1 : 0;
  }
  EXPECT_NEAR(hits, 7000, 150);
}

TEST(DiskArray, SpreadsALongReadOverItsMembers) {
  Bench bench{simple()};
  bench.client.submit(bench.lun, false, 0, Bytes{256 << 10}, {});
  bench.calendar.run();
  EXPECT_EQ(bench.calendar.now(), 5500_us);
  for (std::size_t i = 0; i < 4; ++i) EXPECT_EQ(bench.array.member_statistics(i, 5500_us).bytes_read, 65'536U);
}

TEST(DiskArray, PutsItsLunsOnTheMembersOneBehindTheOther) {
  DiskArrayConfig config = simple();
  config.member.capacity = {1 << 20};
  kernel::testing::ManualCalendar calendar;
  RequestLedger ledger{nullptr};
  testing::BlockRecorder client;
  DiskArray array{"array", config, 1, calendar, ledger};
  array.add_lun({.capacity = k64K});
  BlockDevice& second = array.add_lun({.capacity = k64K});
  client.submit(second, false, 0, k4K, {});
  calendar.run();
  EXPECT_EQ(array.member_statistics(0, 1_s).reads, 0U);
  EXPECT_EQ(array.member_statistics(1, 1_s).reads, 1U);
  EXPECT_THROW(array.add_lun({.capacity = {4 << 20}}), CheckFailure);
}

TEST(DiskArray, AnswersWritesFromItsCacheUntilItIsFull) {
  Bench bench{simple()};
  for (std::uint64_t i = 0; i < 20; ++i) bench.client.submit(bench.lun, true, i * 128, k64K, {});
  bench.calendar.run_until(500_us);
  // 16 of 64 KiB fit; four members take one each in 5 ms.
  EXPECT_EQ(bench.client.endings.size(), 16U);
  EXPECT_EQ(bench.array.dirty(), Bytes{1 << 20});
  bench.calendar.run_until(5500_us);
  EXPECT_EQ(bench.client.endings.size(), 20U);
  bench.calendar.run();
  EXPECT_EQ(bench.array.dirty(), Bytes{0});
  EXPECT_EQ(bench.calendar.now(), 25'500_us);
}

TEST(DiskArray, WritesThroughWithoutAWriteCache) {
  DiskArrayConfig config = simple();
  config.write_cache = {};
  Bench bench{config};
  bench.client.submit(bench.lun, true, 0, k4K, {});
  bench.calendar.run();
  EXPECT_EQ(bench.client.endings[0].when, 5500_us);
}

TEST(DiskArray, DestagesAfterAFailureWhatItHadPromised) {
  Bench bench{simple()};
  for (std::uint64_t i = 0; i < 8; ++i) bench.client.submit(bench.lun, true, i * 128, k64K, {});
  bench.calendar.run_until(1_ms);
  bench.array.set_state(false, 1_ms);
  bench.client.submit(bench.lun, false, 0, k4K, 1_ms);
  bench.calendar.run_until(100_ms);
  EXPECT_EQ(bench.client.endings.back().status, BlockStatus::unreachable);
  EXPECT_EQ(bench.array.dirty(), Bytes{512 << 10});
  bench.array.set_state(true, 100_ms);
  bench.calendar.run();
  EXPECT_EQ(bench.array.dirty(), Bytes{0});
  EXPECT_EQ(bench.calendar.now(), 110_ms);
}

TEST(DiskArray, CarriesDataAtTheRateOfItsPorts) {
  DiskArrayConfig config = simple();
  config.read_hit_ratio = 1;
  config.rate = {1e9};
  Bench bench{config};
  for (int i = 0; i < 100; ++i) bench.client.submit(bench.lun, false, 0, Bytes{1'000'000}, {});
  bench.calendar.run();
  EXPECT_EQ(bench.calendar.now(), 100'500_us);
}

}  // namespace
}  // namespace lparsim::io
