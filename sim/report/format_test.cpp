#include "sim/report/format.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <sstream>

#include "sim/trace/sample_run.hpp"

namespace lparsim::report {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using trace::TemporaryFile;

/// A finished run with plausible figures and both verdicts.
void write_run(const std::filesystem::path& path, trace::Level level = trace::Level::summary, bool finish = true) {
  trace::Recorder recorder{path, level, trace::sample_run()};
  trace::record_sample(recorder);
  std::vector<trace::MetricValue> metrics{{"web.physc", 0.4003, "PU", "", 0.0012},
                                          {"web.entc", 80.06, "%", ""},
                                          {"web.wait.capacity", 1.25, "%", ""},
                                          {"web.wait.processor", 0.5, "%", ""},
                                          {"web.dispatch_delay.p99", 9.8765, "ms", ""},
                                          {"app.physc", 0.5, "PU", ""},
                                          {"app.entc", 100, "%", ""},
                                          {"db.physc", 0.9999, "PU", ""},
                                          {"web.orders.throughput", 199.62, "/s", ""},
                                          {"web.orders.completed", 3593, "1", ""},
                                          {"web.orders.response.mean", 2.345, "ms", ""},
                                          {"web.orders.response.p99", 23.4, "ms", "", 1.62},
                                          {"web.orders.response.max", std::numeric_limits<double>::quiet_NaN(), "ms", ""},
                                          {"pool.default.used", 0.5, "PU", ""},
                                          {"pool.databases.idle", 1.6, "PU", ""},
                                          {"server.frame1.used", 1.9002, "PU", ""}};
  recorder.metrics(std::move(metrics));
  recorder.expectations(
      {{"web.physc = 0.4 within 2 %", "web.physc", finish ? std::optional{true} : std::nullopt, 0.4003, "PU", ""},
       {"web.orders.response.p99 < 20 ms", "web.orders.response.p99", finish ? std::optional{false} : std::nullopt, 23.4, "ms", ""}});
  if (finish) recorder.finish({SimTime::from_s(20), 1.5, 4812345, 230001});
}

/// Compares with testdata/NAME; LPARSIM_UPDATE=1 writes it anew.
void expect_golden(const std::string& actual, const std::string& name) {
  const std::string path = std::string{LPARSIM_SOURCE_DIR} + "/sim/report/testdata/" + name;
  if (std::getenv("LPARSIM_UPDATE") != nullptr) std::ofstream{path} << actual;
  std::ifstream in{path};
  const std::string expected{std::istreambuf_iterator<char>{in}, {}};
  EXPECT_EQ(actual, expected) << path;
}

/// Columns on a terminal: UTF-8 continuation bytes take none.
std::ptrdiff_t columns_of(const std::string& line) {
  return std::ranges::count_if(line, [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; });
}

/// Memory differs from run to run.
std::string without_memory(std::string text) {
  const std::size_t end = text.find(" MB\n");
  if (end != std::string::npos) text.replace(text.rfind(' ', end - 1) + 1, end - text.rfind(' ', end - 1) - 1, "N");
  return text;
}

std::string rendered(const std::filesystem::path& path, Format format, const Options& options = {}) {
  const Result<trace::Reader> reader = trace::Reader::open(path);
  if (!reader) return reader.error();
  const Result<std::string> text = render(*reader, format, options);
  return text ? *text : "error: " + text.error();
}

TEST(TextReport, OfOnePartitionSaysThatNothingIsExpectedOfIt) {
  const TemporaryFile file;
  write_run(file.path());
  Options options;
  options.partition = "app";
  EXPECT_THAT(rendered(file.path(), Format::text, options), testing::HasSubstr("The scenario expects nothing of this partition."));
  options.partition = "web";
  EXPECT_THAT(rendered(file.path(), Format::text, options), testing::Not(testing::HasSubstr("expects nothing")));
}

TEST(TextReport, ReadsWellInAHundredColumns) {
  const TemporaryFile file;
  write_run(file.path());
  const std::string text = rendered(file.path(), Format::text);
  expect_golden(without_memory(text), "report.txt");
  std::istringstream lines{text};
  for (std::string line; std::getline(lines, line);) EXPECT_LE(columns_of(line), 100) << line;
}

TEST(TextReport, SaysHowSureAFigureIsWhereThatIsKnown) {
  const TemporaryFile file;
  write_run(file.path());
  const std::string text = rendered(file.path(), Format::text);
  EXPECT_THAT(text, HasSubstr("0.400  ±0.001"));
  EXPECT_THAT(text, HasSubstr("23.4 ±1.6 ms"));
  EXPECT_THAT(text, HasSubstr("Remarks\n- web.orders: the first 12 s of the measured part still look like warmup"));
  EXPECT_THAT(rendered(file.path(), Format::text, {"app", {}}), testing::Not(HasSubstr("Remarks")));
}

TEST(TextReport, SaysWhenTheRunIsNotOverYet) {
  const TemporaryFile file;
  trace::Recorder recorder{file.path(), trace::Level::summary, trace::sample_run()};
  EXPECT_THAT(rendered(file.path(), Format::text), HasSubstr("STILL RUNNING: 0 s of 20 s so far"));
  EXPECT_THAT(rendered(file.path(), Format::json), HasSubstr("\"state\": \"running\""));
}

TEST(TextReport, JudgesAnUnfinishedRunByTheFiguresSoFar) {
  const TemporaryFile file;
  write_run(file.path(), trace::Level::summary, false);
  const std::string text = rendered(file.path(), Format::text);
  EXPECT_THAT(text, HasSubstr("judged by the figures so far"));
  EXPECT_THAT(text, HasSubstr("1 passed, 1 failed"));
}

TEST(TextReport, ShowsOnePartitionWhenAsked) {
  const TemporaryFile file;
  write_run(file.path());
  const std::string text = rendered(file.path(), Format::text, {"web", {}});
  EXPECT_THAT(text, HasSubstr("web.orders"));
  EXPECT_THAT(text, testing::Not(HasSubstr("db")));
  EXPECT_THAT(rendered(file.path(), Format::text, {"wen", {}}), HasSubstr("did you mean `web`?"));
  EXPECT_THAT(rendered(file.path(), Format::text, {{}, SimTime::from_s(1)}), HasSubstr("an interval is for the formats lparstat, "));
}

TEST(TextReport, ShowsEachServersPoolsWithTheirOwnFigures) {
  RunReport report;
  trace::ServerFacts left, right;
  left.name = "left";
  right.name = "right";
  right.server = ServerId{1};
  trace::PoolFacts first, second;
  first.name = second.name = "default";
  second.server = ServerId{1};
  report.run.servers = {left, right};
  report.run.pools = {first, second};
  report.metrics = MetricTable{{{"pool.default.used", 0.5, "PU", ""}, {"pool.right.default.used", 1.75, "PU", ""}}};
  const std::string text = text_report(report);
  EXPECT_THAT(text, testing::ContainsRegex("\n  default +0.00 +0.00 +0.500"));
  EXPECT_THAT(text, testing::ContainsRegex("\n  right.default +0.00 +0.00 +1.750"));
}

TEST(JsonReport, HasTheFieldsThatScriptsRelyOn) {
  const TemporaryFile file;
  write_run(file.path());
  const auto json = nlohmann::json::parse(rendered(file.path(), Format::json));
  EXPECT_EQ(json["scenario"], "two-clients");
  EXPECT_EQ(json["seed"], 7);
  EXPECT_EQ(json["version"], "0.1.0");
  EXPECT_EQ(json["duration_s"], 20.0);
  EXPECT_EQ(json["metrics"]["web.physc"]["value"], 0.4003);
  EXPECT_EQ(json["metrics"]["web.physc"]["unit"], "PU");
  EXPECT_EQ(json["metrics"]["web.physc"]["ci95"], 0.0012);
  EXPECT_TRUE(json["metrics"]["web.entc"]["ci95"].is_null());
  EXPECT_THAT(json["remarks"], testing::SizeIs(1));
  EXPECT_TRUE(json["metrics"]["web.orders.response.max"]["value"].is_null());
  EXPECT_EQ(json["expectations"][0]["text"], "web.physc = 0.4 within 2 %");
  EXPECT_EQ(json["expectations"][0]["passed"], true);
  EXPECT_EQ(json["expectations"][1]["passed"], false);
  EXPECT_EQ(json["expectations"][1]["actual"], 23.4);
  EXPECT_EQ(json["simulator"]["wall_s"], 1.5);
  EXPECT_EQ(json["simulator"]["events"], 4812345);
  EXPECT_EQ(json["simulator"]["dispatches"], 230001);
}

TEST(JunitReport, HasWhatTheSchemaRequires) {
  const TemporaryFile file;
  write_run(file.path());
  const std::string xml = rendered(file.path(), Format::junit);
  for (const char* attribute : {"package=\"lparsim\"", "id=\"0\"", "name=\"two-clients\"", "tests=\"2\"", "failures=\"1\"", "errors=\"0\"",
                                "time=\"1.500\"", "hostname=\"", "timestamp=\"2"})
    EXPECT_THAT(xml, HasSubstr(attribute));
  std::size_t last = 0;
  for (const char* element :
       {"<properties>", "<property name=\"seed\" value=\"7\"/>", "</properties>", "<testcase name=\"web.physc = 0.4 within 2 %\"",
        "<testcase name=\"web.orders.response.p99 &lt; 20 ms\"", "<failure message=\"web.orders.response.p99 is 23.4 ms\"", "<system-out>",
        "<system-err/>", "</testsuite>", "</testsuites>"}) {
    const std::size_t at = xml.find(element);
    EXPECT_TRUE(at != std::string::npos && at >= last) << element << " in its place";
    last = at;
  }
  EXPECT_THAT(xml, testing::ContainsRegex("timestamp=\"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\""));
}

TEST(JunitReport, CallsEveryCaseOfAnUnfinishedRunAnError) {
  const TemporaryFile file;
  write_run(file.path(), trace::Level::summary, false);
  EXPECT_THAT(rendered(file.path(), Format::junit), HasSubstr("failures=\"0\" errors=\"2\""));
}

TEST(LparstatReport, PrintsWhatAixAndLinuxPrint) {
  const TemporaryFile file;
  write_run(file.path());
  expect_golden(rendered(file.path(), Format::lparstat), "lparstat.txt");
}

TEST(LparstatReport, OfOnePartitionLooksLikeTheCommandItself) {
  const TemporaryFile file;
  write_run(file.path());
  EXPECT_EQ(rendered(file.path(), Format::lparstat, {"app", SimTime::from_s(4)}),
            "\nSystem configuration: type=Shared mode=Capped smt=4 lcpu=8 mem=8192MB psize=3 ent=0.50\n\n"
            "%user  %sys  %wait  %idle physc %entc  lbusy   app  vcsw phint  %nsp  %utcyc\n"
            "----- ----- ------ ------ ----- ----- ------   --- ----- ----- -----  ------\n"
            " 50.0  10.0    8.0   32.0  0.40  80.0   10.0  1.50   440    12    95  75.00\n");
}

TEST(LparstatReport, BeginsAnewWhenTheConfigurationChanges) {
  const TemporaryFile file;
  {
    trace::Recorder recorder{file.path(), trace::Level::summary, trace::sample_run()};
    recorder.interval(trace::sample_interval(PartitionId{1}, 0));
    trace::IntervalSample more = trace::sample_interval(PartitionId{1}, 1);
    more.entitled = SimTime::from_ms(800);
    recorder.interval(more);
    recorder.finish({});
  }
  const std::string text = rendered(file.path(), Format::lparstat, {"app", {}});
  EXPECT_THAT(text, HasSubstr("ent=0.50\n"));
  EXPECT_THAT(text, HasSubstr("ent=0.80\n"));
}

TEST(LparstatReport, CallsADedicatedPartitionDonatingOnlyIfItLendsWhileItRuns) {
  for (const auto& [sharing, mode] : {std::pair{"keep_idle_procs", "Capped"},
                                      {"share_idle_procs", "Capped"},
                                      {"share_idle_procs_active", "Donating"},
                                      {"share_idle_procs_always", "Donating"}}) {
    const TemporaryFile file;
    trace::RunInfo run = trace::sample_run();
    run.partitions[2].sharing_mode = sharing;
    trace::Recorder{file.path(), trace::Level::summary, run}.finish({});
    EXPECT_THAT(rendered(file.path(), Format::lparstat, {"db", {}}), HasSubstr(std::string{"mode="} + mode)) << sharing;
    EXPECT_THAT(rendered(file.path(), Format::text), HasSubstr(mode == std::string{"Donating"} ? "donating" : "dedicated")) << sharing;
  }
}

TEST(LparstatReport, OfLinuxKnowsNoDonating) {
  const TemporaryFile file;
  trace::RunInfo run = trace::sample_run();
  run.partitions[2].type = "linux";
  run.partitions[2].sharing_mode = "share_idle_procs_always";
  trace::Recorder{file.path(), trace::Level::summary, run}.finish({});
  EXPECT_THAT(rendered(file.path(), Format::lparstat, {"db", {}}), HasSubstr("type=Dedicated mode=Capped"));
}

TEST(LparstatReport, NeverPrintsANegativeZero) {
  const TemporaryFile file;
  {
    trace::Recorder recorder{file.path(), trace::Level::summary, trace::sample_run()};
    for (std::int64_t second = 0; second < 200; ++second) {
      trace::IntervalSample i = trace::sample_interval(PartitionId{0}, second);
      i.sys = i.wait = SimTime{};
      i.user = i.logical_busy = i.consumed = SimTime::from_ps(333333333333 * (second + 1) / 100);
      i.idle = SimTime{};
      i.logical_available = second % 2 == 0 ? i.logical_busy : SimTime::from_s(2);
      recorder.interval(i);
    }
    recorder.finish({});
  }
  EXPECT_THAT(rendered(file.path(), Format::lparstat, {"web", {}}), testing::Not(HasSubstr("-0.00")));
}

TEST(LparstatReport, ExplainsWhatItCannotShow) {
  const TemporaryFile file;
  write_run(file.path(), trace::Level::off);
  EXPECT_THAT(rendered(file.path(), Format::lparstat), HasSubstr("recorded with --trace off"));
  write_run(file.path());
  EXPECT_THAT(rendered(file.path(), Format::lparstat, {"web", SimTime::from_ms(100)}), HasSubstr("has to be a multiple"));
  EXPECT_THAT(rendered(file.path(), Format::lparstat, {"nobody", {}}), HasSubstr("there are web, app, db"));
}

TEST(Format, IsChosenByName) {
  EXPECT_EQ(format_of("junit").value(), Format::junit);
  EXPECT_THAT(format_of("xml").error(), HasSubstr("unknown format `xml`"));
  EXPECT_THAT(format_of("mpstad-d").error(), HasSubstr("did you mean `mpstat-d`?"));
  for (const std::string& name : format_names()) EXPECT_TRUE(format_of(name).has_value()) << name;
}

}  // namespace
}  // namespace lparsim::report
