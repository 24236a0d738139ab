// A transaction costs no memory: once all threads have been created, nothing is allocated any more.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <new>
#include <vector>

#include "lpars/workload/workload.hpp"

namespace {
std::size_t allocations = 0;
}  // namespace

// Not inlined: g++ would take a call of free() for one that does not match operator new.
[[gnu::noinline]] void* operator new(std::size_t size) {
  ++allocations;
  if (void* memory = std::malloc(size)) return memory;
  throw std::bad_alloc{};
}
[[gnu::noinline]] void operator delete(void* memory) noexcept {
  std::free(memory);
}
[[gnu::noinline]] void operator delete(void* memory, std::size_t) noexcept {
  std::free(memory);
}

namespace lparsim::workload {
namespace {

using namespace literals;

/// Drivers whose every operation computes, blocks, and has an answer at once; allocates nothing.
class InstantIo final : public IoOperations {
 public:
  std::uint32_t disk(std::string_view) override { return 0; }
  std::uint32_t peer(std::string_view) override { return 1; }
  std::uint32_t begin(const IoStep&, ThreadId thread, SimTime) override { return begin(thread); }
  std::optional<Activity> next(std::uint32_t handle, SimTime now) override {
    switch (stages_[handle]++) {
      case 0:
        return Activity::compute_in_kernel(1_us);
      case 1:
        host->make_ready(ThreadId{handle}, SimTime{}, Cause::outside, now);
        return Activity::block_for_io();
      default:
        return std::nullopt;
    }
  }
  bool failed(std::uint32_t) const override { return false; }
  void serve(std::string_view, Acceptor& a) override { acceptor = &a; }
  std::uint32_t answer(std::uint64_t, ThreadId thread, SimTime) override { return begin(thread); }

  Host* host = nullptr;
  Acceptor* acceptor = nullptr;

 private:
  std::uint32_t begin(ThreadId thread) {
    stages_[static_cast<std::uint32_t>(thread)] = 0;
    return static_cast<std::uint32_t>(thread);
  }
  std::array<int, 1000> stages_{};
};

/// Runs one thread after the other until it blocks, each for its demands; allocates nothing.
class OneProcessor final : public Host {
 public:
  explicit OneProcessor(const Config& config) : workload_{make_workload(config, Hertz{4e9}, {1, "p.w"}, &io_)} {
    io_.host = this;
    threads_.reserve(1000);
    timers_.reserve(1000);
    ready_.reserve(1000);
    workload_->attach(*this);
    workload_->activated(now_);
  }

  void run_until_completed(std::uint64_t transactions) {
    while (workload_->statistics().completed() < transactions) {
      if (ready_.empty() && io_.acceptor != nullptr) {
        for (std::uint64_t request = 0; request < 10; ++request) io_.acceptor->accept(request, now_);
      }
      if (ready_.empty()) {
        const auto first = std::ranges::min_element(timers_, {}, &Timer::when);
        now_ = std::max(now_, first->when);
        first->when = SimTime::never();
        workload_->timer_expired(first->tag, now_);
        continue;
      }
      const Thread thread = ready_.back();
      ready_.pop_back();
      now_ += thread.demand;
      for (;;) {
        const Activity next = workload_->next_activity(thread.tag, now_);
        if (next.kind == Activity::Kind::block) break;
        now_ += next.demand;
      }
    }
  }

  ThreadId create_thread(Program&, std::uint32_t tag, Nice, ThreadKind) override {
    threads_.push_back({tag, {}});
    return static_cast<ThreadId>(threads_.size() - 1);
  }
  TimerId create_timer(Program&, std::uint32_t tag) override {
    timers_.push_back({tag, SimTime::never()});
    return static_cast<TimerId>(timers_.size() - 1);
  }
  LockId lock(std::string_view) override { return {}; }
  void connect_interrupt(std::uint32_t, Program&) override {}
  SimTime undispatched(SimTime) const override { return {}; }
  void make_ready(ThreadId id, SimTime demand, Cause, SimTime) override {
    ready_.push_back({threads_[static_cast<std::size_t>(id)].tag, demand});
  }
  void set_timer(TimerId id, SimTime when) override { timers_[static_cast<std::size_t>(id)].when = when; }
  void cancel_timer(TimerId id) override { timers_[static_cast<std::size_t>(id)].when = SimTime::never(); }

 private:
  struct Thread {
    std::uint32_t tag;
    SimTime demand;
  };
  struct Timer {
    std::uint32_t tag;
    SimTime when;
  };
  InstantIo io_;
  std::unique_ptr<Workload> workload_;
  SimTime now_;
  std::vector<Thread> threads_;
  std::vector<Timer> timers_;
  std::vector<Thread> ready_;
};

Distribution d(std::string_view text) {
  return parse_distribution(text).value();
}
const std::vector<Kind> kMix{{"a",
                              0.5,
                              {Compute{d("exponential(10 us)")}, Sleep{d("uniform(0 us, 10 us)")}, Locked{"l", d("1 us"), d("1 us")},
                               DiskIo{.disk = "hdisk0", .size = Bytes{4096}}, Send{"a", Bytes{100}}}},
                             {"b",
                              0.5,
                              {Parallel{{{Compute{d("lognormal(20 us, 2)")}},
                                         {Parallel{{{Compute{d("5 us")}}, {Call{"a", Bytes{1}, Bytes{1}}, Sleep{d("3 us")}}}}}}}}}};

void expect_no_allocation(const Config& config) {
  OneProcessor host{config};
  host.run_until_completed(20'000);
  const std::size_t before = allocations;
  host.run_until_completed(220'000);
  EXPECT_LE(allocations - before, 20U) << "only the histograms may still grow, by an octave";
}

TEST(SteadyState, OfAnOpenWorkloadAllocatesNothing) {
  expect_no_allocation({"w", Open{parse_arrivals("poisson(5000 /s)").value(), 3, {}, kMix, {1_s, {{0_s, 0.5}, {500_ms, 1}}}}});
}

TEST(SteadyState, OfUsersAllocatesNothing) {
  expect_no_allocation({"w", Closed{8, d("exponential(1 ms)"), {}, kMix, {}, {1_s, {{0_s, 0.5}, {500_ms, 1}}, Schedule::Shape::linear}}});
}

TEST(SteadyState, OfABatchAllocatesNothing) {
  expect_no_allocation({"w", Batch{1'000'000, 4, {}, kMix}});
}

TEST(SteadyState, OfAServiceAllocatesNothing) {
  expect_no_allocation({"w", Service{4, {}, kMix}});
}

TEST(SteadyState, OfAStreamAllocatesNothing) {
  expect_no_allocation({"w", Stream{"a", Bytes{1000}, 3}});
}

TEST(SteadyState, OfARecordingAllocatesNothing) {
  Recording recording{{{0_s, 0.3}, {100_ms, 0.9}}, 2, 1_ms, true};
  expect_no_allocation({"w", recording});
}

}  // namespace
}  // namespace lparsim::workload
