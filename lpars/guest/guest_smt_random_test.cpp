// Guests of all policies on platforms that do anything at any time.
#include <gtest/gtest.h>

#include "lpars/guest/testing/random_driver.hpp"
#include "lpars/guest/testing/scripted_hypervisor.hpp"
#include "sim/base/distribution.hpp"
#include "sim/base/random.hpp"

namespace lparsim::guest {
namespace {

using namespace literals;
using testing::RandomDriver;
using testing::ScriptedHypervisor;

constexpr SimTime kDemand = SimTime::from_us(300);
const double kThroughput[] = {1, 1.4, 1.8, 2.0};

Config random_config(std::uint64_t seed) {
  Config config;
  config.policy = static_cast<Policy>(seed % 3);
  config.smt = 1U << (seed / 3 % 4);
  config.throughput = core::SmtThroughput::from_table(kThroughput).value();
  config.time_slice = SimTime::from_us(200 + 400 * static_cast<std::int64_t>(seed % 5));
  config.snooze = seed % 2 == 0 ? SimTime{} : 100_us;
  config.balance_period = 1_ms;
  config.folding = {.enabled = seed % 4 == 0, .extra = 0, .threshold = 49, .period = 5_ms};
  config.threads_before_next = seed % 7 == 0 ? config.smt : 1;
  config.lock_waiting = seed % 5 == 0 ? LockWaiting::spin : LockWaiting::confer;
  config.confer_to_ceded = seed % 11 == 0;
  return config;
}

class RandomPlatform {
 public:
  explicit RandomPlatform(std::uint64_t seed) : config_{random_config(seed)}, stream_{seed, "platform"}, driver_{seed}, platform_{config_} {
    platform_.dispatches_at_once = false;
    platform_.record_wakes = false;
    platform_.cost = SimTime::from_us(static_cast<std::int64_t>(seed % 3) * 20);
    const Distribution fixed{parse_distribution("300 us").value()};
    const workload::Transaction plain{workload::Compute{fixed}};
    const workload::Transaction locked{workload::Compute{fixed}, workload::Locked{"a", fixed, std::nullopt}};
    const workload::Transaction sleeping{workload::Locked{"b", fixed, parse_distribution("exponential(200 us)").value()}};
    const workload::Transaction forked{
        workload::Parallel{{{workload::Compute{fixed}}, {workload::Compute{fixed}, workload::Compute{fixed}}}}};
    workload::Config spin{"spin", workload::Spin{static_cast<std::uint32_t>(1 + seed % 3)}};
    spin.nice = static_cast<std::int8_t>(seed % 6);
    workload::Config favoured{"favoured", workload::Open{parse_arrivals("poisson(300 /s)").value(), std::nullopt, plain}};
    favoured.nice = -5;
    platform_.start({{"open", workload::Open{parse_arrivals("poisson(1000 /s)").value(), std::nullopt, plain}},
                     {"locked", workload::Closed{6, parse_distribution("uniform(0 ms, 4 ms)").value(), locked}},
                     {"sleeping", workload::Closed{3, parse_distribution("uniform(0 ms, 4 ms)").value(), sleeping}},
                     {"forked", workload::Closed{3, parse_distribution("uniform(0 ms, 4 ms)").value(), forked}},
                     spin,
                     favoured},
                    online_, seed, {&driver_});
    driver_.raise = [this](std::uint32_t source, SimTime now) {
      platform_.guest().virtual_interrupt(source, now);
    };
  }

  void step() {
    platform_.run_until(platform_.now() + SimTime::from_us(static_cast<std::int64_t>(stream_.uniform() * 300)));
    const SimTime now = platform_.now();
    const auto vp = static_cast<std::uint32_t>(stream_.uniform() * online_);
    const double what = stream_.uniform();
    if (what < 0.002) {
      restart(now);
    } else if (what < 0.005) {
      change_online(now);
    } else if (what < 0.01) {
      const auto mode = 1U << static_cast<std::uint32_t>(stream_.uniform() * 4);
      platform_.guest().set_smt(stream_.uniform() < 0.5 ? std::optional{vp} : std::nullopt, std::min(mode, config_.smt), now);
    } else if (what < 0.015) {
      const auto ppm = 500'000 + static_cast<std::int64_t>(stream_.uniform() * 500'000);
      platform_.guest().set_frequency(ppm, now);
    } else if (what < 0.02 && config_.policy != Policy::ibmi) {
      static constexpr Policy kPolicies[] = {Policy::aix, Policy::linux_, Policy::round_robin};
      platform_.guest().set_policy(kPolicies[static_cast<std::size_t>(what * 3e6) % 3], config_.time_slice, now);
    } else if (platform_.running(vp)) {
      platform_.preempt(vp);
    } else if (platform_.runnable(vp)) {
      platform_.dispatch(vp);
    } else if (what > 0.9) {
      platform_.leave_prod_pending(vp);
    }
    if (stream_.uniform() < 0.3) driver_.raise(100 + static_cast<std::uint32_t>(stream_.uniform() * RandomDriver::kSources), now);
    check(now);
  }

  Guest& guest() { return platform_.guest(); }

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

  void restart(SimTime now) {
    for (std::uint32_t vp = 0; vp < online_; ++vp) {
      if (platform_.running(vp)) platform_.take_core(vp);
      platform_.forget(vp);
    }
    platform_.guest().deactivated(now);
    platform_.guest().activated(online_, now);
  }

  void check(SimTime now) {
    Guest& guest = platform_.guest();
    guest.check(now);
    const ProcessorTimes times = guest.times(now);
    ASSERT_EQ(times.user + times.system + times.idle, times.dispatched);
    ASSERT_EQ(times.dispatched, platform_.consumed(now));
    LogicalTimes sum;
    for (std::uint32_t vp = 0; vp < guest.most_virtual_processors(); ++vp) {
      for (std::uint32_t thread = 0; thread < config_.smt; ++thread) {
        const LogicalTimes logical = guest.logical_times(vp, thread, now);
        sum.user += logical.user;
        sum.system += logical.system;
        sum.idle += logical.idle;
        sum.io_wait += logical.io_wait;
        sum.busy += logical.busy;
        sum.context_switches += logical.context_switches;
      }
    }
    ASSERT_EQ(sum.user, times.user);
    ASSERT_EQ(sum.system, times.system);
    ASSERT_EQ(sum.idle, times.idle);
    ASSERT_EQ(sum.io_wait, times.io_wait);
    ASSERT_LE(times.io_wait, times.idle);
    ASSERT_LE(times.logical_io_wait, times.logical_online - times.logical_busy);
    ASSERT_EQ(guest.undispatched(now), platform_.undispatched(now));
    ASSERT_EQ(sum.busy, times.logical_busy);
    ASSERT_EQ(sum.context_switches, times.context_switches);
    std::uint64_t done = 0;
    for (const auto& workload : guest.workloads()) {
      const auto& s = workload->statistics();
      ASSERT_EQ(s.arrived(), s.completed_total() + s.in_system() + s.dropped()) << workload->name();
      const std::uint64_t bursts = workload->name() == "locked" ? 2 : workload->name() == "forked" ? 3 : 1;
      done += s.completed_total() * bursts;
    }
    const double most = static_cast<double>(config_.throughput.ppm(config_.smt)) * 1e-6;
    ASSERT_LE(kDemand.seconds() * static_cast<double>(done), most * times.dispatched.seconds() + 1e-9) << "faster than the table";
  }

  Config config_;
  RandomStream stream_;
  RandomDriver driver_;
  ScriptedHypervisor platform_;
  std::uint32_t online_ = 4;
};

TEST(GuestUnderRandomDispatching, KeepsItsBooksWithEveryPolicyAndSmtMode) {
  for (std::uint64_t seed = 1; seed <= 120; ++seed) {
    SCOPED_TRACE(seed);
    RandomPlatform platform{seed};
    for (int i = 0; i < 1500 && !HasFatalFailure(); ++i) platform.step();
    if (HasFatalFailure()) return;
  }
}

}  // namespace
}  // namespace lparsim::guest
