#include "models/io/fibre_channel.hpp"

#include <gtest/gtest.h>

#include "models/io/disk.hpp"
#include "models/io/disk_array.hpp"
#include "models/io/testing/block_clients.hpp"
#include "sim/kernel/testing/manual_calendar.hpp"

namespace lparsim::io {
namespace {

using namespace literals;

constexpr Bytes k4K{4096};

struct Bench {
  explicit Bench(FibreChannelConfig config = {}, SimTime disk_time = 100_us, std::uint32_t servers = 1000)
      : disk{"lun0",
             {.service = FixedService{.time = Distribution::constant(disk_time), .servers = servers}, .queue_depth = 5000},
             1,
             calendar,
             ledger},
        adapter{"fcs0", config, fabric, calendar, ledger},
        path{adapter.path_to(disk)} {}
  kernel::testing::ManualCalendar calendar;
  RequestLedger ledger{nullptr};
  testing::BlockRecorder client;
  SanSwitch fabric{"san", 0_us};
  Disk disk;
  FibreChannelAdapter adapter;
  BlockDevice& path;
};

TEST(FibreChannelAdapter, HasSoManyCommandsUnderWay) {
  Bench bench{{.num_cmd_elems = 200, .rate = {}}};
  for (int i = 0; i < 600; ++i) bench.client.submit(bench.path, false, 0, k4K, {});
  bench.calendar.run();
  EXPECT_EQ(bench.client.endings[199].when, 100_us);
  EXPECT_EQ(bench.client.endings[200].when, 200_us);
  EXPECT_EQ(bench.client.endings[599].when, 300_us);
}

TEST(FibreChannelAdapter, CarriesDataAtTheRateOfItsLink) {
  for (const std::uint32_t gigabits : {8U, 16U, 32U}) {
    for (const bool write : {false, true}) {
      Bench bench{{.rate = FibreChannelConfig::rate_of(gigabits)}};
      for (int i = 0; i < 1000; ++i) bench.client.submit(bench.path, write, 0, Bytes{1'000'000}, {});
      bench.calendar.run();
      const double rate = 1e9 / (bench.calendar.now() - 100_us).seconds();
      EXPECT_NEAR(rate, gigabits * 100e6, gigabits * 0.2e6) << gigabits << write;
    }
  }
}

TEST(FibreChannelAdapter, CarriesBothDirectionsAtOnce) {
  Bench bench{{.rate = {1e9}}};
  for (int i = 0; i < 100; ++i) {
    bench.client.submit(bench.path, false, 0, Bytes{1'000'000}, {});
    bench.client.submit(bench.path, true, 0, Bytes{1'000'000}, {});
  }
  bench.calendar.run();
  EXPECT_NEAR(bench.calendar.now().milliseconds(), 100.1, 0.5);
}

TEST(FibreChannelAdapter, TellsWaitingForTheLinkFromBeingOnIt) {
  Bench bench{{.rate = {1e9}}};
  std::vector<RequestTag> tags;
  for (int i = 0; i < 2; ++i) {
    tags.push_back(bench.ledger.begin(0, RequestKind::read, 0, Stage::vios_processing, {}));
    bench.client.submit(bench.path, false, 0, Bytes{50'000}, {}, tags.back());
  }
  bench.calendar.run();
  const RequestRecord second = bench.ledger.end(tags[1], Outcome::done, bench.calendar.now());
  EXPECT_EQ(second.stages[static_cast<std::size_t>(Stage::device)], 100_us);
  EXPECT_EQ(second.stages[static_cast<std::size_t>(Stage::adapter_queue)], 50_us);
  EXPECT_EQ(second.stages[static_cast<std::size_t>(Stage::network)], 50_us);
}

TEST(FibreChannelAdapter, EndsCommandsOfALostLinkAsUnreachable) {
  Bench bench{{.rate = {}, .error_delay = 10_ms}};
  struct Port final : PortObserver {
    std::vector<std::pair<bool, SimTime>> changes;
    void port_changed(bool online, SimTime now) override { changes.emplace_back(online, now); }
  } port;
  bench.adapter.observe(port);
  bench.client.submit(bench.path, false, 0, k4K, {});
  bench.calendar.run_until(50_us);
  bench.adapter.set_link(false, 50_us);
  EXPECT_FALSE(bench.path.reachable());
  bench.fabric.set_state(false, 60_us);
  bench.adapter.set_link(true, 70_us);
  bench.calendar.run_until(20_ms);
  bench.fabric.set_state(true, 20_ms);
  bench.client.submit(bench.path, false, 0, k4K, 20_ms);
  bench.calendar.run();
  using Ending = testing::BlockRecorder::Ending;
  EXPECT_EQ(bench.client.endings, (std::vector<Ending>{{0, BlockStatus::unreachable, 10'050_us}, {1, BlockStatus::good, 20'100_us}}));
  EXPECT_EQ(port.changes, (std::vector<std::pair<bool, SimTime>>{{false, 50_us}, {true, 20_ms}}));
}

// Little's law of the adapter with random service: mean number in it = rate x mean time in it.
TEST(FibreChannelAdapter, ObeysLittlesLaw) {
  Bench bench{{.num_cmd_elems = 200, .rate = FibreChannelConfig::rate_of(8)}, 2_ms, 20};
  constexpr std::uint32_t kCommands = 100'000;
  bench.client.then = [&](std::uint32_t, BlockStatus, SimTime now) {
    if (bench.client.submitted() < kCommands) bench.client.submit(bench.path, false, 0, k4K, now);
  };
  for (int i = 0; i < 300; ++i) bench.client.submit(bench.path, false, 0, k4K, {});
  bench.calendar.run();
  const DeviceStatistics result = bench.adapter.statistics(bench.calendar.now());
  const double in_it = result.queued + result.inside;
  EXPECT_NEAR(in_it, 300, 3);
  EXPECT_NEAR(kCommands / bench.calendar.now().seconds() * result.latency.seconds() / kCommands, in_it, 0.01 * in_it);
}

// Aborts, cables, switches, disks and whole arrays fail at random instants: each command ends exactly once, and what works again serves.
TEST(FibreChannelAdapter, EndsEveryCommandOnceWhateverFailsWhenever) {
  for (std::uint64_t seed = 0; seed < 1000; ++seed) {
    Bench bench{{.num_cmd_elems = 6, .rate = FibreChannelConfig::rate_of(16), .error_delay = seed % 3 == 0 ? 200_us : 0_us}, 80_us, 2};
    DiskArray array{"ds8k",
                    {.read_hit_ratio = 0.3, .write_cache = {16384}, .members = 2, .member = {.service = FlashService::sata()}},
                    seed,
                    bench.calendar,
                    bench.ledger};
    BlockDevice& lun = bench.adapter.path_to(array.add_lun({.queue_depth = 3}));
    KeyedStream draw{seed};
    SimTime now;
    bool link = true;
    for (int i = 0; i < 80; ++i) {
      now += SimTime::from_us(static_cast<std::int64_t>(draw.bits() % 60));
      bench.calendar.run_until(now);
      const std::uint64_t what = draw.bits() % 16;
      if (what == 0) bench.adapter.set_link(link = !link, now);
      if (what == 1) bench.fabric.set_state(!bench.fabric.up(), now);
      if (what == 2) bench.disk.set_state(!bench.disk.reachable(), now);
      if (what == 3) array.set_state(!array.reachable(), now);
      if (what == 4 && bench.client.submitted() > 0) {
        const auto number = static_cast<std::uint32_t>(draw.bits() % bench.client.submitted());
        lun.abort(number, bench.client, now);
        bench.path.abort(number, bench.client, now);
      }
      if (what > 4) bench.client.submit(what % 2 == 0 ? lun : bench.path, what % 3 == 0, draw.bits() % 100'000, Bytes{8192}, now);
    }
    bench.calendar.run();
    ASSERT_EQ(bench.client.endings.size(), bench.client.submitted()) << seed;
    bench.adapter.set_link(true, bench.calendar.now());
    bench.fabric.set_state(true, bench.calendar.now());
    array.set_state(true, bench.calendar.now());
    bench.client.submit(lun, true, 0, k4K, bench.calendar.now());
    bench.calendar.run();
    ASSERT_EQ(bench.client.endings.back().status, BlockStatus::good) << seed;
    ASSERT_EQ(bench.adapter.pending(), 0U);
    ASSERT_EQ(array.dirty(), Bytes{0});
  }
}

}  // namespace
}  // namespace lparsim::io
