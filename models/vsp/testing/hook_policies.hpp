#pragma once
// What every place of a hook that holds up calls must do with an exchange behind it, whatever happens to the provider or the client.
#include <gtest/gtest.h>

#include <cstdint>
#include <optional>

#include "models/vsp/testing/exchange_bench.hpp"
#include "sim/base/random.hpp"

namespace lparsim::vsp::testing {

/// `Place` has: kHook, kClient; Place(Bench&), on its exchange and its calendar; act(): the client makes one hooked call; run(): 1 ms, in
/// which all that is possible happens; passed(), refused(): calls that were done natively and that were not, ever; client_stops().
template <class Place>
class HookPolicies : public ::testing::Test {
 protected:
  static constexpr PartitionId kAgent{40};

  HookPermit provider() const { return permit(Place::kHook, Role::provider); }
  void add(const HookPermit& permit) {
    agents.exchange.add(vsp(kAgent, {permit}));
    come_up();
  }
  void come_up() {
    agents.exchange.started(kAgent, agents.now());
    ASSERT_EQ(agents.bring_up(kAgent, Place::kHook, Role::provider), LPARSIM_VSP_OK);
  }
  void crash() { agents.exchange.stopped(kAgent, true, agents.now()); }
  std::uint64_t act_and_take() {
    place.act();
    place.run();
    return agents.taken(kAgent).call;
  }
  void expect(int passed, int refused) {
    place.run();
    EXPECT_EQ(place.passed(), passed);
    EXPECT_EQ(place.refused(), refused);
  }

  Bench agents;
  Place place{agents};
};
TYPED_TEST_SUITE_P(HookPolicies);

TYPED_TEST_P(HookPolicies, DoesWhatTheProviderSays) {
  this->add(this->provider());
  const std::uint64_t first = this->act_and_take();
  this->expect(0, 0);
  this->agents.reply(this->kAgent, first, LPARSIM_VSP_NATIVE);
  this->expect(1, 0);
  this->agents.reply(this->kAgent, this->act_and_take(), LPARSIM_VSP_DENY, -1);
  this->expect(1, 1);
  EXPECT_EQ(this->agents.status(this->kAgent).under_way, 0u);
}

TYPED_TEST_P(HookPolicies, GoesOnWithoutAProviderWhereItIsOpenAndRefusesWhereItIsClosed) {
  HookPermit permit = this->provider();
  permit.when_absent = FaultPolicy::open;
  this->add(permit);
  this->crash();
  this->place.act();
  this->expect(1, 0);
  HookPermit closed = permit;
  closed.when_absent = FaultPolicy::closed;
  Bench others;
  TypeParam other{others};
  others.exchange.add(vsp(this->kAgent, {closed}));
  other.act();
  other.run();
  EXPECT_EQ(other.passed(), 0);
  EXPECT_EQ(other.refused(), 1);
}

TYPED_TEST_P(HookPolicies, WaitsForAProviderToReturnWhereItIsFrozen) {
  HookPermit permit = this->provider();
  permit.when_absent = FaultPolicy::freeze;
  permit.in_flight = InFlightPolicy::reissue;
  permit.freeze_limit = SimTime::from_ms(50);
  this->add(permit);
  this->crash();
  this->place.act();
  this->expect(0, 0);
  this->come_up();
  this->agents.reply(this->kAgent, this->agents.taken(this->kAgent).call, LPARSIM_VSP_NATIVE);
  this->expect(1, 0);
  this->crash();
  this->place.act();
  for (int i = 0; i < 60; ++i) this->place.run();
  this->expect(1, 1);
}

TYPED_TEST_P(HookPolicies, WhatACrashedProviderHadTakenFails) {
  HookPermit permit = this->provider();
  permit.in_flight = InFlightPolicy::abort;
  this->add(permit);
  this->act_and_take();
  this->crash();
  this->expect(0, 1);
  this->place.act();
  this->expect(1, 1);
}

TYPED_TEST_P(HookPolicies, AHangingProviderIsPassedByAndItsLateAnswerChangesNothing) {
  HookPermit permit = this->provider();
  permit.deadline = SimTime::from_ms(5);
  permit.when_slow = FaultPolicy::open;
  this->add(permit);
  const std::uint64_t call = this->act_and_take();
  for (int i = 0; i < 10; ++i) this->place.run();
  this->expect(1, 0);
  this->agents.reply(this->kAgent, call, LPARSIM_VSP_DENY);
  this->expect(1, 0);
}

TYPED_TEST_P(HookPolicies, AClientThatStopsIsNobodysCaller) {
  this->add(this->provider());
  const std::uint64_t call = this->act_and_take();
  this->place.client_stops();
  this->agents.exchange.stopped(TypeParam::kClient, true, this->agents.now());
  EXPECT_EQ(this->agents.status(this->kAgent).under_way, 0u);
  this->agents.reply(this->kAgent, call, LPARSIM_VSP_NATIVE);
  this->expect(0, 0);
  ASSERT_EQ(this->agents.observer.records.size(), 1u);
  EXPECT_EQ(this->agents.observer.records[0].end, CallEnd::withdrawn);
}

// Crashes, returns, verdicts and silence at random: every call is passed or refused, once.
TYPED_TEST_P(HookPolicies, NoCallIsLostOrDoubledWhateverTheProviderDoes) {
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    Bench bench;
    TypeParam tried{bench};
    RandomStream random{seed, "policies"};
    HookPermit permit = this->provider();
    const auto any = [&] {
      return static_cast<FaultPolicy>(static_cast<int>(random.uniform() * 3));
    };
    permit.when_absent = any();
    permit.when_slow = any();
    permit.in_flight = static_cast<InFlightPolicy>(static_cast<int>(random.uniform() * 3));
    permit.freeze_limit = SimTime::from_ms(20);
    permit.deadline = SimTime::from_ms(4);
    permit.wall_limit = SimTime::from_ms(40);
    VspConfig config = vsp(this->kAgent, {permit});
    config.backoff = SimTime::from_ms(3);
    config.quarantine = SimTime::from_ms(6);
    bench.exchange.add(config);
    int acted = 0;
    bool up = false;
    for (int step = 0; step < 250; ++step) {
      if (step < 100 && random.uniform() < 0.5) {
        tried.act();
        ++acted;
      }
      tried.run();
      const double choice = random.uniform();
      if (choice < 0.05 && up) {
        bench.exchange.stopped(this->kAgent, random.uniform() < 0.5, bench.now());
        up = false;
      } else if (choice < 0.2) {
        if (!std::exchange(up, true)) bench.exchange.started(this->kAgent, bench.now());
        if (bench.status(this->kAgent).state == ChannelState::closed) bench.bring_up(this->kAgent, TypeParam::kHook, Role::provider);
      } else if (up) {
        for (const Message& message : bench.take(this->kAgent)) {
          if (parse<lparsim_vsp_header>(message.view()).type != LPARSIM_VSP_CALL || random.uniform() < 0.1) continue;
          bench.reply(this->kAgent, parse<lparsim_vsp_call>(message.view()).call,
                      random.uniform() < 0.7 ? LPARSIM_VSP_NATIVE : LPARSIM_VSP_DENY, -1);
        }
      }
    }
    ASSERT_GT(acted, 20);
    EXPECT_EQ(tried.passed() + tried.refused(), acted) << "seed " << seed;
  }
}

REGISTER_TYPED_TEST_SUITE_P(HookPolicies, DoesWhatTheProviderSays, GoesOnWithoutAProviderWhereItIsOpenAndRefusesWhereItIsClosed,
                            WaitsForAProviderToReturnWhereItIsFrozen, WhatACrashedProviderHadTakenFails,
                            AHangingProviderIsPassedByAndItsLateAnswerChangesNothing, AClientThatStopsIsNobodysCaller,
                            NoCallIsLostOrDoubledWhateverTheProviderDoes);

}  // namespace lparsim::vsp::testing
