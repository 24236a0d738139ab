// The hook crq.send as both ends of a connection see it (docs/models/vsp-hooks.md).
#include "models/hypervisor/crq_transport_hooks.hpp"

#include <gtest/gtest.h>

#include <vector>

#include "models/hypervisor/testing/vio_end.hpp"
#include "models/vsp/testing/scripted_hooks.hpp"
#include "sim/base/random.hpp"

namespace lparsim::hypervisor {
namespace {

using testing::VioPair;
using vsp::Hook;
using vsp::testing::ScriptedHooks;

struct HookedCrq : ::testing::Test, protected VioPair {
  HookedCrq() {
    bench.virtual_io.set_hooks(hooks, [] { return SimTime{}; });
    register_both();
    server.enable();
  }
  HcallStatus send(std::uint8_t second) { return client.send(kCrqCommand, second); }
  std::vector<int> arrived() {
    std::vector<int> all;
    for (; server.header(next_) != kCrqFree; next_ = (next_ + 1) % 256) {
      all.push_back(server.format(next_));
      server.free_element(next_);
    }
    return all;
  }
  std::uint64_t held() { return bench.virtual_io.elements_held(kClient, client.adapter.unit); }
  std::uint64_t denied() { return bench.virtual_io.elements_denied(kClient, client.adapter.unit); }

  ScriptedHooks hooks;

 private:
  std::uint64_t next_ = 0;
};
using Elements = std::vector<int>;

TEST_F(HookedCrq, NobodyIsAskedWhereNobodyIsRegistered) {
  client.calls.take_cost();
  EXPECT_EQ(send(1), HcallStatus::success);
  EXPECT_EQ(client.calls.take_cost(), VioCosts{}.call);
  EXPECT_TRUE(hooks.asked.empty());
  EXPECT_EQ(arrived(), Elements{1});
}

TEST_F(HookedCrq, TheCallHasTheElementAndItsWay) {
  hooks.arm(Hook::crq_send);
  client.calls.send_crq(client.adapter.unit, {kCrqCommand, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15});
  ASSERT_EQ(hooks.asked.size(), 1u);
  const vsp::Call& call = hooks.asked[0].call;
  EXPECT_EQ(call.function, kCrqCommand);
  EXPECT_EQ(call.client, kClient);
  EXPECT_EQ(call.arguments[0], static_cast<std::uint64_t>(client.adapter.unit));
  EXPECT_EQ(call.arguments[1], 0x8001'0203'0405'0607U);
  EXPECT_EQ(call.arguments[2], 0x0809'0A0B'0C0D'0E0FU);
  EXPECT_EQ(call.arguments[3], index(kServer));
}

TEST_F(HookedCrq, AnElementIsHeldUntilItMayPassAndRaisesTheInterruptThen) {
  hooks.arm(Hook::crq_send);
  EXPECT_EQ(send(1), HcallStatus::success);
  EXPECT_TRUE(arrived().empty());
  EXPECT_TRUE(bench.take_interrupts(kServer).empty());
  EXPECT_EQ(held(), 1u);
  hooks.pass(0);
  EXPECT_EQ(arrived(), Elements{1});
  EXPECT_EQ(bench.take_interrupts(kServer).size(), 1u);
  EXPECT_EQ(held(), 0u);
  EXPECT_EQ(hooks.unended(), 0u);
}

TEST_F(HookedCrq, AVerdictAtOnceIsPaidByTheCall) {
  hooks.arm(Hook::crq_send);
  hooks.on_call = [](const vsp::Call& call) {
    return vsp::testing::passed(call, SimTime::from_us(2));
  };
  client.calls.take_cost();
  send(1);
  EXPECT_EQ(client.calls.take_cost(), VioCosts{}.call + SimTime::from_us(2));
  EXPECT_EQ(arrived(), Elements{1});
}

TEST_F(HookedCrq, WhatIsDeniedOrFailsIsSwallowed) {
  hooks.arm(Hook::crq_send);
  EXPECT_EQ(send(1), HcallStatus::success);
  EXPECT_EQ(send(2), HcallStatus::success);
  EXPECT_EQ(send(3), HcallStatus::success);
  hooks.decide(0, vsp::testing::denied(-10));
  hooks.decide(1, vsp::testing::failed());
  hooks.pass(2);
  EXPECT_EQ(arrived(), Elements{3});
  EXPECT_EQ(denied(), 2u);
}

TEST_F(HookedCrq, AChangedElementKeepsItsHeader) {
  hooks.arm(Hook::crq_send);
  send(1);
  vsp::Outcome changed = vsp::testing::passed(hooks.asked[0].call);
  changed.values[1] = 0xC055'0000'0000'0000;
  changed.values[2] = 77;
  hooks.decide(0, changed);
  EXPECT_EQ(server.header(0), kCrqCommand);
  EXPECT_EQ(server.format(0), 0x55);
  EXPECT_EQ(server.word(server.queue + 8), 77u);
}

TEST_F(HookedCrq, HeldElementsHaveTheirPlacesInTheQueue) {
  hooks.arm(Hook::crq_send);
  for (int i = 0; i < 256; ++i) ASSERT_EQ(send(static_cast<std::uint8_t>(i)), HcallStatus::success);
  EXPECT_EQ(send(1), HcallStatus::dropped);
  EXPECT_EQ(hooks.asked.size(), 256u);
  for (std::size_t i = 256; i-- > 0;) hooks.pass(i);
  const Elements all = arrived();
  ASSERT_EQ(all.size(), 256u);
  for (int i = 0; i < 256; ++i) EXPECT_EQ(all[static_cast<std::size_t>(i)], i);
}

TEST_F(HookedCrq, BothDirectionsKeepTheirOwnOrder) {
  hooks.arm(Hook::crq_send);
  send(1);
  server.send(kCrqCommand, 9);
  hooks.pass(1);
  EXPECT_EQ(client.format(0), 9);
  EXPECT_TRUE(arrived().empty());
}

TEST_F(HookedCrq, AClientThatCrashesTakesItsElementsAlong) {
  hooks.arm(Hook::crq_send);
  send(1);
  send(2);
  hooks.pass(1);
  bench.virtual_io.partition_stopped(kClient, true);
  EXPECT_EQ(hooks.withdrawn, 1u);
  EXPECT_EQ(hooks.unended(), 0u);
  EXPECT_EQ(held(), 0u);
  EXPECT_EQ(server.header(0), kCrqTransportEvent);
  EXPECT_EQ(server.header(1), kCrqFree);
}

TEST_F(HookedCrq, APartnerThatFailsTakesTheElementsAlongThatWaitToReachIt) {
  hooks.arm(Hook::crq_send);
  send(1);
  server.send(kCrqCommand, 2);
  bench.virtual_io.partition_stopped(kServer, true);
  EXPECT_EQ(hooks.withdrawn, 2u);
  EXPECT_EQ(held(), 0u);
}

TEST_F(HookedCrq, ADeregistrationAndASuspensionEndTheWait) {
  hooks.arm(Hook::crq_send);
  send(1);
  server.calls.free_crq(server.adapter.unit);
  EXPECT_EQ(hooks.withdrawn, 1u);
  server.reg();
  send(2);
  bench.virtual_io.transport_event(kClient, client.adapter.unit, TransportEvent::partner_suspended);
  EXPECT_EQ(hooks.withdrawn, 2u);
  EXPECT_EQ(hooks.open(), 0u);
}

TEST_F(HookedCrq, AnElementWhosePlaceATransportEventHasTakenIsDropped) {
  hooks.arm(Hook::crq_send);
  for (int i = 0; i < 256; ++i) send(static_cast<std::uint8_t>(i));
  bench.virtual_io.transport_event(kServer, server.adapter.unit, TransportEvent::prepare_for_suspend);
  for (std::size_t i = 0; i < 256; ++i) hooks.pass(i);
  EXPECT_EQ(hooks.ends.back().status, static_cast<std::int64_t>(HcallStatus::dropped));
  EXPECT_EQ(arrived().size(), 256u);
}

TEST_F(HookedCrq, KeepsTheOrderWhateverIsDecidedWhen) {
  RandomStream random{1, "elements"};
  hooks.arm(Hook::crq_send);
  Elements expected;
  std::vector<bool> passes;
  hooks.on_call = [&](const vsp::Call& call) -> std::optional<vsp::Outcome> {
    const double choice = random.uniform();
    passes.push_back(choice >= 0.1 && choice < 0.8);
    if (choice < 0.1) return vsp::testing::denied();
    if (choice < 0.3) return vsp::testing::passed(call);
    return std::nullopt;
  };
  Elements got;
  for (int i = 0; i < 2000; ++i) {
    const HcallStatus status = send(static_cast<std::uint8_t>(i % 251));
    if (status == HcallStatus::success && passes.back()) expected.push_back(i % 251);
    while (hooks.open() > 0 && (random.uniform() < 0.5 || i == 1999)) {
      auto skip = static_cast<std::int64_t>(random.uniform() * static_cast<double>(hooks.open()));
      std::size_t chosen = 0;
      while (!hooks.asked[chosen].open || skip-- > 0) ++chosen;
      passes[chosen] ? hooks.pass(chosen) : hooks.decide(chosen, vsp::testing::denied());
    }
    for (const int element : arrived()) got.push_back(element);
  }
  EXPECT_EQ(got, expected);
  EXPECT_EQ(hooks.unended(), 0u);
}

}  // namespace
}  // namespace lparsim::hypervisor
