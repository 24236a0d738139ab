#include "models/vsp/registrations.hpp"

#include <gtest/gtest.h>

#include "models/vsp/testing/exchange_bench.hpp"

namespace lparsim::vsp {
namespace {

using namespace testing;
constexpr PartitionId kA = Bench::kA, kB = Bench::kB;
constexpr PartitionId kC{3};
constexpr Hook kService = Hook::os_service;

struct RegistrationBench : Bench {
  explicit RegistrationBench(const std::vector<VspConfig>& all, std::uint32_t credits = 8) {
    for (const VspConfig& config : all) exchange.add(config);
    for (const VspConfig& config : all) {
      exchange.started(config.partition, now());
      negotiate(config.partition, kAllFeatures, credits);
    }
  }
};

TEST(Registrations, TellWhatIsNotPermittedFromWhatDoesNotExist) {
  HookPermit some = permit(kService, Role::provider);
  some.function_first = 10;
  some.function_last = 20;
  RegistrationBench b{{vsp(kA, {some, permit(Hook::dispatch, Role::observer)})}};
  EXPECT_EQ(b.enter(kA, 1, kService, Role::provider, 10, 21), LPARSIM_VSP_NOT_PERMITTED);
  EXPECT_EQ(b.enter(kA, 1, kService, Role::filter, 10, 20), LPARSIM_VSP_NOT_PERMITTED);
  EXPECT_EQ(b.enter(kA, 1, Hook::crq_send, Role::provider), LPARSIM_VSP_NOT_PERMITTED);
  EXPECT_EQ(b.enter(kA, 1, static_cast<Hook>(77), Role::provider), LPARSIM_VSP_UNSUPPORTED);
  EXPECT_EQ(b.enter(kA, 1, kService, static_cast<Role>(9)), LPARSIM_VSP_UNSUPPORTED);
  EXPECT_EQ(b.enter(kA, 1, Hook::dispatch, Role::filter), LPARSIM_VSP_UNSUPPORTED);
  EXPECT_EQ(b.enter(kA, 1, kService, Role::provider, 10, 20), LPARSIM_VSP_OK);
  EXPECT_EQ(b.status(kA).violations, 0u);
}

TEST(Registrations, GiveAHookToOneProviderAndToAnyNumberOfObservers) {
  const std::vector<HookPermit> permits{permit(kService, Role::provider), permit(kService, Role::observer)};
  RegistrationBench b{{vsp(kA, permits), vsp(kB, permits)}};
  EXPECT_EQ(b.enter(kA, 1, kService, Role::provider, 0, 9), LPARSIM_VSP_OK);
  EXPECT_EQ(b.enter(kB, 1, kService, Role::provider, 9, 12), LPARSIM_VSP_HOOK_BUSY);
  EXPECT_EQ(b.enter(kB, 2, kService, Role::provider, 10, 12), LPARSIM_VSP_OK);
  EXPECT_EQ(b.enter(kA, 3, kService, Role::observer), LPARSIM_VSP_OK);
  EXPECT_EQ(b.enter(kB, 3, kService, Role::observer), LPARSIM_VSP_OK);
  EXPECT_EQ(b.enter(kB, 4, kService, Role::observer), LPARSIM_VSP_HOOK_BUSY);  // its own twice
  b.say_ready(kA);
  b.say_ready(kB);
  b.call(kService, 1);
  EXPECT_EQ(b.take(kA).size(), 2u);  // as the provider and as an observer
  EXPECT_EQ(b.take(kB).size(), 1u);
}

TEST(Registrations, TakeAHookOverOnceItIsGivenBack) {
  const std::vector<HookPermit> permits{permit(kService, Role::provider)};
  RegistrationBench b{{vsp(kA, permits), vsp(kB, permits)}};
  ASSERT_EQ(b.enter(kA, 1, kService, Role::provider), LPARSIM_VSP_OK);
  b.say_ready(kA);
  ASSERT_EQ(b.enter(kB, 1, kService, Role::provider), LPARSIM_VSP_HOOK_BUSY);
  auto request = b.made<lparsim_vsp_register>(kA, LPARSIM_VSP_UNREGISTER);
  request.registration = 1;
  b.send(kA, request);
  EXPECT_FALSE(b.exchange.armed(kService, Bench::kClient));
  EXPECT_EQ(b.enter(kB, 1, kService, Role::provider), LPARSIM_VSP_OK);
}

TEST(Registrations, NeverHookAPartitionsOwnCalls) {
  HookPermit only_itself = permit(kService, Role::provider);
  only_itself.clients = {kA};
  RegistrationBench b{{vsp(kA, {only_itself, permit(Hook::crq_send, Role::provider)})}};
  EXPECT_EQ(b.enter(kA, 1, kService, Role::provider), LPARSIM_VSP_NOT_PERMITTED);
  EXPECT_EQ(b.enter(kA, 1, Hook::crq_send, Role::provider), LPARSIM_VSP_OK);
  b.say_ready(kA);
  const auto own = b.call(Hook::crq_send, 1, kA);
  ASSERT_TRUE(own);
  EXPECT_EQ(own->decision, Decision::native);
  EXPECT_FALSE(b.call(Hook::crq_send, 2));
}

TEST(Registrations, NameTheFieldOfARangeThatIsNoneAndOfANumberUsedTwice) {
  RegistrationBench b{{vsp(kA, {permit(kService, Role::filter)})}};
  auto request = b.made<lparsim_vsp_register>(kA, LPARSIM_VSP_REGISTER);
  request.registration = 1;
  request.hook = LPARSIM_VSP_HOOK_OS_SERVICE;
  request.role = LPARSIM_VSP_FILTER;
  request.function_first = 5;
  request.function_last = 4;
  b.send(kA, request);
  auto error = b.last<lparsim_vsp_error>(kA, LPARSIM_VSP_ERROR);
  EXPECT_EQ(error.field, offsetof(lparsim_vsp_register, function_first));
  EXPECT_EQ(error.id, 1u);
  request.function_last = 5;
  b.send(kA, request);
  request.function_first = request.function_last = 6;
  b.send(kA, request);
  error = b.last<lparsim_vsp_error>(kA, LPARSIM_VSP_ERROR);
  EXPECT_EQ(error.field, offsetof(lparsim_vsp_register, registration));
}

TEST(Registrations, AskFiltersByThePermitsOrderAndThenByThatOfTheConfiguration) {
  HookPermit late = permit(kService, Role::filter), early = late, middle = late;
  late.order = 200;
  early.order = middle.order = 10;
  RegistrationBench b{{vsp(kA, {late}), vsp(kB, {early}), vsp(kC, {middle})}};
  for (const PartitionId p : {kC, kA, kB}) {  // C before B
    ASSERT_EQ(b.enter(p, 1, kService, Role::filter), LPARSIM_VSP_OK);
    b.say_ready(p);
  }
  b.call(kService, 1);
  std::vector<PartitionId> asked;
  for (int i = 0; i < 3; ++i)
    for (const PartitionId p : {kA, kB, kC})
      if (b.status(p).under_way == 1) {
        asked.push_back(p);
        b.reply(p, b.taken(p).call, LPARSIM_VSP_PASS);
        break;
      }
  EXPECT_EQ(asked, (std::vector<PartitionId>{kB, kC, kA}));
  EXPECT_EQ(b.caller.outcome(1).decision, Decision::native);
}

TEST(Registrations, LetNoFilterBePassedByThatRegistersWhileACallWaits) {
  for (const bool first_one_first : {true, false}) {
    HookPermit patient = permit(kService, Role::filter);
    patient.when_absent = FaultPolicy::freeze;
    RegistrationBench b{{vsp(kA, {patient}), vsp(kB, {patient})}};
    EXPECT_FALSE(b.call(kService, 1));
    for (const PartitionId p : first_one_first ? std::array{kA, kB} : std::array{kB, kA}) {
      ASSERT_EQ(b.enter(p, 1, kService, Role::filter), LPARSIM_VSP_OK);
      b.say_ready(p);
    }
    b.reply(kA, b.taken(kA).call, LPARSIM_VSP_PASS);
    EXPECT_EQ(b.caller.times(1), 0u);
    b.reply(kB, b.taken(kB).call, LPARSIM_VSP_PASS);
    EXPECT_EQ(b.caller.outcome(1).decision, Decision::native);
  }
}

TEST(Registrations, UseTheFirstPermitThatAppliesToTheClient) {
  HookPermit strict = permit(kService, Role::provider), rest = strict;
  strict.clients = {Bench::kClient};
  strict.when_absent = FaultPolicy::closed;
  RegistrationBench b{{vsp(kA, {strict, rest})}};
  EXPECT_EQ(b.call(kService, 1)->decision, Decision::failed);
  EXPECT_EQ(b.call(kService, 2, PartitionId{6})->decision, Decision::native);
  ASSERT_EQ(b.enter(kA, 1, kService, Role::provider), LPARSIM_VSP_OK);
  b.say_ready(kA);
  EXPECT_FALSE(b.call(kService, 3));
  EXPECT_FALSE(b.call(kService, 4, PartitionId{6}));
  EXPECT_EQ(b.status(kA).under_way, 2u);
}

TEST(Registrations, GiveTheCreditsOfWhatIsUnregisteredToOtherCalls) {
  HookPermit patient = permit(kService, Role::provider);
  patient.when_absent = FaultPolicy::freeze;
  RegistrationBench b{{vsp(kA, {patient})}, 1};
  ASSERT_EQ(b.enter(kA, 1, kService, Role::provider, 0, 9), LPARSIM_VSP_OK);
  ASSERT_EQ(b.enter(kA, 2, kService, Role::provider, 10, 19), LPARSIM_VSP_OK);
  b.say_ready(kA);
  b.call(kService, 1, Bench::kClient, 5);
  b.call(kService, 2, Bench::kClient, 15);
  auto request = b.made<lparsim_vsp_register>(kA, LPARSIM_VSP_UNREGISTER);
  request.registration = 1;
  b.send(kA, request);
  EXPECT_EQ(b.taken(kA).function, 15u);
}

TEST(Registrations, ArmOnlyWhatSomebodyClaims) {
  HookPermit one = permit(kService, Role::provider);
  one.clients = {Bench::kClient};
  HookPermit closed = permit(Hook::crq_send, Role::provider);
  closed.when_absent = FaultPolicy::closed;
  Bench b;
  b.exchange.add(vsp(kA, {one, closed}));
  EXPECT_FALSE(b.exchange.armed(kService, Bench::kClient));
  EXPECT_TRUE(b.exchange.armed(Hook::crq_send, Bench::kClient));  // absent, and not to be done without it
  b.exchange.started(kA, b.now());
  b.bring_up(kA, kService, Role::provider);
  EXPECT_TRUE(b.exchange.armed(kService, Bench::kClient));
  EXPECT_FALSE(b.exchange.armed(kService, PartitionId{6}));
}

}  // namespace
}  // namespace lparsim::vsp
