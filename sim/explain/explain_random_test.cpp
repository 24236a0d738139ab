#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <tuple>
#include <vector>

#include "sim/base/random.hpp"
#include "sim/explain/occupancy.hpp"
#include "sim/explain/sweep.hpp"
#include "sim/explain/wait_account.hpp"
#include "sim/trace/sample_run.hpp"

namespace lparsim::explain {
namespace {

using namespace literals;
using trace::DispatchSpan;

constexpr SimTime kStep = 10_us;
constexpr SimTime kWindow = 500_us;
constexpr std::int64_t kSteps = 400;
constexpr std::uint32_t kCores = 3;

/// Four partitions on a frame of which the first owns core 0; the second is capped, the third in a pool of at most one processor.
trace::RunInfo four_partitions() {
  trace::RunInfo run;
  run.servers = {{ServerId{0}, "frame", "", "POWER9", kCores, 8, Hertz{4e9}, Bytes{1}, kWindow, 100_us, "partition"}};
  run.pools = {{ServerId{0}, PoolId{0}, "default", ProcessingUnits::cores(2), {}},
               {ServerId{0}, PoolId{1}, "small", ProcessingUnits::cores(1), {}}};
  for (std::uint32_t i = 0; i < 4; ++i) {
    trace::PartitionFacts p;
    p.partition = PartitionId{i};
    p.name = std::string(1, static_cast<char>('a' + static_cast<char>(i)));
    p.mode = i == 0 ? "dedicated" : "shared";
    p.cores = i == 0 ? 1 : 0;
    p.entitlement = ProcessingUnits::from_hundredths(50);
    p.virtual_processors = 3;
    p.capped = i == 1;
    p.weight = i == 1 ? 0 : 64 * i;
    p.pool = i == 2 ? "small" : "default";
    run.partitions.push_back(p);
  }
  return run;
}

class Dice {
 public:
  explicit Dice(std::uint64_t seed) : stream_{seed, "dice"} {}
  std::int64_t below(std::int64_t n) { return std::min(n - 1, static_cast<std::int64_t>(stream_.uniform() * static_cast<double>(n))); }

 private:
  RandomStream stream_;
};

/// Dispatches that keep only the one rule that a core has one and a virtual processor one core at a time: waits, idle cores, entitled
/// time are as they fall.
std::vector<DispatchSpan> random_history(Dice& dice) {
  std::vector<DispatchSpan> rows;
  std::map<std::pair<std::uint32_t, std::uint32_t>, std::int64_t> free_from;
  std::vector<std::int64_t> core_free(kCores);
  for (std::int64_t step = 0; step < kSteps; ++step) {
    for (std::uint32_t core = 0; core < kCores; ++core) {
      if (core_free[core] > step || dice.below(4) == 0) continue;
      const auto partition = static_cast<std::uint32_t>(core == 0 && dice.below(2) == 0 ? 0 : 1 + dice.below(3));
      const auto vp = static_cast<std::uint32_t>(dice.below(partition == 0 ? 1 : 3));
      std::int64_t& since = free_from[{partition, vp}];
      if (since > step) continue;
      DispatchSpan d;
      d.core = CoreId{core};
      d.partition = PartitionId{partition};
      d.vp = vp;
      const std::int64_t enqueue = step - dice.below(step - since + 1), ready = enqueue - dice.below(enqueue - since + 1);
      std::int64_t length = 1 + dice.below(dice.below(4) == 0 ? 90 : 12);
      const std::int64_t window = kWindow / kStep;
      const bool within_window = step / window == (step + length - 1) / window;
      d.waiting = kStep * since;
      d.ready = kStep * ready;
      d.enqueue = kStep * enqueue;
      d.begin = kStep * step;
      d.end = kStep * (step + length);
      d.entitled = kStep * (within_window ? dice.below(length + 1) : dice.below(2) * length);
      since = core_free[core] = step + length;
      rows.push_back(d);
    }
  }
  return rows;
}

using Key = std::tuple<std::uint32_t, Cause, std::int64_t>;
using Sums = std::map<Key, double>;

std::int64_t number(std::optional<PartitionId> other) {
  return other ? static_cast<std::int64_t>(index(*other)) : -1;
}

/// Looks at every step of every wait on its own.
Sums by_the_step(const std::vector<DispatchSpan>& rows) {
  Sums sums;
  const auto pool_used = [&](SimTime window) {
    SimTime used;
    for (const DispatchSpan& d : rows) {
      if (d.partition == PartitionId{2}) used += std::max(SimTime{}, std::min(d.end, window + kWindow) - std::max(d.begin, window));
    }
    return used;
  };
  for (const DispatchSpan& w : rows) {
    const auto me = static_cast<std::uint32_t>(index(w.partition));
    for (SimTime t = w.ready; t < w.begin; t += kStep) {
      std::vector<std::pair<std::int64_t, bool>> on_excess, on_entitled, owners;  // partition, excess
      int idle = kCores - 1;
      for (const DispatchSpan& d : rows) {
        if (t < d.begin || t >= d.end) continue;
        if (index(d.core) > 0) --idle;
        const auto who = static_cast<std::int64_t>(index(d.partition));
        if (who == 0)
          owners.emplace_back(who, false);
        else if (t < d.begin + d.entitled)
          on_entitled.emplace_back(who, false);
        else
          on_excess.emplace_back(who, true);
      }
      const auto give = [&](const auto& whom, Cause entitled, Cause excess, std::size_t of) {
        for (const auto& [who, is_excess] : whom) sums[{me, is_excess ? excess : entitled, who}] += 1.0 / static_cast<double>(of);
      };
      const auto one = [&](Cause cause) {
        sums[{me, cause, -1}] += 1;
      };
      if (t >= w.enqueue) {
        const std::size_t all = on_excess.size() + on_entitled.size();
        if (idle > 0)
          one(Cause::unknown);
        else {
          give(on_entitled, Cause::core_on_entitlement, Cause::core_on_excess, all);
          give(on_excess, Cause::core_on_entitlement, Cause::core_on_excess, all);
        }
      } else if (me <= 1) {
        if (me == 1) one(Cause::out_of_entitlement);
      } else if (me == 2 && (idle > 0 || pool_used(kWindow * (t / kWindow)) >= kWindow)) {
        one(Cause::pool_maximum);
      } else if (idle > 0) {
        one(Cause::unknown);
      } else if (!on_excess.empty()) {
        give(on_excess, Cause::lost_excess, Cause::lost_excess, on_excess.size());
      } else {
        give(on_entitled, Cause::no_excess_left, Cause::no_excess_left, on_entitled.size());
      }
    }
  }
  return sums;
}

class RandomHistories : public testing::TestWithParam<std::uint64_t> {};

TEST_P(RandomHistories, AreExplainedToThePicosecondAndAsAnOracleDoesIt) {
  Dice dice{GetParam()};
  std::vector<DispatchSpan> rows = random_history(dice);
  // Dedicated virtual processors never wait.
  for (DispatchSpan& d : rows) {
    if (d.partition == PartitionId{0}) d.ready = d.enqueue = d.begin;
  }
  const Frame frame{four_partitions(), ServerId{0}, {}};
  Sums expected = by_the_step(rows);
  for (auto& [key, sum] : expected) sum *= static_cast<double>(kStep.ps());

  Sums one_by_one;
  for (const DispatchSpan& wait : rows) {
    const WaitAccount account = account_for(frame, wait, rows);
    SimTime all;
    for (const Reason& r : account.reasons) {
      EXPECT_GT(r.time, SimTime{});
      all += r.time;
      one_by_one[{static_cast<std::uint32_t>(index(wait.partition)), r.cause, number(r.other)}] += static_cast<double>(r.time.ps());
    }
    EXPECT_EQ(all, wait.begin - wait.ready);
  }

  std::ranges::stable_sort(rows, {}, &DispatchSpan::ready);
  Sweep sweep{frame};
  for (const DispatchSpan& d : rows) sweep.became_ready(d);
  Sums swept;
  for (const PartitionSummary& p : sweep.finish()) {
    SimTime all;
    for (const Reason& r : p.reasons) {
      all += r.time;
      Sums::mapped_type& sum = swept[{static_cast<std::uint32_t>(index(p.partition)), r.cause, number(r.other)}];
      EXPECT_EQ(sum, 0) << "a cause comes twice";
      sum = static_cast<double>(r.time.ps());
    }
    EXPECT_EQ(all, p.waited);
  }

  const double rounding = 2.0 * static_cast<double>(kSteps * kCores);  // less than 1 ps for each piece of each wait
  for (const auto& [key, sum] : expected) {
    const auto& [partition, cause, other] = key;
    const std::string what =
        std::to_string(partition) + " " + std::string{kCauseNames[static_cast<std::size_t>(cause)]} + " " + std::to_string(other);
    EXPECT_NEAR(one_by_one[key], sum, rounding) << what;
    EXPECT_NEAR(swept[key], sum, rounding) << what;
  }
  EXPECT_EQ(one_by_one.size(), expected.size());
  EXPECT_EQ(swept.size(), expected.size());
  EXPECT_GT(expected.size(), 10u);
}

INSTANTIATE_TEST_SUITE_P(Seeds, RandomHistories, testing::Range<std::uint64_t>(1, 101));

TEST(Portion, OfAStayAcrossWindowsGivesEachItsPartOfTheEntitledTime) {
  DispatchSpan stay;
  stay.begin = 5_ms;
  stay.end = 35_ms;
  stay.entitled = 10_ms + 1_ps;
  SimTime entitled;
  std::vector<SimTime> ends;
  for (SimTime at = stay.begin; at < stay.end;) {
    const Portion p = portion_of(stay, 10_ms, at);
    EXPECT_EQ(p.begin, at);
    EXPECT_LE(p.changes_at, p.end);
    entitled += p.changes_at - p.begin;
    ends.push_back(p.end);
    at = p.end;
  }
  EXPECT_EQ(entitled, stay.entitled);
  EXPECT_EQ(ends, (std::vector{10_ms, 20_ms, 30_ms, 35_ms}));
}

TEST(Portion, OfAStayOnOneRightIsTheWholeStay) {
  DispatchSpan stay;
  stay.begin = 5_ms;
  stay.end = 35_ms;
  EXPECT_EQ(portion_of(stay, 10_ms, 12_ms).changes_at, 5_ms);
  stay.entitled = 30_ms;
  EXPECT_EQ(portion_of(stay, 10_ms, 12_ms).changes_at, 35_ms);
}

}  // namespace
}  // namespace lparsim::explain
