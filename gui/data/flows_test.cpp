#include "gui/data/flows.hpp"

#include <SQLiteCpp/SQLiteCpp.h>
#include <gtest/gtest.h>

#include "gui/data/flow_words.hpp"
#include "gui/data/testing/random_run.hpp"

namespace lparsim::gui {
namespace {

using namespace literals;
using testing::RandomRun;

double overlap(SimTime begin, SimTime end, SimTime from, SimTime to) {
  return begin < to && end > from ? (std::min(end, to) - std::max(begin, from)).seconds() : 0;
}

Flows at(RandomRun& run, SimTime moment, SimTime length) {
  Sources sources = run.sources();
  const auto flows = flowsAt(sources, moment, length);
  EXPECT_TRUE(flows) << flows.error();
  return *flows;
}

TEST(Flows, AreAveragesAroundTheMoment) {
  RandomRun run;
  const Flows flows = at(run, 2500_ms, 200_ms);
  EXPECT_EQ(flows.begin, 2400_ms);
  EXPECT_EQ(flows.end, 2600_ms);
  double used = 0, waited = 0, in_flight = 0, ended = 0, calls = 0;
  for (const auto& d : run.stays) {
    if (d.partition != PartitionId{0}) continue;
    used += overlap(d.begin, d.end, flows.begin, flows.end) / 0.2;
    waited += overlap(d.ready, d.begin, flows.begin, flows.end) / 0.2;
  }
  for (const auto& r : run.requests) {
    in_flight += overlap(r.begin, r.end, flows.begin, flows.end) / 0.2;
    if (r.end >= flows.begin && r.end < flows.end) ++ended;
  }
  for (const auto& c : run.calls)
    if (c.end_time >= flows.begin && c.end_time < flows.end) ++calls;
  ASSERT_EQ(flows.partitions.size(), 3U);
  EXPECT_NEAR(flows.partitions[0].physc.value, used, 1e-6);
  EXPECT_NEAR(flows.partitions[0].waiting.value, waited, 1e-6);
  // An operator changed it at 2 s.
  EXPECT_EQ(flows.partitions[0].entitlement, ProcessingUnits::cores(1));
  EXPECT_NEAR(flows.partitions[0].entc.value, used * 100, 1e-4);
  ASSERT_EQ(flows.targets.size(), 1U);
  EXPECT_NEAR(flows.targets[0].requests.value, ended / 0.2, 1e-6);
  EXPECT_NEAR(flows.targets[0].inFlight.value, in_flight, 1e-6);
  double hooked = 0;
  for (const HookFlow& hook : flows.hooks) hooked += hook.calls.value;
  EXPECT_NEAR(hooked, calls / 0.2, 1e-6);
  ASSERT_EQ(flows.hooks.size(), 2U);
  EXPECT_EQ(flows.hooks[0].hook, 4);
  EXPECT_EQ(flows.hooks[0].client, PartitionId{2});
}

TEST(Flows, SayWhoIsOnWhichCoreAtTheMoment) {
  RandomRun run;
  for (SimTime moment = 100_ms; moment < 4_s; moment += 700_ms) {
    const Flows flows = at(run, moment, 10_ms);
    ASSERT_EQ(flows.cores.size(), 4U);
    for (const CoreFlow& core : flows.cores) {
      EXPECT_TRUE(core.known);
      const auto there =
          std::ranges::find_if(run.stays, [&](const auto& d) { return d.core == core.core && d.begin <= moment && moment < d.end; });
      ASSERT_EQ(core.busy, there != run.stays.end());
      if (!core.busy) continue;
      EXPECT_EQ(core.partition, there->partition);
      EXPECT_EQ(core.vp, there->vp);
    }
  }
}

TEST(Flows, OfAServerAndItsPoolsAreTheSumsOfPartitions) {
  RandomRun run;
  const Flows flows = at(run, 1_s, 1_s);
  ASSERT_EQ(flows.pools.size(), 3U);
  EXPECT_FALSE(flows.pools[0].pool);
  EXPECT_NEAR(flows.pools[0].used.value,
              flows.partitions[0].physc.value + flows.partitions[1].physc.value + flows.partitions[2].physc.value, 1e-9);
  // web is in pool databases, app in the default one, db has its own cores.
  EXPECT_NEAR(flows.pools[1].used.value, flows.partitions[1].physc.value, 1e-9);
  EXPECT_NEAR(flows.pools[2].used.value, flows.partitions[0].physc.value, 1e-9);
}

TEST(Flows, CountHypervisorCallsByTheRecordedInterval) {
  RandomRun run;
  const Flows flows = at(run, 1500_ms, 100_ms);
  ASSERT_TRUE(flows.partitions[0].hcalls);
  EXPECT_NEAR(flows.partitions[0].hcalls->value, 130, 1e-9);
  EXPECT_EQ(flows.partitions[0].hcalls->sentence, "hypervisor calls: 130 in a second from 1 s to 2 s, most of them H_CEDE");
  EXPECT_EQ(flows.partitions[1].hcalls->value, 0);
}

TEST(Flows, CountAnIntervalWithoutCallsAsQuiet) {
  RandomRun run;
  { SQLite::Database{run.path().string(), SQLite::OPEN_READWRITE}.exec("DELETE FROM hcall_interval WHERE begin_ps > 0"); }
  const Flows flows = at(run, 2_s, 4_s);
  ASSERT_TRUE(flows.partitions[0].hcalls);
  EXPECT_NEAR(flows.partitions[0].hcalls->value, 130.0 / 4, 1e-9);
  EXPECT_EQ(flows.partitions[0].hcalls->sentence, "hypervisor calls: 32.5 in a second from 0 s to 4 s, most of them H_CEDE");
  ASSERT_TRUE(at(run, 3_s, 100_ms).partitions[0].hcalls);
  EXPECT_EQ(at(run, 3_s, 100_ms).partitions[0].hcalls->value, 0);
}

TEST(Flows, StayWithinTheRun) {
  RandomRun run;
  EXPECT_EQ(at(run, 0_s, 100_ms).begin, 0_s);
  const Flows last = at(run, 20_s, 100_ms);
  EXPECT_EQ(last.begin, 3900_ms);
  EXPECT_EQ(last.end, 4_s);
}

TEST(Flows, AtTheEdgeOfAGrowingRunAreOfWhatIsKnown) {
  RandomRun run{1, trace::Level::summary};
  Sources sources = run.sources();
  RunFacts facts = run.facts();
  facts.state = trace::RunState::running;
  facts.simulated = 6_s;
  sources.facts = std::make_shared<const RunFacts>(std::move(facts));
  const auto flows = flowsAt(sources, 6_s, 1_s);
  ASSERT_TRUE(flows) << flows.error();
  EXPECT_EQ(flows->end, 4_s);
  EXPECT_NEAR(flows->partitions[0].physc.value, 0.4, 1e-6);
}

TEST(Flows, OfASummaryComeFromItsSamplesAndDoNotKnowWhoRuns) {
  RandomRun run{1, trace::Level::summary};
  const Flows flows = at(run, 1500_ms, 100_ms);
  EXPECT_TRUE(flows.coarse);
  EXPECT_NEAR(flows.partitions[0].physc.value, 0.4, 1e-6);
  EXPECT_FALSE(flows.cores[0].known);
}

TEST(FlowWords, SayWhatAFigureMeansForThePartition) {
  trace::PartitionFacts web;
  web.mode = "shared";
  EXPECT_EQ(physcSentence(web, 0.62, 0.5, 0), "physc: processors' worth of time really used; 0.62 of 0.50 entitled, so it runs on excess");
  EXPECT_EQ(physcSentence(web, 0.3, 0.5, 0), "physc: processors' worth of time really used; 0.30 of 0.50 entitled, which is enough for it");
  web.capped = true;
  EXPECT_EQ(physcSentence(web, 0.5, 0.5, 1),
            "physc: processors' worth of time really used; 0.50 of 0.50 entitled, and it wants more than its cap lets it have");
  web.mode = "dedicated";
  EXPECT_EQ(physcSentence(web, 0, 2, 0), "physc: processors' worth of time really used; 0.00 of 2.00 dedicated, so it is idle");
  EXPECT_EQ(rateText(1234567), "1,234,567");
  EXPECT_EQ(byteRateText(12.34e6), "12.3 MB/s");
}

}  // namespace
}  // namespace lparsim::gui
