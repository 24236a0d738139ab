#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <map>
#include <nlohmann/json.hpp>
#include <sstream>
#include <thread>

#include "sim/app/lparsim_process.hpp"
#include "sim/trace/reader.hpp"

namespace lparsim::app {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

constexpr const char* kScenario = R"(lparsim: 1
name: one-core
duration: 2 s
server:
  processor: {generation: POWER9, cores: 1, frequency: 3 GHz}
  partitions:
    - name: web
      processors: {entitlement: 0.5, capped: true}
      workloads: [{name: burn, type: spin}]
expect:
  - web.physc = 0.5 within 0.1 %
)";

class Command : public testing::Test {
 protected:
  Command() { lparsim.write("s.yaml", kScenario); }
  LparsimProcess lparsim;

  /// Starts a run that would take days, waits until its file is there, sends the signal and returns the exit code.
  int signalled(int signal) {
    std::filesystem::remove(lparsim.folder() / "one-core.db");
    const pid_t child = fork();
    if (child == 0) {
      std::filesystem::current_path(lparsim.folder());
      // The result is not looked at: a stream that cannot be redirected stays as it is.
      const auto* const out = std::freopen("out.txt", "w", stdout);
      const auto* const err = std::freopen("err.txt", "w", stderr);
      if (out != nullptr && err != nullptr) execl(LPARSIM_BINARY, "lparsim", "run", "s.yaml", "--duration", "10 d", nullptr);
      _exit(127);
    }
    // The run is under way once its file can be read.
    int status = 0;
    while (!trace::Reader::open(lparsim.folder() / "one-core.db")) {
      if (waitpid(child, &status, WNOHANG) == child) {
        ADD_FAILURE() << "the run ended before its file could be read: " << lparsim.read("err.txt");
        return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
      }
      std::this_thread::yield();
    }
    kill(child, signal);
    waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }
};

TEST_F(Command, RunPrintsAReportAndLeavesARunFileOfTheScenariosName) {
  const Finished run = lparsim("run s.yaml");
  EXPECT_EQ(run.code, 0) << run.err;
  EXPECT_EQ(run.err, "");
  EXPECT_THAT(run.out, HasSubstr("PASS"));
  EXPECT_TRUE(std::filesystem::exists(lparsim.folder() / "one-core.db"));
  EXPECT_EQ(lparsim("report one-core.db").out, run.out) << "the report comes from the file alone";
}

TEST_F(Command, ExplainWaitSaysWhatACappedPartitionWaitedFor) {
  ASSERT_EQ(lparsim("run s.yaml --trace full").code, 0);
  const Finished summary = lparsim("explain-wait one-core.db");
  EXPECT_EQ(summary.code, 0) << summary.err;
  EXPECT_THAT(summary.out, HasSubstr("100.0 %  out of entitlement, capped\n"));
  const Finished waits = lparsim("explain-wait one-core.db --partition web --vp 0 --worst 1");
  EXPECT_THAT(waits.out, HasSubstr("(5.000 of 5.000 ms used), and capped"));
  EXPECT_THAT(lparsim("explain-wait one-core.db --partition web --at '7 ms'").out, StartsWith("web, virtual processor 0, waited 5.000 ms"));
  const auto json = nlohmann::json::parse(lparsim("explain-wait one-core.db --format json").out);
  EXPECT_EQ(json.at("partitions").at(0).at("causes").at(0).at("cause"), "out_of_entitlement");
}

TEST_F(Command, ExplainWaitRefusesWhatItCannotAnswer) {
  ASSERT_EQ(lparsim("run s.yaml").code, 0);
  const std::map<std::string, std::string> cases = {
      {"one-core.db", "run its scenario again with --trace full"},
      {"one-core.db --vp 0", "--vp: needs --partition"},
      {"one-core.db --partition web --worst 0", "--worst: 0 is out of range; allowed: 1 to 1000"},
      {"one-core.db --partition web --worst 1 --at '1 s'", "--worst: not together with --at"},
      {"one-core.db --partition web --at 3", "--at: "},
      {"one-core.db --format junit", "--format: `junit` is no format of explain-wait; allowed: text, json"},
      {"nothing.db", "nothing.db"},
      {"one-core.db --io", "run its scenario again with --trace full"},
      {"one-core.db --io --slowest 3", "--io, --request, --slowest: allowed: one of them"},
      {"one-core.db --slowest", "run its scenario again with --trace full"},
      {"one-core.db --slowest 0", "--slowest: 0 is out of range; allowed: 1 to 1000"},
      {"one-core.db --request -1", "--request: "},
      {"one-core.db --request 1 --partition web", "--request: its number is enough"},
      {"one-core.db --target hdisk0", "--target: stands alone"},
      {"one-core.db --io --partition web --vp 0", "--vp: not together with --io, --request or --slowest"},
  };
  for (const auto& [arguments, message] : cases) {
    const Finished refused = lparsim("explain-wait " + arguments);
    EXPECT_EQ(refused.code, 2) << arguments;
    EXPECT_EQ(refused.out, "") << arguments;
    EXPECT_THAT(refused.err, HasSubstr(message)) << arguments;
  }
}

TEST_F(Command, RunSaysByItsExitCodeThatAnExpectationFailed) {
  lparsim.write("f.yaml", std::string(kScenario) + "  - web.physc > 0.9\n");
  const Finished run = lparsim("run f.yaml --format json -o f.db");
  EXPECT_EQ(run.code, 1);
  const auto json = nlohmann::json::parse(run.out);
  EXPECT_EQ(json["expectations"][0]["passed"], true);
  EXPECT_EQ(json["expectations"][1]["passed"], false);
  EXPECT_EQ(lparsim("report f.db --format junit").code, 1);
}

TEST_F(Command, RunTakesOverridesFromTheCommandLine) {
  const Finished run = lparsim(
      "run s.yaml --seed 99 --duration '3 s' --set server.partitions.web.processors.entitlement=0.25 --set expect=[] --format json "
      "--trace off");
  EXPECT_EQ(run.code, 0) << run.err;
  const auto json = nlohmann::json::parse(run.out);
  EXPECT_EQ(json["seed"], 99);
  EXPECT_EQ(json["duration_s"], 3);
  EXPECT_NEAR(json["metrics"]["web.physc"]["value"].get<double>(), 0.25, 0.001);
}

TEST_F(Command, RunNeverReportsNegativeIdleCapacity) {
  // Maxima hold by windows of 10 ms; of the 4 ms measured here one of the two has all.
  lparsim.write("p.yaml", R"(lparsim: 1
name: halves
duration: 19 ms
warmup: 15 ms
server:
  processor: {generation: POWER9, cores: 1, frequency: 3 GHz}
  pools: [{name: p, maximum: 0.5}, {name: q, maximum: 0.5}]
  partitions:
    - {name: a, processors: {entitlement: 0.5, pool: p}, workloads: [{name: s, type: spin}]}
    - {name: b, processors: {entitlement: 0.5, pool: q}, workloads: [{name: s, type: spin}]}
)");
  const Finished run = lparsim("run p.yaml --format json");
  EXPECT_EQ(run.code, 0) << run.err;
  const auto metrics = nlohmann::json::parse(run.out)["metrics"];
  EXPECT_EQ(std::max(metrics["pool.p.used"]["value"].get<double>(), metrics["pool.q.used"]["value"].get<double>()), 1);
  EXPECT_EQ(metrics["pool.p.idle"]["value"], 0);
  EXPECT_EQ(metrics["pool.q.idle"]["value"], 0);
}

TEST_F(Command, RunRefusesAWrongScenarioBeforeItTouchesTheRunFile) {
  const Finished run = lparsim("run s.yaml --set duration=3 --set server.partitions.wbe.memory='1 GiB'");
  EXPECT_EQ(run.code, 2);
  EXPECT_EQ(run.out, "");
  EXPECT_THAT(run.err, HasSubstr("--set duration: `3` has no unit"));
  EXPECT_THAT(run.err, HasSubstr("no element `wbe` in that list; did you mean `web`?"));
  EXPECT_THAT(run.err, testing::EndsWith("2 errors, 0 warnings\n"));
  EXPECT_FALSE(std::filesystem::exists(lparsim.folder() / "one-core.db"));
}

TEST_F(Command, RunShowsWarningsAndGoesOn) {
  const Finished run = lparsim("run s.yaml --set 'events=[{at: 5 s, partition: web, state: stopped}]'");
  EXPECT_EQ(run.code, 0);
  EXPECT_THAT(run.err, HasSubstr("warning: events.0.at: never happens"));
  EXPECT_THAT(run.err, HasSubstr("0 errors, 1 warning\n"));
}

TEST_F(Command, RunNeverReplacesAFileThatIsNoRunFile) {
  EXPECT_EQ(lparsim("run s.yaml -o s.yaml").code, 3);
  EXPECT_EQ(lparsim.read("s.yaml"), kScenario);
  EXPECT_EQ(lparsim("run s.yaml -o nowhere/x.db").code, 3);
}

TEST_F(Command, RunEndsWithCodeThreeAndAReadableFileWhenTheDiskIsFull) {
  // A limit on the size of files does to writes what a full disk does; `ulimit -f` counts 512 bytes in dash, 1024 in bash.
  lparsim.write("long.yaml", std::string(kScenario) + "events: [{at: 1 s, partition: web, weight: 1}]\n");
  const Finished run = lparsim("run long.yaml --trace full --duration '600 s' -o full.db", "ulimit -f 600;");
  EXPECT_EQ(run.code, 3) << run.err;
  EXPECT_THAT(run.err, StartsWith("lparsim: "));
  const auto reader = trace::Reader::open(lparsim.folder() / "full.db");
  ASSERT_TRUE(reader.has_value()) << reader.error();
  EXPECT_EQ(reader->state(), trace::RunState::interrupted);
  EXPECT_EQ(lparsim("report full.db").code, 3);
}

TEST_F(Command, ResultsThatDoNotGetThroughAreAFailure) {
  EXPECT_EQ(lparsim("run s.yaml").code, 0);
  for (const char* words : {"report one-core.db", "schema", "explain", "hash one-core.db", "--help", "check s.yaml"}) {
    const Finished finished = lparsim(std::string(words) + " > /dev/full 2> err2.txt; exit $?", "");
    EXPECT_EQ(finished.code, 3) << words;
  }
}

TEST_F(Command, RunStopsInGoodOrderWhenInterrupted) {
  for (const int signal : {SIGINT, SIGTERM}) {
    EXPECT_EQ(signalled(signal), 3);
    EXPECT_THAT(lparsim.read("err.txt"), HasSubstr("interrupted; one-core.db holds what was simulated until then"));
    const Finished report = lparsim("report one-core.db");
    EXPECT_EQ(report.code, 3);
    EXPECT_THAT(report.out, HasSubstr("INTERRUPTED"));
    EXPECT_THAT(report.out, testing::Not(HasSubstr("The scenario expects nothing")));
    EXPECT_THAT(lparsim("report one-core.db --format junit").out, HasSubstr("errors=\"1\""));
  }
}

TEST_F(Command, RunThatIsKilledLeavesAFileThatOpensAndSaysSo) {
  EXPECT_EQ(signalled(SIGKILL), -1);
  const Finished report = lparsim("report one-core.db --format json");
  EXPECT_EQ(report.code, 3);
  EXPECT_EQ(nlohmann::json::parse(report.out)["state"], "interrupted");
  EXPECT_EQ(lparsim("run s.yaml").code, 0) << "the next run takes its place";
}

TEST_F(Command, HashIsTheSameForTheSameScenarioAndSeed) {
  EXPECT_EQ(lparsim("run s.yaml -o a.db --trace full").code, 0);
  EXPECT_EQ(lparsim("run s.yaml -o b.db --trace full").code, 0);
  EXPECT_EQ(lparsim("run s.yaml -o c.db --trace full --set server.partitions.web.processors.entitlement=0.51 --set expect=[]").code, 0);
  const Finished a = lparsim("hash a.db");
  EXPECT_EQ(a.code, 0);
  EXPECT_THAT(a.out, testing::ContainsRegex("\ndispatch [1-9][0-9]* [0-9a-f]{16}\n"));
  EXPECT_EQ(lparsim("hash b.db").out, a.out);
  EXPECT_NE(lparsim("hash c.db").out, a.out);
}

TEST_F(Command, CheckReadsOnly) {
  const Finished check = lparsim("check s.yaml");
  EXPECT_EQ(check.code, 0);
  EXPECT_EQ(check.out, "s.yaml: correct\n");
  EXPECT_FALSE(std::filesystem::exists(lparsim.folder() / "one-core.db"));
}

TEST_F(Command, ReportPrintsOnePartitionAsLparstatDoes) {
  EXPECT_EQ(lparsim("run s.yaml --duration '4 s'").code, 0);
  const Finished all = lparsim("report one-core.db --format lparstat --partition web --interval '2 s'");
  EXPECT_EQ(all.code, 0) << all.err;
  EXPECT_THAT(all.out, HasSubstr("%user"));
  EXPECT_EQ(lparsim("report one-core.db --partition wbe").code, 2);
  EXPECT_EQ(lparsim("report s.yaml").code, 2);
}

TEST_F(Command, ReportGoesToAFileOrToFilesWhenAsked) {
  EXPECT_EQ(lparsim("run s.yaml --trace full").code, 0);
  const Finished vmstat = lparsim("report one-core.db --format vmstat -o vmstat.txt");
  EXPECT_EQ(vmstat.code, 0) << vmstat.err;
  EXPECT_EQ(vmstat.out, "");
  EXPECT_EQ(lparsim("report one-core.db --format vmstat").out, lparsim.read("vmstat.txt"));
  EXPECT_EQ(lparsim("report one-core.db --format dtl-binary -o logs").code, 0);
  EXPECT_EQ(std::filesystem::file_size(lparsim.folder() / "logs" / "cpu-0") % 48, 0U);
  const auto before = std::filesystem::file_size(lparsim.folder() / "one-core.db");
  EXPECT_EQ(lparsim("report one-core.db -o one-core.db").code, 2);
  EXPECT_EQ(std::filesystem::file_size(lparsim.folder() / "one-core.db"), before) << "a report never overwrites its run file";
  EXPECT_EQ(lparsim("report one-core.db -o nowhere/report.txt").code, 2);
  EXPECT_EQ(lparsim("report one-core.db --format dtl-binary -o /dev/null/logs").code, 2);
}

TEST_F(Command, ReportSaysWhichTraceLevelADispatchTraceLogNeeds) {
  EXPECT_EQ(lparsim("run s.yaml").code, 0);
  const Finished dtl = lparsim("report one-core.db --format dtl");
  EXPECT_EQ(dtl.code, 2);
  EXPECT_EQ(dtl.out, "");
  EXPECT_THAT(dtl.err, HasSubstr("this format needs --trace full"));
}

TEST_F(Command, ReportWritesWhatAPartitionShowsOfItselfIntoAFolder) {
  EXPECT_EQ(lparsim("run s.yaml --duration '4 s'").code, 0);
  const Finished exported = lparsim("report one-core.db --format lparcfg --partition web --at '3 s' -o tree");
  EXPECT_EQ(exported.code, 0) << exported.err;
  EXPECT_THAT(lparsim.read("tree/lparsim-export"), StartsWith("one-core.db at 3 s\n"));
  EXPECT_THAT(lparsim.read("tree/proc/ppc64/lparcfg"), HasSubstr("\npurr=768000000\ntbr=1536000000\n"));
  EXPECT_EQ(lparsim("report one-core.db --format lparcfg --partition web --at '4 s' -o tree").code, 0);
  EXPECT_THAT(lparsim.read("tree/proc/ppc64/lparcfg"), HasSubstr("\ntbr=2048000000\n"));

  const Finished between = lparsim("report one-core.db --format lparcfg --partition web --at '2.5 s' -o other");
  EXPECT_EQ(between.code, 2);
  EXPECT_THAT(between.err, HasSubstr("the nearest recorded times are 2 s and 3 s"));
  const Finished foreign = lparsim("report one-core.db --format lparcfg --partition web --at '4 s' -o .");
  EXPECT_EQ(foreign.code, 2);
  EXPECT_THAT(foreign.err, HasSubstr("which no export wrote there"));
  EXPECT_TRUE(std::filesystem::exists(lparsim.folder() / "one-core.db"));
}

TEST_F(Command, ExplainAndSchemaComeFromTheSameDeclarations) {
  const Finished explanation = lparsim("explain entitlement");
  EXPECT_EQ(explanation.code, 0);
  EXPECT_THAT(explanation.out, StartsWith("server.partitions.processors.entitlement (mode: shared)\n"));
  EXPECT_THAT(lparsim("explain smt_throughput").out, HasSubstr("POWER8        1       1.45    1.89    2\n"));
  EXPECT_THAT(lparsim("explain entitlemnt").err, HasSubstr("did you mean `entitlement`?"));
  std::istringstream lines{lparsim("explain vsp").out};
  for (std::string line; std::getline(lines, line);) EXPECT_LE(line.size(), 100U) << line;
  const Finished schema = lparsim("schema");
  EXPECT_EQ(schema.code, 0);
  EXPECT_TRUE(nlohmann::json::parse(schema.out)["properties"].contains("servers"));
}

TEST_F(Command, MachinesListsWhatAModelMayName) {
  const Finished machines = lparsim("machines");
  EXPECT_EQ(machines.code, 0);
  EXPECT_THAT(machines.out, testing::ContainsRegex("9119-FHB 4.0 GHz +Power 795 +POWER7 +256 +8 +4.00 GHz +4 +16384 GiB \\* +2978.2"));
}

TEST_F(Command, VersionAndHelpGoToStandardOutput) {
  EXPECT_EQ(lparsim("--version").out, "lparsim " LPARSIM_VERSION "\n");
  EXPECT_EQ(lparsim("--help").code, 0);
  EXPECT_THAT(lparsim("run --help").out, HasSubstr("lparsim run [OPTIONS] [SCENARIO]"));
}

TEST_F(Command, CommandLinesThatAreWrongExitWithCodeTwoAndAHint) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"", "no command is given; allowed: run, check"},
      {"rnu s.yaml", "unknown command `rnu`; did you mean `run`?"},
      {"run", "there is nothing to run"},
      {"run s.yaml other.yaml", "other.yaml"},
      {"run s.yaml --sedd 3", "has no option `--sedd`; did you mean `--seed`?"},
      {"run s.yaml --set", "--set"},
      {"run s.yaml --set duration", "`duration` is no override; allowed: PATH=VALUE"},
      {"run s.yaml --trace all", "`all` is no level; allowed: off, summary, full"},
      {"run s.yaml --format lparstat", "allowed: text, json, junit"},
      {"run s.yaml --format lparcfg", "`lparcfg` is a format of lparsim report"},
      {"run s.yaml --format xml", "unknown format `xml`"},
      {"run s.yaml --seed abc", "--set seed: `abc`"},
      {"report nowhere.db", "nowhere.db"},
      {"report s.yaml --interval 3", "--interval: `3` has no unit"},
      {"report s.yaml --vp one", "--vp: `one` is no virtual processor"},
      {"report s.yaml --format vmstta", "did you mean `vmstat`?"},
      {"report s.yaml --format lparcfg --partition web --at 3 -o tree", "--at: `3` has no unit"},
      {"hash nowhere.db", "nowhere.db"},
  };
  for (const auto& [words, expected] : cases) {
    const Finished finished = lparsim(words);
    EXPECT_EQ(finished.code, 2) << words;
    EXPECT_EQ(finished.out, "") << words;
    EXPECT_THAT(finished.err, HasSubstr(expected)) << words;
  }
}

}  // namespace
}  // namespace lparsim::app
