#include "vsp/kit/service.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <deque>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "models/vsp/wire.hpp"
#include "sim/kernel/testing/manual_calendar.hpp"

namespace lparsim::vsp::kit {
namespace {

using namespace literals;

/// What was sent, by the length of the message, and when.
struct Link final : ServiceLink {
  std::int32_t send(std::span<const std::uint8_t> message, SimTime now) override {
    sent.emplace_back(message.size(), now);
    return 0;
  }
  std::optional<Message> receive(SimTime) override {
    if (queue.empty()) return std::nullopt;
    const Message next = queue.front();
    queue.pop_front();
    return next;
  }
  std::int32_t read(std::uint64_t, std::uint32_t, std::span<std::uint8_t>, SimTime) override { return 0; }
  std::int32_t write(std::uint64_t, std::uint32_t, std::span<const std::uint8_t>, SimTime) override { return 0; }
  void logged(std::string_view, SimTime) override {}
  std::vector<std::pair<std::size_t, SimTime>> sent;
  std::deque<Message> queue;
};

struct Scripted final : Behaviour {
  using Script = std::function<void(Platform&, std::string_view what, std::uint64_t tag)>;
  Scripted(Platform& p, const Script& s) : platform{p}, script{s} {}
  void started() override { script(platform, "started", 0); }
  void message(std::span<const std::uint8_t> m) override { script(platform, "message", m.size()); }
  void timer(std::uint64_t tag) override { script(platform, "timer", tag); }
  Platform& platform;
  const Script& script;
};

class ServiceTest : public ::testing::Test {
 protected:
  void start(Scripted::Script what) {
    script_ = std::move(what);
    service_.start(calendar_.now());
  }
  static void say(Platform& platform, std::size_t bytes) { platform.send(std::vector<std::uint8_t>(bytes)); }

  kernel::testing::ManualCalendar calendar_;
  Link link_;
  Scripted::Script script_;
  BehaviourFactory factory_ = [this](Platform& p) {
    return std::make_unique<Scripted>(p, script_);
  };
  Service service_{factory_, link_, calendar_, 1};
};

TEST_F(ServiceTest, DoesWhatIsAskedForInOrderWithTheComputingInBetween) {
  start([](Platform& p, std::string_view, std::uint64_t) {
    say(p, 8);
    p.compute(10_us);
    say(p, 16);
    p.compute(5_us);
  });
  link_.queue.push_back(to_message(std::vector<std::uint8_t>(24)));
  calendar_.run_until(1_ms);
  const std::vector<std::pair<std::size_t, SimTime>> expected{{8, 500_ns}, {16, 10'500_ns}, {8, 16_us}, {16, 26_us}};
  EXPECT_EQ(link_.sent, expected);
  EXPECT_EQ(service_.unstarved(1_ms), 1_ms);
}

TEST_F(ServiceTest, GoesOnWhereItWasWhenItGetsItsProcessorBack) {
  start([](Platform& p, std::string_view, std::uint64_t) {
    p.compute(10_us);
    say(p, 8);
  });
  calendar_.run_until(4_us);
  service_.starve(4_us);
  calendar_.run_until(1_ms);
  EXPECT_TRUE(link_.sent.empty());
  EXPECT_EQ(service_.unstarved(1_ms), 4_us);
  service_.feed(1_ms);
  calendar_.run_until(2_ms);
  EXPECT_EQ(service_.unstarved(2_ms), 1_ms + 4_us);
  ASSERT_EQ(link_.sent.size(), 1U);
  EXPECT_EQ(link_.sent[0].second, 1_ms + 6'500_ns);
}

TEST_F(ServiceTest, CallsTimersOfThisLifeOnly) {
  std::vector<std::uint64_t> tags;
  start([&](Platform& p, std::string_view what, std::uint64_t tag) {
    if (what == "started") p.set_timer(static_cast<std::uint64_t>(tags.size()) + 7, 1_ms);
    if (what == "timer") tags.push_back(tag);
  });
  calendar_.run_until(500_us);
  service_.stop(500_us);
  calendar_.run_until(5_ms);
  EXPECT_TRUE(tags.empty());
  service_.start(5_ms);
  calendar_.run_until(10_ms);
  EXPECT_THAT(tags, ::testing::ElementsAre(7));
}

TEST_F(ServiceTest, ComputesForEverWhenItHangs) {
  start([](Platform& p, std::string_view, std::uint64_t) { say(p, 8); });
  calendar_.run_until(1_ms);
  service_.hang();
  link_.queue.push_back(to_message(std::vector<std::uint8_t>(24)));
  service_.ring(1_ms);
  calendar_.run_until(5_ms);
  EXPECT_EQ(link_.sent.size(), 1U);
  EXPECT_EQ(service_.unstarved(5_ms), 5_ms);
}

TEST_F(ServiceTest, EndsACircleOfTimersThatTakeNoTime) {
  start([](Platform& p, std::string_view, std::uint64_t) { p.set_timer(1, SimTime{}); });
  calendar_.run_until(1_s);
  EXPECT_TRUE(service_.runaway());
}

TEST_F(ServiceTest, AnswersAtOnceOnItsCallersTime) {
  start([](Platform& p, std::string_view what, std::uint64_t) {
    if (what != "message") return;
    p.compute(3_us);
    say(p, 8);
    p.compute(1_us);
    say(p, 8);
  });
  calendar_.run_until(1_ms);
  EXPECT_EQ(service_.serve(std::vector<std::uint8_t>(24), 1_ms), 4_us);
  ASSERT_EQ(link_.sent.size(), 2U);
  EXPECT_EQ(link_.sent[1].second, 1_ms);
}

TEST_F(ServiceTest, RefusesImpossibleLengths) {
  std::vector<std::int32_t> statuses;
  start([&](Platform& p, std::string_view, std::uint64_t) {
    for (const std::size_t length : {7U, 8U, 512U, 513U}) statuses.push_back(p.send(std::vector<std::uint8_t>(length)));
  });
  calendar_.run_until(1_ms);
  EXPECT_THAT(statuses, ::testing::ElementsAre(LPARSIM_VSP_INVALID, 0, 0, LPARSIM_VSP_INVALID));
}

}  // namespace
}  // namespace lparsim::vsp::kit
