// The hook sea.forward, in both modes of the SEA (docs/models/vsp-hooks.md).
#include <gtest/gtest.h>

#include <array>
#include <map>
#include <optional>
#include <vector>

#include "models/io/stream_segment.hpp"
#include "models/vsp/testing/scripted_hooks.hpp"
#include "sim/base/random.hpp"
#include "vios/sea/testing/sea_bench.hpp"

namespace lparsim::sea {
namespace {

using namespace literals;
using testing::number_of;
using testing::numbered;
using testing::Outside;
using testing::SeaBench;
using vsp::Hook;
using vsp::testing::ScriptedHooks;

constexpr PartitionId kVios{0};
using Numbers = std::vector<std::uint64_t>;

Numbers numbers(const std::vector<io::Frame>& frames) {
  Numbers all;
  for (const io::Frame& frame : frames) all.push_back(number_of(frame));
  return all;
}

class HookedSea : public ::testing::TestWithParam<bool> {
 protected:
  HookedSea() {
    vios = &bench.add_vios({{1, {7}}}, [](SeaConfig& config) {
      config.threaded = GetParam();
      config.queue_size = 600;
    });
    io::EthernetPortConfig port;
    port.queue = 16'384;
    host.emplace(io::MacAddress{0x0200'0E00'0001}, bench.calendar, port);
    io::EthernetPort::connect(*vios->port, host->port);
    vios->sea->set_hooks(hooks, kVios);
    bench.start(*vios);
    client = &bench.add_client(1, {7});
  }
  void send(std::uint64_t number) {
    ASSERT_EQ(client->adapter->send(numbered(host->mac, client->mac, number)), hypervisor::HcallStatus::success);
  }
  void run() { bench.run_for(1_ms); }
  void pass(std::size_t i) { hooks.pass(i, bench.calendar.now()); }
  const SeaCounters& counters() const { return vios->sea->counters(); }

  ScriptedHooks hooks;
  SeaBench bench;
  SeaBench::Vios* vios = nullptr;
  SeaBench::Client* client = nullptr;
  std::optional<Outside> host;
};
INSTANTIATE_TEST_SUITE_P(Modes, HookedSea, ::testing::Bool(), [](const auto& mode) { return mode.param ? "Threaded" : "Interrupt"; });

TEST_P(HookedSea, NobodyIsAskedWhereNobodyIsRegistered) {
  send(1);
  run();
  EXPECT_EQ(numbers(host->take()), Numbers{1});
  EXPECT_TRUE(hooks.asked.empty());
}

TEST_P(HookedSea, TheCallSaysWhatTheFrameIsAndWhichWayItGoes) {
  hooks.arm(Hook::sea_forward);
  send(1);
  io::Frame in = numbered(client->mac, host->mac, 2, 200);
  in.tag(7);
  ASSERT_TRUE(host->port.transmit(in, bench.calendar.now()));
  run();
  ASSERT_EQ(hooks.asked.size(), 2u);
  std::map<std::uint64_t, vsp::Call> by_way;
  for (const auto& asked : hooks.asked) by_way[asked.call.arguments[6]] = asked.call;
  EXPECT_EQ(by_way[1].function, 1u);
  EXPECT_EQ(by_way[1].client, kVios);
  EXPECT_EQ(by_way[1].owner, kVios);
  EXPECT_TRUE(by_way[1].caller_computes);
  EXPECT_EQ(by_way[1].arguments, (std::array<std::uint64_t, 8>{1514, client->mac.bits, host->mac.bits, 0x88B6, 0, 0, 1, 0}));
  EXPECT_EQ(by_way[2].function, 7u);
  EXPECT_EQ(by_way[2].arguments[0], 204u);
}

TEST_P(HookedSea, AFrameIsHeldUntilItMayPass) {
  hooks.arm(Hook::sea_forward);
  send(1);
  run();
  EXPECT_TRUE(host->take().empty());
  pass(0);
  EXPECT_EQ(hooks.unended(), 1u) << "a thread of the SEA has to go on with it";
  run();
  EXPECT_EQ(numbers(host->take()), Numbers{1});
  EXPECT_EQ(hooks.unended(), 0u);
  EXPECT_EQ(hooks.ends[0].status, 0);
}

TEST_P(HookedSea, BothWaysAreHooked) {
  hooks.arm(Hook::sea_forward);
  ASSERT_TRUE(host->port.transmit(numbered(client->mac, host->mac, 5), bench.calendar.now()));
  run();
  EXPECT_TRUE(client->take().empty());
  pass(0);
  run();
  EXPECT_EQ(numbers(client->take()), Numbers{5});
}

TEST_P(HookedSea, WhatIsDeniedFailsOrIsTakenIsCountedByItself) {
  hooks.arm(Hook::sea_forward);
  for (std::uint64_t i = 0; i < 3; ++i) send(i);
  run();
  hooks.decide(0, vsp::testing::denied(), bench.calendar.now());
  hooks.decide(1, vsp::testing::failed(), bench.calendar.now());
  hooks.decide(2, vsp::testing::completed(), bench.calendar.now());
  run();
  EXPECT_TRUE(host->take().empty());
  EXPECT_EQ(counters().denied, 2u);
  EXPECT_EQ(counters().provided, 1u);
  EXPECT_EQ(counters().to_wire, 0u);
}

TEST_P(HookedSea, WhatAFilterHasWrittenGoesOut) {
  hooks.arm(Hook::sea_forward);
  const auto rewrite = [&](std::uint16_t vlan) {
    io::Frame changed = numbered(host->mac, client->mac, 99);
    changed.tag(vlan);
    bench.vio.memory(kVios).write(hooks.asked.back().call.buffers[0].address, changed.head);
    pass(hooks.asked.size() - 1);
    run();
  };
  send(1);
  run();
  rewrite(7);
  const auto out = host->take();
  ASSERT_EQ(out.size(), 1u);
  EXPECT_EQ(out[0].vlan(), 7);
  EXPECT_EQ(number_of(out[0]), 99u);
  send(2);
  run();
  rewrite(50);
  EXPECT_TRUE(host->take().empty()) << "no VLAN of this SEA's";
  EXPECT_EQ(counters().no_vlan, 1u);
  EXPECT_NE(hooks.ends.back().status, 0);
}

TEST_P(HookedSea, WhatDecidingTakesIsComputedByTheSea) {
  const auto one = [&](std::uint64_t number) {
    const SimTime before = vios->host->used();
    send(number);
    run();
    return vios->host->used() - before;
  };
  const SimTime without = one(1);
  hooks.arm(Hook::sea_forward);
  hooks.on_call = [](const vsp::Call& call) {
    return vsp::testing::passed(call, 40_us);
  };
  EXPECT_EQ(one(2), without + 40_us);
  EXPECT_EQ(numbers(host->take()), (Numbers{1, 2}));
  EXPECT_EQ(hooks.unended(), 0u);
}

TEST_P(HookedSea, FramesBehindAHeldOneWaitAlthoughNobodyHooksThemAnyMore) {
  hooks.arm(Hook::sea_forward);
  send(1);
  run();
  hooks.arm(Hook::sea_forward, false);
  send(2);
  run();
  EXPECT_TRUE(host->take().empty());
  pass(0);
  send(3);  // while the SEA has not gone on with them
  run();
  EXPECT_EQ(numbers(host->take()), (Numbers{1, 2, 3}));
}

TEST_P(HookedSea, HoldsAsManyFramesAsAThreadsQueueAndNoMore) {
  hooks.arm(Hook::sea_forward);
  for (std::uint64_t i = 0; i < 700; ++i) {
    send(i);
    if (i % 50 == 0) bench.run_for(5_ms);
  }
  bench.run_for(50_ms);
  EXPECT_EQ(hooks.open(), 600u);
  EXPECT_EQ(counters().queue_full, 100u);
}

TEST_P(HookedSea, ASeaThatStopsForgetsWhatItHolds) {
  hooks.arm(Hook::sea_forward);
  send(1);
  send(2);
  run();
  pass(0);
  bench.stop(0);
  EXPECT_EQ(hooks.withdrawn, 1u);
  EXPECT_EQ(hooks.unended(), 0u);
  run();
  EXPECT_TRUE(host->take().empty());
}

// A frame that belongs to a request of the ledger.
TEST_P(HookedSea, TimeWithAVirtualServicePartitionIsAStageOfTheRequest) {
  io::RequestLedger ledger{nullptr};
  bench.ledger = &ledger;
  auto& second = bench.add_vios({{20}}, [](SeaConfig& config) { config.threaded = GetParam(); });
  Outside there{io::MacAddress{0x0200'0E00'0002}, bench.calendar};
  io::EthernetPort::connect(*second.port, there.port);
  second.sea->set_hooks(hooks, PartitionId{1});
  bench.start(second);
  auto& sender = bench.add_client(20);
  hooks.arm(Hook::sea_forward);
  const io::RequestTag tag = ledger.begin(0, io::RequestKind::send, 1000, io::Stage::transport, bench.calendar.now());
  io::StreamSegment segment{.source = sender.mac, .destination = there.mac, .payload = 1000, .has_message = true};
  segment.message = {io::MessageKind::one_way, tag, 1, 1000};
  sender.adapter->send(to_frame(segment));
  bench.run_for(5_ms);
  pass(0);
  run();
  ASSERT_EQ(there.take().size(), 1u);
  const io::RequestRecord& record = ledger.end(tag, io::Outcome::done, bench.calendar.now());
  const SimTime service = record.stages[static_cast<std::size_t>(io::Stage::service)];
  EXPECT_GT(service, 4_ms);
  EXPECT_LT(service, 5_ms);
}

// Verdicts come in any order; each flow is what a bridge without hooks would have forwarded of the frames that pass.
TEST_P(HookedSea, KeepsTheOrderOfEachFlowWhateverIsDecidedWhen) {
  RandomStream random{5, "frames"};
  hooks.arm(Hook::sea_forward);
  std::map<std::size_t, bool> passes;
  std::map<std::uint64_t, bool> passes_by_number;
  const auto number_in = [&](const vsp::Call& call) {
    std::uint64_t number = 0;
    for (std::uint64_t i = 0; i < 8; ++i) number = number << 8 | bench.vio.memory(kVios).byte(call.buffers[0].address + 20 + i);
    return number;
  };
  hooks.on_call = [&](const vsp::Call& call) -> std::optional<vsp::Outcome> {
    const double choice = random.uniform();
    const bool may = choice < 0.8 && choice >= 0.1;
    passes[hooks.asked.size()] = passes_by_number[number_in(call)] = may;
    if (choice < 0.1) return vsp::testing::denied();
    if (choice < 0.3) return vsp::testing::passed(call, random.uniform() < 0.5 ? SimTime{} : 20_us);
    return std::nullopt;
  };
  auto& other = bench.add_client(1);
  std::map<std::uint64_t, Numbers> sent, got;
  std::vector<io::Frame> arrived;
  for (std::uint64_t i = 0; i < 400; ++i) {
    SeaBench::Client& from = random.uniform() < 0.5 ? *client : other;
    from.adapter->send(numbered(host->mac, from.mac, i));
    sent[from.mac.bits].push_back(i);
    if (random.uniform() < 0.1) hooks.arm(Hook::sea_forward, random.uniform() < 0.7);
    bench.run_for(SimTime::from_us(static_cast<std::int64_t>(random.uniform() * 60)));
    while (hooks.open() > 0 && random.uniform() < 0.5) {
      auto skip = static_cast<std::int64_t>(random.uniform() * static_cast<double>(hooks.open()));
      std::size_t chosen = 0;
      while (!hooks.asked[chosen].open || skip-- > 0) ++chosen;
      passes[chosen] ? pass(chosen) : hooks.decide(chosen, vsp::testing::denied(), bench.calendar.now());
    }
  }
  bench.run_for(10_ms);
  while (hooks.open() > 0) {
    std::size_t chosen = hooks.asked.size() - 1;
    while (!hooks.asked[chosen].open) --chosen;
    passes[chosen] ? pass(chosen) : hooks.decide(chosen, vsp::testing::denied(), bench.calendar.now());
  }
  bench.run_for(50_ms);
  for (const io::Frame& frame : host->take()) got[frame.source().bits].push_back(number_of(frame));
  for (auto& [mac, all] : sent) {
    std::erase_if(all, [&](std::uint64_t number) { return passes_by_number.contains(number) && !passes_by_number[number]; });
    EXPECT_EQ(got[mac], all);
  }
  EXPECT_EQ(hooks.unended(), 0u);
}

}  // namespace
}  // namespace lparsim::sea
