#include "sim/scenario/recordings.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "sim/scenario/read_scenario.hpp"

namespace lparsim::scenario {
namespace {

using namespace literals;
using testing::ElementsAre;
using testing::HasSubstr;

/// A scenario in a folder of its own, with a recording beside it.
class Recordings : public testing::Test {
 protected:
  Recordings() : folder_{std::filesystem::temp_directory_path() / ("lparsim_recordings_" + std::to_string(getpid()))} {
    std::filesystem::create_directories(folder_);
    write("s.yaml", R"(lparsim: 1
name: replay
duration: 10 s
server:
  processor: {generation: POWER9, cores: 4, frequency: 3.8 GHz}
  partitions:
    - name: web
      processors: {entitlement: 1}
      workloads: [{name: load, type: recording, recording: day.csv}]
)");
  }
  ~Recordings() override { std::filesystem::remove_all(folder_); }

  void write(const std::string& name, const std::string& text) const { std::ofstream(folder_ / name, std::ios::binary) << text; }
  std::string path(const std::string& name) const { return (folder_ / name).string(); }
  ScenarioReading read(const std::vector<config::Override>& overrides = {}) const { return read_scenario(path("s.yaml"), overrides); }
  std::vector<std::string> diagnostics() const {
    std::vector<std::string> lines;
    std::istringstream printed{read().diagnostics.text()};
    for (std::string line; std::getline(printed, line);)
      lines.push_back(line.starts_with(folder_.string()) ? line.substr(folder_.string().size() + 1) : line);
    return lines;
  }
  static const workload::Recording& recording(const ScenarioReading& reading) {
    return std::get<workload::Recording>(reading.scenario.servers[0].partitions[0].workloads[0].type);
  }

 private:
  std::filesystem::path folder_;
};

TEST_F(Recordings, AreReadBesideTheScenario) {
  write("day.csv", "time,pu\n0,0.5\n1 min,1.25\n");
  const auto reading = read();
  EXPECT_EQ(reading.diagnostics.text(), "");
  ASSERT_EQ(recording(reading).demand.size(), 2U);
  EXPECT_EQ(recording(reading).demand[1].at, 60_s);
  EXPECT_EQ(recording(reading).demand[1].pu, 1.25);
}

TEST_F(Recordings, StandInTheOverridesSoThatTheRunCanBeRepeatedWithoutThem) {
  write("day.csv", "time,pu\n0,0.50\n1.5,1.25 PU\n");
  const auto first = read({{"seed", "7"}});
  EXPECT_EQ(first.scenario.overrides,
            "seed=7\n"
            "server.partitions.web.workloads.load.recording=null\n"
            "server.partitions.web.workloads.load.demand=[{at: 0 s, pu: 0.50}, {at: 1.5 s, pu: 1.25 PU}]\n");
  std::vector<config::Override> overrides;
  std::istringstream lines{first.scenario.overrides};
  for (std::string line; std::getline(lines, line);) overrides.push_back(config::parse_override(line).value());
  std::filesystem::remove(path("day.csv"));
  const auto again = read(overrides);
  EXPECT_EQ(again.diagnostics.text(), "");
  EXPECT_EQ(again.scenario.overrides, first.scenario.overrides);
  EXPECT_EQ(again.scenario.text, first.scenario.text);
  ASSERT_EQ(recording(again).demand.size(), 2U);
  EXPECT_EQ(recording(again).demand[1].at, recording(first).demand[1].at);
  EXPECT_EQ(recording(again).demand[1].pu, recording(first).demand[1].pu);
}

TEST_F(Recordings, SayInWhichOfTheirLinesSomethingIsWrong) {
  write("day.csv", "time,pu\n0,0.5\n1,\n2,nan\n");
  const std::string at = "server.partitions.web.workloads.load.recording: ";
  EXPECT_THAT(diagnostics(), ElementsAre("day.csv:3:1: " + at + "the demand is missing: a hole; allowed: processing units such as `0.5`",
                                         "day.csv:4:1: " + at + "`nan` is not a number; allowed: processing units such as `0.5`"));
  write("day.csv", "time,pu\n0,0.5\n1,1\n0.5,1\n");
  EXPECT_THAT(diagnostics(), ElementsAre("day.csv:4:1: " + at + "500 ms goes back before 1 s, the time before it; allowed: rising times"));
}

TEST_F(Recordings, ThatCannotBeReadAreRefused) {
  EXPECT_THAT(diagnostics(), testing::Contains(HasSubstr("day.csv` cannot be opened: No such file or directory; allowed:")));
  std::filesystem::create_directory(path("day.csv"));
  EXPECT_THAT(diagnostics(), testing::Contains(HasSubstr("day.csv` is a directory; allowed: a file")));
  std::filesystem::remove(path("day.csv"));
  std::filesystem::create_symlink("/dev/zero", path("day.csv"));
  EXPECT_THAT(diagnostics(), testing::Contains(HasSubstr("is no ordinary file")));
  std::filesystem::remove(path("day.csv"));
  write("day.csv", std::string((std::size_t{16} << 20) + 1, '#'));
  EXPECT_THAT(diagnostics(), testing::Contains(HasSubstr("is too large; allowed: 16 MiB")));
  write("day.csv", "");
  EXPECT_THAT(diagnostics(),
              testing::Contains(HasSubstr("day.csv:1:1: server.partitions.web.workloads.load.recording: nothing stands here")));
}

TEST_F(Recordings, OfMoreThanTheServerHasAreRefused) {
  write("day.csv", "time,pu\n0,4.5\n");
  EXPECT_THAT(diagnostics(),
              testing::Contains(HasSubstr("the recording wants up to 4.5 PU; allowed: at most 4 PU, all cores of the server")));
}

}  // namespace
}  // namespace lparsim::scenario
