#include "lpars/drivers/network_stack.hpp"

#include <gmock/gmock.h>

#include <numeric>

#include "lpars/drivers/testing/network_bench.hpp"

namespace lparsim::drivers {
namespace {

using namespace lparsim::literals;
using io::Stage;
using testing::NetworkBench;
using workload::IoStep;

struct Records final : io::RequestObserver {
  void request_ended(const io::RequestRecord& record) override { all.push_back(record); }
  SimTime in(Stage stage) const {
    SimTime sum;
    for (const io::RequestRecord& record : all) sum += record.stages[static_cast<std::size_t>(stage)];
    return sum;
  }
  SimTime latencies() const {
    SimTime sum;
    for (const io::RequestRecord& record : all) sum += record.end - record.begin;
    return sum;
  }
  SimTime stages() const {
    SimTime sum;
    for (const io::RequestRecord& record : all) sum += std::accumulate(record.stages.begin(), record.stages.end(), SimTime{});
    return sum;
  }
  std::uint64_t count(io::Outcome outcome) const {
    std::uint64_t n = 0;
    for (const io::RequestRecord& record : all) n += record.outcome == outcome;
    return n;
  }
  std::vector<io::RequestRecord> all;
};

IoStep call_of(std::uint32_t peer, std::uint64_t size, std::uint64_t response) {
  return {IoStep::Kind::call, peer, Bytes{size}, Bytes{response}};
}

/// Side 0 calls side 1.
struct Calls {
  explicit Calls(const NetworkBench::Config& config, std::uint64_t size = 200, std::uint64_t response = 3000, std::uint32_t threads = 1,
                 std::uint64_t times = 100)
      : bench{config, &records} {
    caller().load.repeat(call_of(caller().stack.peer("other"), size, response), threads, times);
    server().load.serve("service", 4, 50_us);
    bench.activate();
  }
  NetworkBench::Side& caller() { return *bench.sides[0]; }
  NetworkBench::Side& server() { return *bench.sides[1]; }
  Records records;
  NetworkBench bench;
};

TEST(NetworkStack, ACallIsAnsweredAndItsStagesAddUpToItsLatency) {
  Calls calls{{}};
  calls.bench.calendar.run_until(1_s);
  EXPECT_EQ(calls.caller().load.done, 100u);
  EXPECT_EQ(calls.server().load.accepted, 100u);
  ASSERT_EQ(calls.records.all.size(), 100u);
  EXPECT_EQ(calls.bench.ledger.under_way(), 0u);
  for (const io::RequestRecord& record : calls.records.all) {
    EXPECT_EQ(record.kind, io::RequestKind::call);
    EXPECT_EQ(record.outcome, io::Outcome::done);
    EXPECT_EQ(record.attempts, 1u);
    EXPECT_EQ(record.bytes, 3200u);
    EXPECT_EQ(std::accumulate(record.stages.begin(), record.stages.end(), SimTime{}), record.end - record.begin);
    // Its copies: one frame of 200 bytes there; of the response the last frame of three.
    EXPECT_EQ(record.stages[static_cast<std::size_t>(Stage::copy)],
              2_us * 2 + 100_ns * (200 + 66) / 1024 + 100_ns * (3000 - 2 * 1448 + 66) / 1024);
    EXPECT_GE(record.stages[static_cast<std::size_t>(Stage::remote)], 50_us);
    EXPECT_EQ(record.stages[static_cast<std::size_t>(Stage::client_dispatch)], SimTime{});
    EXPECT_EQ(record.stages[static_cast<std::size_t>(Stage::recovery)], SimTime{});
  }
  EXPECT_EQ(calls.caller().driver.dropped() + calls.server().driver.dropped(), 0u);
}

TEST(NetworkStack, WhatThePartitionHadNoProcessorForIsSplitOff) {
  NetworkBench::Config config;
  config.half_dispatched = true;
  Calls calls{config};
  calls.bench.calendar.run_until(1_s);
  EXPECT_EQ(calls.records.all.size(), 100u);
  EXPECT_EQ(calls.records.stages(), calls.records.latencies());
  // Half of what was in the caller's hands; of the processing about as much is left.
  EXPECT_GT(calls.records.in(Stage::client_dispatch), calls.records.in(Stage::client_processing) / 2);
}

TEST(NetworkStack, CallsOfManyThreadsAllEnd) {
  NetworkBench::Config config;
  config.processors = 3;
  Calls calls{config, 500, 20'000, 40, 50};
  calls.bench.calendar.run_until(3_s);
  EXPECT_EQ(calls.caller().load.done, 2000u);
  EXPECT_EQ(calls.records.count(io::Outcome::done), 2000u);
  EXPECT_EQ(calls.records.stages(), calls.records.latencies());
  EXPECT_EQ(calls.caller().stack.counters().repeated + calls.server().stack.counters().repeated, 0u);
}

TEST(NetworkStack, AServerWithoutProcessorsToSpareIsWhatCallsWaitFor) {
  Calls calls{{}, 200, 200, 20, 100};
  calls.bench.calendar.run_until(3_s);
  EXPECT_EQ(calls.caller().load.done, 2000u);
  // 50 us and some overhead a call on the one processor that serves all of them.
  EXPECT_GT(calls.records.in(Stage::remote), calls.records.latencies() / 2);
  EXPECT_GT(calls.caller().load.last, 50_us * 2000);
}

TEST(NetworkStack, ASendIsOverForItsThreadBeforeTheOtherSideHasIt) {
  Records records;
  NetworkBench bench{{}, &records};
  auto& sender = *bench.sides[0];
  bench.sides[1]->load.serve("service", 1, 1_us);
  sender.load.repeat({IoStep::Kind::send, sender.stack.peer("other"), Bytes{1000}}, 1, 1);
  bench.activate();
  bench.calendar.run_until(1_s);
  ASSERT_EQ(records.all.size(), 1u);
  EXPECT_EQ(sender.load.done, 1u);
  EXPECT_LT(sender.load.last, records.all[0].end);
  EXPECT_EQ(records.all[0].kind, io::RequestKind::send);
  EXPECT_EQ(records.all[0].outcome, io::Outcome::done);
  EXPECT_EQ(bench.sides[1]->stack.received_bytes(), 1000u);
}

TEST(NetworkStack, ASmallWindowIsWaitedFor) {
  NetworkBench::Config config;
  config.stream.window = Bytes{3000};
  Records records;
  NetworkBench bench{config, &records};
  auto& sender = *bench.sides[0];
  bench.sides[1]->load.serve("service", 1, 1_us);
  sender.load.repeat({IoStep::Kind::send, sender.stack.peer("other"), Bytes{100'000}}, 1, 10);
  bench.activate();
  bench.calendar.run_until(1_s);
  EXPECT_EQ(records.count(io::Outcome::done), 10u);
  EXPECT_GT(records.in(Stage::client_queue), records.latencies() / 4);
  EXPECT_EQ(records.stages(), records.latencies());
}

TEST(NetworkStack, ACallToAServiceThatNobodyHasFails) {
  Records records;
  NetworkBench bench{{}, &records};
  auto& caller = *bench.sides[0];
  caller.load.repeat(call_of(caller.stack.peer("other"), 100, 100), 1, 3);
  bench.activate();
  bench.calendar.run_until(1_s);
  EXPECT_EQ(caller.load.failed, 3u);
  EXPECT_EQ(records.count(io::Outcome::failed), 3u);
  EXPECT_EQ(bench.ledger.under_way(), 0u);
}

TEST(NetworkStack, FramesThatFindNoBufferAreSentAgain) {
  NetworkBench::Config config;
  config.client.adapter.pools = {{{512, 4, true}, {2048, 4, true}, {16'384, 2, false}, {32'768, 2, false}, {65'536, 1, true}}};
  Calls calls{config, 20'000, 20'000, 8, 30};
  calls.bench.calendar.run_until(300_s);
  EXPECT_GT(calls.caller().driver.dropped() + calls.server().driver.dropped(), 0u);
  EXPECT_EQ(calls.caller().load.done, 240u);
  EXPECT_EQ(calls.server().load.accepted, 240u);  // none twice
  EXPECT_EQ(calls.records.stages(), calls.records.latencies());
  EXPECT_GT(calls.records.in(Stage::recovery), SimTime{});
  EXPECT_EQ(calls.bench.ledger.under_way(), 0u);
}

TEST(NetworkStack, LargeSendsThatTheHypervisorCutsArriveAsWell) {
  NetworkBench::Config config;
  config.large = {true, false};
  Calls calls{config, 100'000, 50'000, 4, 50};
  calls.bench.calendar.run_until(3_s);
  EXPECT_EQ(calls.caller().load.done, 200u);
  EXPECT_EQ(calls.records.count(io::Outcome::done), 200u);
  EXPECT_EQ(calls.records.stages(), calls.records.latencies());
}

TEST(NetworkStack, ACallerWhoseServerRestartsIsToldOrServed) {
  for (const SimTime pause : {1_ms, 150_ms, 900_ms}) {
    Calls calls{{}, 200, 3000, 10, 300};
    calls.bench.calendar.run_until(20_ms);
    calls.bench.stop(1);
    calls.bench.calendar.run_until(20_ms + pause);
    calls.bench.start(1);
    calls.bench.calendar.run_until(120_s);
    EXPECT_EQ(calls.caller().load.done + calls.caller().load.failed, 3000u);
    EXPECT_LE(calls.caller().load.failed, 10u);
    EXPECT_EQ(calls.records.count(io::Outcome::failed), calls.caller().load.failed);
    EXPECT_EQ(calls.records.stages(), calls.records.latencies());
    EXPECT_EQ(calls.bench.ledger.under_way(), 0u);
  }
}

TEST(NetworkStack, WhatAStoppedCallerHadUnderWayIsDropped) {
  Calls calls{{}, 20'000, 3000, 10, 300};
  calls.bench.calendar.run_until(20_ms);
  EXPECT_GT(calls.bench.ledger.under_way(), 0u);
  calls.bench.stop(0);
  EXPECT_EQ(calls.bench.ledger.under_way(), 0u);
  EXPECT_EQ(calls.records.count(io::Outcome::dropped), 10u);
  calls.bench.calendar.run_until(30_ms);
  calls.bench.start(0);
  calls.bench.calendar.run_until(120_s);
  EXPECT_EQ(calls.caller().load.done + calls.caller().load.failed + 10, 3000u);
  EXPECT_EQ(calls.caller().load.failed, 0u);
}

TEST(NetworkStack, TheSameRunGivesTheSameRecords) {
  const auto run = [] {
    NetworkBench::Config config;
    config.processors = 2;
    Calls calls{config, 3000, 10'000, 12, 40};
    calls.bench.calendar.run_until(3_s);
    std::vector<std::pair<SimTime, SimTime>> times;
    for (const io::RequestRecord& record : calls.records.all) times.emplace_back(record.begin, record.end);
    return times;
  };
  EXPECT_EQ(run(), run());
}

}  // namespace
}  // namespace lparsim::drivers
