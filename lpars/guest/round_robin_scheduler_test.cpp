#include "lpars/guest/round_robin_scheduler.hpp"

#include <gtest/gtest.h>

#include "lpars/guest/testing/scripted_hypervisor.hpp"
#include "sim/base/distribution.hpp"

namespace lparsim::guest {
namespace {

using namespace literals;
using testing::ScriptedHypervisor;

Config with(Policy policy) {
  Config config;
  config.policy = policy;
  config.smt = 1;
  config.throughput = core::SmtThroughput::from_table(std::array{1.0, 1.4, 1.6}).value();
  config.time_slice = 3_ms;
  return config;
}

workload::Config batch(std::string name, std::int8_t nice) {
  workload::Config config{std::move(name), workload::Batch{100'000, 1, {workload::Compute{parse_distribution("1 ms").value()}}}};
  config.nice = nice;
  return config;
}

std::uint64_t completed(const Guest& guest, std::size_t workload) {
  return guest.workloads()[workload]->statistics().completed();
}

TEST(RoundRobinScheduler, GivesEveryThreadTheSameWhateverItsNiceValue) {
  ScriptedHypervisor platform{with(Policy::round_robin)};
  auto& guest = platform.start({batch("favoured", -5), batch("ordinary", 0), batch("last", 19)}, 1);
  platform.run_until(9_s);
  for (std::size_t i = 0; i < 3; ++i) EXPECT_NEAR(static_cast<double>(completed(guest, i)), 3000, 6) << i;
}

TEST(RoundRobinScheduler, AThreadThatWakesWaitsForItsTurn) {
  ScriptedHypervisor platform{with(Policy::round_robin)};
  const workload::Transaction transaction{workload::Compute{parse_distribution("100 us").value()}};
  auto& guest =
      platform.start({{"spin", workload::Spin{2}}, {"open", workload::Open{parse_arrivals("every(50 ms)").value(), {}, transaction}}}, 1);
  platform.run_until(2_s);
  EXPECT_GE(guest.workloads()[1]->statistics().response().min(), 3_ms + 100_us);
  EXPECT_LE(guest.workloads()[1]->statistics().response().max(), 6_ms + 100_us);
}

TEST(RoundRobinScheduler, TakesOverFromFairSharesAndGivesBackAtRunTime) {
  ScriptedHypervisor platform{with(Policy::linux_)};
  auto& guest = platform.start({batch("favoured", -5), batch("ordinary", 0)}, 1);
  const double weight = 1.25 * 1.25 * 1.25 * 1.25 * 1.25;
  platform.run_until(4_s);
  EXPECT_NEAR(static_cast<double>(completed(guest, 0)), 4000 * weight / (1 + weight), 10);
  const std::uint64_t favoured = completed(guest, 0);
  guest.set_policy(Policy::round_robin, 5_ms, 4_s);
  guest.check(4_s);
  platform.run_until(8_s);
  EXPECT_NEAR(static_cast<double>(completed(guest, 0) - favoured), 2000, 10);
  const std::uint64_t before = completed(guest, 0);
  guest.set_policy(Policy::linux_, 3_ms, 8_s);
  platform.run_until(12_s);
  EXPECT_NEAR(static_cast<double>(completed(guest, 0) - before), 4000 * weight / (1 + weight), 10);
}

}  // namespace
}  // namespace lparsim::guest
