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

TEST(Agenda, WakesInTheOrderOfTheKernelsOwnEvents) {
  constexpr std::size_t kCount = 5;
  std::string by_kernel, by_agenda;
  // Each asks for itself and for somebody else, at times of so few values that many are due at once.
  std::deque<Process> processes;
  std::deque<Sleeper> sleepers(kCount);
  const auto play = [](std::string& story, std::size_t i, SimTime at, const std::function<void(std::size_t, SimTime)>& ask) {
    story += std::to_string(i) + "@" + std::to_string(at.ps()) + " ";
    const std::size_t dice = story.size() * 2654435761U >> 8;  // the same for both as long as the stories are
    ask(i, SimTime::from_ps(static_cast<std::int64_t>(dice % 4)));
    ask(dice / 4 % kCount, SimTime::from_ps(static_cast<std::int64_t>(dice / 32 % 3)));
  };
  for (std::size_t i = 0; i < kCount; ++i) {
    Process& process = processes.emplace_back(sc_core::sc_gen_unique_name("process"));
    const auto ask = [&](std::size_t whom, SimTime after) {
      processes[whom].wake_at(now() + after);
    };
    process.woken = [&, i, ask](SimTime at) {
      play(by_kernel, i, at, ask);
    };
    const auto ask_agenda = [&](std::size_t whom, SimTime after) {
      sleepers[whom].wake_at(now() + after);
    };
    sleepers[i].woken = [&, i, ask_agenda](SimTime at) {
      play(by_agenda, i, at, ask_agenda);
    };
    ask(i, 5_ps);
    ask_agenda(i, 5_ps);
  }
  sc_core::sc_start(to_sc_time(300_ps));
  EXPECT_GT(by_kernel.size(), 1000U);
  EXPECT_EQ(by_agenda, by_kernel);
}

}  // namespace
}  // namespace lparsim::kernel
