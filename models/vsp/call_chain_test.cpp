#include <gtest/gtest.h>

#include "models/vsp/testing/exchange_bench.hpp"

namespace lparsim::vsp {
namespace {

using namespace testing;
constexpr PartitionId kA = Bench::kA, kB = Bench::kB;
constexpr Hook kService = Hook::os_service;

/// Two filters, A before B, and a provider.
struct ChainBench : Bench {
  static constexpr PartitionId kProvider{3};
  explicit ChainBench(std::uint64_t features = kAllFeatures) {
    for (const PartitionId p : {kA, kB, kProvider}) {
      exchange.add(vsp(p, {permit(kService, p == kProvider ? Role::provider : Role::filter)}));
      exchange.started(p, now());
      bring_up(p, kService, p == kProvider ? Role::provider : Role::filter, features);
      take(p);
    }
  }
  /// The types of what has come.
  std::vector<std::uint16_t> types(PartitionId p) {
    std::vector<std::uint16_t> all;
    for (const Message& message : take(p)) all.push_back(parse<lparsim_vsp_header>(message.view()).type);
    return all;
  }
};

TEST(CallChain, EndsWhereAFilterDenies) {
  ChainBench b;
  b.call(kService, 1);
  b.reply(kA, b.taken(kA).call, LPARSIM_VSP_DENY, -13);
  EXPECT_EQ(b.caller.outcome(1).decision, Decision::denied);
  EXPECT_EQ(b.caller.outcome(1).status, -13);
  EXPECT_TRUE(b.take(kB).empty());
  EXPECT_TRUE(b.take(kA).empty());  // its own doing is no news
}

TEST(CallChain, EndsWhereAFilterCompletes) {
  ChainBench b;
  b.call(kService, 1);
  b.reply(kA, b.taken(kA).call, LPARSIM_VSP_COMPLETE, 0, {5, 6});
  EXPECT_EQ(b.caller.outcome(1).decision, Decision::completed);
  EXPECT_EQ(b.caller.outcome(1).values[1], 6u);
  EXPECT_TRUE(b.take(ChainBench::kProvider).empty());
}

TEST(CallChain, TellsOfAFailureOnlyThoseWhoLetTheCallPassBefore) {
  ChainBench b;
  b.call(kService, 1);
  const auto first = b.taken(kA);
  b.reply(kA, first.call, LPARSIM_VSP_PASS);
  b.reply(kB, b.taken(kB).call, LPARSIM_VSP_DENY, -13);
  const auto outcome = b.last<lparsim_vsp_outcome>(kA, LPARSIM_VSP_OUTCOME);
  EXPECT_EQ(outcome.call, first.call);
  EXPECT_EQ(outcome.status, -13);
  EXPECT_TRUE(b.take(kB).empty());
  EXPECT_TRUE(b.take(ChainBench::kProvider).empty());
}

TEST(CallChain, TellsFiltersThatTheNativeFunctionFailedIfTheyWantToKnow) {
  for (const bool wanted : {true, false}) {
    ChainBench b{wanted ? Bench::kAllFeatures : Bench::kAllFeatures & ~std::uint64_t{LPARSIM_VSP_F_OUTCOME}};
    b.call(kService, 1);
    for (const PartitionId p : {kA, kB}) b.reply(p, b.taken(p).call, LPARSIM_VSP_PASS);
    b.reply(ChainBench::kProvider, b.taken(ChainBench::kProvider).call, LPARSIM_VSP_NATIVE);
    EXPECT_EQ(b.caller.outcome(1).decision, Decision::native);
    b.exchange.ended(b.caller, 1, -5, b.now());
    for (const PartitionId p : {kA, kB}) EXPECT_EQ(b.types(p), (std::vector<std::uint16_t>(wanted ? 1 : 0, LPARSIM_VSP_OUTCOME)));
    EXPECT_TRUE(b.take(ChainBench::kProvider).empty());
  }
}

TEST(CallChain, SaysNothingOfSuccess) {
  ChainBench b;
  b.call(kService, 1);
  for (const PartitionId p : {kA, kB}) b.reply(p, b.taken(p).call, LPARSIM_VSP_PASS);
  b.reply(ChainBench::kProvider, b.taken(ChainBench::kProvider).call, LPARSIM_VSP_NATIVE);
  b.exchange.ended(b.caller, 1, 0, b.now());
  for (const PartitionId p : {kA, kB}) EXPECT_TRUE(b.take(p).empty());
}

TEST(CallChain, TellsAProviderHowTheNativeFunctionEndedIfItAsked) {
  ChainBench b;
  b.call(kService, 1);
  for (const PartitionId p : {kA, kB}) b.reply(p, b.taken(p).call, LPARSIM_VSP_PASS);
  auto reply = b.made<lparsim_vsp_reply>(ChainBench::kProvider, LPARSIM_VSP_REPLY);
  reply.call = b.taken(ChainBench::kProvider).call;
  reply.verdict = LPARSIM_VSP_NATIVE;
  reply.flags = 1;
  b.send(ChainBench::kProvider, reply);
  b.exchange.ended(b.caller, 1, 4, b.now());
  const auto issued = b.last<lparsim_vsp_outcome>(ChainBench::kProvider, LPARSIM_VSP_ISSUED);
  EXPECT_EQ(issued.call, reply.call);
  EXPECT_EQ(issued.status, 4);
  b.exchange.ended(b.caller, 1, 4, b.now());  // a second time is nobody's news
  EXPECT_TRUE(b.take(ChainBench::kProvider).empty());
}

TEST(CallChain, UsesTheArgumentsAsTheyWereWhenTheCallWasMade) {
  ChainBench b;
  Call made;
  made.hook = kService;
  made.client = Bench::kClient;
  made.arguments = {1, 2, 3};
  b.exchange.call(made, b.caller, 1, b.now());
  made.arguments = {66, 66, 66};
  made.function = 66;
  for (const PartitionId p : {kA, kB}) {
    const auto call = b.taken(p);
    EXPECT_EQ(call.arguments[0], 1u);
    EXPECT_EQ(call.function, 0u);
    b.reply(p, call.call, LPARSIM_VSP_PASS);
  }
}

TEST(CallChain, AcceptsOnlyVerdictsOfTheRole) {
  ChainBench b;
  b.call(kService, 1);
  const auto call = b.taken(kA);
  for (const std::uint32_t verdict : {std::uint32_t{LPARSIM_VSP_NATIVE}, 0U, 7U}) {
    b.reply(kA, call.call, verdict);
    EXPECT_EQ(b.last<lparsim_vsp_error>(kA, LPARSIM_VSP_ERROR).field, offsetof(lparsim_vsp_reply, verdict)) << verdict;
  }
  for (const PartitionId p : {kA, kB}) b.reply(p, p == kA ? call.call : b.taken(p).call, LPARSIM_VSP_PASS);
  const auto provided = b.taken(ChainBench::kProvider);
  for (const std::uint32_t verdict : {LPARSIM_VSP_PASS, LPARSIM_VSP_MODIFY}) {
    b.reply(ChainBench::kProvider, provided.call, verdict);
    EXPECT_EQ(b.last<lparsim_vsp_error>(ChainBench::kProvider, LPARSIM_VSP_ERROR).id, provided.call) << verdict;
  }
  EXPECT_EQ(b.caller.times(1), 0u);
}

TEST(CallChain, CountsRepliesToNothingAndTwice) {
  ChainBench b;
  b.call(kService, 1);
  const auto call = b.taken(kA);
  b.reply(kA, 4711, LPARSIM_VSP_PASS);
  EXPECT_EQ(b.last<lparsim_vsp_error>(kA, LPARSIM_VSP_ERROR).status, LPARSIM_VSP_STALE);
  b.reply(kB, call.call, LPARSIM_VSP_DENY);  // another one's call
  EXPECT_EQ(b.caller.times(1), 0u);
  b.reply(kA, call.call, LPARSIM_VSP_DENY, 1);
  b.reply(kA, call.call, LPARSIM_VSP_DENY, 2);
  EXPECT_EQ(b.last<lparsim_vsp_error>(kA, LPARSIM_VSP_ERROR).status, LPARSIM_VSP_STALE);
  EXPECT_EQ(b.caller.times(1), 1u);
  EXPECT_EQ(b.caller.outcome(1).status, 1);
  EXPECT_EQ(b.status(kA).violations, 2u);
  EXPECT_EQ(b.status(kB).violations, 1u);
}

TEST(CallChain, CancelsAWithdrawnCallAndIgnoresItsLateReply) {
  ChainBench b;
  b.call(kService, 1);
  const auto call = b.taken(kA);
  b.exchange.withdraw(b.caller, 1, b.now());
  const auto cancel = b.last<lparsim_vsp_outcome>(kA, LPARSIM_VSP_CANCEL);
  EXPECT_EQ(cancel.call, call.call);
  b.reply(kA, call.call, LPARSIM_VSP_PASS);
  EXPECT_EQ(b.status(kA).late, 1u);
  EXPECT_EQ(b.status(kA).violations, 0u);
  EXPECT_EQ(b.caller.times(1), 0u);
  EXPECT_EQ(b.observer.records.back().end, CallEnd::withdrawn);
}

TEST(CallChain, TakesAWithdrawnCallBackThatHasNotBeenReceived) {
  ChainBench b;
  b.call(kService, 1);
  b.exchange.withdraw(b.caller, 1, b.now());
  EXPECT_TRUE(b.take(kA).empty());
  EXPECT_EQ(b.status(kA).under_way, 0u);
}

TEST(CallChain, DropsCopiesForAFullObserverAndSaysHowManyWithTheNext) {
  Bench b;
  VspConfig config = vsp(kA, {permit(kService, Role::observer)});
  config.observer_queue = 3;
  b.exchange.add(config);
  b.exchange.started(kA, b.now());
  b.bring_up(kA, kService, Role::observer);
  for (std::uint64_t i = 1; i <= 8; ++i) EXPECT_TRUE(b.call(kService, i));
  EXPECT_EQ(b.take(kA).size(), 3u);
  EXPECT_EQ(b.status(kA).dropped, 5u);
  b.call(kService, 9);
  const auto next = b.taken(kA);
  EXPECT_EQ(next.flags, LPARSIM_VSP_CALL_LOST_BEFORE);
  EXPECT_EQ(next.arguments[7], 5u);
  b.call(kService, 10);
  EXPECT_EQ(b.taken(kA).flags, 0u);
}

TEST(CallChain, ChargesNobodyForEventsThatHaveNoCaller) {
  Bench b;
  b.exchange.add(vsp(kA, {permit(Hook::dispatch, Role::observer)}));
  b.exchange.started(kA, b.now());
  b.bring_up(kA, Hook::dispatch, Role::observer);
  Call event;
  event.hook = Hook::dispatch;
  event.client = Bench::kClient;
  b.exchange.tell(event, b.now());
  EXPECT_EQ(b.taken(kA).hook, LPARSIM_VSP_HOOK_DISPATCH);
  ASSERT_EQ(b.exchange.ledger().size(), 1u);
  EXPECT_EQ(b.exchange.ledger()[0].client_paid, SimTime{});
  EXPECT_EQ(b.exchange.ledger()[0].vsp_paid, b.costs.message);
  EXPECT_EQ(b.exchange.ledger()[0].doorbells, 1u);
}

/// A native function that ends when the test says so.
struct HeldNative final : NativeFunction {
  bool issue(const Call& call, NativeListener& listener, std::uint64_t ticket, SimTime) override {
    if (call.function == 99) return false;
    held.push_back({call, &listener, ticket});
    return true;
  }
  struct Held {
    Call call;
    NativeListener* listener;
    std::uint64_t ticket;
  };
  std::vector<Held> held;
};

TEST(CallChain, LetsNobodyIssueAFunctionThatOnlyItsCallerMayHave) {
  Bench b;
  b.exchange.add(vsp(kA, {permit(Hook::hypervisor_call, Role::provider)}));
  HeldNative native;
  b.exchange.add_native(Hook::hypervisor_call, native);
  b.exchange.started(kA, b.now());
  ASSERT_EQ(b.bring_up(kA, Hook::hypervisor_call, Role::provider), LPARSIM_VSP_OK);
  auto message = b.made<lparsim_vsp_issue>(kA, LPARSIM_VSP_ISSUE);
  message.registration = 1;
  message.client = 5;
  for (const std::uint32_t token : {0xE0U, 0xF104U}) {  // H_CEDE, H_VSP_RECEIVE
    message.function = token;
    b.send(kA, message);
    EXPECT_EQ(b.last<lparsim_vsp_outcome>(kA, LPARSIM_VSP_ISSUED).status, LPARSIM_VSP_NOT_PERMITTED);
  }
  EXPECT_TRUE(native.held.empty());
}

TEST(CallChain, LetsAProviderIssueTheNativeFunctionForAClient) {
  Bench b;
  HookPermit few = permit(kService, Role::provider);
  few.clients = {Bench::kClient};
  b.exchange.add(vsp(kA, {few}));
  HeldNative native;
  b.exchange.add_native(kService, native);
  b.exchange.started(kA, b.now());
  b.negotiate(kA, Bench::kAllFeatures, 2);
  ASSERT_EQ(b.enter(kA, 1, kService, Role::provider, 0, 100), LPARSIM_VSP_OK);
  b.say_ready(kA);
  const auto issue = [&](std::uint64_t number, std::uint32_t client, std::uint32_t function = 5) {
    auto message = b.made<lparsim_vsp_issue>(kA, LPARSIM_VSP_ISSUE);
    message.issue = number;
    message.registration = 1;
    message.client = client;
    message.function = function;
    message.arguments[2] = 7;
    b.send(kA, message);
  };
  issue(1, 5);
  ASSERT_EQ(native.held.size(), 1u);
  EXPECT_EQ(native.held[0].call.arguments[2], 7u);
  issue(2, 6);
  EXPECT_EQ(b.last<lparsim_vsp_outcome>(kA, LPARSIM_VSP_ISSUED).status, LPARSIM_VSP_NOT_PERMITTED);
  issue(3, 5, 99);
  EXPECT_EQ(b.last<lparsim_vsp_outcome>(kA, LPARSIM_VSP_ISSUED).status, LPARSIM_VSP_UNSUPPORTED);
  issue(4, 5, 101);  // the permit has it, the registration has not
  EXPECT_EQ(b.last<lparsim_vsp_outcome>(kA, LPARSIM_VSP_ISSUED).status, LPARSIM_VSP_NOT_PERMITTED);
  issue(4, 5);
  issue(5, 5);
  EXPECT_EQ(b.last<lparsim_vsp_outcome>(kA, LPARSIM_VSP_ISSUED).status, LPARSIM_VSP_NO_CREDIT);
  native.held[0].listener->native_ended(native.held[0].ticket, -7, {3, 2, 1}, b.now());
  const auto issued = b.last<lparsim_vsp_outcome>(kA, LPARSIM_VSP_ISSUED);
  EXPECT_EQ(issued.call, 1u);
  EXPECT_EQ(issued.status, -7);
  EXPECT_EQ(issued.results[2], 1u);
  b.exchange.stopped(kA, true, b.now());
  b.exchange.started(kA, b.now());
  b.bring_up(kA, kService, Role::provider);
  b.take(kA);
  native.held[1].listener->native_ended(native.held[1].ticket, 0, {}, b.now());  // of the epoch before
  EXPECT_TRUE(b.take(kA).empty());
}

}  // namespace
}  // namespace lparsim::vsp
