// Servers that fail, hang and come back: no request is lost, answered twice or left hanging.
#include <gtest/gtest.h>

#include "sim/base/random.hpp"
#include "validation/virtual_scsi/vscsi_bench.hpp"

namespace lparsim::testing {
namespace {

using namespace lparsim::literals;
using workload::IoStep;

IoStep read_of(std::uint64_t kib) {
  return {IoStep::Kind::disk_read, 0, Bytes{kib * 1024}, {}, 0};
}

VscsiBenchConfig pair_of_servers() {
  VscsiBenchConfig config;
  config.servers = 2;
  config.threads = 8;
  config.disk.queue_depth = 8;
  config.client.recovery = drivers::ErrorRecovery::fast_fail;
  return config;
}

void load(VscsiBench& bench) {
  bench.device.service = [](const io::BlockCommand&) {
    return 200_us;
  };
  bench.readers.next = [](std::uint32_t thread) {
    return read_of(thread % 2 == 0 ? 4 : 64);
  };
}

/// For tests that take long in simulated time.
void slow_load(VscsiBench& bench) {
  load(bench);
  bench.device.service = [](const io::BlockCommand&) {
    return 20_ms;
  };
}

TEST(VirtualScsiRecovery, GoesToTheOtherServerAtOnceWhereItFailsFast) {
  VscsiBench bench{pair_of_servers()};
  load(bench);
  bench.start();
  bench.run(10_ms);
  EXPECT_EQ(bench.disk.multipath().active(), 0u);
  bench.stop(0, true);
  const SimTime failed = bench.calendar.now();
  bench.records.all.clear();
  bench.run(1_ms);
  EXPECT_EQ(bench.disk.multipath().active(), 1u);
  EXPECT_EQ(bench.readers.failed, 0u);
  ASSERT_FALSE(bench.records.all.empty());
  // What was with the server that failed: sent twice, answered by the other.
  const auto& first = bench.records.all.front();
  EXPECT_LT(first.begin, failed);
  EXPECT_EQ(first.attempts, 2u);
  EXPECT_EQ(first.path, 1u);
}

TEST(VirtualScsiRecovery, WaitsFifteenSecondsForTheServerWhereItsFailureIsDelayed) {
  VscsiBenchConfig config = pair_of_servers();
  config.client.recovery = drivers::ErrorRecovery::delayed_fail;
  VscsiBench bench{config};
  slow_load(bench);
  bench.start();
  bench.run(10_ms);
  bench.stop(0, true);
  bench.run(14'999_ms);
  EXPECT_EQ(bench.disk.multipath().active(), 0u);
  const std::uint64_t before = bench.readers.done;
  bench.run(100_ms);
  EXPECT_EQ(bench.disk.multipath().active(), 1u);
  EXPECT_GT(bench.readers.done, before);
  EXPECT_EQ(bench.readers.failed, 0u);
  // The time until then is recovery.
  SimTime longest;
  for (const auto& record : bench.records.all) longest = std::max(longest, record.stages[static_cast<std::size_t>(io::Stage::recovery)]);
  EXPECT_GT(longest, 14_s);
  EXPECT_LT(longest, 15'001_ms);
}

TEST(VirtualScsiRecovery, SendsAgainToTheSameServerWhereThatComesBackInTime) {
  VscsiBenchConfig config;
  config.threads = 8;
  config.disk.queue_depth = 8;
  VscsiBench bench{config};
  load(bench);
  bench.start();
  bench.run(10_ms);
  bench.stop(0, false);
  bench.run(5_s);
  bench.restart(0);
  const std::uint64_t before = bench.readers.done;
  bench.run(10_ms);
  EXPECT_GT(bench.readers.done, before + 8);
  EXPECT_EQ(bench.readers.failed, 0u);
  EXPECT_EQ(bench.adapters[0].counts().logins, 2u);
  EXPECT_EQ(bench.adapters[0].counts().again, 8u);
}

TEST(VirtualScsiRecovery, FailsRequestsOfASinglePathWhenItsTimeIsOver) {
  VscsiBench bench;
  slow_load(bench);
  bench.start();
  bench.stop(0, true);
  bench.run(16_s);
  EXPECT_GT(bench.readers.failed, 0u);
}

TEST(VirtualScsiRecovery, KeepsRequestsForEverWhereTheDiskSaysSo) {
  VscsiBenchConfig config;
  config.disk.multipath.no_path_wait = SimTime::never();
  VscsiBench bench{config};
  load(bench);
  bench.start();
  bench.stop(0, true);
  bench.run(300_s);
  EXPECT_EQ(bench.readers.failed, 0u);
  EXPECT_EQ(bench.ledger.under_way(), 1u);
  bench.restart(0);
  const std::uint64_t before = bench.readers.done;
  bench.run(10_ms);
  EXPECT_GT(bench.readers.done, before);
}

// hcheck_interval: a path that works again is found by the next check, and used since it is preferred.
TEST(VirtualScsiRecovery, GoesBackToThePreferredServerWithTheNextHealthCheck) {
  VscsiBenchConfig config = pair_of_servers();
  config.disk.multipath.health_check = 60_s;
  VscsiBench bench{config};
  slow_load(bench);
  bench.start();
  bench.stop(0, true);
  bench.run(1_s);
  bench.restart(0);
  bench.run(58_s);
  EXPECT_TRUE(bench.disk.multipath().failed(0));
  EXPECT_EQ(bench.disk.multipath().active(), 1u);
  bench.run(2_s);
  EXPECT_FALSE(bench.disk.multipath().failed(0));
  EXPECT_EQ(bench.disk.multipath().active(), 0u);
  EXPECT_EQ(bench.readers.failed, 0u);
}

TEST(VirtualScsiRecovery, LeavesAFailedPathAloneWithoutHealthChecksUntilTheOtherFails) {
  VscsiBench bench{pair_of_servers()};
  slow_load(bench);
  bench.start();
  bench.stop(0, true);
  bench.run(1_s);
  bench.restart(0);
  bench.run(200_s);
  EXPECT_EQ(bench.disk.multipath().active(), 1u);
  bench.stop(1, true);
  bench.run(1_s);
  EXPECT_EQ(bench.disk.multipath().active(), 0u);
  EXPECT_EQ(bench.readers.failed, 0u);
}

// vscsi_path_to 30 s, then 60 s for the sign of life.
TEST(VirtualScsiRecovery, GivesUpAServerThatHangsAfterPathTimeoutAndPing) {
  VscsiBenchConfig config = pair_of_servers();
  config.client.path_timeout = 30_s;
  VscsiBench bench{config};
  slow_load(bench);
  bench.start();
  bench.run(10_ms);
  // It hangs: nothing it computes ever ends, and nobody notices but by silence.
  bench.vio.on_interrupt(VscsiBench::server_id(0)) = [](std::uint32_t) {
  };
  bench.run(89_s);
  EXPECT_EQ(bench.adapters[0].counts().resets, 0u);
  bench.run(2_s);
  EXPECT_EQ(bench.adapters[0].counts().resets, 1u);
  EXPECT_EQ(bench.disk.multipath().active(), 1u);
  EXPECT_EQ(bench.readers.failed, 0u);
}

// A server that answers pings only is not given up: its disk is slow.
TEST(VirtualScsiRecovery, IsSatisfiedWithAnAnswerToItsPing) {
  VscsiBenchConfig config = pair_of_servers();
  config.client.path_timeout = 30_s;
  VscsiBench bench{config};
  bench.device.stuck = true;
  load(bench);
  bench.start();
  bench.run(500_s);
  EXPECT_EQ(bench.adapters[0].counts().resets, 0u);
  EXPECT_EQ(bench.disk.multipath().active(), 0u);
}

TEST(VirtualScsiRecovery, AbortsAndSendsAgainWhatADiskDoesNotAnswer) {
  VscsiBenchConfig config = pair_of_servers();
  config.client.rw_timeout = 120_s;
  VscsiBench bench{config};
  bench.device.stuck = true;
  slow_load(bench);
  bench.start();
  bench.run(119_s);
  EXPECT_EQ(bench.adapters[0].counts().aborted, 0u);
  bench.device.stuck = false;
  bench.run(20_s);
  EXPECT_EQ(bench.adapters[0].counts().aborted, 8u);
  EXPECT_EQ(bench.readers.failed, 0u);
  EXPECT_GT(bench.readers.done, 100u);
}

// The answer to the first half of a transfer may cross the abort of it; the second half has the same tag and is not meant.
TEST(VirtualScsiRecovery, DoesNotTakeTheNextPartOfATransferForTheOneThatItWantedToAbort) {
  for (SimTime early; early < 100_us; early += 1_us) {
    VscsiBenchConfig config = pair_of_servers();
    config.client.rw_timeout = 120_s;
    VscsiBench bench{config};
    bench.device.service = [&bench, early](const io::BlockCommand&) {
      return bench.device.commands.size() == 1 ? 120_s - early : 200_us;
    };
    bench.start();
    const io::RequestRecord record = bench.transfers(1, read_of(512)).back();
    EXPECT_EQ(record.outcome, io::Outcome::done);
    EXPECT_EQ(bench.adapters[0].counts().resets, 0u) << early.ps() << " ps before the time is over";
  }
}

TEST(VirtualScsiRecovery, ResetsTheLunAndThenTheQueueWhenAbortsAreNotAnswered) {
  VscsiBenchConfig config = pair_of_servers();
  config.client.rw_timeout = 120_s;
  VscsiBench bench{config};
  slow_load(bench);
  bench.start();
  bench.vio.on_interrupt(VscsiBench::server_id(0)) = [](std::uint32_t) {
  };
  bench.run(239_s);
  EXPECT_EQ(bench.adapters[0].counts().resets, 0u);
  bench.run(5_s);
  EXPECT_EQ(bench.adapters[0].counts().resets, 1u);
  EXPECT_EQ(bench.disk.multipath().active(), 1u);
  EXPECT_EQ(bench.readers.failed, 0u);
}

TEST(VirtualScsiRecovery, GoesToTheOtherServerWhereTheDiskIsNotReachable) {
  VscsiBench bench{pair_of_servers()};
  load(bench);
  bench.start();
  bench.device.status = io::BlockStatus::unreachable;
  bench.run(1_ms);
  bench.device.status = io::BlockStatus::good;
  EXPECT_TRUE(bench.disk.multipath().failed(0));
  // Not reachable from either: an error for the application.
  EXPECT_GT(bench.readers.failed, 0u);
}

TEST(VirtualScsiRecovery, TellsTheApplicationOfAMediumErrorAtOnce) {
  VscsiBench bench{pair_of_servers()};
  bench.device.status = io::BlockStatus::medium_error;
  bench.start();
  const auto record = bench.transfers(1, read_of(4)).back();
  EXPECT_EQ(record.outcome, io::Outcome::failed);
  EXPECT_EQ(record.attempts, 1u);
  EXPECT_FALSE(bench.disk.multipath().failed(0));
}

// Transport event 06: H_ENABLE_CRQ until the pages are there, login, and all commands again.
TEST(VirtualScsiRecovery, GoesOnAfterAMigration) {
  VscsiBench bench{pair_of_servers()};
  load(bench);
  bench.start();
  bench.run(5_ms);
  const auto unit = bench.pairs[0].first.unit;
  const std::uint64_t under_way = bench.adapters[0].counts().commands - bench.adapters[0].counts().responses;
  EXPECT_GE(under_way, 6u);  // of eight readers
  bench.vio.virtual_io.set_pages_present(VscsiBench::kClient, unit, false);
  bench.vio.virtual_io.transport_event(VscsiBench::kClient, unit, hypervisor::TransportEvent::partner_suspended);
  bench.run(1_s);
  EXPECT_FALSE(bench.adapters[0].ready());
  bench.vio.virtual_io.set_pages_present(VscsiBench::kClient, unit, true);
  bench.run(200_ms);
  EXPECT_TRUE(bench.adapters[0].ready());
  EXPECT_EQ(bench.disk.multipath().active(), 0u);
  EXPECT_GE(bench.adapters[0].counts().again, under_way);
  EXPECT_EQ(bench.readers.failed, 0u);
}

TEST(VirtualScsiRecovery, SurvivesTheRestartOfTheClient) {
  VscsiBench bench{pair_of_servers()};
  load(bench);
  bench.start();
  for (int round = 0; round < 5; ++round) {
    bench.run(3_ms);
    bench.client.deactivate();
    bench.vio.virtual_io.partition_stopped(VscsiBench::kClient, round % 2 == 0);
    EXPECT_EQ(bench.ledger.under_way(), 0u);
    bench.run(3_ms);
    bench.client.activate();
    const std::uint64_t before = bench.readers.done;
    bench.run(3_ms);
    EXPECT_GT(bench.readers.done, before);
  }
  EXPECT_EQ(bench.readers.failed, 0u);
}

// One server after the other fails or is shut down at a random instant and comes back at another, sometimes both are away at once.
TEST(VirtualScsiRecovery, LosesNothingInAThousandFailures) {
  for (const auto recovery : {drivers::ErrorRecovery::fast_fail, drivers::ErrorRecovery::delayed_fail}) {
    VscsiBenchConfig config = pair_of_servers();
    config.client.recovery = recovery;
    config.client.delayed_fail = 4_ms;
    config.client_processors = 3;
    config.threads = 12;
    config.disk.multipath.health_check = 7_ms;
    config.disk.multipath.no_path_wait = SimTime::never();
    VscsiBench bench{config};
    bench.readers.next = [n = 0](std::uint32_t) mutable {
      ++n;
      return IoStep{n % 3 == 0 ? IoStep::Kind::disk_write : IoStep::Kind::disk_read, 0, Bytes{std::uint64_t{4096} << n % 8}, {}, 0};
    };
    bench.start();
    RandomStream random{7, "failures"};
    const auto up_to = [&](double us) {
      return SimTime::from_seconds(random.uniform() * us * 1e-6);
    };
    for (int failure = 0; failure < 500; ++failure) {
      bench.run(up_to(3'000));
      const auto first = static_cast<std::uint32_t>(random.bits() % 2);
      bench.stop(first, random.bits() % 2 == 0);
      bench.run(up_to(6'000));
      if (random.bits() % 4 == 0) {
        bench.stop(1 - first, true);
        bench.run(up_to(6'000));
        bench.restart(1 - first);
      }
      bench.restart(first);
    }
    EXPECT_EQ(bench.readers.failed, 0u);
    EXPECT_GT(bench.readers.done, 10'000u);
    EXPECT_EQ(bench.readers.done, bench.records.all.size());
    EXPECT_EQ(bench.ledger.begun(), bench.readers.done + bench.ledger.under_way());
    // No more is asked for: all that is under way ends, and credits are back.
    bench.readers.next = [](std::uint32_t) {
      return std::nullopt;
    };
    bench.run(100_ms);
    EXPECT_EQ(bench.ledger.under_way(), 0u);
    EXPECT_EQ(bench.disk.under_way(), 0u);
    for (std::uint32_t i = 0; i < 2; ++i) {
      EXPECT_EQ(bench.adapters[i].credits(), 510u);
      const auto& counts = bench.servers[i]->program.counts();
      EXPECT_EQ(counts.requests, counts.responses + counts.dropped);
      EXPECT_EQ(counts.queues_closed, 0u);
      EXPECT_EQ(bench.servers[i]->program.under_way(0), 0u);
    }
  }
}

}  // namespace
}  // namespace lparsim::testing
