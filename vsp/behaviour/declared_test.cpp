#include "vsp/behaviour/declared.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "vsp/behaviour/testing/platform_side.hpp"

namespace lparsim::vsp {
namespace {

using namespace literals;
using testing::BehaviourBench;
using ::testing::ElementsAre;

DeclaredConfig filter() {
  DeclaredConfig config;
  config.name = "filter";
  config.registrations = {{Hook::sea_forward, Role::filter}};
  config.time = Distribution::constant(3_us);
  return config;
}
DeclaredConfig provider(std::vector<DeclaredVerdict> verdicts = {}) {
  DeclaredConfig config = filter();
  config.registrations = {{Hook::vscsi_command, Role::provider}};
  config.verdicts = std::move(verdicts);
  return config;
}

struct Declared {
  explicit Declared(const DeclaredConfig& declared_config) : config{declared_config} {}
  void start() { bench.start(behaviour); }
  std::vector<std::uint32_t> verdicts() const {
    std::vector<std::uint32_t> verdicts;
    for (const auto& reply : bench.side.replies()) verdicts.push_back(reply.verdict);
    return verdicts;
  }
  DeclaredConfig config;
  std::shared_ptr<DeclaredCounts> shared = std::make_shared<DeclaredCounts>();
  const DeclaredCounts& counts = *shared;
  BehaviourBench bench;
  DeclaredBehaviour behaviour{config, shared, bench};
};

TEST(DeclaredBehaviour, GoesThroughTheWholeHandshake) {
  DeclaredConfig config = filter();
  config.registrations.push_back({Hook::vscsi_command, Role::observer, 0x28, 0x2a});
  Declared declared{config};
  declared.start();
  EXPECT_THAT(declared.bench.side.types(), ElementsAre(LPARSIM_VSP_INIT, LPARSIM_VSP_HELLO, LPARSIM_VSP_FEATURES, LPARSIM_VSP_REGISTER,
                                                       LPARSIM_VSP_REGISTER, LPARSIM_VSP_READY));
  const auto registrations = declared.bench.side.all<lparsim_vsp_register>(LPARSIM_VSP_REGISTER);
  EXPECT_EQ(registrations[1].function_first, 0x28U);
  EXPECT_EQ(registrations[1].function_last, 0x2aU);
  EXPECT_EQ(registrations[1].header.epoch, testing::PlatformSide::kEpoch);
  EXPECT_EQ(declared.counts.handshakes, 1U);
}

TEST(DeclaredBehaviour, AnswersAnInitThatCrossedItsOwnAndGreetsOnce) {
  Declared declared{filter()};
  declared.bench.side.give(LPARSIM_VSP_INIT);
  declared.start();
  EXPECT_EQ(declared.bench.side.count(LPARSIM_VSP_INIT), 1U);
  EXPECT_EQ(declared.bench.side.count(LPARSIM_VSP_INIT_COMPLETE), 1U);
  EXPECT_EQ(declared.bench.side.count(LPARSIM_VSP_HELLO), 1U);
  EXPECT_EQ(declared.counts.handshakes, 1U);
}

TEST(DeclaredBehaviour, UsesNoFeatureThatWasNotOffered) {
  Declared declared{filter()};
  declared.bench.side.features = LPARSIM_VSP_F_NOTICE;
  declared.start();
  EXPECT_EQ(declared.bench.side.all<lparsim_vsp_features>(LPARSIM_VSP_FEATURES).at(0).features, std::uint64_t{LPARSIM_VSP_F_NOTICE});
}

TEST(DeclaredBehaviour, ComputesForACallAndItsBytesAndLetsItPass) {
  DeclaredConfig config = filter();
  config.per_byte = 2_ns;
  Declared declared{config};
  declared.start();
  const std::uint64_t call = declared.bench.side.call(Hook::sea_forward, Role::filter, {1500});
  declared.bench.deliver();
  EXPECT_EQ(declared.bench.computed, 6_us);
  EXPECT_EQ(declared.bench.side.replies().at(0).call, call);
  EXPECT_THAT(declared.verdicts(), ElementsAre(LPARSIM_VSP_PASS));
}

TEST(DeclaredBehaviour, LeavesToTheNativeFunctionWhatAFilterWouldLetPass) {
  Declared declared{provider()};
  declared.start();
  declared.bench.side.call(Hook::vscsi_command, Role::provider);
  declared.bench.deliver();
  EXPECT_THAT(declared.verdicts(), ElementsAre(LPARSIM_VSP_NATIVE));
}

TEST(DeclaredBehaviour, GivesEachVerdictItsShare) {
  Declared declared{provider({{LPARSIM_VSP_COMPLETE, 0.75}, {LPARSIM_VSP_DENY, 0.25, LPARSIM_VSP_IO_ERROR}})};
  declared.start();
  for (int i = 0; i < 10'000; ++i) declared.bench.side.call(Hook::vscsi_command, Role::provider);
  declared.bench.deliver();
  std::size_t denied = 0;
  for (const auto& reply : declared.bench.side.replies()) {
    if (reply.verdict != LPARSIM_VSP_DENY) continue;
    ++denied;
    EXPECT_EQ(reply.status, LPARSIM_VSP_IO_ERROR);
  }
  // Five standard deviations of a binomial share.
  EXPECT_NEAR(static_cast<double>(denied), 2'500, 5 * 43.3);
}

TEST(DeclaredBehaviour, GivesModifiedCallsBackWithTheirArguments) {
  DeclaredConfig config = filter();
  config.verdicts = {{LPARSIM_VSP_MODIFY}};
  Declared declared{config};
  declared.start();
  declared.bench.side.call(Hook::sea_forward, Role::filter, {64, 5, 6, 7});
  declared.bench.deliver();
  EXPECT_THAT(declared.bench.side.replies().at(0).values, ElementsAre(64, 5, 6, 7, 0, 0, 0, 0));
}

TEST(DeclaredBehaviour, AnswersADeferredCallLater) {
  Declared declared{provider({{LPARSIM_VSP_DEFER, 1, 0, 5_ms}})};
  declared.start();
  declared.bench.side.call(Hook::vscsi_command, Role::provider);
  declared.bench.deliver();
  declared.bench.run_until(4_ms);
  EXPECT_THAT(declared.verdicts(), ElementsAre(LPARSIM_VSP_DEFER));
  declared.bench.run_until(5_ms);
  EXPECT_THAT(declared.verdicts(), ElementsAre(LPARSIM_VSP_DEFER, LPARSIM_VSP_COMPLETE));
}

TEST(DeclaredBehaviour, DefersNothingWhereThatFeatureWasNotAgreed) {
  Declared declared{provider({{LPARSIM_VSP_DEFER, 1, 0, 5_ms}})};
  declared.bench.side.features = 0;
  declared.start();
  declared.bench.side.call(Hook::vscsi_command, Role::provider);
  declared.bench.deliver();
  EXPECT_THAT(declared.verdicts(), ElementsAre(LPARSIM_VSP_COMPLETE));
}

TEST(DeclaredBehaviour, ForgetsADeferredCallThatWasCancelled) {
  Declared declared{provider({{LPARSIM_VSP_DEFER, 1, 0, 5_ms}})};
  declared.start();
  auto cancel = blank<lparsim_vsp_outcome>(LPARSIM_VSP_CANCEL, testing::PlatformSide::kEpoch);
  cancel.call = declared.bench.side.call(Hook::vscsi_command, Role::provider);
  declared.bench.side.give(cancel);
  declared.bench.deliver();
  declared.bench.run_until(1_s);
  EXPECT_THAT(declared.verdicts(), ElementsAre(LPARSIM_VSP_DEFER));
  EXPECT_EQ(declared.counts.cancelled, 1U);
}

TEST(DeclaredBehaviour, AnswersWhatItDeferredBeforeItIsQuiesced) {
  Declared declared{provider({{LPARSIM_VSP_DEFER, 1, 0, 5_ms}})};
  declared.start();
  declared.bench.side.call(Hook::vscsi_command, Role::provider);
  declared.bench.side.notice(LPARSIM_VSP_SUSPEND, 100_ms);
  declared.bench.deliver();
  const auto types = declared.bench.side.types();
  EXPECT_THAT((std::vector(types.end() - 3, types.end())), ElementsAre(LPARSIM_VSP_REPLY, LPARSIM_VSP_REPLY, LPARSIM_VSP_QUIESCED));
}

TEST(DeclaredBehaviour, DoesNotAnswerObserversCopies) {
  DeclaredConfig config = filter();
  config.registrations[0].role = Role::observer;
  Declared declared{config};
  declared.start();
  declared.bench.side.call(Hook::sea_forward, Role::observer);
  declared.bench.deliver();
  EXPECT_EQ(declared.counts.observed, 1U);
  EXPECT_TRUE(declared.verdicts().empty());
  EXPECT_EQ(declared.bench.computed, 3_us);
}

TEST(DeclaredBehaviour, ComesBackWithLongerAndLongerPausesWhileItIsRefused) {
  Declared declared{filter()};
  declared.start();
  declared.bench.side.agrees = false;
  std::vector<std::size_t> greetings;
  for (const SimTime end : {0_ms, 1_ms, 2_ms, 3_ms, 6_ms, 7_ms}) {
    declared.bench.run_until(end);
    // Each INIT is refused as it comes.
    if (end == 0_ms || greetings.back() != declared.bench.side.count(LPARSIM_VSP_INIT)) {
      declared.bench.side.error(LPARSIM_VSP_PROTOCOL, true);
      declared.bench.deliver();
    }
    greetings.push_back(declared.bench.side.count(LPARSIM_VSP_INIT));
  }
  EXPECT_THAT(greetings, ElementsAre(1, 2, 2, 3, 3, 4));
}

TEST(DeclaredBehaviour, WaitsAsLongAsItWasEjectedFor) {
  Declared declared{filter()};
  declared.start();
  declared.bench.side.notice(LPARSIM_VSP_EJECTED, 200_ms);
  declared.bench.deliver();
  declared.bench.run_until(199_ms);
  EXPECT_EQ(declared.bench.side.count(LPARSIM_VSP_INIT), 1U);
  declared.bench.run_until(200_ms);
  EXPECT_EQ(declared.counts.handshakes, 2U);
}

TEST(DeclaredBehaviour, ResetsAnOpenChannelWhenAllItsRegistrationsWereRefused) {
  Declared declared{filter()};
  declared.bench.side.registration_status = LPARSIM_VSP_HOOK_BUSY;
  declared.start();
  EXPECT_EQ(declared.counts.handshakes, 0U);
  declared.bench.side.registration_status = LPARSIM_VSP_OK;
  declared.bench.run_until(1_ms);
  EXPECT_EQ(declared.bench.side.count(LPARSIM_VSP_INIT), 1U);
  EXPECT_EQ(declared.bench.side.count(LPARSIM_VSP_RESET), 1U);
  EXPECT_EQ(declared.counts.handshakes, 1U);
  EXPECT_EQ(declared.counts.refused_registrations, 1U);
}

TEST(DeclaredBehaviour, StaysAwayWhereItIsToldTo) {
  DeclaredConfig config = filter();
  config.reconnects = false;
  Declared declared{config};
  declared.start();
  declared.bench.side.error(LPARSIM_VSP_PROTOCOL, true);
  declared.bench.deliver();
  declared.bench.run_until(10_s);
  EXPECT_EQ(declared.bench.side.count(LPARSIM_VSP_INIT), 1U);
}

TEST(DeclaredBehaviour, BeginsAgainWhenThePlatformSaysInit) {
  Declared declared{filter()};
  declared.start();
  declared.bench.side.error(LPARSIM_VSP_PROTOCOL, true);
  declared.bench.side.give(LPARSIM_VSP_INIT);
  declared.bench.deliver();
  EXPECT_EQ(declared.counts.handshakes, 2U);
  // Its own attempt, which was under way, is not made.
  declared.bench.run_until(1_s);
  EXPECT_EQ(declared.bench.side.count(LPARSIM_VSP_INIT), 1U);
}

TEST(DeclaredBehaviour, TakesTheBytesOfACallFromWhereItsHookHasThem) {
  lparsim_vsp_call call{};
  call.arguments[0] = 1500, call.arguments[2] = 8, call.arguments[6] = 4096;
  call.grants[0].length = 100, call.grants[1].length = 11;
  const auto bytes = [&](Hook hook) {
    return call.hook = static_cast<std::uint16_t>(hook), bytes_of_call(call);
  };
  EXPECT_EQ(bytes(Hook::switch_frame), 1500U);
  EXPECT_EQ(bytes(Hook::os_service), 8U);
  EXPECT_EQ(bytes(Hook::vscsi_command), 4096U);
  EXPECT_EQ(bytes(Hook::application_event), 111U);
}

}  // namespace
}  // namespace lparsim::vsp
