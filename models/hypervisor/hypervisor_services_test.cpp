// What the hypervisor tells Virtual Service Partitions of itself, and their channels over its calls.
#include <gtest/gtest.h>
#include <lparsim/vsp.h>

#include <cstring>
#include <map>
#include <string>
#include <vector>

#include "models/hypervisor/testing/server_bench.hpp"
#include "models/hypervisor/vsp_port.hpp"
#include "models/vsp/testing/scripted_hooks.hpp"
#include "sim/kernel/event_calendar.hpp"

namespace lparsim::hypervisor {
namespace {

using namespace literals;
using testing::capped;
using testing::ScriptedPartition;
using testing::ServerBench;
using testing::uncapped;
using vsp::Hook;
using vsp::testing::ScriptedHooks;

struct Events : ::testing::Test {
  std::vector<std::uint32_t> functions(Hook hook, PartitionId client) {
    std::vector<std::uint32_t> all;
    for (const vsp::Call& call : hooks.told) {
      if (call.hook == hook && call.client == client) all.push_back(call.function);
    }
    return all;
  }
  ScriptedHooks hooks;
  ServerBench bench{1};
};
using Functions = std::vector<std::uint32_t>;

TEST_F(Events, DispatchesAndWhyTheyEndAreTold) {
  auto& a = bench.shared("a", capped(50, 1));
  auto& b = bench.shared("b", capped(50, 1));
  bench.hypervisor.set_hooks(hooks);
  hooks.arm(Hook::dispatch);
  bench.activate_all();
  bench.run_until(12_ms);
  EXPECT_EQ(functions(Hook::dispatch, a.id), (Functions{1, 2, 1}));
  EXPECT_EQ(functions(Hook::dispatch, b.id), (Functions{1, 2}));
  const vsp::Call& stay = hooks.told[1];
  EXPECT_EQ(stay.function, 2u);
  EXPECT_EQ(stay.arguments[0], 0u);
  EXPECT_EQ(stay.arguments[3], 5'000'000u) << "half of a window of 10 ms";
  const vsp::Call& second = hooks.told[2];
  EXPECT_EQ(second.client, b.id);
  EXPECT_EQ(second.arguments[2], 5'000'000u) << "it was ready for so long";
  a.cede(0);
  bench.run_until(13_ms);
  EXPECT_EQ(functions(Hook::dispatch, a.id).back(), 3u);
}

TEST_F(Events, WhoHearsOfADispatchMayMakeSomebodyReadyAtOnce) {
  auto& a = bench.shared("a", capped(10, 1));
  auto& b = bench.shared("b", capped(10, 1), 0);
  bench.hypervisor.set_hooks(hooks);
  hooks.arm_for(Hook::dispatch, a.id);
  bool woken = false;
  hooks.on_tell = [&](const vsp::Call&, SimTime now) {
    if (now > SimTime{} && !std::exchange(woken, true)) bench.hypervisor.interrupt(b.id, 0, DispatchReason::external_interrupt);
  };
  bench.activate_all();
  bench.run_until(30_ms);
  EXPECT_GT(bench.hypervisor.usage(b.id).consumed, SimTime{});
  bench.hypervisor.finish();
}

TEST_F(Events, AccountingTellsTheSumsOfEachInterval) {
  auto& a = bench.shared("a", capped(30, 1));
  auto& b = bench.shared("b", uncapped(10, 1));
  bench.hypervisor.set_hooks(hooks);
  bench.activate_all();
  bench.run_until(10_ms);
  bench.hypervisor.tell_accounting();
  EXPECT_TRUE(hooks.told.empty());
  hooks.arm(Hook::accounting);
  bench.run_until(20_ms);
  bench.hypervisor.tell_accounting();
  bench.run_until(30_ms);
  hooks.told.clear();
  bench.hypervisor.tell_accounting();
  ASSERT_EQ(hooks.told.size(), 2u);
  EXPECT_EQ(hooks.told[0].client, a.id);
  EXPECT_EQ(hooks.told[0].arguments, (std::array<std::uint64_t, 8>{10'000'000, 3'000'000, 0, 7'000'000, 1, 30}));
  EXPECT_EQ(hooks.told[1].client, b.id);
  EXPECT_EQ(hooks.told[1].arguments[1], 7'000'000u);
  EXPECT_EQ(hooks.told[1].arguments[2], 6'000'000u) << "beyond its entitlement";
}

/// A partition whose operating system takes messages from its channel when the interrupt comes.
struct Channel : ::testing::Test {
  Channel() {
    bench.hypervisor.enable_services({}, calendar, nullptr);
    vsp::VspConfig config;
    config.name = "agent";
    config.partition = agent.id;
    config.permits.emplace_back().hook = Hook::accounting;
    port.emplace(bench.hypervisor.virtual_io(), agent.id, bench.hypervisor.add_vsp(config));
    port->bind(agent.port);
    agent.on_interrupt = [this](std::uint32_t source) {
      EXPECT_EQ(source, port->interrupt_source());
      ++interrupts;
    };
    bench.activate_all();
    bench.run_until(1_ms);
  }
  std::int32_t send(std::uint16_t type) {
    const lparsim_vsp_init message{{type, sizeof message, 0}};
    return port->send({reinterpret_cast<const std::uint8_t*>(&message), sizeof message}, kernel::now());
  }
  std::vector<std::uint16_t> receive_all() {
    std::vector<std::uint16_t> types;
    while (const auto message = port->receive(kernel::now())) {
      lparsim_vsp_header header{};
      std::memcpy(&header, message->bytes.data(), sizeof header);
      types.push_back(header.type);
    }
    return types;
  }
  ServerBench bench{1};
  kernel::EventCalendar calendar{};
  ScriptedPartition& agent = bench.shared("agent", capped(50, 1));
  ScriptedPartition& client = bench.shared("client", capped(50, 1));
  std::optional<VspPort> port;
  int interrupts = 0;
};
using Types = std::vector<std::uint16_t>;

TEST_F(Channel, WaitsForThePartitionsInit) {
  EXPECT_EQ(interrupts, 0);
  EXPECT_EQ(receive_all(), Types{});
}

TEST_F(Channel, AMessageIsAnsweredAndRaisesTheInterruptOnce) {
  receive_all();
  interrupts = 0;
  port->take_cost();
  EXPECT_EQ(send(LPARSIM_VSP_INIT), LPARSIM_VSP_OK);
  EXPECT_EQ(interrupts, 1);
  EXPECT_GT(port->take_cost(), SimTime{});
  EXPECT_EQ(receive_all(), Types{LPARSIM_VSP_INIT_COMPLETE});
  EXPECT_EQ(receive_all(), Types{});
  EXPECT_EQ(send(LPARSIM_VSP_INIT), LPARSIM_VSP_OK);
  EXPECT_EQ(interrupts, 2);
}

TEST_F(Channel, ImpossibleLengthsAndAddressesAreRefused) {
  const std::vector<std::uint8_t> long_one(600);
  EXPECT_EQ(port->send(long_one, kernel::now()), LPARSIM_VSP_INVALID);
  EXPECT_EQ(agent.call(0, Hcall::vsp_send, {0, 513}), HcallStatus::parameter);
  EXPECT_EQ(agent.call(0, Hcall::vsp_send, {ServerBench::kMemory.count - 4, 8}), HcallStatus::parameter);
  EXPECT_EQ(agent.call(0, Hcall::vsp_receive, {0, 511}), HcallStatus::parameter);
  receive_all();
  EXPECT_EQ(agent.call(0, Hcall::vsp_receive, {0, 512}), HcallStatus::not_found);
  EXPECT_EQ(agent.call(0, Hcall::vsp_copy, {1, 0, 0, kMostVspCopied + 1, kVspFromGrant}), HcallStatus::parameter);
  EXPECT_EQ(agent.call(0, Hcall::vsp_copy, {1, 0, 0, 8, 2}), HcallStatus::parameter);
}

TEST_F(Channel, AGrantThatIsNoneIsRefused) {
  std::vector<std::uint8_t> bytes(8);
  EXPECT_NE(port->read(77, 0, bytes, kernel::now()), LPARSIM_VSP_OK);
  EXPECT_NE(port->write(77, 0, bytes, kernel::now()), LPARSIM_VSP_OK);
}

TEST_F(Channel, BelongsToVirtualServicePartitionsOnly) {
  EXPECT_EQ(client.call(0, Hcall::vsp_send, {0, 8}), HcallStatus::authority);
  EXPECT_EQ(client.call(0, Hcall::vsp_receive, {0, 512}), HcallStatus::authority);
}

TEST_F(Channel, IsClosedWhenItsPartitionHasStopped) {
  send(LPARSIM_VSP_INIT);
  EXPECT_EQ(interrupts, 1);
  bench.hypervisor.deactivate(agent.id, true);
  bench.run_until(2_ms);
  EXPECT_EQ(bench.hypervisor.exchange().status(agent.id, kernel::now()).state, vsp::ChannelState::off);
  bench.hypervisor.activate(agent.id);
  bench.run_until(3_ms);
  EXPECT_EQ(bench.hypervisor.exchange().status(agent.id, kernel::now()).state, vsp::ChannelState::closed);
  EXPECT_EQ(receive_all(), Types{}) << "what lay on the channel is gone";
  EXPECT_EQ(send(LPARSIM_VSP_INIT), LPARSIM_VSP_OK);
  EXPECT_EQ(interrupts, 2);
}

// Against the dispatches that the partition was told of.
TEST(DispatchClock, CountsTimeWithAtLeastOneVirtualProcessorOnACore) {
  ServerBench bench{2};
  ScriptedHooks hooks;
  auto& a = bench.shared("a", uncapped(60, 3), 3);
  bench.shared("b", uncapped(60, 2), 2);
  bench.hypervisor.set_hooks(hooks);
  hooks.arm_for(Hook::dispatch, a.id);
  SimTime counted, since;
  int on_core = 0;
  hooks.on_tell = [&](const vsp::Call& event, SimTime now) {
    if (event.client != a.id) return;
    const int before = on_core;
    on_core += event.function == 1 ? 1 : -1;
    if (before == 0) since = now;
    if (on_core == 0) counted += now - since;
  };
  bench.activate_all();
  for (int i = 1; i <= 40; ++i) {
    bench.run_until(3_ms * i);
    const DispatchClock& clock = bench.hypervisor.dispatch_clock();
    ASSERT_EQ(clock.dispatched(a.id, kernel::now()), counted + (on_core > 0 ? kernel::now() - since : SimTime{})) << i;
    if (i % 3 == 0 && !a.running.empty()) a.cede(*a.running.begin());
    if (i % 5 == 0) bench.hypervisor.interrupt(a.id, 0, DispatchReason::external_interrupt);
  }
  EXPECT_GT(counted, SimTime{});
}

// Capped at half a core, and the only one there: half of the time in which it wants a core it has none.
TEST(DispatchClock, StandsStillWhileAPartitionStarvesAndNotWhileItIsIdle) {
  ServerBench bench{1};
  auto& a = bench.shared("a", capped(50, 1));
  bench.activate_all();
  const DispatchClock& clock = bench.hypervisor.dispatch_clock();
  const auto reading = [&] {
    return clock.unstarved(a.id, kernel::now());
  };
  bench.run_until(100_ms);
  const SimTime before = reading(), dispatched = clock.dispatched(a.id, 100_ms);
  bench.run_until(200_ms);
  EXPECT_EQ(clock.dispatched(a.id, 200_ms) - dispatched, 50_ms);
  EXPECT_EQ(reading() - before, 50_ms);
  while (a.running.empty()) bench.run_until(kernel::now() + 1_ms);
  a.cede(0);
  bench.run_until(kernel::now() + 1_ms);
  const SimTime idle = reading();
  const SimTime then = kernel::now();
  bench.run_until(then + 100_ms);
  EXPECT_EQ(reading() - idle, 100_ms);
}

}  // namespace
}  // namespace lparsim::hypervisor
