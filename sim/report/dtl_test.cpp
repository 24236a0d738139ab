#include <regex>

#include "sim/report/command_run.hpp"

namespace lparsim::report {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

TEST(Dtl, HasTheLayoutOfPerfScript) {
  const CommandRun run;
  const std::vector<std::string> lines = lines_of(run(Format::dtl, {"lin", {}}));
  ASSERT_EQ(lines.size(), 3U);
  EXPECT_EQ(lines[0],
            "         swapper       0 [008]     1.000000:                                vpa-dtl: timebase: 512000000 "
            "dispatch_reason:decrementer_interrupt, preempt_reason:unused, enqueue_to_dispatch_time:2560,                      "
            "ready_to_enqueue_time:5120, waiting_to_ready_time:10240, processor_id: 5                0 [unknown] ([unknown])");
}

TEST(Dtl, CanBeReadBackWithTheReasonOfTheLastLossOfTheCore) {
  const CommandRun run;
  const std::regex event{
      R"(\s*(\S+)\s+(\d+) \[(\d+)\]\s+([\d.]+):\s+vpa-dtl: timebase: (\d+) dispatch_reason:(\w+), preempt_reason:(\w+), )"
      R"(enqueue_to_dispatch_time:(\d+),\s+ready_to_enqueue_time:(\d+), waiting_to_ready_time:(\d+), processor_id: (\d+) .*)"};
  std::vector<std::string> seen;
  for (const std::string& line : lines_of(run(Format::dtl, {"lin", {}}))) {
    std::smatch match;
    ASSERT_TRUE(std::regex_match(line, match, event)) << line;
    seen.push_back(match.str(3) + " " + match.str(4) + " " + match.str(6) + " " + match.str(7));
  }
  EXPECT_THAT(seen, ElementsAre("008 1.000000 decrementer_interrupt unused", "000 1.001000 priv_doorbell unused",
                                "008 1.002000 priv_doorbell H_CEDE"));
}

TEST(Dtl, OfOneVirtualProcessorIsItsOwn) {
  const CommandRun run;
  EXPECT_EQ(lines_of(run(Format::dtl, {"lin", {}, 0})).size(), 1U);
  EXPECT_THAT(run(Format::dtl, {"lin", {}, 2}), HasSubstr("partition `lin` has no virtual processor 2; allowed: 0 to 1"));
}

TEST(Dtl, SaysThatItNeedsEveryDispatch) {
  const CommandRun run{trace::Level::summary};
  EXPECT_THAT(run(Format::dtl, {"lin", {}}), HasSubstr("was recorded with --trace summary, and this format needs --trace full"));
}

TEST(DtlBinary, IsAFileOfBigEndianEntriesForEachVirtualProcessor) {
  const CommandRun run;
  const std::vector<ReportFile> files = run.files(Format::dtl_binary, {"lin", {}});
  ASSERT_EQ(files.size(), 2U);
  EXPECT_EQ(files[0].path, "cpu-0");
  EXPECT_EQ(files[1].path, "cpu-8");
  ASSERT_EQ(files[1].content.size(), 2 * 48U);
  const auto number = [&](std::size_t offset, std::size_t length) {
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < length; ++i) value = value << 8 | static_cast<unsigned char>(files[1].content[48 + offset + i]);
    return value;
  };
  EXPECT_EQ(number(0, 1), 10U) << "doorbell";
  EXPECT_EQ(number(1, 1), 2U) << "ceded";
  EXPECT_EQ(number(2, 2), 5U) << "core";
  EXPECT_EQ(number(4, 4), 2560U);
  EXPECT_EQ(number(8, 4), 5120U);
  EXPECT_EQ(number(12, 4), 10240U);
  EXPECT_EQ(number(16, 8), 512000000U + 2 * 512000U);
  EXPECT_EQ(number(24, 8) | number(32, 8) | number(40, 8), 0U);
}

TEST(DtlBinary, IsNoText) {
  const CommandRun run;
  EXPECT_THAT(run(Format::dtl_binary, {"lin", {}}), HasSubstr("-o has to name a directory"));
}

TEST(Vcpudispatch, HasTheColumnsOfTheKernel) {
  const CommandRun run;
  EXPECT_EQ(run(Format::vcpudispatch, {"aix", {}}), "cpu0 200 140 40 20 0 0 0 0\ncpu8 100 60 30 10 0 0 0 0\ncpu16 0 0 0 0 0 0 0 0\n");
  EXPECT_EQ(run(Format::vcpudispatch, {"aix", {}, 1}), "cpu8 100 60 30 10 0 0 0 0\n");
}

TEST(Format, SaysWhichPartitionsItCouldShow) {
  const CommandRun run;
  EXPECT_THAT(run(Format::mpstat), HasSubstr("--partition has to name it; there are lin, aix, ded"));
  EXPECT_THAT(run(Format::vmstat, {"aixx", {}}), HasSubstr("did you mean `aix`?"));
}

TEST(Format, RefusesOptionsThatItDoesNotTake) {
  const CommandRun run;
  EXPECT_THAT(run(Format::dtl, {"lin", 1_s}), HasSubstr("an interval is for the formats lparstat, "));
  EXPECT_THAT(run(Format::vmstat, {"lin", {}, 1}), HasSubstr("a virtual processor is for the formats mpstat, "));
  EXPECT_THAT(run(Format::text, {{}, {}, 1}), HasSubstr("a virtual processor is for the formats"));
}

TEST(Format, NeedsTheTraceLevelThatHoldsItsFigures) {
  const CommandRun run{trace::Level::off};
  EXPECT_THAT(run(Format::mpstat, {"aix", {}}), HasSubstr("recorded with --trace off"));
  EXPECT_THAT(run(Format::lparstat_i, {"aix", {}}), HasSubstr("Entitled Capacity                          : 1.30\n"));
}

}  // namespace
}  // namespace lparsim::report
