// Runs that others control by a socket, and their repetition, as users of the command see it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sim/app/live_process.hpp"
#include "sim/trace/reader.hpp"
#include "sim/trace/table_hash.hpp"

namespace lparsim::app {
namespace {

using nlohmann::json;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;

constexpr const char* kScenario = R"(lparsim: 1
name: controlled
duration: 2 s
warmup: 100 ms
server:
  processor: {generation: POWER9, cores: 2, cores_per_chip: 2, frequency: 3 GHz, smt: 4}
  partitions:
    - {name: web, processors: {entitlement: 0.5, virtual: 2}, workloads: [{name: orders, type: open, arrivals: poisson(800 /s), transaction: [{compute: exponential(1 ms)}]}]}
    - {name: db, processors: {entitlement: 0.5, virtual: 2, weight: 64}, workloads: [{name: burn, type: spin, threads: 8}]}
events:
  - {at: 1 s, partition: db, virtual: 3}
)";

class Control : public testing::Test {
 protected:
  Control() { lparsim_.write("s.yaml", kScenario); }
  LiveProcess live(std::vector<std::string> more) const {
    std::vector<std::string> arguments{"run", "s.yaml", "--control", "sock", "-o", "live.db"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return {lparsim_.folder(), arguments};
  }
  LiveClient client(const LiveProcess& process) const { return {lparsim_.folder() / "sock", process}; }
  std::vector<trace::TableHash> hashes(const char* file) const {
    const auto found = trace::table_hashes(lparsim_.folder() / file);
    EXPECT_TRUE(found.has_value()) << file;
    return found.value_or(std::vector<trace::TableHash>{});
  }

  LparsimProcess lparsim_;
};

/// `name rows hash` of each: what a failed comparison prints.
std::vector<std::string> text(const std::vector<trace::TableHash>& hashes) {
  std::vector<std::string> lines;
  for (const auto& table : hashes) lines.push_back(table.table + " " + std::to_string(table.rows) + " " + std::to_string(table.hash));
  return lines;
}

TEST_F(Control, RepeatsAControlledRunToTheSameFileWithoutItsScenario) {
  {
    auto process = live({"--paused", "--trace", "full"});
    LiveClient client = this->client(process);
    EXPECT_EQ(client.wait_for("hello").value("scenario", ""), "controlled");
    // At the very beginning, at an instant that nothing else has, at that of an event, and while it runs.
    EXPECT_EQ(client.ask(R"({"id":1,"do":"set","partition":"web","entitlement":0.6})"),
              json::parse(R"({"id":1,"ok":true,"number":1,"at_ps":0,"text":"{at: 0 s, partition: web, entitlement: 0.6}"})"));
    client.step("333333333 ns");
    EXPECT_EQ(client.ask(R"({"do":"set","partition":"db","weight":200,"capped":true})").at("at_ps"), 333'333'333'000);
    EXPECT_EQ(client.ask(R"({"do":"set","partition":"db","entitlement":0.7})").at("number"), 3);
    EXPECT_THAT(client.ask(R"({"do":"set","partition":"db","entitlement":9})").value("error", ""), HasSubstr("; allowed: "));
    client.step("666666667 ns");
    EXPECT_EQ(client.ask(R"({"do":"set","partition":"db","capped":false})").at("at_ps"), 1'000'000'000'000);
    EXPECT_EQ(client.ask(R"({"do":"pace","pace":10})").at("ok"), true);
    client.ask(R"({"do":"resume"})");
    const json last = client.ask(R"({"do":"set","partition":"web","virtual":1})");
    // It may be over by then.
    if (!last.is_null()) {
      EXPECT_EQ(last.at("ok"), true) << last;
      EXPECT_EQ(client.wait_for("end").at("outcome"), "finished");
    }
    EXPECT_EQ(process.wait(), 0) << lparsim_.read("live.err");
  }
  EXPECT_FALSE(std::filesystem::exists(lparsim_.folder() / "sock"));
  EXPECT_EQ(lparsim_.read("live.err"), "");
  const auto changes = trace::Reader::open(lparsim_.folder() / "live.db")->control_changes();
  ASSERT_GE(changes->size(), 4U);
  EXPECT_EQ((*changes)[1].text, "{at: 333.333333 ms, partition: db, weight: 200, capped: true}");

  lparsim_.write("s.yaml", "gone: true\n");
  const Finished again = lparsim_("run --repeat live.db -o again.db");
  EXPECT_EQ(again.code, 0) << again.err;
  EXPECT_EQ(text(hashes("again.db")), text(hashes("live.db")));
  // What is compared tells runs apart.
  lparsim_.write("s.yaml", kScenario);
  ASSERT_EQ(lparsim_("run s.yaml --trace full -o plain.db").code, 0);
  EXPECT_NE(text(hashes("plain.db")), text(hashes("live.db")));
  // The changes alone, and everything else from the command line.
  EXPECT_EQ(lparsim_("run s.yaml --repeat live.db -o both.db").code, 0);
  EXPECT_EQ(text(hashes("both.db")), text(hashes("live.db")));
}

TEST_F(Control, LeavesNoTraceOfPausesStepsAndPace) {
  {
    auto process = live({"--paused", "--pace", "1000000"});
    LiveClient client = this->client(process);
    client.step("1 ns");
    client.step("100 ms");
    client.ask(R"({"do":"pace","pace":50})");
    client.step("600 ms");
    client.ask(R"({"do":"pace","pace":"max"})");
    client.ask(R"({"do":"resume"})");
    client.ask(R"({"do":"state"})");
    client.ask(R"({"do":"pause"})");
    client.ask(R"({"do":"resume"})");
    EXPECT_EQ(process.wait(), 0) << lparsim_.read("live.err");
  }
  ASSERT_EQ(lparsim_("run s.yaml -o plain.db").code, 0);
  EXPECT_EQ(text(hashes("live.db")), text(hashes("plain.db")));
  // Neither stream has anything but the report.
  EXPECT_EQ(lparsim_.read("live.out"), lparsim_("report live.db").out);
  EXPECT_EQ(lparsim_.read("live.err"), "");
}

TEST_F(Control, KeepsItsPaceHoweverOftenSomebodyAsks) {
  auto process = live({"--pace", "1e-9"});
  LiveClient client = this->client(process);
  client.wait_for("hello");
  // A thousand picoseconds a second, by the run's own clock; pieces of twenty.
  for (int i = 0; i < 300; ++i) {
    const json state = client.ask(R"({"do":"state"})");
    EXPECT_LE(state.at("simulated_ps").get<double>(), state.at("wall_s").get<double>() * 1000 + 21);
  }
  client.ask(R"({"do":"stop"})");
  EXPECT_EQ(process.wait(), 3);
}

TEST_F(Control, ShowsWhatHasHappenedUntilItPauses) {
  auto process = live({"--paused", "--trace", "full"});
  LiveClient client = this->client(process);
  client.step("500 ms");
  const auto reader = trace::Reader::open(lparsim_.folder() / "live.db");
  ASSERT_TRUE(reader.has_value()) << reader.error();
  EXPECT_EQ(reader->simulated(), SimTime::from_ms(500));
  EXPECT_EQ(reader->state(), trace::RunState::running);
  const auto all = reader->dispatches(SimTime{}, SimTime::from_s(10));
  ASSERT_FALSE(all->empty());
  EXPECT_GT(all->back().end, SimTime::from_ms(480));
  EXPECT_LE(all->back().end, SimTime::from_ms(500));
  client.ask(R"({"do":"set","partition":"web","weight":7})");
  EXPECT_EQ(reader->control_changes()->size(), 1U);
  const json partitions = client.ask(R"({"do":"partitions"})").at("partitions");
  EXPECT_EQ(partitions[0].at("weight"), 7);
  EXPECT_EQ(partitions[1].at("virtual"), 2);
  EXPECT_EQ(partitions[1].at("virtual_most"), 3);
  EXPECT_EQ(client.ask(R"({"do":"stop"})").at("ok"), true);
  EXPECT_EQ(process.wait(), 3);
}

TEST_F(Control, StopsInGoodOrderWhenAClientOrASignalSaysSo) {
  for (const bool by_signal : {false, true}) {
    auto process = live({"--paused"});
    LiveClient client = this->client(process);
    client.step("300 ms");
    if (by_signal)
      process.signal(SIGINT);
    else
      EXPECT_EQ(client.ask(R"({"id":"x","do":"stop"})").at("id"), "x");
    const json end = client.wait_for("end");
    EXPECT_EQ(end, json::parse(R"({"event":"end","outcome":"interrupted","simulated_ps":300000000000})"));
    EXPECT_EQ(process.wait(), 3);
    EXPECT_EQ(lparsim_.read("live.err"), "lparsim: interrupted; live.db holds what was simulated until then\n");
    EXPECT_EQ(trace::Reader::open(lparsim_.folder() / "live.db")->state(), trace::RunState::interrupted);
    EXPECT_FALSE(std::filesystem::exists(lparsim_.folder() / "sock"));
  }
}

TEST_F(Control, GoesOnWhateverClientsSayAndWhenTheyGo) {
  auto process = live({"--paused"});
  {
    LiveClient vandal = client(process);
    EXPECT_EQ(vandal.ask("rubbish").at("ok"), false);
    EXPECT_THAT(vandal.ask(std::string(100'000, '{')).value("error", ""), HasSubstr("too long"));
    EXPECT_EQ(vandal.ask(R"({"do":"set","partition":"web","weight":1e300})").at("ok"), false);
    vandal.say(R"({"do":"resume"})");
  }
  EXPECT_EQ(process.wait(), 0) << lparsim_.read("live.err");
  ASSERT_EQ(lparsim_("run s.yaml -o plain.db").code, 0);
  EXPECT_EQ(text(hashes("live.db")), text(hashes("plain.db")));
}

TEST_F(Control, TellsAllClientsOfAChange) {
  auto process = live({"--paused"});
  LiveClient one = client(process);
  LiveClient other = client(process);
  other.wait_for("state");
  one.ask(R"({"do":"set","partition":"db","weight":9})");
  EXPECT_EQ(other.wait_for("change"),
            json::parse(R"({"event":"change","number":1,"at_ps":0,"text":"{at: 0 s, partition: db, weight: 9}"})"));
}

TEST_F(Control, RefusesSocketsAndRepetitionsThatDoNotFit) {
  const auto refusal = [&](const std::string& arguments) {
    const Finished run = lparsim_(arguments);
    EXPECT_EQ(run.code, 2) << arguments;
    EXPECT_EQ(run.out, "");
    return run.err;
  };
  EXPECT_THAT(refusal("run s.yaml --control s.yaml"), AllOf(HasSubstr("--control: `s.yaml`"), HasSubstr("no socket; allowed: ")));
  EXPECT_THAT(refusal("run s.yaml --paused"), HasSubstr("--paused: stands without --control"));
  EXPECT_THAT(refusal("run s.yaml --control sock --pace fast"), HasSubstr("--pace: `fast` is no pace; allowed: 0 or `max`"));
  EXPECT_THAT(refusal("run"), HasSubstr("there is nothing to run; allowed: "));
  EXPECT_THAT(refusal("run --repeat s.yaml"), HasSubstr("it is not a run file"));
  {
    auto process = live({"--paused"});
    LiveClient client = this->client(process);
    client.ask(R"({"do":"set","partition":"db","entitlement":1.2})");
    client.ask(R"({"do":"resume"})");
    EXPECT_EQ(process.wait(), 0);
  }
  EXPECT_THAT(refusal("run s.yaml --control sock --repeat live.db"), HasSubstr("--control: not together with --repeat"));
  EXPECT_THAT(refusal("run --repeat live.db -o live.db"), HasSubstr("`live.db` is the run that is repeated; allowed: "));
  EXPECT_THAT(refusal("run --repeat live.db --set server.processor.cores=1 -o x.db"),
              AllOf(HasSubstr("`live.db`: change 1 at 0 s: "), HasSubstr("add up to 1.7 PU; allowed: at most 1 PU")));
  EXPECT_FALSE(std::filesystem::exists(lparsim_.folder() / "x.db"));
}

TEST_F(Control, RepeatsOverridesPrecisionAndTraceLevelToo) {
  ASSERT_EQ(lparsim_("run s.yaml --set server.partitions.web.processors.weight=3 --seed 5 --trace off --precision web.physc=20% "
                     "--precision-limit 4s -o first.db")
                .code,
            0);
  ASSERT_EQ(lparsim_("run --repeat first.db -o second.db").code, 0);
  EXPECT_EQ(text(hashes("second.db")), text(hashes("first.db")));
  EXPECT_EQ(trace::Reader::open(lparsim_.folder() / "second.db")->host()->trace_level, "off");
}

TEST_F(Control, ChecksAScenarioFromStandardInputForEditors) {
  std::filesystem::create_directories(lparsim_.folder() / "sub");
  lparsim_.write("sub/demand.csv", "time,pu\n0,0.2\n1,0.4\n");
  lparsim_.write("text", std::string{kScenario} + "colour: red\n");
  const Finished wrong = lparsim_("check - --name sub/new.yaml --format json < text");
  EXPECT_EQ(wrong.code, 2);
  EXPECT_EQ(wrong.err, "");
  const json list = json::parse(wrong.out);
  ASSERT_EQ(list.size(), 1U);
  EXPECT_EQ(list[0].at("file"), "sub/new.yaml");
  EXPECT_EQ(list[0].at("line"), 12);
  EXPECT_EQ(list[0].at("column"), 1);
  EXPECT_EQ(list[0].at("severity"), "error");
  EXPECT_THAT(list[0].at("text").get<std::string>(), HasSubstr("colour"));
  const Finished right = lparsim_("check - --format json < s.yaml");
  EXPECT_EQ(right.code, 0);
  EXPECT_EQ(json::parse(right.out), json::array());
  EXPECT_EQ(lparsim_("check - < s.yaml").out, "-: correct\n");
  // Recordings lie beside where the text would lie.
  std::string replayed = kScenario;
  replayed.replace(replayed.find("type: spin, threads: 8"), 22, "type: recording, recording: demand.csv");
  lparsim_.write("text", replayed);
  EXPECT_EQ(lparsim_("check - --name sub/new.yaml < text").out, "sub/new.yaml: correct\n");
  EXPECT_THAT(lparsim_("check - < text").err, HasSubstr("demand.csv"));
  EXPECT_THAT(lparsim_("check s.yaml --name x").err, HasSubstr("--name: the file has a name"));
}

}  // namespace
}  // namespace lparsim::app
