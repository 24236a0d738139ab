#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>

#include "models/hypervisor/vfc.hpp"
#include "sim/base/random.hpp"
#include "validation/npiv/npiv_bench.hpp"

namespace lparsim::validation {
namespace {

using namespace literals;
using io::BlockStatus;

constexpr Bytes k4K{4096};

TEST(Npiv, BringsTheConnectionUpAndFindsTheDisks) {
  NpivBench bench{{.luns = 3}};
  EXPECT_FALSE(bench.user().submit(false, 0, k4K, {}));
  bench.boot();
  ASSERT_TRUE(bench.client->ready());
  EXPECT_TRUE(bench.server->logged_in(0));
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_TRUE(bench.user(i).path().up());
    EXPECT_EQ(bench.user(i).path().capacity(), bench.disks[i]->capacity());
    EXPECT_EQ(bench.user(i).path().maximum_transfer(), Bytes{1 << 20});
    EXPECT_EQ(bench.user(i).changes.size(), 1U);
  }
  EXPECT_EQ(bench.client->counts().logins, 1U);
  EXPECT_EQ(bench.client->counts().resets, 0U);
}

TEST(Npiv, FindsItsWayWhicheverSideStartsFirst) {
  NpivBench bench;
  bench.lpar.activate();
  bench.run_for(5_s);
  EXPECT_FALSE(bench.client->ready());
  bench.start_vios();
  bench.run_for(100_ms);
  EXPECT_TRUE(bench.client->ready());
}

TEST(Npiv, AccountsForEveryPartOfAReadsTime) {
  NpivBench bench;
  bench.boot();
  const SimTime begin = bench.now();
  const io::RequestTag tag = bench.ledger.begin(0, io::RequestKind::read, 4096, io::Stage::client_processing, begin);
  ASSERT_TRUE(bench.user().submit(false, 0, k4K, begin, tag));
  bench.run_for(10_ms);
  ASSERT_EQ(bench.user().endings.size(), 1U);
  const auto [status, when] = bench.user().endings[0];
  EXPECT_EQ(status, BlockStatus::good);
  const io::RequestRecord record = bench.ledger.end(tag, io::Outcome::done, bench.now());
  const auto in = [&](io::Stage stage) {
    return record.stages[static_cast<std::size_t>(stage)];
  };
  EXPECT_EQ(in(io::Stage::device), 200_us);
  // 4 KiB at 1,600 MB/s, a frame's way through the switch there and back.
  EXPECT_EQ(in(io::Stage::network), 2560_ns + 2_us);
  const SimTime cycles = Cycles{20'000}.at(Hertz{1.65e9});
  EXPECT_GE(in(io::Stage::vios_processing), cycles);
  EXPECT_LE(in(io::Stage::vios_processing), cycles + 6_us);
  EXPECT_EQ(in(io::Stage::vios_dispatch), 0_us);
  EXPECT_EQ(std::accumulate(record.stages.begin(), record.stages.end(), SimTime{}), record.end - begin);
  EXPECT_LT(when - begin, 240_us);
}

TEST(Npiv, ProbesADisk) {
  NpivBench bench;
  bench.boot();
  ASSERT_TRUE(bench.user().probe(bench.now()));
  bench.run_for(1_ms);
  bench.disks[0]->set_state(false, bench.now());
  ASSERT_TRUE(bench.user().probe(bench.now()));
  bench.run_for(1_ms);
  EXPECT_EQ(bench.user().endings[0].first, BlockStatus::good);
  EXPECT_EQ(bench.user().endings[1].first, BlockStatus::unreachable);
  EXPECT_TRUE(bench.user().path().up());
}

TEST(Npiv, PassesErrorsOfTheDiskOn) {
  NpivBench bench;
  bench.disks[0]->damage(1000, 8);
  bench.boot();
  bench.user().submit(false, 1000, k4K, bench.now());
  bench.run_for(1_ms);
  bench.user().submit(false, bench.disks[0]->capacity().count / 512 - 7, k4K, bench.now());
  bench.run_for(1_ms);
  bench.user().submit(true, 0, Bytes{2 << 20}, bench.now());
  bench.run_for(10_ms);
  ASSERT_EQ(bench.user().endings.size(), 3U);
  EXPECT_EQ(bench.user().endings[0].first, BlockStatus::medium_error);
  EXPECT_EQ(bench.user().endings[1].first, BlockStatus::medium_error);
  EXPECT_NE(bench.user().endings[2].first, BlockStatus::good);
}

// Linux: max_requests 100, and no more than 64 commands for a LUN.
TEST(Npiv, HasSoManyCommandsUnderWay) {
  NpivOptions options{.luns = 2};
  options.disk.service = io::FixedService{.time = Distribution::constant(1_s), .servers = 1000};
  options.disk.queue_depth = 1000;
  NpivBench bench{options};
  bench.boot();
  for (int i = 0; i < 80; ++i) bench.user(0).submit(false, 0, k4K, bench.now());
  bench.run_for(100_ms);
  EXPECT_EQ(bench.server->under_way(0), 64U);
  for (int i = 0; i < 80; ++i) bench.user(1).submit(false, 0, k4K, bench.now());
  bench.run_for(100_ms);
  EXPECT_EQ(bench.server->under_way(0), 100U);
  bench.run_for(10_s);
  EXPECT_EQ(bench.user(0).endings.size(), 80U);
  EXPECT_EQ(bench.user(1).endings.size(), 80U);
}

TEST(Npiv, AbortsWhatTakesTooLong) {
  NpivOptions options;
  options.disk.service = io::FixedService{.time = Distribution::constant(1000_s), .servers = 8};
  NpivBench bench{options};
  bench.boot();
  bench.user().submit(false, 0, k4K, bench.now());
  const SimTime begin = bench.now();
  bench.run_for(70_s);
  ASSERT_EQ(bench.user().endings.size(), 1U);
  EXPECT_EQ(bench.user().endings[0].first, BlockStatus::aborted);
  EXPECT_NEAR((bench.user().endings[0].second - begin).seconds(), 60, 0.01);
  EXPECT_EQ(bench.client->counts().resets, 0U);
  bench.user().submit(false, 0, k4K, bench.now());
  bench.run_for(1_ms);
  bench.user().path().abort(bench.user().last(), bench.now());
  bench.run_for(1_ms);
  EXPECT_EQ(bench.user().endings.back().first, BlockStatus::aborted);
}

TEST(Npiv, ResetsTheConnectionWhereAbortsAreNotAnswered) {
  NpivBench bench;
  bench.boot();
  // A VIOS that hangs: its interrupts come to nobody.
  bench.hypervisor.on_interrupt(NpivBench::kVios) = nullptr;
  bench.user().submit(false, 0, k4K, bench.now());
  const SimTime begin = bench.now();
  bench.run_for(67_s);
  EXPECT_TRUE(bench.user().endings.empty());
  bench.run_for(2_s);
  ASSERT_EQ(bench.user().endings.size(), 1U);
  EXPECT_EQ(bench.user().endings[0].first, BlockStatus::unreachable);
  EXPECT_NEAR((bench.user().endings[0].second - begin).seconds(), 68, 0.01);
  EXPECT_EQ(bench.client->counts().resets, 1U);
  EXPECT_FALSE(bench.user().path().up());
}

TEST(Npiv, FollowsTheLink) {
  NpivBench bench;
  bench.boot();
  bench.user().submit(false, 0, k4K, bench.now());
  bench.run_for(50_us);
  const SimTime pulled = bench.now();
  bench.port.set_link(false, pulled);
  bench.run_for(1_ms);
  EXPECT_FALSE(bench.user().path().up());
  ASSERT_EQ(bench.user().endings.size(), 1U);
  EXPECT_EQ(bench.user().endings[0].first, BlockStatus::unreachable);
  EXPECT_LT(bench.user().endings[0].second - pulled, 100_us);
  bench.run_for(10_s);
  bench.port.set_link(true, bench.now());
  bench.run_for(100_ms);
  EXPECT_TRUE(bench.user().path().up());
  EXPECT_EQ(bench.client->counts().logins, 2U);
  EXPECT_TRUE(bench.user().submit(true, 0, k4K, bench.now()));
  bench.run_for(1_ms);
  EXPECT_EQ(bench.user().endings[1].first, BlockStatus::good);
}

TEST(Npiv, FindsDisksThatComeLaterThanTheLink) {
  NpivBench bench;
  bench.disks[0]->set_state(false, {});
  bench.boot();
  EXPECT_TRUE(bench.client->ready());
  EXPECT_FALSE(bench.user().path().up());
  bench.disks[0]->set_state(true, bench.now());
  bench.run_for(16_s);
  EXPECT_TRUE(bench.user().path().up());
}

TEST(Npiv, WaitsForAFabricThatIsNotThereAtFirst) {
  NpivBench bench;
  bench.fabric.set_state(false, {});
  bench.boot();
  bench.run_for(400_s);
  EXPECT_FALSE(bench.client->ready());
  bench.fabric.set_state(true, bench.now());
  bench.run_for(20_s);
  EXPECT_TRUE(bench.client->ready());
}

TEST(Npiv, SurvivesARestartOfTheVios) {
  for (const bool failed : {false, true}) {
    NpivBench bench;
    bench.boot();
    bench.user().submit(false, 0, k4K, bench.now());
    bench.run_for(50_us);
    bench.stop_vios(failed);
    bench.run_for(1_s);
    EXPECT_FALSE(bench.user().path().up());
    ASSERT_EQ(bench.user().endings.size(), 1U);
    EXPECT_EQ(bench.user().endings[0].first, BlockStatus::unreachable);
    bench.start_vios();
    bench.run_for(1_s);
    EXPECT_TRUE(bench.user().path().up());
    EXPECT_EQ(bench.server->under_way(0), 0U);
  }
}

TEST(Npiv, SurvivesARestartOfTheClient) {
  NpivBench bench;
  bench.boot();
  bench.user().submit(false, 0, k4K, bench.now());
  bench.run_for(50_us);
  bench.lpar.deactivate();
  bench.hypervisor.virtual_io.partition_stopped(NpivBench::kClient, false);
  bench.run_for(1_s);
  EXPECT_EQ(bench.server->under_way(0), 0U);
  EXPECT_FALSE(bench.server->logged_in(0));
  bench.lpar.activate();
  bench.run_for(1_s);
  EXPECT_TRUE(bench.user().path().up());
}

TEST(Npiv, GoesOnAfterThePartnerWasSuspended) {
  NpivBench bench;
  bench.boot();
  const auto unit = hypervisor::UnitAddress{0x3000'0000 + 2};
  bench.user().submit(false, 0, k4K, bench.now());
  bench.hypervisor.virtual_io.transport_event(NpivBench::kClient, unit, hypervisor::TransportEvent::partner_suspended);
  bench.run_for(1_s);
  EXPECT_TRUE(bench.user().path().up());
  EXPECT_EQ(bench.client->counts().logins, 2U);
  EXPECT_EQ(bench.user().under_way(), 0U);
}

TEST(Npiv, LeavesNoPageMappedForACommandWhoseConnectionIsGone) {
  NpivBench bench;
  bench.boot();
  bench.user().submit(false, 0, k4K, bench.now());
  bench.run_for(50_us);
  ASSERT_EQ(bench.redirect(0), hypervisor::HcallStatus::resource) << "the port reaches it";
  const auto unit = hypervisor::UnitAddress{0x3000'0000 + 2};
  bench.hypervisor.virtual_io.transport_event(NpivBench::kClient, unit, hypervisor::TransportEvent::partner_suspended);
  bench.run_for(1_s);
  EXPECT_EQ(bench.redirect(0), hypervisor::HcallStatus::success);
}

TEST(Npiv, LeavesNoPageMappedForACommandOfWhichOnePageCannotBe) {
  NpivBench bench;
  bench.boot();
  const Bytes two_pages{8192};
  bench.user().submit(false, 0, two_pages, bench.now());
  bench.run_for(1_ms);
  ASSERT_EQ(bench.redirect(1), hypervisor::HcallStatus::success);
  bench.user().submit(false, 0, two_pages, bench.now());
  bench.run_for(1_ms);
  ASSERT_EQ(bench.user().endings.size(), 2U);
  EXPECT_EQ(bench.user().endings[1].first, BlockStatus::aborted);
  bench.take_back(1);
  EXPECT_EQ(bench.redirect(0), hypervisor::HcallStatus::success);
  bench.take_back(0);
  bench.user().submit(false, 0, two_pages, bench.now());
  bench.run_for(1_ms);
  EXPECT_EQ(bench.user().endings[2].first, BlockStatus::good);
}

// Little's law over the whole path: 32 at a time, one disk of 8 servers of 200 us.
TEST(Npiv, KeepsTheDisksBusy) {
  NpivOptions options;
  options.server.threads = 2;
  NpivBench bench{options};
  bench.boot();
  const SimTime begin = bench.now();
  std::uint64_t done = 0;
  for (int i = 0; i < 32; ++i) bench.user().submit(false, 0, k4K, bench.now());
  while (bench.now() < begin + 1_s) {
    bench.run_for(20_us);
    const std::size_t ended = bench.user().endings.size();
    bench.user().endings.clear();
    done += ended;
    for (std::size_t i = 0; i < ended; ++i) bench.user().submit(false, 0, k4K, bench.now());
  }
  EXPECT_NEAR(static_cast<double>(done), 40'000, 400);
}

TEST(Npiv, LetsAClientThatFloodsItsQueueWaitForNoMoreThanTheQueueHolds) {
  NpivBench bench;
  bench.boot();
  hypervisor::VioCalls& client = bench.hypervisor.calls(NpivBench::kClient);
  std::uint32_t sent = 0, most = 0;
  for (int round = 0; round < 20; ++round) {
    // Commands that cannot be read take the server's threads as long as others.
    while (client.send_crq(bench.clients_unit, encode(hypervisor::VfcElement{hypervisor::VfcFormat::command, 0xFFFF'F000})) ==
           hypervisor::HcallStatus::success)
      ++sent;
    bench.run_for(10_us);
    most = std::max(most, bench.server->waiting(0));
  }
  EXPECT_GT(sent, 1000U);
  EXPECT_GT(most, 400U);
  EXPECT_LE(most, 512U);
  bench.run_for(100_ms);
  EXPECT_EQ(bench.server->waiting(0), 0U);
  EXPECT_EQ(bench.server->counts().rejected, sent);
  ASSERT_TRUE(bench.user().submit(false, 0, k4K, bench.now()));
  bench.run_for(1_ms);
  ASSERT_EQ(bench.user().endings.size(), 1U);
  EXPECT_EQ(bench.user().endings[0].first, BlockStatus::good);
}

TEST(Npiv, HasOnly64AdaptersOnAPort) {
  NpivBench bench;
  for (std::uint32_t i = 1; i < npiv::kMostPerPort; ++i) {
    bench.server->add_adapter(bench.hypervisor.virtual_io.connect(NpivBench::kClient, NpivBench::kVios).second, 0, *bench.names.take());
  }
  const auto last = bench.hypervisor.virtual_io.connect(NpivBench::kClient, NpivBench::kVios).second;
  EXPECT_THROW(bench.server->add_adapter(last, 0, *bench.names.take()), CheckFailure);
}

// Each may begin anywhere in a page: 1 MiB lies in 257.
TEST(Npiv, APortsWindowHasRoomForAllCommandsOf64Clients) {
  npiv::VfcServerConfig config;
  config.maximum_commands = 100;
  config.maximum_dma = Bytes{1 << 20};
  EXPECT_EQ(npiv::window_of_port(config), Bytes{std::uint64_t{64} * 100 * 257 * 4096});
}

TEST(Wwpn, PairsAreNeverGivenTwice) {
  hypervisor::WwpnPool pool{3};
  std::set<std::uint64_t> seen;
  while (const auto pair = pool.take()) {
    EXPECT_TRUE(seen.insert(pair->first).second);
    EXPECT_TRUE(seen.insert(pair->second).second);
  }
  EXPECT_EQ(seen.size(), 64'000U);
}

// Cables, switches, disks, the VIOS and the client's own aborts at random instants under load: every command ends exactly once, no request
// stays in the server, and all works again once all is repaired.
TEST(Npiv, LosesNothingWhateverFailsWhenever) {
  for (std::uint64_t seed = 0; seed < 1000; ++seed) {
    NpivBench bench{{.luns = 2}};
    bench.boot();
    KeyedStream draw{seed};
    bool link = true;
    const int failures = 1 + static_cast<int>(draw.bits() % 3);
    for (int i = 0; i < failures; ++i) {
      const SimTime until = bench.now() + SimTime::from_us(static_cast<std::int64_t>(draw.bits() % 1500));
      while (bench.now() < until) {
        PathUser& user = bench.user(draw.bits() % 2);
        user.submit(draw.bits() % 2 == 0, draw.bits() % 1000, Bytes{std::uint64_t{4096} << draw.bits() % 7}, bench.now());
        if (draw.bits() % 50 == 0 && user.last() != ~0U) user.path().abort(user.last(), bench.now());
        bench.run_for(SimTime::from_us(static_cast<std::int64_t>(1 + draw.bits() % 30)));
      }
      switch (draw.bits() % 6) {
        case 0:
          bench.port.set_link(link = !link, bench.now());
          break;
        case 1:
          bench.fabric.set_state(!bench.fabric.up(), bench.now());
          break;
        case 2:
          bench.disks[0]->set_state(!bench.disks[0]->reachable(), bench.now());
          break;
        case 3:
        case 4:
          bench.vios_runs ? bench.stop_vios(draw.bits() % 2 == 0) : bench.start_vios();
          break;
        default:
          bench.lpar.deactivate();
          bench.hypervisor.virtual_io.partition_stopped(NpivBench::kClient, true);
          for (auto& user : bench.users) user->forget();
          bench.run_for(SimTime::from_us(static_cast<std::int64_t>(draw.bits() % 300)));
          bench.lpar.activate();
      }
    }
    bench.run_for(SimTime::from_us(static_cast<std::int64_t>(draw.bits() % 3000)));
    bench.port.set_link(true, bench.now());
    bench.fabric.set_state(true, bench.now());
    bench.disks[0]->set_state(true, bench.now());
    if (!bench.vios_runs) bench.start_vios();
    bench.run_for(200_s);
    for (auto& user : bench.users) {
      ASSERT_EQ(user->under_way(), 0U) << seed;
      ASSERT_TRUE(user->path().up()) << seed;
      ASSERT_TRUE(user->submit(false, 0, k4K, bench.now()));
      bench.run_for(1_ms);
      ASSERT_EQ(user->endings.back().first, BlockStatus::good) << seed;
    }
    ASSERT_EQ(bench.server->under_way(0), 0U) << seed;
    ASSERT_EQ(bench.port.pending(), 0U);
  }
}

}  // namespace
}  // namespace lparsim::validation
