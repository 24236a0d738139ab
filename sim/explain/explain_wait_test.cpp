#include "sim/explain/explain_wait.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "sim/trace/recorder.hpp"
#include "sim/trace/sample_run.hpp"
#include "sim/trace/span_names.hpp"

namespace lparsim::explain {
namespace {

using namespace literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using trace::DispatchSpan;

/// One core: `web` uncapped with weight 64, two virtual processors and 0.4 PU, `batch` with weight 128 and 0.2 PU.
trace::RunInfo two_partitions() {
  trace::RunInfo run;
  run.scenario_name = "hand-made";
  run.duration = 1_s;
  run.servers = {{ServerId{0}, "frame", "", "POWER9", 1, 8, Hertz{4e9}, Bytes{1}, 10_ms, 1_ms, "partition"}};
  run.pools = {{ServerId{0}, PoolId{0}, "default", ProcessingUnits::cores(1), {}}};
  trace::PartitionFacts web;
  web.name = "web";
  web.entitlement = ProcessingUnits::from_hundredths(40);
  web.virtual_processors = 2;
  web.weight = 64;
  web.pool = "default";
  trace::PartitionFacts batch = web;
  batch.partition = PartitionId{1};
  batch.name = "batch";
  batch.entitlement = ProcessingUnits::from_hundredths(20);
  batch.virtual_processors = 1;
  batch.weight = 128;
  run.partitions = {web, batch};
  return run;
}

DispatchSpan stay(std::uint32_t partition, std::uint32_t vp, SimTime ready, SimTime enqueue, SimTime begin, SimTime end, SimTime entitled) {
  DispatchSpan d;
  d.partition = PartitionId{partition};
  d.vp = vp;
  d.waiting = d.ready = ready;
  d.enqueue = enqueue;
  d.begin = begin;
  d.end = end;
  d.entitled = entitled;
  d.dispatch_reason = 7;
  return d;
}

/// A window of 10 ms: web's first virtual processor holds the lock its second one spins on.
class HandMadeRun : public testing::Test {
 protected:
  void record(trace::Level level = trace::Level::full) {
    trace::Recorder r{file_.path(), level, two_partitions()};
    const trace::TrackId server = r.add_track("server", trace::TrackId::none, "frame");
    const trace::TrackId web = r.add_track("partition", server, "web");
    const trace::TrackId web0 = r.add_track("virtual_processor", web, "0"), web1 = r.add_track("virtual_processor", web, "1");
    const trace::TrackId batch = r.add_track("partition", server, "batch");
    r.add_track("virtual_processor", batch, "0");
    r.dispatch(stay(0, 0, 0_ms, 0_ms, 0_ms, 4_ms, 4_ms));
    r.dispatch(stay(1, 0, 0_ms, 0_ms, 4_ms, 8_ms, 2_ms));  // 2 ms on entitled time, 2 ms on excess
    DispatchSpan late = stay(0, 1, 3_ms, 9_ms, 9_ms, 12_ms, 2_ms);
    late.waiting = 1_ms;
    r.dispatch(stay(1, 0, 8_ms, 8_ms, 8_ms, 9_ms, 0_ms));
    r.dispatch(late);
    r.span(web1, r.intern(trace::kFolded), 0_ms, 2_ms);
    r.span(web1, r.intern(trace::spin_name("rows")), 9_ms, 12_ms, 0);
    r.span(web, r.intern(trace::kThreadWaits), 1_ms, 9_ms, 1);
    r.span(web0, r.intern(trace::kWaitedForEntitlement), 9_ms, 13_ms);
    r.counter(batch, r.intern(trace::kWeight), 6500_us, 255);
    r.finish({20_ms, 0.1, 1, 4});
  }
  trace::Reader reader() { return std::move(*trace::Reader::open(file_.path())); }
  Result<std::string> ask(const Request& request) { return explain_wait(reader(), request); }
  static Request about(const char* partition) {
    Request request;
    request.partition = partition;
    return request;
  }

  trace::TemporaryFile file_;
};

TEST_F(HandMadeRun, TellsTheChainOfCausesOfTheWorstWait) {
  record();
  Request request = about("web");
  request.worst = 1;
  request.vp = 1;
  const auto text = ask(request);
  ASSERT_TRUE(text) << text.error();
  EXPECT_THAT(*text, testing::StartsWith(
                         R"(web, virtual processor 1, waited 6.000 ms: it had work from 0.003000 s on and came to core 0 at 0.009000 s.
  Before that it had ceded for 2.000 ms.
      1.000 ms   16.7 %  out of entitlement, and no excess was left: another virtual processor of its own was on entitled time
      2.000 ms   33.3 %  out of entitlement, and no excess was left: batch was on entitled time
      3.000 ms   50.0 %  lost excess to batch (weight 128 against 64)
      6.000 ms  100.0 %  in all
)"));
}

TEST_F(HandMadeRun, TellsOfASpinThatTheHolderWasPreempted) {
  record();
  const auto text = ask(about("web"));
  ASSERT_TRUE(text) << text.error();
  EXPECT_THAT(
      *text,
      HasSubstr(
          R"(A thread of web spun on lock rows on virtual processor 1 for 3.000 ms, from 0.009000 s to 0.012000 s; the holder was on virtual processor 0.
      3.000 ms  100.0 %  spinning on a lock whose holder was preempted: the holder's virtual processor had no core
          2.000 ms   66.7 %  out of entitlement, and no excess was left: another virtual processor of its own was on entitled time
          1.000 ms   33.3 %  lost excess to another virtual processor of its own
      3.000 ms  100.0 %  in all
)"));
}

TEST_F(HandMadeRun, TellsOfAThreadWhyItsVirtualProcessorHadNoCore) {
  record();
  const auto text = ask(about("web"));
  ASSERT_TRUE(text) << text.error();
  EXPECT_THAT(
      *text,
      HasSubstr("A thread of web waited 8.000 ms for a logical processor, from 0.001000 s to 0.009000 s; then it ran on "
                "virtual processor 1.\n"
                "      1.000 ms   12.5 %  1 of 2 virtual processors were folded, and the logical processors of the others were busy\n"
                "      1.000 ms   12.5 %  its virtual processor had ceded and was still to be woken\n"
                "      6.000 ms   75.0 %  its virtual processor had no core\n"
                "          3.000 ms   50.0 %  lost excess to batch\n"
                "          2.000 ms   33.3 %  out of entitlement, and no excess was left: batch was on entitled time\n"
                "          1.000 ms   16.7 %  out of entitlement, and no excess was left: another virtual processor of its "
                "own was on entitled time\n"));
}

TEST_F(HandMadeRun, SumsUpWaitsThatEndedOnNoCoreAndThreads) {
  record();
  const auto summary = summarize(reader());
  ASSERT_TRUE(summary) << summary.error();
  const std::vector<PartitionSummary>& partitions = summary->at(0).partitions;
  EXPECT_EQ(partitions[0].waits, 2u);
  EXPECT_EQ(partitions[0].waited, 10_ms);
  EXPECT_EQ(partitions[1].waited, 4_ms);
  SimTime known;
  for (const Reason& r : partitions[0].reasons) known += r.cause == Cause::unknown ? SimTime{} : r.time;
  EXPECT_EQ(known, 9_ms);  // nobody was on the core in the tenth
  EXPECT_EQ(partitions[0].threads_waited, 8_ms);
  EXPECT_EQ(partitions[0].threads[static_cast<std::size_t>(ThreadCause::no_core)], 6_ms);
  EXPECT_EQ(partitions[0].threads[static_cast<std::size_t>(ThreadCause::asleep)], 1_ms);
  EXPECT_EQ(partitions[0].threads[static_cast<std::size_t>(ThreadCause::folded)], 1_ms);
  ASSERT_EQ(partitions[0].spins.count("rows"), 1u);
  EXPECT_EQ(partitions[0].spins.at("rows")[static_cast<std::size_t>(ThreadCause::holder_off)], 3_ms);
  const auto text = ask({});
  EXPECT_THAT(*text, HasSubstr("Virtual processors waited 14.000 ms in all; causes are known for 13.000 ms of it (92.8571 %).\n"));
}

TEST_F(HandMadeRun, SaysWhatAVirtualProcessorDidThatDidNotWait) {
  record();
  Request request = about("web");
  request.at = 2_ms;
  EXPECT_THAT(*ask(request),
              HasSubstr("web, virtual processor 0, did not wait at 0.002000 s: it was on core 0 from 0.000000 s to 0.004000 s "
                        "(4.000 ms of it entitled time, 0 ms excess).\n\n"
                        "web, virtual processor 1, did not wait at 0.002000 s: it had nothing to do since 0.001000 s "
                        "(ceded); it had work again at 0.003000 s.\n"));
  request.at = 15_ms;
  EXPECT_THAT(*ask(request),
              HasSubstr("web, virtual processor 1, did not wait at 0.015000 s: it had nothing to do since 0.012000 s (ceded); "
                        "the run does not show it with work again.\n"));
}

TEST_F(HandMadeRun, TakesTheWeightOfTheMomentFromWhatTheOperatorChanged) {
  record();
  const Frame frame{*reader().run(), ServerId{0}, *reader().counters()};
  EXPECT_EQ(frame.rights(PartitionId{1}, 6_ms).weight, 128u);
  EXPECT_EQ(frame.rights(PartitionId{1}, 7_ms).weight, 255u);
  EXPECT_EQ(frame.rights(PartitionId{0}, 7_ms).weight, 64u);
}

TEST_F(HandMadeRun, GivesTheSameFiguresAsJson) {
  record();
  Request request = about("web");
  request.format = Format::json;
  const auto json = nlohmann::json::parse(*ask(request));
  const auto& wait = json.at("waits").at(0);
  EXPECT_EQ(wait.at("waited_ps"), 6'000'000'000);
  std::int64_t all = 0;
  for (const auto& cause : wait.at("causes")) all += cause.at("ps").get<std::int64_t>();
  EXPECT_EQ(all, 6'000'000'000);
  EXPECT_EQ(wait.at("causes").at(2).at("cause"), "lost_excess");
  EXPECT_EQ(wait.at("causes").at(2).at("other"), "batch");
  EXPECT_EQ(json.at("threads").size(), 2u);
  request = {};
  request.format = Format::json;
  EXPECT_EQ(nlohmann::json::parse(*ask(request)).at("partitions").at(0).at("waited_ps"), 10'000'000'000);
}

TEST_F(HandMadeRun, RefusesARunThatWasNotRecordedInFull) {
  record(trace::Level::summary);
  const auto text = ask({});
  ASSERT_FALSE(text);
  EXPECT_THAT(text.error(), HasSubstr("trace level summary, which holds no single waits; run its scenario again with --trace full"));
}

TEST_F(HandMadeRun, RefusesAPartitionOrAVirtualProcessorThatIsNotThere) {
  record();
  const auto partition = ask(about("wbe"));
  ASSERT_FALSE(partition);
  EXPECT_EQ(partition.error(), "there is no partition `wbe` in this run; did you mean `web`?");
  Request request = about("web");
  request.vp = 7;
  const auto vp = ask(request);
  ASSERT_FALSE(vp);
  EXPECT_EQ(vp.error(), "web has no virtual processor 7; allowed: 0 to 1");
  request = about("web");
  request.at = 30_ms;
  const auto at = ask(request);
  ASSERT_FALSE(at);
  EXPECT_EQ(at.error(), "the run ended at 0.020000 s; nothing is known of 0.030000 s");
}

TEST(ThreadBook, GivesEveryMomentOfAThreadOneCause) {
  ThreadBook book;
  book.set_state(0, VpState::running, 0_ms);
  book.thread_waits(0, 1, 0_ms);
  book.fold(1, 1_ms);
  book.set_state(0, VpState::waiting, 3_ms);
  book.thread_waits(0, 1, 4_ms);
  book.set_state(0, VpState::asleep, 6_ms);
  book.fold(-1, 6_ms);
  book.thread_waits(0, -2, 7_ms);
  book.settle(9_ms);
  EXPECT_THAT(book.waits(), ElementsAre(1_ms, 2_ms, 5_ms, 2_ms, 0_ms, 0_ms, 0_ms, 0_ms, 0_ms));
  EXPECT_THAT(book.spins_by_lock(), IsEmpty());
}

TEST(ThreadBook, TellsAFoldedVirtualProcessorFromOneThatIsStillToBeWoken) {
  ThreadBook book;
  book.set_state(0, VpState::asleep, 0_ms);
  book.fold(1, 0_ms);
  book.thread_waits(0, 1, 0_ms);
  book.fold(-1, 3_ms);
  book.set_state(0, VpState::running, 4_ms);
  book.thread_waits(0, -1, 4_ms);
  EXPECT_THAT(book.waits(), ElementsAre(0_ms, 3_ms, 0_ms, 1_ms, 0_ms, 0_ms, 0_ms, 0_ms, 0_ms));
}

TEST(ThreadBook, TellsASpinnerWithoutACoreFromAHolderWithoutOne) {
  ThreadBook book;
  book.set_state(0, VpState::running, 0_ms);
  book.set_state(1, VpState::running, 0_ms);
  book.spins({"rows", 1, 0}, 1, 0_ms);
  book.set_state(0, VpState::asleep, 1500_us);
  book.set_state(0, VpState::waiting, 2_ms);
  book.set_state(1, VpState::waiting, 3_ms);
  book.set_state(1, VpState::asleep, 5_ms);
  book.spins({"rows", 1, 0}, -1, 7_ms);
  book.settle(8_ms);
  EXPECT_THAT(book.spins_by_lock().at("rows"), ElementsAre(0_ms, 0_ms, 0_ms, 0_ms, 1_ms, 500_us, 1500_us, 2_ms, 2_ms));
}

}  // namespace
}  // namespace lparsim::explain
