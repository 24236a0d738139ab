#include "sim/report/blast_radius.hpp"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>
#include <string_view>

namespace lparsim::report {
namespace {

using testing::HasSubstr;

std::vector<trace::MetricValue> metrics(std::initializer_list<std::pair<const char*, double>> values) {
  std::vector<trace::MetricValue> all;
  for (const auto& [name, value] : values) {
    all.emplace_back();
    all.back().name = name;
    all.back().value = value;
  }
  return all;
}

TEST(BlastRadius, TakesTheWorstOfAPartitionsWorkloads) {
  const auto without = metrics({{"web.orders.response.mean", 2},
                                {"web.orders.throughput", 100},
                                {"web.search.response.mean", 1},
                                {"web.search.response.max", 5},
                                {"web.search.throughput", 50},
                                {"web.sda.errors", 1},
                                {"website.orders.response.mean", 1}});
  const auto with = metrics({{"web.orders.response.mean", 3},
                             {"web.orders.throughput", 90},
                             {"web.search.response.mean", 1.5},
                             {"web.search.response.max", 25},
                             {"web.search.throughput", 50},
                             {"web.sda.errors", 4},
                             {"website.orders.response.mean", 1}});
  const auto all = damages({"web", "website"}, without, with);
  ASSERT_EQ(all.size(), 2U);
  EXPECT_DOUBLE_EQ(all[0].response_ms, 1);
  EXPECT_DOUBLE_EQ(all[0].longest_ms, 20);
  EXPECT_DOUBLE_EQ(all[0].throughput, -10);
  EXPECT_DOUBLE_EQ(all[0].errors, 3);
  EXPECT_TRUE(all[0].hurt());
  EXPECT_FALSE(all[1].hurt());
}

TEST(BlastRadius, AWorkloadThatDidNothingAnyMoreLostAllItsThroughput) {
  const auto all = damages({"web"}, metrics({{"web.w.throughput", 10}}), metrics({}));
  EXPECT_DOUBLE_EQ(all[0].throughput, -100);
}

Campaign campaign() {
  Campaign campaign{.scenario = "guarded", .partitions = {"guard", "web", "db"}, .runs = {}};
  const auto without = metrics({{"guard.vsp.latency.max", 1}, {"web.w.response.max", 2}, {"db.w.response.max", 2}, {"db.sda.errors", 0}});
  const auto add = [&](const char* policy, std::vector<trace::MetricValue> values) {
    CampaignRun run;
    run.vsp = "guard";
    run.state = "ready";
    run.fault = "crash";
    run.policy = policy;
    run.in_flight = "abort";
    run.without = without;
    run.metrics = std::move(values);
    campaign.runs.push_back(std::move(run));
  };
  add("open", without);
  add("closed", metrics({{"guard.vsp.latency.max", 9}, {"web.w.response.max", 12}, {"db.w.response.max", 3}, {"db.sda.errors", 7}}));
  return campaign;
}

TEST(BlastRadius, NamesWhoWasHitWorstAndTheOthersButNotWhoFailed) {
  const std::string text = blast_radius_text(campaign());
  EXPECT_THAT(text, HasSubstr("nobody"));
  EXPECT_THAT(text, testing::ContainsRegex("closed +abort +db +[+]0.000 +[+]1.000 +[+]0.0 +7 +web"));
}

TEST(BlastRadius, SumsUpByPolicy) {
  EXPECT_THAT(blast_radius_text(campaign()), testing::ContainsRegex("closed +abort +1 +1 +2 +[+]10.000 +1 +7"));
}

TEST(BlastRadius, HasOneRowForAllPoliciesThatComeToTheSame) {
  Campaign c = campaign();
  const CampaignRun hurt = c.runs[1], harmless = c.runs[0];
  c.runs.clear();
  for (const char* policy : {"open", "closed", "freeze"})
    for (const char* in_flight : {"abort", "reissue", "fail"}) {
      const bool harms = std::string_view{policy} == "closed" && std::string_view{in_flight} != "reissue";
      c.runs.push_back(harms ? hurt : harmless);
      c.runs.back().policy = policy;
      c.runs.back().in_flight = in_flight;
    }
  const std::string text = blast_radius_text(c);
  EXPECT_THAT(text, testing::ContainsRegex("crash +open, freeze +any +nobody"));
  EXPECT_THAT(text, testing::ContainsRegex("crash +closed +abort, fail +db"));
  EXPECT_THAT(text, testing::ContainsRegex("crash +closed +reissue +nobody"));
}

TEST(BlastRadius, SaysWhyThereAreNoFiguresAndWhatNeverHappened) {
  Campaign c = campaign();
  c.runs[0].failure = "the simulator failed";
  c.runs[1].happened = false;
  const std::string text = blast_radius_text(c);
  EXPECT_THAT(text, HasSubstr("the simulator failed"));
  EXPECT_THAT(text, HasSubstr("does not come to this state"));
}

TEST(BlastRadius, AsJsonHasEveryPartitionOfEveryRun) {
  const auto json = nlohmann::json::parse(blast_radius_json(campaign()));
  ASSERT_EQ(json["runs"].size(), 2U);
  EXPECT_EQ(json["runs"][1]["partitions"].size(), 2U);
  EXPECT_EQ(json["runs"][1]["partitions"][1]["errors"], 7);
  EXPECT_EQ(json["runs"][0]["partitions"][0]["hurt"], false);
}

}  // namespace
}  // namespace lparsim::report
