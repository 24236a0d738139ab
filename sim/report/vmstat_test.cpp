#include <regex>

#include "sim/report/command_run.hpp"

namespace lparsim::report {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

TEST(AixVmstat, HasTheLayoutOfTheRealCommand) {
  const CommandRun run;
  EXPECT_THAT(run(Format::vmstat, {"aix", {}}),
              testing::StartsWith("\nSystem configuration: lcpu=8 mem=43008MB ent=1.30\n\n"
                                  "kthr    memory              page              faults              cpu\n"
                                  "----- ----------- ------------------------ ------------ -----------------------\n"
                                  " r  b   avm   fre  re  pi  po  fr   sr  cy  in   sy  cs us sy id wa    pc    ec\n"
                                  " 3  0     0 11010048   0   0   0   0    0   0 1234    0 5678 30 10 55  5  0.65  50.0\n"));
}

TEST(AixVmstat, CanBeReadByPlaceAsAgentsDo) {
  const CommandRun run;
  const std::regex row{
      R"(\s*(\d+)\s+(\d+)\s+(\d+)\s+(\d+)(?:\s+\d+){6}\s+(\d+)\s+(\d+)\s+(\d+)\s+(\d+)\s+(\d+)\s+(\d+)\s+(\d+)\s+([\d.]+)\s+([\d.]+)\s*)"};
  int rows = 0;
  for (const std::string& line : lines_of(run(Format::vmstat, {"aix", {}}))) {
    std::smatch match;
    if (!std::regex_match(line, match, row)) continue;
    ++rows;
    EXPECT_NEAR(std::stoi(match[8]) + std::stoi(match[9]) + std::stoi(match[10]) + std::stoi(match[11]), 100, 2) << line;
  }
  EXPECT_EQ(rows, 3);
}

TEST(AixVmstat, OfADedicatedPartitionHasNoCapacity) {
  const CommandRun run;
  const std::string text = run(Format::vmstat, {"ded", {}});
  EXPECT_THAT(text, HasSubstr("lcpu=16 mem=43008MB\n"));
  EXPECT_THAT(text, HasSubstr("cs us sy id wa\n"));
  EXPECT_EQ(fields_of(lines_of(text).back()).size(), 17U);
}

TEST(LinuxVmstat, HasTheLayoutOfProcps) {
  const CommandRun run;
  // Stolen: 4 threads x 0.1 s of 8 s.
  EXPECT_THAT(run(Format::vmstat, {"lin", {}}),
              testing::StartsWith("procs -----------memory---------- ---swap-- -----io---- -system-- ------cpu-----\n"
                                  " r  b   swpd   free   buff  cache   si   so    bi    bo   in   cs us sy id wa st\n"
                                  " 2  0      0 8388608      0      0    0    0     0     0  150  400  4  1 90  0  5\n"));
}

TEST(Steal, IsWaitingForCapacityAndForAProcessor) {
  const CommandRun run;
  const std::vector<std::string> lines = lines_of(run(Format::steal, {"aix", 3_s}));
  ASSERT_EQ(lines.size(), 2U);
  EXPECT_THAT(fields_of(lines[0]), ElementsAre("begin_s", "end_s", "vp", "capacity_ms", "processor_ms", "steal_ms", "%steal"));
  EXPECT_THAT(fields_of(lines[1]), ElementsAre("0.000", "3.000", "all", "60.000", "30.000", "90.000", "1.00"));
}

TEST(Steal, OfAVirtualProcessorIsItsOwn) {
  const CommandRun run;
  const std::vector<std::string> lines = lines_of(run(Format::steal, {"aix", {}, 0}));
  ASSERT_EQ(lines.size(), 4U);
  EXPECT_THAT(fields_of(lines[1]), ElementsAre("0.000", "1.000", "0", "20.000", "5.000", "25.000", "2.50"));
  EXPECT_THAT(fields_of(lines[2]), ElementsAre("1.000", "2.000", "0", "0.000", "0.000", "0.000", "0.00"));
}

}  // namespace
}  // namespace lparsim::report
