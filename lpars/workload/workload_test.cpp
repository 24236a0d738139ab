#include "lpars/workload/workload.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace lparsim::workload {
namespace {

using namespace literals;

Transaction compute(std::string_view demand) {
  return {Compute{parse_distribution(demand).value()}};
}
Config open(std::string_view gap, std::optional<std::uint32_t> threads, std::string_view demand) {
  return {"w", Open{parse_arrivals(gap).value(), threads, compute(demand)}};
}

/// Writes down what a workload asks for; a test calls back.
class RecordingHost final : public Host {
 public:
  struct Ready {
    ThreadId thread;
    SimTime demand;
    Cause cause;
    bool operator==(const Ready&) const = default;
  };
  std::vector<Ready> ready;
  std::vector<SimTime> timers;

  ThreadId create_thread(Program&, std::uint32_t, Nice, ThreadKind) override { return ThreadId{threads_++}; }
  TimerId create_timer(Program&, std::uint32_t) override { return TimerId{timer_count_++}; }
  void make_ready(ThreadId thread, SimTime demand, Cause cause, SimTime) override { ready.push_back({thread, demand, cause}); }
  void set_timer(TimerId, SimTime when) override { timers.push_back(when); }
  void cancel_timer(TimerId) override {}
  void connect_interrupt(std::uint32_t, Program&) override {}
  SimTime undispatched(SimTime) const override { return {}; }
  LockId lock(std::string_view) override { return LockId{}; }

 private:
  std::uint32_t threads_ = 0;
  std::uint32_t timer_count_ = 0;
};

struct Bench {
  RecordingHost host;
  std::unique_ptr<Workload> workload;
  explicit Bench(const Config& config, std::uint64_t seed = 1, Hertz frequency = Hertz{4e9})
      : workload{make_workload(config, frequency, {seed, "p.w"})} {
    workload->attach(host);
    workload->activated(0_s);
  }
  void arrive() { workload->timer_expired(0, host.timers.back()); }
};

TEST(Workload, ArrivalsDoNotDependOnDemandAndThreads) {
  Bench a{open("poisson(100 /s)", 1, "exponential(1 ms)")};
  Bench b{open("poisson(100 /s)", std::nullopt, "lognormal(7 ms, 3)")};
  Bench other_seed{open("poisson(100 /s)", 1, "exponential(1 ms)"), 2};
  for (int i = 0; i < 100; ++i) {
    a.arrive();
    b.arrive();
    other_seed.arrive();
  }
  EXPECT_EQ(a.host.timers, b.host.timers);
  EXPECT_NE(a.host.timers, other_seed.host.timers);
}

TEST(Workload, CyclesTakeTheirTimeAtTheFrequencyOfTheServer) {
  Bench run{{"w", Batch{1, 1, compute("8 Mcycles")}}, 1, Hertz{4e9}};
  ASSERT_EQ(run.host.ready.size(), 1U);
  EXPECT_EQ(run.host.ready[0], (RecordingHost::Ready{ThreadId{0}, 2_ms, Cause::boot}));
}

TEST(Workload, ATransactionBeyondTheThreadsWaitsAndIsTakenByTheNextThatIsFree) {
  Bench run{open("every(1 ms)", 2, "5 ms")};
  for (int i = 0; i < 4; ++i) run.arrive();
  EXPECT_EQ(run.host.ready.size(), 2U);
  EXPECT_EQ(run.workload->next_activity(0, 6_ms), Activity::compute(5_ms));  // goes on with the third, which came at 3 ms
  EXPECT_EQ(run.workload->next_activity(1, 7_ms), Activity::compute(5_ms));
  EXPECT_EQ(run.workload->next_activity(0, 11_ms), Activity::block());
  const auto& s = run.workload->statistics();
  EXPECT_EQ(s.response().max(), 8_ms);
  EXPECT_EQ(s.completed(), 3U);
  EXPECT_EQ(s.in_system(), 1U);
  EXPECT_DOUBLE_EQ(s.queued(10_ms), (1 * 1 + 2 * 2 + 1 * 1) / 10.0);
  run.arrive();  // at 5 ms, out of order on purpose: only which thread serves it matters
  EXPECT_EQ(run.host.ready.back().thread, ThreadId{0});
}

TEST(Workload, StepsOfATransactionFollowEachOtherOnOneThread) {
  Bench run{{"w", Closed{1, parse_distribution("3 ms").value(), {compute("1 ms")[0], compute("2 ms")[0]}}}};
  run.workload->timer_expired(0, 3_ms);
  EXPECT_EQ(run.host.ready.back(), (RecordingHost::Ready{ThreadId{0}, 1_ms, Cause::timer}));
  EXPECT_EQ(run.workload->next_activity(0, 4_ms), Activity::compute(2_ms));
  EXPECT_EQ(run.workload->statistics().completed(), 0U);
  EXPECT_EQ(run.workload->next_activity(0, 6_ms), Activity::block());
  EXPECT_EQ(run.workload->statistics().response().max(), 3_ms);
  EXPECT_EQ(run.host.timers.back(), 9_ms);
}

TEST(Workload, AUserWhoDoesNotThinkSubmitsAtOnce) {
  Bench run{{"w", Closed{1, parse_distribution("0 ms").value(), compute("1 ms")}}};
  run.workload->timer_expired(0, 0_ms);
  EXPECT_EQ(run.workload->next_activity(0, 1_ms), Activity::compute(1_ms));
  EXPECT_EQ(run.workload->statistics().arrived(), 2U);
}

TEST(WorkloadConfig, SaysWhatIsWrong) {
  EXPECT_EQ(problem_of({"w", Spin{0}}), "threads are from 1 to 1000000; 0 is not");
  EXPECT_EQ(problem_of(open("every(1 ms)", 0, "1 ms")), "threads are from 1 to 1000000; 0 is not");
  EXPECT_EQ(problem_of({"w", Closed{0, parse_distribution("1 ms").value(), compute("1 ms")}}), "users are from 1 to 1000000; 0 is not");
  EXPECT_EQ(problem_of({"w", Closed{1, parse_distribution("1 Mcycles").value(), compute("1 ms")}}),
            "users think for a time, not for cycles");
  EXPECT_EQ(problem_of({"w", Batch{0, 1, compute("1 ms")}}), "jobs are from 1 to 1000000000000; 0 is not");
  EXPECT_EQ(problem_of({"w", Batch{1, 1, {}}}), "a transaction needs at least one step");
  EXPECT_EQ(problem_of({"w", Batch{1, 1, compute("0 ms")}}), "compute needs a mean of at least 1 ns or 1 cycle");
  EXPECT_EQ(problem_of({"w", Batch{1, 1, compute("1 cycles")}}), std::nullopt);
  EXPECT_EQ(problem_of({"w", Closed{1, parse_distribution("0 ms").value(), compute("1 ns")}}), std::nullopt);
  EXPECT_EQ(problem_of(open("poisson(1 /s)", std::nullopt, "exponential(5 Mcycles)")), std::nullopt);
}

}  // namespace
}  // namespace lparsim::workload
