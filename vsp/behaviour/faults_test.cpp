#include "vsp/behaviour/faults.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "models/system/testing/processors.hpp"
#include "sim/base/random.hpp"
#include "vsp/behaviour/declared.hpp"
#include "vsp/behaviour/service_program.hpp"
#include "vsp/behaviour/testing/platform_side.hpp"

namespace lparsim::vsp {
namespace {

using namespace literals;
using testing::BehaviourBench;
using ::testing::ElementsAre;
using ::testing::Pair;
using testing::PlatformSide;

Fault fault(FaultKind kind, SimTime from = {}, SimTime until = SimTime::never(), double probability = 1) {
  Fault fault;
  fault.kind = kind;
  fault.from = from;
  fault.until = until;
  fault.probability = probability;
  return fault;
}
Fault violation(Violation violation) {
  Fault made = fault(FaultKind::violation);
  made.violation = violation;
  return made;
}

/// A declared provider that completes everything in 10 us, made faulty.
struct Faulty {
  explicit Faulty(std::vector<Fault> faults = {}, DeclaredVerdict verdict = {LPARSIM_VSP_COMPLETE})
      : plan{std::move(faults), RandomStream{1, "faults"}} {
    DeclaredConfig config;
    config.registrations = {{Hook::vscsi_command, Role::provider}};
    config.time = Distribution::constant(10_us);
    config.verdicts = {verdict};
    counts = std::make_shared<DeclaredCounts>();
    behaviour.emplace(plan, bench, declared(config, counts), [this](FaultKind kind, SimTime at) { strokes.emplace_back(kind, at); });
  }
  void start() { bench.start(*behaviour); }
  std::uint64_t call() {
    const std::uint64_t call = bench.side.call(Hook::vscsi_command, Role::provider);
    bench.deliver();
    return call;
  }
  /// What the last call brought about.
  std::vector<lparsim_vsp_reply> replies_to_a_call() {
    bench.side.sent.clear();
    call();
    return bench.side.replies();
  }

  FaultPlan plan;
  BehaviourBench bench;
  std::shared_ptr<DeclaredCounts> counts;
  std::vector<std::pair<FaultKind, SimTime>> strokes;
  std::optional<FaultyBehaviour> behaviour;
};

TEST(Faults, AnEmptyPlanChangesNothing) {
  Faulty faulty;
  faulty.start();
  faulty.call();
  DeclaredConfig config;
  config.registrations = {{Hook::vscsi_command, Role::provider}};
  config.time = Distribution::constant(10_us);
  config.verdicts = {{LPARSIM_VSP_COMPLETE}};
  BehaviourBench bench;
  DeclaredBehaviour plain{config, std::make_shared<DeclaredCounts>(), bench};
  bench.start(plain);
  bench.side.call(Hook::vscsi_command, Role::provider);
  bench.deliver();
  ASSERT_EQ(bench.side.sent.size(), faulty.bench.side.sent.size());
  for (std::size_t i = 0; i < bench.side.sent.size(); ++i) EXPECT_EQ(bench.side.sent[i].bytes, faulty.bench.side.sent[i].bytes);
  EXPECT_EQ(bench.computed, faulty.bench.computed);
}

TEST(Faults, ACrashIsSignalledAtItsTimeAndNothingFollows) {
  Faulty faulty{{fault(FaultKind::crash, 5_ms)}};
  faulty.start();
  faulty.bench.run_until(4_ms);
  EXPECT_EQ(faulty.replies_to_a_call().size(), 1U);
  faulty.bench.run_until(6_ms);
  EXPECT_THAT(faulty.strokes, ElementsAre(Pair(FaultKind::crash, 5_ms)));
  EXPECT_TRUE(faulty.replies_to_a_call().empty());
}

TEST(Faults, AScheduledCrashComesOnceAlthoughThePartitionStartsAgain) {
  FaultPlan plan{{fault(FaultKind::crash, 5_ms)}, RandomStream{1, "faults"}};
  EXPECT_FALSE(plan.due(4_ms));
  EXPECT_EQ(plan.due(7_ms), FaultKind::crash);
  EXPECT_FALSE(plan.due(8_ms));
}

TEST(Faults, ARestartIsSignalledByTheCallThatTheLotFallsOn) {
  Faulty faulty{{fault(FaultKind::restart, 0_ms, 10_ms, 0.2)}};
  faulty.start();
  int calls = 0;
  while (faulty.strokes.empty() && calls < 1000) faulty.call(), ++calls;
  EXPECT_THAT(faulty.strokes, ElementsAre(Pair(FaultKind::restart, 0_ms)));
  EXPECT_EQ(faulty.bench.side.replies().size(), static_cast<std::size_t>(calls - 1));
}

TEST(Faults, AHangForgetsCallsAndGivesTheRestWhenItIsOver) {
  Faulty faulty{{fault(FaultKind::hang, 5_ms, 20_ms)}};
  faulty.start();
  faulty.bench.run_until(6_ms);
  const SimTime computed = faulty.bench.computed;
  EXPECT_TRUE(faulty.replies_to_a_call().empty());
  faulty.bench.side.error(LPARSIM_VSP_TIMED_OUT, true);
  faulty.bench.deliver();
  faulty.bench.run_until(19_ms);
  EXPECT_EQ(faulty.bench.side.count(LPARSIM_VSP_INIT), 0U);
  EXPECT_EQ(faulty.bench.computed, computed);
  // It learns of the closed channel at 20 ms and tries again a millisecond later.
  faulty.bench.run_until(21_ms);
  EXPECT_EQ(faulty.counts->handshakes, 2U);
  EXPECT_EQ(faulty.replies_to_a_call().size(), 1U);
}

TEST(Faults, ASpinBurnsCyclesUntilItIsOver) {
  Faulty faulty{{fault(FaultKind::spin, 5_ms, 20_ms)}};
  faulty.start();
  faulty.bench.run_until(6_ms);
  EXPECT_TRUE(faulty.replies_to_a_call().empty());
  faulty.bench.run_until(100_ms);
  // On the bench computing takes no time, so it burns a millisecond each time that it looks.
  EXPECT_GE(faulty.bench.computed, 15_ms);
  const SimTime computed = faulty.bench.computed;
  EXPECT_EQ(faulty.replies_to_a_call().size(), 1U);
  faulty.bench.run_until(200_ms);
  EXPECT_EQ(faulty.bench.computed, computed + 10_us);
}

TEST(Faults, AHangAtTheStartHoldsUpTheHandshake) {
  Faulty faulty{{fault(FaultKind::hang, 0_ms, 3_ms)}};
  faulty.start();
  EXPECT_TRUE(faulty.bench.side.sent.empty());
  faulty.bench.run_until(3_ms);
  EXPECT_EQ(faulty.counts->handshakes, 1U);
}

TEST(Faults, SlowMultipliesWhatIsComputed) {
  Faulty faulty{{fault(FaultKind::slow, 5_ms, 10_ms)}};
  faulty.start();
  faulty.call();
  EXPECT_EQ(faulty.bench.computed, 10_us);
  faulty.bench.run_until(5_ms);
  faulty.call();
  EXPECT_EQ(faulty.bench.computed, 110_us);
  faulty.bench.run_until(10_ms);
  faulty.call();
  EXPECT_EQ(faulty.bench.computed, 120_us);
}

TEST(Faults, WrongRepliesAreOtherRepliesThatARoleMayGive) {
  for (const lparsim_vsp_verdict verdict : {LPARSIM_VSP_COMPLETE, LPARSIM_VSP_DENY, LPARSIM_VSP_NATIVE}) {
    Faulty faulty{{fault(FaultKind::wrong)}, {verdict, 1, verdict == LPARSIM_VSP_DENY ? LPARSIM_VSP_IO_ERROR : 0}};
    faulty.start();
    for (int i = 0; i < 50; ++i) {
      const auto replies = faulty.replies_to_a_call();
      ASSERT_EQ(replies.size(), 1U);
      const auto& reply = replies[0];
      const bool values = std::any_of(std::begin(reply.values), std::end(reply.values), [](std::uint64_t v) { return v != 0; });
      EXPECT_TRUE(reply.verdict != verdict || reply.status != 0 || values);
      EXPECT_TRUE(reply.verdict == LPARSIM_VSP_COMPLETE || reply.verdict == LPARSIM_VSP_DENY);
      EXPECT_EQ(reply.reserved, 0U);
    }
  }
}

TEST(Faults, LateRepliesComeLater) {
  Fault late = fault(FaultKind::late);
  late.by = 4_ms;
  Faulty faulty{{late}};
  faulty.start();
  EXPECT_TRUE(faulty.replies_to_a_call().empty());
  faulty.bench.run_until(3_ms);
  EXPECT_TRUE(faulty.bench.side.replies().empty());
  faulty.bench.run_until(4_ms);
  EXPECT_EQ(faulty.bench.side.replies().size(), 1U);
}

TEST(Faults, DuplicateRepliesAreTheSameTwice) {
  Faulty faulty{{fault(FaultKind::duplicate)}};
  faulty.start();
  const auto replies = faulty.replies_to_a_call();
  ASSERT_EQ(replies.size(), 2U);
  EXPECT_EQ(replies[0].call, replies[1].call);
}

TEST(Faults, ViolationsDuringCallsAreWhatTheirNamesSay) {
  const auto first = [](Violation which) {
    Faulty faulty{{violation(which)}};
    faulty.start();
    faulty.bench.side.sent.clear();
    faulty.call();
    // The violation comes before the honest reply.
    EXPECT_EQ(faulty.bench.side.sent.size(), 2U) << to_string(which);
    return faulty.bench.side.sent.at(0);
  };
  const auto reply = [&](Violation which) {
    return *read_as<lparsim_vsp_reply>(first(which).view());
  };
  EXPECT_NE(reply(Violation::unknown_call).call, 1U);
  EXPECT_EQ(reply(Violation::stale_epoch).header.epoch, PlatformSide::kEpoch - 1);
  EXPECT_NE(reply(Violation::bad_length).header.length, sizeof(lparsim_vsp_reply));
  EXPECT_NE(reply(Violation::non_zero_reserved).reserved, 0U);
  EXPECT_EQ(type_of(first(Violation::init_when_established).view()), LPARSIM_VSP_INIT);
  const auto registration = *read_as<lparsim_vsp_register>(first(Violation::foreign_hook).view());
  EXPECT_EQ(registration.header.type, LPARSIM_VSP_REGISTER);
  EXPECT_NE(registration.hook, static_cast<std::uint16_t>(Hook::vscsi_command));
}

TEST(Faults, ViolationsOfTheHandshakeAreWhatTheirNamesSay) {
  Faulty early{{violation(Violation::message_before_ready)}};
  early.start();
  EXPECT_THAT(early.bench.side.types().at(1), LPARSIM_VSP_READY);
  Faulty greedy{{violation(Violation::unoffered_feature)}};
  greedy.start();
  EXPECT_NE(greedy.bench.side.all<lparsim_vsp_features>(LPARSIM_VSP_FEATURES).at(0).features >> 63, 0U);
}

TEST(Faults, HaveNamesThatAreReadBack) {
  for (std::size_t i = 0; i < kFaultKinds; ++i) EXPECT_EQ(fault_kind_of(to_string(static_cast<FaultKind>(i))), static_cast<FaultKind>(i));
  for (std::size_t i = 0; i < kViolations; ++i) EXPECT_EQ(violation_of(to_string(static_cast<Violation>(i))), static_cast<Violation>(i));
  EXPECT_FALSE(fault_kind_of("crashes"));
}

/// A faulty provider in its partition.
struct Partition : ServiceListener {
  explicit Partition(std::vector<Fault> faults = {}, std::uint32_t threads = 1)
      : program{{"vsp", threads, 64, std::move(faults)}, port, make(), *this, RandomStream{1, "vsp"}, RandomStream{1, "faults"}} {
    port.ring = [this] {
      host.interrupt(testing::ScriptedPort::kInterrupt);
    };
    port.cost_of_message = 300_ns;
    host.add_program(program);
    host.activate();
  }
  BehaviourFactory make() {
    DeclaredConfig config;
    config.registrations = {{Hook::vscsi_command, Role::provider}};
    config.time = Distribution::exponential(50_us);
    return declared(config, counts);
  }
  void call() {
    port.side.call(Hook::vscsi_command, Role::provider);
    port.notify();
  }
  void logged(std::string_view, SimTime) override {}
  void struck(FaultKind kind, SimTime) override { strokes.push_back(kind); }

  std::vector<FaultKind> strokes;
  std::shared_ptr<DeclaredCounts> counts = std::make_shared<DeclaredCounts>();
  testing::ScriptedPort port;
  system::testing::Processors host{2};
  ServiceProgram program;
};

TEST(ServiceProgram, ASpinTakesOneProcessorWholly) {
  Partition partition{{fault(FaultKind::spin, 10_ms, 110_ms)}, 2};
  partition.host.run_until(10_ms);
  const SimTime before = partition.host.used();
  partition.host.run_until(60_ms);
  EXPECT_NEAR((partition.host.used() - before).milliseconds(), 50, 1.1);
  partition.host.run_until(200_ms);
  EXPECT_NEAR((partition.host.used() - before).milliseconds(), 100, 2.1);
}

TEST(ServiceProgram, FaultsInjectedWhileItRunsHoldUntilTheyAreCleared) {
  Partition partition;
  partition.host.run_until(1_ms);
  partition.program.inject(fault(FaultKind::hang), 1_ms);
  partition.call();
  partition.host.run_until(10_ms);
  EXPECT_TRUE(partition.port.side.replies().empty());
  partition.program.clear_faults(10_ms);
  partition.call();
  partition.host.run_until(20_ms);
  EXPECT_EQ(partition.port.side.replies().size(), 1U);
  partition.program.inject(fault(FaultKind::crash), 20_ms);
  partition.host.run_until(21_ms);
  EXPECT_THAT(partition.strokes, ElementsAre(FaultKind::crash));
}

// Whatever goes wrong in whatever order: afterwards the partition serves as if nothing had been, and the same seed does the same.
TEST(ServiceProgram, ServesAgainAfterAnyScheduleOfFaults) {
  const auto run = [](std::uint64_t seed) {
    RandomStream random{seed, "schedule"};
    Partition partition{{}, static_cast<std::uint32_t>(1 + random.bits() % 3)};
    SimTime now = 1_ms;
    partition.host.run_until(now);
    for (int step = 0; step < 30; ++step) {
      now += SimTime::from_us(static_cast<std::int64_t>(random.bits() % 3'000));
      partition.host.run_until(now);
      switch (random.bits() % 4) {
        case 0: {
          Fault made = fault(static_cast<FaultKind>(random.bits() % kFaultKinds), now + SimTime::from_us(100),
                             now + SimTime::from_us(static_cast<std::int64_t>(random.bits() % 5'000)), random.bits() % 2 == 0 ? 1 : 0.3);
          made.factor = 3;
          partition.program.inject(made, now);
          break;
        }
        case 1:
          partition.port.side.error(LPARSIM_VSP_TIMED_OUT, random.bits() % 2 == 0);
          partition.port.notify();
          break;
        default:
          partition.call();
      }
      if (!partition.strokes.empty() && random.bits() % 2 == 0) {
        partition.host.deactivate();
        partition.port.side.to_vsp.clear();
        partition.host.activate();
        partition.strokes.clear();
      }
    }
    partition.program.clear_faults(now);
    partition.host.run_until(now + 3_s);
    partition.host.deactivate();
    partition.port.side.to_vsp.clear();
    partition.port.receive(now);
    partition.host.activate();
    partition.host.run_until(now + 4_s);
    partition.port.side.sent.clear();
    for (int i = 0; i < 5; ++i) partition.call();
    partition.host.run_until(now + 5_s);
    EXPECT_EQ(partition.port.side.replies().size(), 5U) << "schedule " << seed;
    return partition.host.used();
  };
  for (std::uint64_t seed = 0; seed < 300; ++seed) EXPECT_EQ(run(seed), run(seed));
}

}  // namespace
}  // namespace lparsim::vsp
