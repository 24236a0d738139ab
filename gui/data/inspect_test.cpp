#include "gui/data/inspect.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "gui/data/near_rows.hpp"
#include "gui/data/testing/random_run.hpp"
#include "gui/data/wait_words.hpp"

namespace lparsim::gui {
namespace {

using namespace literals;
using ::testing::HasSubstr;
using testing::RandomRun;

Inspection look(RandomRun& run, const Selection& selection, SimTime at = 1_s) {
  Sources sources = run.sources();
  std::size_t partial = 0;
  const auto page = inspect(sources, selection, at, [&](const Inspection& so_far) {
    EXPECT_FALSE(so_far.final);
    ++partial;
  });
  EXPECT_TRUE(page) << page.error();
  EXPECT_TRUE(page->final);
  return *page;
}

const Section* titled(const Inspection& page, std::string_view title) {
  for (const Section& section : page.sections)
    if (section.title.starts_with(title)) return &section;
  return nullptr;
}

std::string valueOf(const Inspection& page, std::string_view label) {
  for (const Section& section : page.sections)
    for (const Fact& fact : section.facts)
      if (fact.label == label) return fact.value;
  return "";
}

trace::DispatchSpan longWait(const RandomRun& run) {
  return *std::ranges::max_element(run.stays, {},
                                   [](const auto& d) { return d.partition == PartitionId{0} ? d.begin - d.ready : SimTime{}; });
}

TEST(NearRows, AreThoseOfWholeTables) {
  RandomRun run;
  Sources sources = run.sources();
  const NearRows near{sources};
  const explain::WholeTables whole{sources.reader};
  const auto key = [](const trace::DispatchSpan& d) {
    return std::tuple{d.begin, d.core, d.partition, d.vp, d.end};
  };
  const auto keys = [&](auto rows) {
    std::vector<decltype(key(rows->front()))> all;
    for (const auto& d : *rows) all.push_back(key(d));
    std::ranges::sort(all);
    return all;
  };
  for (SimTime begin = 0_s; begin < 4_s; begin += 333_ms) {
    const SimTime end = begin + 40_ms;
    EXPECT_EQ(keys(near.dispatches(ServerId{0}, begin, end)), keys(whole.dispatches(ServerId{0}, begin, end)));
    const trace::PartitionKey web{ServerId{0}, PartitionId{0}};
    EXPECT_EQ(keys(near.dispatches_of(web, begin, end)), keys(whole.dispatches_of(web, begin, end)));
    EXPECT_EQ(near.spans(begin, end)->size(), whole.spans(begin, end)->size());
    EXPECT_EQ(near.vsp_calls(ServerId{0}, begin, end)->size(), whole.vsp_calls(ServerId{0}, begin, end)->size());
  }
}

TEST(Inspect, AWaitHasTheCausesThatExplainWaitFinds) {
  RandomRun run;
  const trace::DispatchSpan wait = longWait(run);
  const SimTime middle = wait.ready + (wait.begin - wait.ready) / 2;
  const LaneKey lane = LaneKey::virtual_processor(ServerId{0}, PartitionId{0}, wait.vp);
  const Inspection page = look(run, SelectedSlice{lane, middle, middle});
  EXPECT_EQ(page.title, "web vp " + std::to_string(wait.vp));
  const Section* why = titled(page, "Why did it wait");
  ASSERT_NE(why, nullptr);
  Sources sources = run.sources();
  const explain::Frame frame = frameOf(run.facts(), ServerId{0});
  explain::Request request;
  request.at = middle;
  request.vp = wait.vp;
  const auto answer = explain::answer(sources.reader, frame, PartitionId{0}, request);
  ASSERT_EQ(answer->waits.size(), 1U);
  EXPECT_EQ(answer->waits[0].wait.begin, wait.begin);
  EXPECT_EQ(why->facts.size(), answer->waits[0].reasons.size());
  const std::string text = explain::text_of(frame, *answer, PartitionId{0}, request);
  for (const Fact& fact : why->facts) EXPECT_THAT(text, HasSubstr(fact.label));
}

TEST(Inspect, AStaySaysWhereByWhatRightAndWhyItEnded) {
  RandomRun run;
  const trace::DispatchSpan& stay = run.stays[500];
  const Inspection page = look(run, SelectedSlice{LaneKey::core(ServerId{0}, stay.core), stay.begin, stay.end});
  EXPECT_EQ(page.title, "core " + std::to_string(index(stay.core)));
  EXPECT_EQ(valueOf(page, "partition"), run.facts().partition(ServerId{0}, stay.partition)->name);
  EXPECT_EQ(valueOf(page, "virtual processor"), std::to_string(stay.vp));
  EXPECT_EQ(valueOf(page, "it came because"), "its decrementer ran out");
  EXPECT_EQ(valueOf(page, "it left because"), stay.preempt_reason == 2 ? "it had nothing to do and ceded" : "its time slice was over");
}

TEST(Inspect, AnIdleCoreSaysWhoWasThereBeforeAndAfter) {
  RandomRun run;
  // Between two stays of core 0.
  std::vector<trace::DispatchSpan> own;
  for (const auto& d : run.stays)
    if (d.core == CoreId{0}) own.push_back(d);
  std::size_t i = 10;
  while (own[i + 1].begin - own[i].end < 10_us) ++i;
  const Inspection page = look(run, SelectedCore{ServerId{0}, CoreId{0}}, own[i].end + 1_us);
  ASSERT_NE(titled(page, "Idle"), nullptr);
  EXPECT_THAT(valueOf(page, "before"), HasSubstr("db vp 0, until"));
  EXPECT_THAT(valueOf(page, "after"), HasSubstr("db vp 0, from"));
}

TEST(Inspect, APartitionHasItsFiguresSettingsProcessorsAndWaits) {
  RandomRun run;
  const Inspection page = look(run, SelectedPartition{ServerId{0}, PartitionId{0}}, 3_s);
  EXPECT_EQ(page.title, "web");
  EXPECT_EQ(page.subtitle, "Linux partition of frame1, shared, uncapped with weight 128");
  EXPECT_EQ(valueOf(page, "entitlement"), "1.00 PU");
  EXPECT_NE(valueOf(page, "physc"), "");
  EXPECT_NE(valueOf(page, "vp 1"), "");
  EXPECT_NE(valueOf(page, "sda"), "");
  const Section* around = titled(page, "Why it waited around this moment");
  ASSERT_NE(around, nullptr);
  EXPECT_FALSE(around->facts.empty());
  const Section* whole = titled(page, "Why it waited in the whole run");
  ASSERT_NE(whole, nullptr);
  EXPECT_FALSE(whole->facts.empty());
}

TEST(Inspect, ARequestShowsItsWay) {
  RandomRun run;
  const Inspection page = look(run, SelectedRequest{42});
  EXPECT_EQ(page.title, "request 42");
  EXPECT_EQ(page.subtitle, "write of web to sda");
  EXPECT_EQ(valueOf(page, "outcome"), "failed");
  const Section* way = titled(page, "Its way");
  ASSERT_NE(way, nullptr);
  ASSERT_EQ(way->facts.size(), 2U);
  EXPECT_EQ(way->facts[1].label, "device");
}

TEST(Inspect, ACallIsFoundWithAndWithoutItsMoment) {
  RandomRun run;
  const Inspection found = look(run, SelectedCall{ServerId{0}, 12});
  EXPECT_EQ(found.title, "call 12");
  EXPECT_EQ(found.sections, look(run, SelectedCall{ServerId{0}, 12, 156_ms}).sections);
}

TEST(Inspect, ALaneOfRequestsShowsWhatWasUnderWay) {
  RandomRun run;
  std::size_t under_way = 0;
  for (const auto& r : run.requests) under_way += r.begin < 1_s + 1_ps && r.end > 1_s ? 1U : 0U;
  ASSERT_GT(under_way, 1U);
  const Inspection page = look(run, SelectedSlice{LaneKey::io_target(0), 1_s, 1_s});
  EXPECT_EQ(page.title, std::to_string(under_way) + " requests");
  EXPECT_EQ(page.sections[0].facts.size(), under_way);
}

TEST(Inspect, ADeviceShowsItsNeighboursAndWhoseRequestsPassIt) {
  RandomRun run;
  const Inspection page = look(run, SelectedDevice{1});
  EXPECT_EQ(page.title, "fcs0");
  EXPECT_EQ(page.subtitle, "fibre channel adapter of db");
  EXPECT_EQ(valueOf(page, "connected to"), "array");
  EXPECT_EQ(valueOf(page, "web sda"), "path 0");
}

TEST(Inspect, WhatIsNotThereIsASentence) {
  RandomRun run;
  Sources sources = run.sources();
  const auto none = [](const Inspection&) {
  };
  EXPECT_THAT(inspect(sources, SelectedRequest{99'999}, 0_s, none).error(), HasSubstr("No request 99999"));
  EXPECT_THAT(inspect(sources, SelectedCall{ServerId{0}, 99'999}, 0_s, none).error(), HasSubstr("No call"));
  EXPECT_THAT(inspect(sources, SelectedPartition{ServerId{0}, PartitionId{77}}, 0_s, none).error(), HasSubstr("no such partition"));
  EXPECT_THAT(inspect(sources, SelectedDevice{77}, 0_s, none).error(), HasSubstr("no such device"));
}

TEST(Inspect, OfASummarySaysWhatWasNotRecorded) {
  RandomRun run{1, trace::Level::summary};
  const Inspection page = look(run, SelectedPartition{ServerId{0}, PartitionId{0}});
  EXPECT_THAT(titled(page, "Why it waited")->sentences[0], HasSubstr("--trace full"));
  EXPECT_THAT(look(run, SelectedCore{ServerId{0}, CoreId{0}}).sections[0].sentences[0], HasSubstr("--trace full"));
}

}  // namespace
}  // namespace lparsim::gui
