// The hook switch.frame as sender and receiver see it (docs/models/vsp-hooks.md).
#include "models/hypervisor/logical_lan_hooks.hpp"

#include <gtest/gtest.h>

#include <map>
#include <vector>

#include "models/hypervisor/testing/logical_lan_bench.hpp"
#include "models/vsp/testing/scripted_hooks.hpp"
#include "sim/base/random.hpp"

namespace lparsim::hypervisor {
namespace {

using testing::frame_to;
using testing::LogicalLanBench;
using testing::tcp_frame;
using vsp::Hook;
using vsp::testing::ScriptedHooks;

constexpr io::MacAddress kA{0x0200'0000'0001}, kB{0x0200'0000'0002}, kC{0x0200'0000'0003};

struct HookedLan : ::testing::Test {
  HookedLan() {
    bench.set_hooks(hooks, [this] { return now; });
    for (auto* adapter : {&b, &c}) bench.add_buffers(*adapter, 2048, 256);
  }
  HcallStatus send(io::MacAddress to, std::uint32_t length = 100) { return bench.send(a, frame_to(to, kA, length)); }
  std::vector<std::uint32_t> lengths(LogicalLanBench::Adapter& adapter) {
    std::vector<std::uint32_t> all;
    for (const auto& entry : bench.receive_all(adapter)) all.push_back(entry.length);
    return all;
  }

  SimTime now = SimTime::from_us(5);
  ScriptedHooks hooks;
  LogicalLanBench bench;
  LogicalLanBench::Adapter& a = bench.open({kA, 1, {7}});
  LogicalLanBench::Adapter& b = bench.open({kB, 1, {7}});
  LogicalLanBench::Adapter& c = bench.open({kC, 1, {}});
};
using Lengths = std::vector<std::uint32_t>;

TEST_F(HookedLan, NobodyIsAskedWhereNobodyIsRegistered) {
  EXPECT_EQ(send(kB), HcallStatus::success);
  const SimTime with_hooks = a.call.cost;
  EXPECT_EQ(with_hooks, bench.costs.lan_send + bench.costs.copy_per_kib * 100 / 1024);
  EXPECT_TRUE(hooks.asked.empty());
  EXPECT_TRUE(hooks.told.empty());
  EXPECT_EQ(lengths(b), Lengths{100});
}

TEST_F(HookedLan, OnlyThoseWhoseFramesAreHookedAreAskedFor) {
  hooks.arm_for(Hook::switch_frame, b.partition);
  send(kB);
  EXPECT_TRUE(hooks.asked.empty());
}

TEST_F(HookedLan, TheCallSaysWhatTheFrameIs) {
  hooks.arm(Hook::switch_frame);
  io::Frame frame = tcp_frame(kB, kA, 400);
  frame.tag(7);
  bench.send(a, frame);
  ASSERT_EQ(hooks.asked.size(), 1u);
  const vsp::Call& call = hooks.asked[0].call;
  EXPECT_EQ(call.function, 7u);
  EXPECT_EQ(call.client, a.partition);
  EXPECT_EQ(call.arguments, (std::array<std::uint64_t, 8>{458, kA.bits, kB.bits, 0x0800, 0x0A00'0001'0A00'0002, 0x6'1388'0050,
                                                          static_cast<std::uint64_t>(LogicalLanBench::kUnit), 0}));
  EXPECT_EQ(call.owner, kHypervisorMemory);
  EXPECT_EQ(call.buffers[0].length, Bytes{io::Frame::kHead});
}

TEST_F(HookedLan, AFrameIsHeldUntilItMayPass) {
  hooks.arm(Hook::switch_frame);
  EXPECT_EQ(send(kB), HcallStatus::success);
  EXPECT_EQ(a.call.cost, bench.costs.lan_send + bench.costs.copy_per_kib * 100 / 1024) << "it is copied within the call";
  EXPECT_TRUE(lengths(b).empty());
  EXPECT_EQ(bench.held(a), 1u);
  hooks.pass(0);
  EXPECT_EQ(lengths(b), Lengths{100});
  EXPECT_EQ(bench.held(a), 0u);
  ASSERT_EQ(hooks.ends.size(), 1u);
  EXPECT_EQ(hooks.ends[0].status, 0);
}

TEST_F(HookedLan, AVerdictAtOnceIsPaidByTheSendersCall) {
  hooks.arm(Hook::switch_frame);
  hooks.on_call = [](const vsp::Call& call) {
    return vsp::testing::passed(call, SimTime::from_us(3));
  };
  EXPECT_EQ(send(kB), HcallStatus::success);
  EXPECT_EQ(a.call.cost, SimTime::from_us(3) + bench.costs.lan_send + bench.costs.copy_per_kib * 100 / 1024);
  EXPECT_EQ(lengths(b), Lengths{100});
  EXPECT_EQ(hooks.unended(), 0u);
}

TEST_F(HookedLan, WhatIsDeniedOrFailsIsCountedAndTheSenderIsNotTold) {
  hooks.arm(Hook::switch_frame);
  EXPECT_EQ(send(kB), HcallStatus::success);
  hooks.decide(0, vsp::testing::denied());
  hooks.on_call = [](const vsp::Call&) {
    return vsp::testing::failed();
  };
  EXPECT_EQ(send(kB), HcallStatus::success);
  EXPECT_TRUE(lengths(b).empty());
  EXPECT_EQ(bench.denied(a), 2u);
  EXPECT_EQ(bench.dropped(a), 0u);
}

TEST_F(HookedLan, WhatAProviderHasDoneItselfIsNeitherDeliveredNorDenied) {
  hooks.arm(Hook::switch_frame);
  send(kB);
  hooks.decide(0, vsp::testing::completed());
  EXPECT_TRUE(lengths(b).empty());
  EXPECT_EQ(bench.denied(a), 0u);
}

TEST_F(HookedLan, WhatAFilterHasWrittenIsWhatArrives) {
  hooks.arm(Hook::switch_frame);
  send(kB);
  const std::uint64_t head = hooks.asked[0].call.buffers[0].address;
  EXPECT_EQ(bench.held_memory().byte(head + 20), 20);
  bench.held_memory().write(head + 20, 1, 0xAB);
  hooks.pass(0);
  const auto entries = bench.receive_all(b);
  ASSERT_EQ(entries.size(), 1u);
  EXPECT_EQ(entries[0].frame.head[20], 0xAB);
}

TEST_F(HookedLan, AFrameMovedToAnotherVlanGoesThereOnlyIfItsSenderMay) {
  hooks.arm(Hook::switch_frame);
  const auto move_to = [&](std::size_t i, std::uint16_t vlan) {
    io::Frame frame = frame_to(kB, kA, 100);
    frame.tag(vlan);
    bench.held_memory().write(hooks.asked[i].call.buffers[0].address, frame.head);
    hooks.pass(i);
  };
  send(kB);
  move_to(0, 7);
  const auto entries = bench.receive_all(b);
  ASSERT_EQ(entries.size(), 1u);
  EXPECT_EQ(entries[0].frame.vlan(), 7);
  send(kB);
  move_to(1, 9);
  EXPECT_TRUE(lengths(b).empty());
  EXPECT_EQ(bench.dropped(a), 1u);
  EXPECT_EQ(hooks.ends.back().status, static_cast<std::int64_t>(HcallStatus::dropped));
}

TEST_F(HookedLan, ABroadcastIsOneCallAndReachesAll) {
  hooks.arm(Hook::switch_frame);
  bench.call(b, Hcall::multicast_ctrl, {lan::kModifyReception | lan::kReception, 0});
  bench.call(c, Hcall::multicast_ctrl, {lan::kModifyReception | lan::kReception, 0});
  send(io::MacAddress::broadcast());
  ASSERT_EQ(hooks.asked.size(), 1u);
  hooks.pass(0);
  EXPECT_EQ(lengths(b), Lengths{100});
  EXPECT_EQ(lengths(c), Lengths{100});
}

TEST_F(HookedLan, FramesBehindAHeldOneWaitAlthoughNobodyHooksThemAnyMore) {
  hooks.arm(Hook::switch_frame);
  send(kB, 100);
  hooks.arm(Hook::switch_frame, false);
  send(kB, 101);
  send(kC, 102);
  EXPECT_TRUE(lengths(b).empty());
  EXPECT_EQ(lengths(c), Lengths{102}) << "another flow";
  hooks.pass(0);
  EXPECT_EQ(lengths(b), (Lengths{100, 101}));
}

TEST_F(HookedLan, HoldsSoManyFramesOfAnAdapterAndNoMore) {
  hooks.arm(Hook::switch_frame);
  for (std::uint64_t i = 0; i < 512; ++i) ASSERT_EQ(send(kB), HcallStatus::success);
  EXPECT_EQ(send(kB), HcallStatus::dropped);
  EXPECT_EQ(hooks.asked.size(), 512u);
  EXPECT_EQ(bench.dropped(a), 1u);
}

TEST_F(HookedLan, ASenderThatStopsTakesItsFramesAlong) {
  hooks.arm(Hook::switch_frame);
  send(kB);
  send(kB);
  hooks.decide(1, vsp::testing::passed(hooks.asked[1].call));
  bench.stop(a);
  EXPECT_EQ(hooks.withdrawn, 1u);
  EXPECT_EQ(hooks.unended(), 0u) << "of the one that was decided and waited behind it the end is told";
  EXPECT_EQ(bench.held(a), 0u);
  EXPECT_TRUE(lengths(b).empty());
}

TEST_F(HookedLan, AFrameWhoseReceiverHasStoppedIsDropped) {
  hooks.arm(Hook::switch_frame);
  send(kB);
  bench.stop(b);
  hooks.pass(0);
  EXPECT_EQ(bench.dropped(a), 1u);
  EXPECT_EQ(hooks.unended(), 0u);
}

// Verdicts come in any order; each flow is what a switch without hooks would have delivered of those that pass.
TEST_F(HookedLan, KeepsTheOrderOfEachFlowWhateverIsDecidedWhen) {
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    ScriptedHooks script;
    LogicalLanBench lan;
    lan.set_hooks(script, [] { return SimTime{}; });
    auto& from = lan.open({kA, 1, {}});
    std::map<std::uint64_t, LogicalLanBench::Adapter*> to{{kB.bits, &lan.open({kB, 1, {}})}, {kC.bits, &lan.open({kC, 1, {}})}};
    for (auto& [mac, adapter] : to) lan.add_buffers(*adapter, 2048, 200);
    RandomStream random{seed, "frames"};
    script.arm(Hook::switch_frame);
    std::map<std::uint64_t, Lengths> expected;
    std::map<std::size_t, bool> passes;
    const auto at_once = [&](const vsp::Call& call) -> std::optional<vsp::Outcome> {
      const double choice = random.uniform();
      passes[script.asked.size()] = choice < 0.7 && choice >= 0.1;
      if (choice < 0.1) return vsp::testing::denied();
      if (choice < 0.3) return vsp::testing::passed(call);
      return std::nullopt;
    };
    script.on_call = at_once;
    for (std::uint32_t i = 0; i < 150; ++i) {
      const io::MacAddress mac = random.uniform() < 0.5 ? kB : kC;
      ASSERT_EQ(lan.send(from, frame_to(mac, kA, 100 + i)), HcallStatus::success);
      if (passes[script.asked.size() - 1]) expected[mac.bits].push_back(100 + i);
      while (script.open() > 0 && (random.uniform() < 0.4 || i == 149)) {
        auto skip = static_cast<std::int64_t>(random.uniform() * static_cast<double>(script.open()));
        std::size_t chosen = 0;
        while (!script.asked[chosen].open || skip-- > 0) ++chosen;
        passes[chosen] ? script.pass(chosen) : script.decide(chosen, vsp::testing::denied());
      }
    }
    for (auto& [mac, adapter] : to) {
      Lengths got;
      for (const auto& entry : lan.receive_all(*adapter)) got.push_back(entry.length);
      ASSERT_EQ(got, expected[mac]) << "seed " << seed;
    }
    EXPECT_EQ(script.unended(), 0u);
    EXPECT_EQ(lan.held(from), 0u);
  }
}

}  // namespace
}  // namespace lparsim::hypervisor
