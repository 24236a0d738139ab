#include "gui/data/search.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "gui/data/fuzzy.hpp"
#include "gui/data/testing/sample_facts.hpp"

namespace lparsim::gui {
namespace {

using namespace literals;

std::string first(std::string_view typed) {
  const auto hits = SearchIndex{testing::sampleFacts()}.find(typed);
  return hits.empty() ? "" : hits[0].text;
}

TEST(Fuzzy, PrefersWholeTextsThenBeginningsThenWordsThenPartsThenLetters) {
  const auto score = [](std::string_view text) {
    return fitOf("web", text).score;
  };
  EXPECT_GT(score("web"), score("web vp 0"));
  EXPECT_GT(score("web vp 0"), score("my web"));
  EXPECT_GT(score("my web"), score("cobweb"));
  EXPECT_GT(score("cobweb"), score("we abc b"));
  EXPECT_GT(score("we abc b"), 0);
  EXPECT_EQ(score("bew"), 0);
}

TEST(Fuzzy, TakesWordsInAnyOrder) {
  EXPECT_GT(fitOf("vp web", "web vp 0").score, 0);
  EXPECT_EQ(fitOf("vp db", "web vp 0").score, 0);
}

TEST(Fuzzy, SaysWhichLettersFit) {
  EXPECT_EQ(fitOf("vp", "web vp 0").matched, (std::vector<std::size_t>{4, 5}));
  EXPECT_EQ(fitOf("wv0", "web vp 0").matched, (std::vector<std::size_t>{0, 4, 7}));
}

TEST(Search, FindsWhatHasAName) {
  EXPECT_EQ(first("WEB"), "web");
  EXPECT_EQ(first("web vp 1"), "web vp 1");
  EXPECT_EQ(first("core 3"), "frame1 core 3");
  EXPECT_EQ(first("sda"), "web sda");
  EXPECT_EQ(first("burn"), "db.burn");
  EXPECT_EQ(first("p99"), "web.orders.response.p99");
  EXPECT_EQ(first("databases"), "databases");
  EXPECT_EQ(first("preem"), "next preemption");
  EXPECT_EQ(first("zzz"), "");
}

TEST(Search, FindsRequestsAndTimes) {
  const SearchIndex index{testing::sampleFacts()};
  EXPECT_EQ(std::get<SelectedRequest>(index.find("request 1234")[0].selection).number, 1234U);
  EXPECT_EQ(std::get<SelectedRequest>(index.find("#7")[0].selection).number, 7U);
  EXPECT_EQ(index.find("3.25 s")[0].at, 3250_ms);
  EXPECT_EQ(index.find("12ms")[0].at, 12_ms);
  EXPECT_EQ(index.find("request 12x").size(), 0U);
  // After the end of the run there is nothing to see.
  for (const Hit& hit : index.find("3000 s")) EXPECT_NE(hit.kind, Hit::Kind::time);
}

TEST(Search, ShowsThePartitionsWhereNothingIsTyped) {
  const auto hits = SearchIndex{testing::sampleFacts()}.find("");
  ASSERT_EQ(hits.size(), 3U);
  EXPECT_EQ(hits[0].text, "web");
  EXPECT_EQ(hits[2].detail, "aix partition with 1 dedicated cores");
}

TEST(Search, GivesNoMoreThanAskedForAndTheBestOfTenThousand) {
  RunFacts facts = testing::sampleFacts();
  facts.info.partitions.clear();
  for (std::uint32_t i = 0; i < 10'000; ++i) {
    trace::PartitionFacts p;
    p.partition = PartitionId{i};
    p.name = fmt::format("client{}", i);
    facts.info.partitions.push_back(p);
  }
  const auto hits = SearchIndex{facts}.find("client42", 20);
  ASSERT_EQ(hits.size(), 20U);
  EXPECT_EQ(hits[0].text, "client42");
  for (std::size_t i = 1; i < hits.size(); ++i) EXPECT_GE(hits[i - 1].score, hits[i].score);
}

}  // namespace
}  // namespace lparsim::gui
