#include "sim/explain/explain_wait.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <numeric>
#include <tuple>

#include "sim/app/lparsim_process.hpp"
#include "sim/explain/explain_io.hpp"
#include "sim/explain/vain_wait.hpp"

namespace lparsim::explain {
namespace {

using trace::DispatchSpan;

std::vector<std::filesystem::path> scenarios() {
  std::vector<std::filesystem::path> found;
  for (const auto& entry : std::filesystem::directory_iterator{LPARSIM_SOURCE_DIR "/scenarios"}) {
    if (entry.path().extension() == ".yaml") found.push_back(entry.path());
  }
  std::ranges::sort(found);
  return found;
}

/// Long enough for what happens in it, short enough for every test run.
std::string duration_of(const std::filesystem::path& scenario) {
  const std::string name = scenario.stem();
  if (name == "dlpar-in-mid-run") return "42 s";
  if (name == "noisy-neighbour") return "12 s";
  return "3 s";
}

using Key = std::tuple<PartitionId, Cause, std::int64_t>;

Key key_of(PartitionId waiter, const Reason& reason) {
  return {waiter, reason.cause, reason.other ? static_cast<std::int64_t>(index(*reason.other)) : -1};
}

class EveryScenario : public testing::TestWithParam<std::filesystem::path> {
 protected:
  void SetUp() override {
    const std::string duration = duration_of(GetParam());
    const auto run = lparsim_("run '" + GetParam().string() + "' --duration '" + duration + "' --set 'warmup=0 s' --trace full -o run.db");
    ASSERT_TRUE(run.code == 0 || run.code == 1) << run.err;
    reader_.emplace(std::move(*trace::Reader::open(lparsim_.folder() / "run.db")));
  }
  app::LparsimProcess lparsim_;
  std::optional<trace::Reader> reader_;
};

TEST_P(EveryScenario, HasACauseForAllItsWaitingTimeAndNoneTwice) {
  const auto summary = summarize(*reader_);
  ASSERT_TRUE(summary) << summary.error();
  for (const ServerSummary& server : *summary) {
    for (const PartitionSummary& p : server.partitions) {
      const std::string& name = server.frame.partition(p.partition).name;
      SimTime counted, explained, unknown;
      const std::vector<trace::IntervalSample> intervals = *reader_->intervals(server.frame.server(), p.partition);
      for (const trace::IntervalSample& interval : intervals) counted += interval.wait_capacity + interval.wait_processor;
      std::map<Key, SimTime> seen;
      for (const Reason& reason : p.reasons) {
        EXPECT_TRUE(seen.emplace(key_of(p.partition, reason), reason.time).second) << name;
        EXPECT_GT(reason.time, SimTime{}) << name;
        explained += reason.time;
        if (reason.cause == Cause::unknown) unknown += reason.time;
      }
      EXPECT_EQ(p.waited, counted) << name;
      EXPECT_EQ(explained, p.waited) << name;
      EXPECT_LE(unknown * 1000, p.waited) << name;
    }
  }
}

TEST_P(EveryScenario, IsExplainedWaitByWaitAsInTheSummary) {
  const auto summary = summarize(*reader_);
  ASSERT_TRUE(summary) << summary.error();
  const std::vector<DispatchSpan> all = *reader_->dispatches(SimTime{}, SimTime::never());  // by their ends
  SimTime longest;
  for (const DispatchSpan& d : all) longest = std::max(longest, d.end - d.begin);
  for (const ServerSummary& server : *summary) {
    const SimTime window = server.frame.window();
    std::map<Key, SimTime> sums;
    for (const DispatchSpan& wait : all) {
      if (wait.server != server.frame.server() || wait.begin == wait.ready) continue;
      const SimTime from = window * (wait.ready / window), until = window * (wait.begin / window + 1);
      std::vector<DispatchSpan> near;
      for (auto d = std::ranges::upper_bound(all, from, {}, &DispatchSpan::end); d != all.end() && d->end - longest < until; ++d) {
        if (d->begin < until && d->server == wait.server) near.push_back(*d);
      }
      const WaitAccount account = account_for(server.frame, wait, near);
      SimTime whole;
      for (const Reason& reason : account.reasons) {
        sums[key_of(wait.partition, reason)] += reason.time;
        whole += reason.time;
      }
      ASSERT_EQ(whole, wait.begin - wait.ready) << server.frame.partition(wait.partition).name;
    }
    // Waits that ended on no core are no dispatches.
    const std::vector<trace::TrackEvent> spans = *reader_->spans(SimTime{}, SimTime::never());
    for (const trace::TrackEvent& span : spans) {
      if (span.server != server.frame.server() || !is_vain_wait(span)) continue;
      const DispatchSpan wait = vain_wait(span);
      std::vector<DispatchSpan> near;
      for (const DispatchSpan& d : all) {
        if (d.begin < wait.begin + window && d.end + window > wait.ready && d.server == wait.server) near.push_back(d);
      }
      const WaitAccount account = account_for(server.frame, wait, near);
      for (const Reason& reason : account.reasons) sums[key_of(wait.partition, reason)] += reason.time;
    }
    for (const PartitionSummary& p : server.partitions) {
      const double tolerance = 1e-4 * p.waited.seconds();
      for (const Reason& reason : p.reasons) {
        EXPECT_NEAR(sums[key_of(p.partition, reason)].seconds(), reason.time.seconds(), tolerance)
            << server.frame.partition(p.partition).name << ' ' << kCauseNames[static_cast<std::size_t>(reason.cause)];
      }
    }
  }
}

TEST_P(EveryScenario, KnowsWhereEachRequestWasAtAnyInstant) {
  std::uint64_t requests = 0, of_intervals = 0;
  SimTime latency, of_their_intervals;
  const auto told = reader_->io_requests([&](const trace::IoRequest& r) {
    ++requests;
    latency += r.end - r.begin;
    ASSERT_EQ(std::accumulate(r.stages.begin(), r.stages.end(), SimTime{}), r.end - r.begin) << r.number;
  });
  ASSERT_TRUE(told) << told.error();
  const std::vector<trace::IoIntervalSample> intervals = *reader_->io_intervals();
  for (const trace::IoIntervalSample& i : intervals) {
    of_intervals += i.requests;
    of_their_intervals += i.latency;
  }
  EXPECT_EQ(of_intervals, requests);
  EXPECT_EQ(of_their_intervals, latency);
}

TEST_P(EveryScenario, ExplainsTheSlowestRequestsToThePicosecond) {
  const trace::RunInfo run = *reader_->run();
  const std::vector<trace::TrackEvent> counters = *reader_->counters();
  const std::vector<trace::IoTarget> targets = *reader_->io_targets();
  SimTime off, unexplained;
  for (const trace::IoTarget& target : targets) {
    const std::vector<trace::IoJourney> slowest = *reader_->slowest_io({target.id}, 3);
    for (const trace::IoJourney& journey : slowest) {
      const auto account = account_for(*reader_, run, Frame{run, target.server, counters}, journey);
      ASSERT_TRUE(account) << account.error();
      trace::IoStageTimes stages{};
      for (const IoPart& part : account->parts) {
        stages[part.stage] += part.length;
        if (!part.off) continue;
        SimTime sum = part.off->asleep + part.off->unexplained;
        for (const Reason& reason : part.off->reasons) sum += reason.time;
        // With a Virtual Service Partition it may have been for other reasons, too.
        const SimTime off_core = part.stage == trace::kServiceStage ? part.off->off : part.length;
        EXPECT_EQ(sum, off_core) << target.name << ' ' << journey.request.number;
        EXPECT_LE(off_core, part.length) << target.name << ' ' << journey.request.number;
        off += off_core;
        unexplained += part.off->unexplained;
      }
      EXPECT_EQ(stages, journey.request.stages) << target.name << ' ' << journey.request.number;
    }
  }
  // The times off the cores within one stage are told as one, wherever they lay in it: what lies beside them finds no cause.
  EXPECT_LE(unexplained * 200, off);
}

INSTANTIATE_TEST_SUITE_P(Scenarios, EveryScenario, testing::ValuesIn(scenarios()), [](const auto& scenario) {
  std::string name = scenario.param.stem();
  std::ranges::replace(name, '-', '_');
  return name;
});

}  // namespace
}  // namespace lparsim::explain
