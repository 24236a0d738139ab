#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sim/trace/reader.hpp"
#include "sim/trace/sample_run.hpp"

namespace lparsim::trace {
namespace {

using testing::ElementsAre;

DispatchSpan dispatch(std::uint32_t partition, std::uint32_t vp, SimTime ready, SimTime begin, SimTime end) {
  DispatchSpan d;
  d.partition = PartitionId{partition};
  d.vp = vp;
  d.waiting = d.ready = ready;
  d.enqueue = d.begin = begin;
  d.end = end;
  return d;
}

/// Writes down what it is told: `web.1 ready 3`, in ms.
class Notes : public HistorySink {
 public:
  void became_ready(const DispatchSpan& d) override {
    lines.push_back(std::to_string(index(d.partition)) + "." + std::to_string(d.vp) + " ready " + std::to_string(d.ready / 1_ms));
  }
  void began(const TrackEvent& s) override { lines.push_back(s.name + " " + std::to_string(s.begin / 1_ms)); }
  std::vector<std::string> lines;
};

class History : public testing::Test {
 protected:
  History() {
    Recorder r{file_.path(), Level::full, sample_run()};
    const TrackId server = r.add_track("server", TrackId::none, "frame1");
    const TrackId web = r.add_track("partition", server, "web"), app = r.add_track("partition", server, "app");
    const TrackId web1 = r.add_track("virtual_processor", web, "1"), core = r.add_track("core", server, "1");
    r.dispatch(dispatch(0, 1, 1_ms, 1_ms, 4_ms));
    r.dispatch(dispatch(1, 0, 0_ms, 4_ms, 6_ms));
    r.dispatch(dispatch(0, 1, 5_ms, 6_ms, 9_ms));
    r.dispatch(dispatch(0, 0, 2_ms, 9_ms, 10_ms));
    const NameId spin = r.intern("spin rows"), waits = r.intern("thread waits");
    r.span(web1, spin, 7_ms, 8_ms, 0);
    r.span(web1, spin, 3_ms, 6_ms, 0);
    r.span(core, spin, 0_ms, 9_ms);
    r.span(web, waits, 2_ms, 3_ms, 1);
    r.span(app, waits, 2_ms, 9_ms, 0);
    r.counter(app, r.intern("weight"), 5_ms, 64);
    r.finish({10_ms, 0.1, 1, 4});
  }
  TemporaryFile file_;
};

TEST_F(History, IsToldInTheOrderInWhichThingsBegan) {
  const auto reader = Reader::open(file_.path());
  Notes notes;
  EXPECT_EQ(*reader->replay(ServerId{0}, notes), 8u);
  EXPECT_THAT(notes.lines, ElementsAre("1.0 ready 0", "0.1 ready 1", "thread waits 2", "thread waits 2", "0.0 ready 2", "spin rows 3",
                                       "0.1 ready 5", "spin rows 7"));
  EXPECT_EQ(*reader->replay(ServerId{1}, notes), 0u);
}

TEST_F(History, GivesTheLongestWaitsFirst) {
  const auto reader = Reader::open(file_.path());
  const auto waits = reader->longest_waits({ServerId{0}, PartitionId{0}}, {}, 5);
  ASSERT_EQ(waits->size(), 2u);
  EXPECT_EQ(waits->at(0).begin, 9_ms);
  EXPECT_EQ(waits->at(1).begin, 6_ms);
  EXPECT_EQ(reader->longest_waits({ServerId{0}, PartitionId{0}}, 1, 5)->size(), 1u);
  EXPECT_EQ(reader->longest_waits({ServerId{0}, PartitionId{0}}, {}, 1)->size(), 1u);
}

TEST_F(History, GivesTheLongestSpansOfAPartitionAndOfOneVirtualProcessor) {
  const auto reader = Reader::open(file_.path());
  const PartitionKey web{ServerId{0}, PartitionId{0}};
  const auto spins = reader->longest_spans(web, {}, "spin ", 5);
  ASSERT_EQ(spins->size(), 2u);
  EXPECT_EQ(spins->at(0).begin, 3_ms);
  EXPECT_EQ(spins->at(0).vp, 1u);
  EXPECT_EQ(reader->longest_spans(web, 0, "spin ", 5)->size(), 0u);
  EXPECT_EQ(reader->longest_spans(web, 1, "thread waits", 5)->size(), 1u);
  EXPECT_EQ(reader->longest_spans(web, 0, "thread waits", 5)->size(), 0u);
}

TEST_F(History, FindsTheStaysBeforeAndAfterAMoment) {
  const auto reader = Reader::open(file_.path());
  const auto stays = reader->stays_around({ServerId{0}, PartitionId{0}}, 1, 5_ms);
  ASSERT_EQ(stays->size(), 2u);
  EXPECT_EQ(stays->at(0).begin, 1_ms);
  EXPECT_EQ(stays->at(1).begin, 6_ms);
}

TEST_F(History, GivesCountersWithTheirPartition) {
  const auto counters = *Reader::open(file_.path())->counters();
  ASSERT_EQ(counters.size(), 1u);
  EXPECT_EQ(counters[0].partition, PartitionId{1});
  EXPECT_EQ(counters[0].name, "weight");
  EXPECT_EQ(counters[0].begin, 5_ms);
  EXPECT_EQ(counters[0].value, 64);
}

}  // namespace
}  // namespace lparsim::trace
