#include "vsp/behaviour/service_program.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "models/system/testing/processors.hpp"
#include "vsp/behaviour/testing/platform_side.hpp"

namespace lparsim::vsp {
namespace {

using namespace literals;
using ::testing::ElementsAre;

/// Does what a test says with each message and timer.
struct Script {
  std::function<void(Platform&)> started = [](Platform&) {
  };
  std::function<void(Platform&, std::span<const std::uint8_t>)> message = [](Platform&, std::span<const std::uint8_t>) {
  };
  std::function<void(Platform&, std::uint64_t)> timer = [](Platform&, std::uint64_t) {
  };
  int made = 0;
  int alive = 0;
};
class Scripted final : public Behaviour {
 public:
  Scripted(Script& script, Platform& platform) : script_{script}, platform_{platform} { ++script_.made, ++script_.alive; }
  ~Scripted() override { --script_.alive; }
  void started() override { script_.started(platform_); }
  void message(std::span<const std::uint8_t> message) override { script_.message(platform_, message); }
  void timer(std::uint64_t tag) override { script_.timer(platform_, tag); }

 private:
  Script& script_;
  Platform& platform_;
};

struct Running : ServiceListener {
  explicit Running(std::uint32_t processors = 1, const ServiceProgramConfig& service_config = {"vsp"})
      : config{service_config}, host{processors} {
    port.ring = [this] {
      host.interrupt(testing::ScriptedPort::kInterrupt);
    };
    port.side.agrees = false;
    host.add_program(program);
  }
  void logged(std::string_view text, SimTime now) override { log.emplace_back(now, text); }
  void struck(FaultKind kind, SimTime now) override { strokes.emplace_back(kind, now); }
  void call() {
    port.side.call(Hook::sea_forward, Role::filter);
    port.notify();
  }

  ServiceProgramConfig config;
  Script script;
  testing::ScriptedPort port;
  std::vector<std::pair<SimTime, std::string>> log;
  std::vector<std::pair<FaultKind, SimTime>> strokes;
  system::testing::Processors host;
  ServiceProgram program{config,
                         port,
                         [this](Platform& platform) { return std::make_unique<Scripted>(script, platform); },
                         *this,
                         RandomStream{1, "vsp"},
                         RandomStream{1, "faults"}};
};

const lparsim_vsp_init kInit = blank<lparsim_vsp_init>(LPARSIM_VSP_INIT, 0);

TEST(ServiceProgram, DoesWhatIsAskedForInOrderWithTheComputingBetween) {
  Running running;
  running.script.started = [](Platform& platform) {
    platform.log("first");
    platform.compute(10_us);
    platform.send(bytes_of(kInit));
    platform.compute(5_us);
    platform.set_timer(3, 20_us);
    platform.log("last");
  };
  running.script.timer = [](Platform& platform, std::uint64_t tag) {
    platform.log("timer " + std::to_string(tag));
  };
  running.port.cost_of_message = 1_us;
  running.host.activate();
  running.host.run_until(1_ms);
  // The handler looks once at the channel (1 us) before the thread is let on the only processor.
  const auto at = [](SimTime when, std::string text) {
    return std::pair{when, std::move(text)};
  };
  EXPECT_THAT(running.log, ElementsAre(at(1_us, "first"), at(17_us, "last"), at(37_us, "timer 3")));
  EXPECT_THAT(running.port.sent_at, ElementsAre(11_us));
  EXPECT_EQ(running.host.used(), 17_us);
  EXPECT_EQ(running.host.used_in_kernel(), 17_us);
}

TEST(ServiceProgram, TakesMessagesFromItsInterruptUntilThereAreNone) {
  Running running;
  running.port.cost_of_message = 1_us;
  running.script.message = [](Platform& platform, std::span<const std::uint8_t>) {
    platform.compute(10_us);
  };
  running.host.activate();
  running.host.run_until(10_us);
  for (int i = 0; i < 3; ++i) running.call();
  running.host.run_until(1_ms);
  EXPECT_EQ(running.program.counts().messages, 3U);
  EXPECT_EQ(running.program.counts().computed, 30_us);
  // One look in vain at the start, three messages, one look in vain.
  EXPECT_EQ(running.port.looks, 5U);
  EXPECT_EQ(running.host.used(), 35_us);
}

TEST(ServiceProgram, MissesNoMessageThatComesWhileItsLastLookIsPaidFor) {
  Running running;
  running.port.cost_of_message = 1_us;
  running.host.activate();
  running.host.run_until(500_ns);
  running.call();
  running.host.run_until(1_ms);
  EXPECT_EQ(running.program.counts().messages, 1U);
}

TEST(ServiceProgram, WorksOnAsManyMessagesAtOnceAsItHasThreads) {
  for (const std::uint32_t threads : {1U, 2U, 4U}) {
    Running running{4, {"vsp", threads}};
    std::vector<SimTime> ends;
    running.script.message = [](Platform& platform, std::span<const std::uint8_t>) {
      platform.compute(100_us);
      platform.log("done");
    };
    running.host.activate();
    running.host.run_until(10_us);
    for (int i = 0; i < 4; ++i) running.call();
    running.host.run_until(1_ms);
    ASSERT_EQ(running.log.size(), 4U);
    EXPECT_EQ(running.log.back().first, 10_us + 100_us * (4 / threads)) << threads;
  }
}

TEST(ServiceProgram, LeavesMessagesOnTheChannelWhenItHasEnough) {
  Running running{1, {"vsp", 1, 4}};
  running.script.message = [](Platform& platform, std::span<const std::uint8_t>) {
    platform.compute(1_ms);
  };
  running.host.activate();
  running.host.run_until(10_us);
  for (int i = 0; i < 20; ++i) running.call();
  running.host.run_until(100_us);
  EXPECT_LE(running.program.counts().messages, 5U);
  running.host.run_until(1_s);
  EXPECT_EQ(running.program.counts().messages, 20U);
  EXPECT_EQ(running.program.counts().computed, 20_ms);
}

TEST(ServiceProgram, PaysForCopiesInTheirTurn) {
  Running running;
  running.port.cost_of_copy = 3_us;
  running.port.memory[9] = {};
  std::vector<std::int32_t> statuses;
  running.script.started = [&](Platform& platform) {
    std::array<std::uint8_t, 4> bytes{};
    statuses.push_back(platform.read(9, 0, bytes));
    statuses.push_back(platform.write(8, 0, bytes));
    platform.log("copied");
  };
  running.host.activate();
  running.host.run_until(1_ms);
  EXPECT_THAT(statuses, ElementsAre(LPARSIM_VSP_OK, LPARSIM_VSP_FAULT));
  EXPECT_EQ(running.log.at(0).first, 6_us);
}

TEST(ServiceProgram, BeginsWithAFreshBehaviourAtEachActivation) {
  Running running;
  running.script.started = [](Platform& platform) {
    platform.set_timer(1, 1_ms);
  };
  int timers = 0;
  running.script.timer = [&](Platform&, std::uint64_t) {
    ++timers;
  };
  running.script.message = [](Platform& platform, std::span<const std::uint8_t>) {
    platform.compute(100_ms);
  };
  running.host.activate();
  running.call();
  running.host.run_until(500_us);
  EXPECT_EQ(running.script.alive, 1);
  running.host.deactivate();
  EXPECT_EQ(running.script.alive, 0);
  running.host.run_until(10_ms);
  EXPECT_EQ(timers, 0);
  running.host.activate();
  running.host.run_until(20_ms);
  EXPECT_EQ(running.script.made, 2);
  EXPECT_EQ(timers, 1);
  EXPECT_EQ(running.program.counts().starts, 2U);
}

TEST(ServiceProgram, TimersComeInTheOrderOfTheirTimes) {
  Running running;
  running.script.started = [](Platform& platform) {
    platform.set_timer(1, 30_us);
    platform.set_timer(2, 10_us);
    platform.set_timer(3, 20_us);
    platform.set_timer(4, 10_us);
  };
  std::vector<std::uint64_t> tags;
  running.script.timer = [&](Platform&, std::uint64_t tag) {
    tags.push_back(tag);
  };
  running.host.activate();
  running.host.run_until(1_ms);
  EXPECT_THAT(tags, ElementsAre(2, 4, 3, 1));
}

TEST(ServiceProgram, TimeGoesOnUnderABehaviourThatSetsTimersToNothing) {
  Running running;
  running.script.started = [](Platform& platform) {
    platform.set_timer(1, {});
  };
  running.script.timer = [](Platform& platform, std::uint64_t) {
    platform.set_timer(1, {});
  };
  running.host.activate();
  running.host.run_until(100_us);
  EXPECT_EQ(running.program.counts().timers, 100U);
}

TEST(ServiceProgram, ServesAtOnceOnItsCallersTime) {
  Running running;
  running.port.cost_of_message = 1_us;
  running.script.message = [](Platform& platform, std::span<const std::uint8_t>) {
    platform.compute(7_us);
    platform.send(bytes_of(kInit));
    platform.compute(2_us);
  };
  const auto message = blank<lparsim_vsp_call>(LPARSIM_VSP_CALL, 1);
  EXPECT_EQ(running.program.serve(bytes_of(message), {}), 0_us) << "before it has started";
  running.host.activate();
  running.host.run_until(1_ms);
  const SimTime used = running.host.used();
  EXPECT_EQ(running.program.serve(bytes_of(message), 1_ms), 10_us);
  EXPECT_THAT(running.port.sent_at, ElementsAre(1_ms));
  running.host.run_until(2_ms);
  EXPECT_EQ(running.host.used(), used);
  EXPECT_EQ(running.program.counts().served, 1U);
}

TEST(ServiceProgram, RefusesMessagesOfImpossibleLength) {
  Running running;
  std::vector<std::int32_t> statuses;
  running.script.started = [&](Platform& platform) {
    const std::vector<std::uint8_t> bytes(Message::kMost + 1);
    for (const std::size_t length : {std::size_t{0}, std::size_t{7}, std::size_t{8}, Message::kMost, Message::kMost + 1}) {
      statuses.push_back(platform.send(std::span{bytes}.first(length)));
    }
  };
  running.host.activate();
  running.host.run_until(1_ms);
  EXPECT_THAT(statuses, ElementsAre(LPARSIM_VSP_INVALID, LPARSIM_VSP_INVALID, LPARSIM_VSP_OK, LPARSIM_VSP_OK, LPARSIM_VSP_INVALID));
}

TEST(ServiceProgram, SurvivesABehaviourThatCannotBeMade) {
  Running running;
  ServiceProgram program{{"none"},
                         running.port,
                         [](Platform& platform) {
                           platform.log("it is no good");
                           return std::unique_ptr<Behaviour>{};
                         },
                         running,
                         RandomStream{1, "a"},
                         RandomStream{1, "b"}};
  system::testing::Processors host{1};
  host.add_program(program);
  host.activate();
  running.port.ring = [&] {
    host.interrupt(testing::ScriptedPort::kInterrupt);
  };
  running.call();
  host.run_until(1_ms);
  EXPECT_EQ(running.log.at(0).second, "it is no good");
  EXPECT_EQ(program.counts().messages, 1U);
}

}  // namespace
}  // namespace lparsim::vsp
