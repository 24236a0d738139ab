#include "models/vsp/exchange.hpp"

#include <gtest/gtest.h>

#include "models/vsp/testing/exchange_bench.hpp"

namespace lparsim::vsp {
namespace {

using namespace testing;
constexpr Hook kService = Hook::os_service;
constexpr PartitionId kA = Bench::kA, kB = Bench::kB;

TEST(Exchange, AnswersNativelyAndFreeOfChargeWhereNobodyIsRegistered) {
  Bench b;
  b.exchange.add(vsp(kA, {permit(kService, Role::provider)}));
  EXPECT_FALSE(b.exchange.armed(kService, Bench::kClient));
  const auto outcome = b.call(kService, 1);
  ASSERT_TRUE(outcome);
  EXPECT_EQ(outcome->decision, Decision::native);
  EXPECT_EQ(outcome->values[1], 11u);
  EXPECT_EQ(outcome->cost, SimTime{});
}

TEST(Exchange, GivesAProviderTheCallAndItsCallerTheAnswer) {
  Bench b;
  b.exchange.add(vsp(kA, {permit(kService, Role::provider)}));
  b.exchange.started(kA, b.now());
  ASSERT_EQ(b.bring_up(kA, kService, Role::provider), LPARSIM_VSP_OK);
  EXPECT_TRUE(b.exchange.armed(kService, Bench::kClient));
  EXPECT_FALSE(b.call(kService, 7));
  const auto call = b.taken(kA);
  EXPECT_EQ(call.client, 5u);
  EXPECT_EQ(call.arguments[0], 7u);
  EXPECT_EQ(b.status(kA).under_way, 1u);
  b.reply(kA, call.call, LPARSIM_VSP_COMPLETE, 3, {42});
  ASSERT_EQ(b.caller.times(7), 1u);
  EXPECT_EQ(b.caller.outcome(7).decision, Decision::completed);
  EXPECT_EQ(b.caller.outcome(7).status, 3);
  EXPECT_EQ(b.caller.outcome(7).values[0], 42u);
  EXPECT_EQ(b.caller.outcome(7).cost, b.costs.look_up + b.costs.message);
  EXPECT_EQ(b.status(kA).under_way, 0u);
}

TEST(Exchange, PassesWhatAFilterHasChangedToTheProvider) {
  Bench b;
  b.exchange.add(vsp(kA, {permit(kService, Role::filter)}));
  b.exchange.add(vsp(kB, {permit(kService, Role::provider)}));
  for (const PartitionId p : {kA, kB}) b.exchange.started(p, b.now());
  b.bring_up(kA, kService, Role::filter);
  b.bring_up(kB, kService, Role::provider);
  EXPECT_FALSE(b.call(kService, 1));
  EXPECT_TRUE(b.take(kB).size() <= 1);
  b.reply(kA, b.taken(kA).call, LPARSIM_VSP_MODIFY, 0, {99});
  const auto call = b.taken(kB);
  EXPECT_EQ(call.arguments[0], 99u);
  b.reply(kB, call.call, LPARSIM_VSP_NATIVE);
  EXPECT_EQ(b.caller.outcome(1).decision, Decision::native);
  EXPECT_EQ(b.caller.outcome(1).values[0], 99u);
}

TEST(Exchange, GivesObserversCopiesAndWaitsForNone) {
  Bench b;
  b.exchange.add(vsp(kA, {permit(kService, Role::observer)}));
  b.exchange.started(kA, b.now());
  b.bring_up(kA, kService, Role::observer);
  const auto outcome = b.call(kService, 1);
  ASSERT_TRUE(outcome);
  EXPECT_EQ(outcome->decision, Decision::native);
  EXPECT_EQ(b.taken(kA).role, LPARSIM_VSP_OBSERVER);
  EXPECT_EQ(b.observer.records.back().end, CallEnd::observed);
}

}  // namespace
}  // namespace lparsim::vsp
