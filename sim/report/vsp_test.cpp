#include <gmock/gmock.h>

#include <cstdlib>
#include <fstream>
#include <iterator>

#include "sim/report/command_run.hpp"
#include "sim/report/format.hpp"
#include "sim/trace/io_sample.hpp"

namespace lparsim::report {
namespace {

using namespace lparsim::literals;
using ::testing::HasSubstr;
using ::testing::Not;

/// `guard` filters the frames of vios1 and watches the calls of all; once it was ejected.
class VspRun : public ::testing::Test {
 protected:
  std::string report(Format format, const Options& options = {}, trace::Level level = trace::Level::summary) {
    trace::RunInfo run = trace::io_run();
    trace::PartitionFacts guard = run.partitions[0];
    guard.partition = PartitionId{2};
    guard.name = "guard";
    guard.type = "vsp";
    run.partitions.push_back(guard);
    trace::VspHookFacts filter;
    filter.vsp = PartitionId{2};
    filter.hook = 6;
    filter.role = 2;
    filter.function_first = filter.function_last = 20;
    filter.clients = "vios1";
    filter.deadline = 5_ms;
    filter.wall_limit = 500_ms;
    filter.when_absent = "open";
    filter.when_slow = "closed";
    filter.in_flight = "abort";
    filter.pays = "vsp";
    trace::VspHookFacts watch = filter;
    watch.hook = 1;
    watch.role = 1;
    watch.function_first = 0;
    watch.function_last = ~0U;
    watch.clients = "";
    run.vsp_hooks = {filter, watch};
    trace::Recorder recorder{file_.path(), level, run};
    recorder.metrics({{"guard.vsp.calls", 300.25, "/s", ""},
                      {"guard.vsp.latency.mean", 0.0431, "ms", ""},
                      {"guard.vsp.latency.p99", 2.1, "ms", ""},
                      {"guard.vsp.wait", 61.2, "%", ""},
                      {"guard.vsp.denied", 90, "1", ""},
                      {"guard.vsp.failed", 0, "1", ""},
                      {"guard.vsp.opened", 3, "1", ""},
                      {"guard.vsp.ejections", 1, "1", ""},
                      {"guard.vsp.available", 97.5, "%", ""}});
    trace::VspLedgerRow frames;
    frames.vsp = PartitionId{2};
    frames.client = PartitionId{1};
    frames.hook = 6;
    frames.role = 2;
    frames.calls = 900;
    frames.ends[0] = 807;
    frames.ends[2] = 90;
    frames.ends[5] = 3;
    frames.latency = 43'100_us;
    frames.undispatched = 26'377_us;
    frames.client_paid = 300_us;
    frames.vsp_paid = 810_us;
    frames.messages = 1800;
    frames.doorbells = 450;
    trace::VspLedgerRow copies = frames;
    copies.client = PartitionId{0};
    copies.hook = 1;
    copies.role = 1;
    copies.calls = 300;
    copies.ends = {};
    copies.ends[8] = 300;
    copies.latency = copies.undispatched = 0_s;
    copies.doorbells = 12;
    recorder.vsp_ledger({frames, copies});
    recorder.vsp_event({1_ms, ServerId{}, PartitionId{2}, 0, 5, 0, 0, std::nullopt, "ready"});
    recorder.vsp_event(
        {2_s, ServerId{}, PartitionId{2}, 5, 8, 6, 17, PartitionId{1}, "sea.forward function 20, call 17 of vios1, begun 5 ms before"});
    recorder.vsp_event({2100_ms, ServerId{}, PartitionId{2}, 7, 5, 0, 0, std::nullopt, "is back"});
    recorder.remarks({"guard.vsp: was ejected once; the last time at 2 s: sea.forward", "web.orders: something else"});
    recorder.finish({.simulated = 4_s});
    const auto reader = trace::Reader::open(file_.path());
    if (!reader) return reader.error();
    const auto text = render(*reader, format, options);
    return text ? *text : "error: " + text.error();
  }
  trace::TemporaryFile file_;
};

// LPARSIM_UPDATE=1 writes the expected text anew.
TEST_F(VspRun, ShowsTheLedgerAndWhoPaid) {
  const std::string text = report(Format::vsp);
  const std::string path = LPARSIM_SOURCE_DIR "/sim/report/testdata/vsp.txt";
  if (std::getenv("LPARSIM_UPDATE") != nullptr) std::ofstream{path} << text;
  std::ifstream in{path};
  const std::string expected{std::istreambuf_iterator<char>{in}, {}};
  EXPECT_EQ(text, expected) << path;
  for (const std::string& line : lines_of(text)) EXPECT_LE(line.size(), 100U) << line;
}

TEST_F(VspRun, TheTextReportSumsThemUp) {
  const std::string text = report(Format::text);
  EXPECT_THAT(text, HasSubstr("\nVirtual Service Partitions\n"));
  EXPECT_THAT(text, ::testing::ContainsRegex("guard +ready +300.25 +0.043 +2.100 +61.2 +90 +0 +3 +1 +97.5"));
  EXPECT_THAT(text, HasSubstr("guard: filter of sea.forward 20 for vios1; observer of hypervisor.call\n"));
  // 43,100 us over 900 calls; a copy holds nobody up.
  EXPECT_THAT(text, ::testing::ContainsRegex("guard +vios1 +sea.forward +900 +47.89 +29.31 +0.300 +0.810"));
  EXPECT_THAT(text, ::testing::ContainsRegex("guard +web +hypervisor.call +300 +- +- +0.300"));
  EXPECT_THAT(text, HasSubstr("- 2 s guard, ejected: sea.forward function 20, call 17"));
  EXPECT_THAT(text, Not(HasSubstr("ready\nready"))) << "changes of state are in format vsp only";
  for (const std::string& line : lines_of(text)) EXPECT_LE(line.size(), 100U) << line;
}

TEST_F(VspRun, OfAClientTheLedgerHasItsOwnCalls) {
  const std::string text = report(Format::vsp, {.partition = "web", .interval = {}});
  EXPECT_THAT(text, HasSubstr("hypervisor.call"));
  EXPECT_THAT(text, Not(HasSubstr("900      900"))) << "those of vios1";
  EXPECT_THAT(text, Not(HasSubstr("ejected")));
}

TEST_F(VspRun, WithoutTracingOnlyTheHooksAreKnown) {
  const std::string text = report(Format::vsp, {}, trace::Level::off);
  EXPECT_THAT(text, HasSubstr("sea.forward 20"));
  EXPECT_THAT(text, HasSubstr("No call has gone to it."));
}

TEST_F(VspRun, TakesNoInterval) {
  EXPECT_THAT(report(Format::vsp, {.partition = {}, .interval = 1_s}), HasSubstr("error: an interval is for"));
}

}  // namespace
}  // namespace lparsim::report
