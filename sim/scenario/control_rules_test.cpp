#include "sim/scenario/control_rules.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sim/scenario/read_scenario.hpp"

namespace lparsim::scenario {
namespace {

using namespace literals;
using testing::AllOf;
using testing::HasSubstr;

constexpr const char* kScenario = R"(lparsim: 1
name: ruled
duration: 20 s
server:
  name: frame
  processor: {generation: POWER9, cores: 4, cores_per_chip: 4, frequency: 3 GHz, smt: 8}
  pools: [{name: databases, maximum: 2}]
  partitions:
    - {name: web, processors: {entitlement: 0.5, virtual: 2}, workloads: [{name: burn, type: spin}]}
    - {name: db, processors: {entitlement: 1, virtual: 2, pool: databases, weight: 64}}
    - {name: log, processors: {entitlement: 0.5, virtual: 1, pool: databases, capped: true}}
    - {name: old, processors: {mode: dedicated, cores: 1}}
events:
  - {at: 5 s, partition: web, virtual: 3}
  - {at: 10 s, partition: db, entitlement: 1.4}
)";

class Rules : public testing::Test {
 protected:
  Rules() : reading_{read_scenario_text("s.yaml", kScenario)}, rules_{*reading_.document, reading_.scenario} {
    EXPECT_EQ(reading_.diagnostics.text(), "");
  }
  std::string refused(const std::string& partition, std::vector<control::SetPartition::Value> values, SimTime at = 1_s) {
    const auto change = rules_.ask({partition, std::move(values)}, at);
    if (!change) return change.error();
    return "accepted";
  }

  ScenarioReading reading_;
  ControlRules rules_;
};

TEST_F(Rules, AcceptAChangeAndWriteItAsAScenarioWould) {
  const auto change = rules_.ask({"web", {{"entitlement", "0.8"}, {"weight", "200"}, {"capped", "true"}}}, 1500_ms);
  ASSERT_TRUE(change.has_value());
  EXPECT_EQ(change->logged.number, 1U);
  EXPECT_EQ(change->logged.at, 1500_ms);
  EXPECT_EQ(change->logged.text, "{at: 1.5 s, partition: web, entitlement: 0.8, weight: 200, capped: true}");
  EXPECT_EQ(change->event.entitlement, ProcessingUnits::from_hundredths(80));
  EXPECT_EQ(change->event.weight, 200U);
  EXPECT_EQ(change->event.capped, true);
  EXPECT_FALSE(change->event.virtual_processors);
  EXPECT_EQ(rules_.ask({"web", {{"entitlement", "0.8 PU"}}}, SimTime::from_ps(1'500'000'000'001))->logged.text,
            "{at: 1.500000000001 s, partition: web, entitlement: 0.8 PU}");
}

TEST_F(Rules, RefuseWhatNoEventMaySay) {
  EXPECT_THAT(refused("wbe", {{"weight", "1"}}), AllOf(HasSubstr("there is no partition `wbe`"), HasSubstr("did you mean `web`?")));
  EXPECT_THAT(refused("old", {{"weight", "1"}}), HasSubstr("`old` has dedicated processors; allowed: a shared partition"));
  EXPECT_THAT(refused("web", {{"weight", "256"}}), AllOf(HasSubstr("weight"), HasSubstr("255")));
  EXPECT_THAT(refused("web", {{"entitlement", "0.001"}}), HasSubstr("entitlement"));
  EXPECT_THAT(refused("web", {{"capped", "1"}}), AllOf(HasSubstr("capped"), HasSubstr("true or false")));
  for (const char* value : {"", " 1", "{x: 1}", "1, weight: 2", "a\nb", "\"", "#", "*a", "null", "-1"})
    EXPECT_THAT(refused("web", {{"weight", value}}), HasSubstr("; allowed: ")) << value;
}

TEST_F(Rules, RefuseWhatTheMachineCannotGive) {
  EXPECT_THAT(refused("web", {{"entitlement", "0.05"}}), HasSubstr("at least 0.05 PU a virtual processor"));
  EXPECT_THAT(refused("web", {{"entitlement", "2.5"}}), HasSubstr("at most 1 PU a virtual processor"));
  EXPECT_THAT(refused("web", {{"virtual", "1"}, {"entitlement", "1.5"}}), HasSubstr("at most 1 PU a virtual processor"));
  EXPECT_THAT(refused("log", {{"virtual", "2"}}), HasSubstr("at most 1, as many as the scenario ever gives it"));
  EXPECT_THAT(refused("web", {{"virtual", "4"}}), HasSubstr("at most 3, as many as the scenario ever gives it"));
  EXPECT_THAT(refused("db", {{"entitlement", "1.6"}}), HasSubstr("in pool `databases` add up to 2.1 PU; allowed: at most 2 PU"));
  EXPECT_EQ(refused("web", {{"virtual", "3"}, {"entitlement", "1"}}), "accepted");
}

TEST_F(Rules, RefuseWhatLeavesTooLittleForEventsToCome) {
  EXPECT_THAT(refused("log", {{"entitlement", "0.7"}}),
              AllOf(HasSubstr("with this change the scenario's events do not fit: at 10 s"), HasSubstr("add up to 2.1 PU")));
  EXPECT_EQ(refused("log", {{"entitlement", "0.6"}}), "accepted");
  // 0.05 PU for each of three virtual processors from 5 s on.
  EXPECT_THAT(refused("web", {{"entitlement", "0.1"}}), HasSubstr("at 5 s"));
}

TEST_F(Rules, CountWhatWasAcceptedBeforeAndNotWhatWasRefused) {
  EXPECT_EQ(refused("log", {{"entitlement", "0.6"}}), "accepted");
  EXPECT_THAT(refused("web", {{"entitlement", "9"}}, 2_s), HasSubstr("allowed"));
  EXPECT_THAT(refused("db", {{"entitlement", "1.45"}}, 12_s), HasSubstr("add up to 2.05 PU"));
  EXPECT_EQ(refused("log", {{"entitlement", "0.5"}}, 12_s), "accepted");
  const auto change = rules_.ask({"db", {{"entitlement", "1.45"}}}, 12_s);
  ASSERT_TRUE(change.has_value());
  EXPECT_EQ(change->logged.number, 3U);
}

TEST_F(Rules, TellWhatHoldsAtATime) {
  ASSERT_EQ(refused("web", {{"entitlement", "0.8"}}, 4_s), "accepted");
  const auto before = rules_.partitions(3_s);
  ASSERT_EQ(before.size(), 4U);
  EXPECT_EQ(before[0].name, "web");
  EXPECT_EQ(before[0].type, "linux");
  EXPECT_EQ(before[0].shared->entitlement, ProcessingUnits::from_hundredths(50));
  EXPECT_EQ(before[0].shared->most_virtual_processors, 3U);
  const auto after = rules_.partitions(5_s);
  EXPECT_EQ(after[0].shared->entitlement, ProcessingUnits::from_hundredths(80));
  EXPECT_EQ(after[0].virtual_processors, 3U);
  EXPECT_EQ(after[0].shared->least, ProcessingUnits::from_hundredths(15));
  EXPECT_EQ(after[0].shared->most, ProcessingUnits::cores(3));
  EXPECT_EQ(after[1].shared->weight, 64U);
  EXPECT_EQ(after[1].shared->pool, "databases");
  EXPECT_TRUE(after[2].shared->capped);
  EXPECT_FALSE(after[3].shared);
  EXPECT_EQ(after[3].virtual_processors, 1U);
}

TEST_F(Rules, RepeatWhatWasLoggedAndNothingElse) {
  const auto first = rules_.ask({"web", {{"entitlement", "0.8"}}}, 1_s);
  ASSERT_TRUE(first.has_value());
  ControlRules again{*reading_.document, reading_.scenario};
  const auto repeated = again.repeat(first->logged);
  ASSERT_TRUE(repeated.has_value());
  EXPECT_EQ(repeated->logged.text, first->logged.text);
  EXPECT_EQ(repeated->event.entitlement, first->event.entitlement);
  const auto refuses = [&](trace::ControlChange change) {
    const auto result = again.repeat(change);
    if (result) return std::string{"accepted"};
    return result.error();
  };
  EXPECT_THAT(refuses({3, 1_s, "{at: 1 s, partition: web, weight: 1}"}), HasSubstr("number 3"));
  EXPECT_THAT(refuses({2, 2_s, "{at: 1 s, partition: web, weight: 1}"}), HasSubstr("allowed: changes as they were logged"));
  EXPECT_THAT(refuses({2, 2_s, "{at: 2 s, partition: web, state: stopped}"}), HasSubstr("unknown key `state`"));
  EXPECT_THAT(refuses({2, 2_s, "{at: 2 s, partition: nobody, weight: 1}"}), HasSubstr("there is no partition `nobody`"));
  EXPECT_THAT(refuses({2, 2_s, "junk: ["}), HasSubstr("; allowed: "));
}

}  // namespace
}  // namespace lparsim::scenario
