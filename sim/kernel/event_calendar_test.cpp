#include "sim/kernel/event_calendar.hpp"

#include <gtest/gtest.h>

#include <string>

#include "sim/kernel/sim_time.hpp"
#include "sim/kernel/testing/manual_calendar.hpp"

namespace lparsim::kernel {
namespace {

using namespace literals;

struct Diary final : Alarm {
  Calendar& calendar;
  std::string text;
  explicit Diary(Calendar& c) : calendar{c} {}
  void rings(std::uint64_t argument, SimTime at) override {
    text += std::to_string(argument) + "@" + std::to_string(at.ps()) + " ";
    if (argument == 1) calendar.call(*this, 7, at);
    if (argument == 2) calendar.call(*this, 8, at + 1_ps);
  }
};

void fill(Diary& diary, Calendar& calendar) {
  calendar.call(diary, 3, 30_ps);
  calendar.call(diary, 1, 10_ps);
  calendar.call(diary, 2, 10_ps);
  calendar.call(diary, 9, SimTime::never());
}

const char* const kExpected = "1@10 2@10 7@10 8@11 3@30 ";

TEST(Calendar, CallsInTheOrderOfTimeAndOfAsking) {
  EventCalendar calendar;
  Diary diary{calendar};
  fill(diary, calendar);
  sc_core::sc_start(to_sc_time(100_ps));
  EXPECT_EQ(diary.text, kExpected);
}

TEST(Calendar, IsWhatTestsTurnByHand) {
  testing::ManualCalendar calendar;
  Diary diary{calendar};
  fill(diary, calendar);
  calendar.run_until(100_ps);
  EXPECT_EQ(diary.text, kExpected);
  EXPECT_EQ(calendar.now(), 100_ps);
}

}  // namespace
}  // namespace lparsim::kernel
