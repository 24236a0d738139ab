// Hypervisor calls by number, and what is told of the others, on a server without operating systems.
#include "models/hypervisor/hypervisor_calls.hpp"

#include <gtest/gtest.h>

#include <optional>
#include <utility>
#include <vector>

#include "models/hypervisor/testing/server_bench.hpp"
#include "models/vsp/testing/scripted_hooks.hpp"

namespace lparsim::hypervisor {
namespace {

using namespace literals;
using testing::capped;
using testing::ScriptedPartition;
using testing::ServerBench;
using vsp::Hook;
using vsp::testing::ScriptedHooks;

constexpr std::uint64_t kPpp = static_cast<std::uint64_t>(Hcall::get_ppp);
constexpr std::uint64_t kUnknown = 0xF800;

struct CallsByNumber : ::testing::Test, HypervisorCallListener {
  CallsByNumber() {
    bench.hypervisor.set_hooks(hooks);
    calls.bind(partition.port);
    bench.activate_all();
    bench.run_until(1_ms);
  }
  std::optional<HypervisorCallResult> begin(std::uint64_t token, std::vector<std::uint64_t> arguments = {}) {
    return calls.begin(token, arguments, 0, *this, 42, 1_ms);
  }
  void call_answered(std::uint64_t ticket, const HypervisorCallResult& result, SimTime) override { answers.push_back({ticket, result}); }

  ScriptedHooks hooks;
  ServerBench bench{1};
  ScriptedPartition& partition = bench.shared("a", capped(50, 1));
  HypervisorCalls calls{&hooks, partition.id};
  std::vector<std::pair<std::uint64_t, HypervisorCallResult>> answers;
};

TEST_F(CallsByNumber, AreAnsweredByTheHypervisorWhereNobodyHooksThem) {
  const auto result = begin(kPpp);
  ASSERT_TRUE(result);
  EXPECT_EQ(result->status, HcallStatus::success);
  EXPECT_EQ(result->values[0], 50u);
  EXPECT_EQ(begin(kUnknown)->status, HcallStatus::function);
  EXPECT_TRUE(hooks.asked.empty());
  EXPECT_TRUE(hooks.told.empty());
  HypervisorCalls without{nullptr, partition.id};
  without.bind(partition.port);
  EXPECT_EQ(without.begin(kPpp, {}, 0, *this, 1, 1_ms)->values[0], 50u);
}

TEST_F(CallsByNumber, WaitForTheVerdictAndAreDoneThen) {
  hooks.arm(Hook::hypervisor_call);
  EXPECT_FALSE(begin(kPpp, {7}));
  ASSERT_EQ(hooks.asked.size(), 1u);
  const vsp::Call& call = hooks.asked[0].call;
  EXPECT_EQ(call.function, kPpp);
  EXPECT_EQ(call.client, partition.id);
  EXPECT_EQ(call.arguments[0], 7u);
  EXPECT_TRUE(call.caller_computes);
  EXPECT_EQ(calls.under_way(), 1u);
  vsp::Outcome outcome = vsp::testing::passed(call, 3_us);
  hooks.decide(0, outcome);
  ASSERT_EQ(answers.size(), 1u);
  EXPECT_EQ(answers[0].first, 42u);
  EXPECT_EQ(answers[0].second.values[0], 50u);
  EXPECT_EQ(answers[0].second.cost, 3_us);
  EXPECT_EQ(hooks.ends.size(), 1u);
  EXPECT_TRUE(hooks.told.empty()) << "who hooks it has been asked";
}

TEST_F(CallsByNumber, AreChangedByAFilter) {
  hooks.arm(Hook::hypervisor_call);
  hooks.on_call = [](const vsp::Call& call) {
    vsp::Outcome changed = vsp::testing::passed(call);
    changed.values[0] = 40;  // H_SET_PPP: entitlement
    changed.values[1] = 0;
    return changed;
  };
  const auto result = begin(static_cast<std::uint64_t>(Hcall::set_ppp), {50, 0});
  ASSERT_TRUE(result);
  hooks.arm(Hook::hypervisor_call, false);
  bench.run_until(2_ms);
  EXPECT_EQ(bench.hypervisor.entitlement(partition.id), ProcessingUnits::from_hundredths(result->status == HcallStatus::success ? 40 : 50));
  EXPECT_EQ(hooks.ends[0].status, static_cast<std::int64_t>(result->status));
}

TEST_F(CallsByNumber, AreDeniedCompletedOrFail) {
  hooks.arm(Hook::hypervisor_call);
  std::vector<vsp::Outcome> script{vsp::testing::denied(-11), vsp::testing::denied(), vsp::testing::completed(0, {5, 6}),
                                   vsp::testing::failed()};
  hooks.on_call = [&](const vsp::Call&) {
    return script[hooks.asked.size()];
  };
  EXPECT_EQ(begin(kPpp)->status, HcallStatus::permission);
  EXPECT_EQ(begin(kPpp)->status, HcallStatus::authority) << "denied without a word is not success";
  const auto done = begin(kUnknown);
  EXPECT_EQ(done->status, HcallStatus::success);
  EXPECT_EQ(done->values[1], 6u);
  EXPECT_EQ(begin(kPpp)->status, HcallStatus::hardware);
}

TEST_F(CallsByNumber, AreForgottenWithTheirPartition) {
  hooks.arm(Hook::hypervisor_call);
  begin(kPpp);
  begin(kPpp);
  calls.forget_all(1_ms);
  EXPECT_EQ(hooks.withdrawn, 2u);
  EXPECT_EQ(calls.under_way(), 0u);
}

TEST_F(CallsByNumber, CannotBeThoseThatTheOperatingSystemLivesBy) {
  for (const Hcall call : {Hcall::cede, Hcall::confer, Hcall::join, Hcall::prod, Hcall::register_vpa, Hcall::eoi, Hcall::vsp_send})
    EXPECT_FALSE(HypervisorCalls::allowed(static_cast<std::uint64_t>(call)));
  EXPECT_TRUE(HypervisorCalls::allowed(kPpp));
  EXPECT_TRUE(HypervisorCalls::allowed(kUnknown));
}

TEST_F(CallsByNumber, OthersAreToldAfterwardsAsTheyWere) {
  hooks.arm(Hook::hypervisor_call);
  partition.call(0, Hcall::get_ppp, {1, 2, 3});
  ASSERT_EQ(hooks.told.size(), 1u);
  EXPECT_EQ(hooks.told[0].hook, Hook::hypervisor_call);
  EXPECT_EQ(hooks.told[0].function, kPpp);
  EXPECT_EQ(hooks.told[0].processor, 0u);
  EXPECT_EQ(hooks.told[0].arguments[2], 3u) << "not the answer that is written over it";
  partition.cede(0);
  EXPECT_EQ(hooks.told.size(), 2u);
  EXPECT_TRUE(hooks.asked.empty());
}

TEST_F(CallsByNumber, CallsOfChannelsAreNotTold) {
  hooks.arm(Hook::hypervisor_call);
  EXPECT_EQ(partition.call(0, Hcall::vsp_receive, {0, 512}), HcallStatus::function);
  EXPECT_TRUE(hooks.told.empty());
}

}  // namespace
}  // namespace lparsim::hypervisor
