#include <gmock/gmock.h>

#include <cstdlib>
#include <fstream>
#include <iterator>

#include "sim/report/command_run.hpp"
#include "sim/trace/io_sample.hpp"

namespace lparsim::report {
namespace {

using testing::HasSubstr;
using testing::Not;

/// Four seconds of virtual I/O of a client, the first of them warmup.
class IoRun : public testing::Test {
 protected:
  std::string report(const Options& options = {}, trace::Level level = trace::Level::summary, bool finish = true) {
    trace::Recorder recorder{file_.path(), level, trace::io_run()};
    for (int second = 0; second < 4; ++second) {
      for (std::uint32_t partition = 0; partition < 2; ++partition)
        recorder.interval(CommandRun::interval(partition, second, 1, 8, 500_ms));
    }
    trace::record_io_sample(recorder);
    recorder.metrics({{"web.hdisk0.read.latency.p99", 2.3, "ms", ""}, {"web.hdisk0.write.latency.p99", 2.2999, "ms", ""}});
    if (finish) recorder.finish({.simulated = 4_s});
    return rendered(options);
  }
  std::string rendered(const Options& options) const {
    const auto reader = trace::Reader::open(file_.path());
    if (!reader) return reader.error();
    const auto text = render(*reader, Format::io, options);
    return text ? *text : "error: " + text.error();
  }
  trace::TemporaryFile file_;
};

TEST_F(IoRun, ShowsDisksAndPeersAndWhereTheTimeWent) {
  const std::string text = report();
  const std::string path = LPARSIM_SOURCE_DIR "/sim/report/testdata/io.txt";
  if (std::getenv("LPARSIM_UPDATE") != nullptr) std::ofstream{path} << text;
  std::ifstream in{path};
  const std::string expected{std::istreambuf_iterator<char>{in}, {}};
  EXPECT_EQ(text, expected) << path;
  for (const std::string& line : lines_of(text)) EXPECT_LE(line.size(), 100U) << line;
}

TEST_F(IoRun, ShowsIntervalsRowByRow) {
  const std::string text = report({.partition = "web", .interval = 2_s}, trace::Level::full);
  EXPECT_THAT(text, HasSubstr("\nweb, hdisk0\n"));
  // 100 reads in two seconds, 34 of them with 2 ms for the VIOS; one failed.
  EXPECT_THAT(text, testing::ContainsRegex("\n +2 +50\\.00 +50\\.00 +0\\.20 +0\\.20 +0\\.980 +0\\.960 +2\\.300 +2\\.300 +0\\.10 +1\n"));
  EXPECT_THAT(text, testing::ContainsRegex("\n +4 +50\\.00 +50\\.00 "));
  for (const std::string& line : lines_of(text)) EXPECT_LE(line.size(), 100U) << line;
  EXPECT_THAT(report({.partition = "web", .interval = 1500_ms}), HasSubstr("has to be a multiple"));
}

TEST_F(IoRun, SharesOfTheStagesAreOfAllTime) {
  const std::string text = report({.partition = "web", .interval = {}});
  double sum = 0;
  bool of_disk = false;
  for (const std::string& line : lines_of(text)) {
    if (line.ends_with("which went to")) of_disk = line.starts_with("web, hdisk0");
    if (of_disk && line.find(" % ") != std::string::npos) sum += std::stod(fields_of(line)[2]);
  }
  EXPECT_NEAR(sum, 100, 0.5);
}

TEST_F(IoRun, StandsInTheTextReportAsMetrics) {
  report();
  const auto reader = trace::Reader::open(file_.path());
  const std::string text = render(*reader, Format::text).value_or("");
  EXPECT_THAT(text, testing::ContainsRegex("\nDisks\n.*\n.*\n  web\\.hdisk0 +- +- +- +- +- +2\\.300 +- +2\\.300 +- +-\n"));
  EXPECT_THAT(text, testing::ContainsRegex("\nPeers\n.*\n.*\n  web\\.db\\.orders "));
  for (const std::string& line : lines_of(text)) EXPECT_LE(line.size(), 100U) << line;
  EXPECT_THAT(render(*reader, Format::text, {.partition = "vios1", .interval = {}}).value_or("Disks"), Not(HasSubstr("Disks")));
}

TEST_F(IoRun, TextReportSharesOutTheMeanRequest) {
  {
    trace::Recorder recorder{file_.path(), trace::Level::summary, trace::io_run()};
    trace::record_io_sample(recorder);
    recorder.metrics({{"web.hdisk0.stage.client_processing", 0.1, "ms", ""},
                      {"web.hdisk0.stage.vios_dispatch", 0.3, "ms", ""},
                      {"web.hdisk0.stage.vios_queue", 0.15, "ms", ""},
                      {"web.hdisk0.stage.vios_processing", 0.05, "ms", ""},
                      {"web.hdisk0.stage.device", 0.4, "ms", ""}});
    recorder.finish({.simulated = 4_s});
  }
  const auto reader = trace::Reader::open(file_.path());
  const std::string text = render(*reader, Format::text).value_or("");
  // Client 10 %, VIOS without a core 30 %, VIOS 15 + 5 %, device 40 %; the peer has no sample.
  EXPECT_THAT(text, testing::ContainsRegex("\nWhere the time of their requests went, in %\n.*\n.*\n"
                                           "  web\\.hdisk0 +1\\.000 +- +10\\.0 +- +30\\.0 +20\\.0 +- +40\\.0 +- +-\n\n"));
  for (const std::string& line : lines_of(text)) EXPECT_LE(line.size(), 100U) << line;
}

TEST_F(IoRun, SaysWhenThereIsNothingToShow) {
  EXPECT_THAT(report({.partition = "vios1", .interval = {}}), HasSubstr("It has neither disks nor peers of its own"));
  EXPECT_THAT(report({}, trace::Level::off), HasSubstr("recorded with --trace off"));
  EXPECT_THAT(CommandRun{}(Format::io), HasSubstr("No partition has disks or peers."));
}

TEST_F(IoRun, WorksOnAFileThatGrows) {
  trace::Recorder recorder{file_.path(), trace::Level::summary, trace::io_run()};
  EXPECT_THAT(rendered({}), HasSubstr("STILL RUNNING"));
  recorder.finish({.simulated = 4_s});
  EXPECT_THAT(rendered({}), Not(HasSubstr("STILL RUNNING")));
}

}  // namespace
}  // namespace lparsim::report
