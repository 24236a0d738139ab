#include "sim/kernel/agenda.hpp"

#include <gtest/gtest.h>

#include <deque>
#include <functional>
#include <string>

#include "sim/kernel/sim_time.hpp"

namespace lparsim::kernel {
namespace {

using namespace literals;

struct Sleeper final : Wakeup {
  std::function<void(SimTime)> woken;
  void wake(SimTime at) override { woken(at); }
};

/// The same with an event of its own.
struct Process final : sc_core::sc_module {
  std::function<void(SimTime)> woken;
  sc_core::sc_event event;
  SimTime set_to = SimTime::never();
  explicit Process(const sc_core::sc_module_name& name) : sc_module{name} {
    SC_HAS_PROCESS(Process);
    SC_METHOD(wake);
    sensitive << event;
    dont_initialize();
  }
  void wake() {
    set_to = SimTime::never();
    woken(now());
  }
  void wake_at(SimTime when) {
    if (when >= set_to) return;
    set_to = when;
    event.notify(to_sc_time(when - now()));
  }
};

TEST(Agenda, RunsAheadOfTheKernelButNotPastItsEvents) {
  std::string story;
  Process process{"process"};
  process.event.notify(to_sc_time(7_ps));
  process.woken = [&](SimTime at) {
    story += "kernel@" + std::to_string(at.ps()) + " ";
  };
  Sleeper sleeper;
  sleeper.woken = [&](SimTime at) {
    story += std::to_string(at.ps()) + (from_sc_time(sc_core::sc_time_stamp()) < at ? "! " : " ");
    if (at == 8_ps) process.event.notify(sc_core::SC_ZERO_TIME);
    sleeper.wake_at(at + 2_ps);
  };
  sleeper.wake_at(2_ps);
  simulate_until(12_ps);
  EXPECT_EQ(now(), 12_ps);
  EXPECT_EQ(story, "2 4! 6! kernel@7 8 kernel@8 10 ");
  simulate_until(15_ps);
  EXPECT_EQ(story, "2 4! 6! kernel@7 8 kernel@8 10 12 14! ");
}

/// A story of wakeups that ask for themselves and for each other, at times of so few values that many are due at once.
template <class Wakeups>
std::string play(Wakeups& wakeups) {
  std::string story;
  const SimTime begin = now(), end = begin + 300_ps;
  for (std::size_t i = 0; i < wakeups.size(); ++i) {
    wakeups[i].woken = [&, i](SimTime at) {
      if (at >= end) return;
      story += std::to_string(i) + "@" + std::to_string((at - begin).ps()) + " ";
      const std::size_t dice = story.size() * 2654435761U >> 8;
      wakeups[i].wake_at(at + SimTime::from_ps(static_cast<std::int64_t>(dice % 4)));
      wakeups[dice / 4 % wakeups.size()].wake_at(at + SimTime::from_ps(static_cast<std::int64_t>(dice / 32 % 3)));
    };
    wakeups[i].wake_at(begin + 5_ps);
  }
  sc_core::sc_start(to_sc_time(400_ps));
  return story;
}

TEST(Agenda, WakesInTheOrderOfTheKernelsOwnEvents) {
  std::deque<Process> processes;
  for (int i = 0; i < 5; ++i) processes.emplace_back(sc_core::sc_gen_unique_name("process"));
  Agenda::of_simulation();  // made before the simulation begins
  const std::string by_kernel = play(processes);
  EXPECT_GT(by_kernel.size(), 1000U);
  std::deque<Sleeper> sleepers(5);
  EXPECT_EQ(play(sleepers), by_kernel);
}

}  // namespace
}  // namespace lparsim::kernel
