// Whatever a hypervisor does to its virtual processors, a guest loses no work and no time.
#include <gtest/gtest.h>

#include "lpars/guest/guest.hpp"
#include "lpars/guest/testing/random_driver.hpp"
#include "lpars/guest/testing/scripted_hypervisor.hpp"
#include "sim/base/distribution.hpp"
#include "sim/base/random.hpp"

namespace lparsim::guest {
namespace {

using namespace literals;
using testing::RandomDriver;
using testing::ScriptedHypervisor;

class RandomPlatform {
 public:
  explicit RandomPlatform(std::uint64_t seed)
      : stream_{seed, "platform"},
        driver_{seed},
        platform_{testing::sliced(SimTime::from_us(100 + 300 * (static_cast<std::int64_t>(seed) % 4)))} {
    platform_.dispatches_at_once = false;
    platform_.record_wakes = false;
    platform_.cost = SimTime::from_us(static_cast<std::int64_t>(seed % 3) * 20);
    const workload::Transaction two_steps{workload::Compute{parse_distribution("exponential(300 us)").value()},
                                          workload::Compute{parse_distribution("uniform(0 us, 1 ms)").value()}};
    platform_.start(
        {{"limited", workload::Open{parse_arrivals("poisson(400 /s)").value(), 3, two_steps}},
         {"unlimited",
          workload::Open{parse_arrivals("every(1 ms)").value(), std::nullopt, {workload::Compute{parse_distribution("500 us").value()}}}},
         {"users", workload::Closed{5, parse_distribution("uniform(0 ms, 4 ms)").value(), two_steps}},
         {"jobs", workload::Batch{200, 2, two_steps}},
         {"spin", workload::Spin{static_cast<std::uint32_t>(1 + seed % 2)}}},
        online_, seed, {&driver_});
    driver_.raise = [this](std::uint32_t source, SimTime now) {
      platform_.guest().virtual_interrupt(source, now);
    };
  }

  /// One random thing that a platform may do, and the checks that hold after it.
  void step() {
    platform_.run_until(platform_.now() + SimTime::from_us(static_cast<std::int64_t>(stream_.uniform() * 400)));
    const auto now = platform_.now();
    const auto vp = static_cast<std::uint32_t>(stream_.uniform() * online_);
    if (stream_.uniform() < 0.005) {
      change_online(now);
    } else if (platform_.running(vp)) {
      platform_.preempt(vp);
    } else if (platform_.runnable(vp)) {
      platform_.dispatch(vp);
    } else if (stream_.uniform() < 0.1) {
      platform_.leave_prod_pending(vp);
    }
    if (stream_.uniform() < 0.3) driver_.raise(100 + static_cast<std::uint32_t>(stream_.uniform() * RandomDriver::kSources), now);
    check(now);
  }

  void let_all_run() {
    for (std::uint32_t vp = 0; vp < online_; ++vp) {
      if (platform_.runnable(vp)) platform_.dispatch(vp);
    }
    platform_.dispatches_at_once = true;
    platform_.run_until(platform_.now() + 20_s);
    EXPECT_EQ(platform_.guest().workloads()[3]->statistics().completed_total(), 200U);
    EXPECT_GT(driver_.handled(), 500U);
  }

 private:
  void change_online(SimTime now) {
    const auto online = 1 + static_cast<std::uint32_t>(stream_.uniform() * 6);
    for (auto vp = online; vp < online_; ++vp) {
      if (platform_.running(vp)) platform_.take_core(vp);
      platform_.forget(vp);
    }
    online_ = online;
    platform_.guest().online_processors_changed(online, now);
  }

  void check(SimTime now) {
    const auto times = platform_.guest().times(now);
    ASSERT_EQ(times.user + times.system + times.idle, times.dispatched);
    ASSERT_EQ(times.dispatched, platform_.consumed(now));
    ASSERT_EQ(times.idle, SimTime{});
    ASSERT_EQ(platform_.guest().undispatched(now), platform_.undispatched(now));
    ASSERT_LE(driver_.done_in_kernel(), times.system);
    ASSERT_LE(driver_.done_as_user(), times.user);
    platform_.guest().check(now);
    for (const auto& workload : platform_.guest().workloads()) {
      const auto& s = workload->statistics();
      ASSERT_EQ(s.arrived(), s.completed_total() + s.in_system() + s.dropped()) << workload->name();
    }
    bool somebody_wants_a_core = false;
    for (std::uint32_t vp = 0; vp < online_; ++vp) somebody_wants_a_core |= platform_.running(vp) || platform_.runnable(vp);
    ASSERT_TRUE(somebody_wants_a_core);  // there is always the spinning thread
  }

  RandomStream stream_;
  RandomDriver driver_;
  ScriptedHypervisor platform_;
  std::uint32_t online_ = 4;
};

TEST(GuestUnderRandomDispatching, LosesNoWorkAndNoTime) {
  for (std::uint64_t seed = 1; seed <= 24; ++seed) {
    SCOPED_TRACE(seed);
    RandomPlatform platform{seed};
    for (int i = 0; i < 4000 && !HasFatalFailure(); ++i) platform.step();
    if (HasFatalFailure()) return;
    platform.let_all_run();
  }
}

}  // namespace
}  // namespace lparsim::guest
