#include <cstdlib>
#include <regex>

#include "sim/report/command_run.hpp"

namespace lparsim::report {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

/// The lines of the first table, without what stands above its rows.
std::vector<std::string> first_table(const std::string& text) {
  std::vector<std::string> rows;
  bool inside = false;
  for (const std::string& line : lines_of(text)) {
    if (inside && line.starts_with("---")) return rows;
    if (inside) rows.push_back(line);
    if (line.starts_with("cpu")) inside = true;
  }
  return rows;
}

/// A column by its name, as awk would find it; `-` counts as 0.
double cell(const std::string& text, const std::string& row_name, const std::string& column) {
  std::vector<std::string> names;
  for (const std::string& line : lines_of(text)) {
    const std::vector<std::string> fields = fields_of(line);
    if (!fields.empty() && fields[0] == "cpu") names = fields;
    if (fields.empty() || fields[0] != row_name) continue;
    const auto at = std::ranges::find(names, column);
    if (at != names.end()) return std::atof(fields[static_cast<std::size_t>(at - names.begin())].c_str());
  }
  ADD_FAILURE() << row_name << " " << column << " in\n" << text;
  return 0;
}

TEST(Mpstat, HasTheLayoutOfAix) {
  const CommandRun run;
  const std::string text = run(Format::mpstat, {"aix", {}});
  EXPECT_THAT(text, testing::StartsWith("\nSystem configuration: lcpu=8 ent=1.3 mode=Uncapped \n\n"
                                        "cpu  min  maj  mpc  int   cs  ics   rq  mig lpa sysc us sy wa id   pc  %ec  lcs\n"
                                        "  0    -    -    -    - 4000  300    -  200 100    - 67 22  9  2 0.45 34.6  100\n"
                                        "  1    -    -    -    - 1000   20    -  550 100    - 50 20 15 15 0.10  7.7    -\n"
                                        "  2    -    -    -    -    0    0    -    0   -    -  0  0  0 100 0.00  0.0    -\n"));
  EXPECT_THAT(text, HasSubstr("\n  U    -    -    -    -    -    -    -    -   -    -  -  -  0 50 0.65 50.0    -\n"
                              "ALL    -    -    - 1234 5678  328    3  750 100    - 30 10  5 55 0.65 50.0  150\n"));
}

TEST(Mpstat, AddsUpToTheEntitlementWithWhatIsUnused) {
  const CommandRun run;
  double sum = 0, rows = 0;
  for (const std::string& line : first_table(run(Format::mpstat, {"aix", {}}))) {
    const std::vector<std::string> fields = fields_of(line);
    if (fields[0] == "ALL") continue;
    sum += std::stod(fields[fields.size() - 3]);
    ++rows;
  }
  EXPECT_EQ(rows, 9);
  EXPECT_NEAR(sum, 1.3, 0.005 * rows);
}

TEST(Mpstat, ShowsNothingUnusedAboveTheEntitlement) {
  const CommandRun run;
  const std::string text = run(Format::mpstat, {"aix", 3_s});
  EXPECT_THAT(text, HasSubstr("\nALL "));
  const std::string second = run(Format::mpstat, {"aix", {}});
  const std::size_t from = second.find("----"), to = second.find("changed");
  EXPECT_THAT(second.substr(from, to - from), testing::Not(HasSubstr("\n  U ")));
}

TEST(Mpstat, OfADedicatedPartitionEndsWithPc) {
  const CommandRun run;
  const std::string text = run(Format::mpstat, {"ded", {}});
  EXPECT_THAT(text, HasSubstr("\nSystem configuration: lcpu=16 mode=Capped \n"));
  EXPECT_THAT(text, HasSubstr("us sy wa id   pc\n"));
  EXPECT_THAT(text, testing::Not(HasSubstr("\n  U ")));
}

TEST(Mpstat, CountsHardwareThreadsByTheServersCores) {
  const CommandRun run;
  const std::string text = run(Format::mpstat, {"aix", {}, 1});
  std::vector<std::string> names;
  for (const std::string& line : first_table(text)) names.push_back(fields_of(line)[0]);
  EXPECT_THAT(names, ElementsAre("8", "9", "10", "11")) << "SMT4 on cores with 8 threads";
}

TEST(MpstatD, HasTheLayoutOfAix) {
  const CommandRun run;
  const std::string text = run(Format::mpstat_d, {"aix", {}});
  EXPECT_THAT(
      text,
      testing::StartsWith(
          "\nSystem configuration: lcpu=8 ent=1.3 mode=Uncapped \n\n"
          "cpu     cs    ics  bound     rq   push S3pull  S3grd  S0rd  S1rd  S2rd  S3rd  S4rd  S5rd   ilcs   vlcs S3hrd S4hrd S5hrd\n"
          "  0   4000    300      -      -      -      -      -  95.0   3.8   0.0   1.2   0.0   0.0     10     90     -     -     -\n"
          "  1   1000     20      -      -      -      -      -  45.0  45.0   0.0  10.0   0.0   0.0      -      -     -     -     -\n"));
}

TEST(MpstatD, RedispatchesAddUpToAHundred) {
  const CommandRun run;
  const std::string text = run(Format::mpstat_d, {"aix", 3_s});
  double sum = 0;
  for (const char* domain : {"S0rd", "S1rd", "S2rd", "S3rd", "S4rd", "S5rd"}) sum += cell(text, "ALL", domain);
  EXPECT_NEAR(sum, 100, 0.3);
  EXPECT_EQ(cell(text, "ALL", "ilcs"), 22);
  EXPECT_EQ(cell(text, "ALL", "vlcs"), 278);
}

TEST(MpstatS, ShowsEachVirtualProcessorOverItsThreads) {
  const CommandRun run;
  const std::vector<std::string> lines = lines_of(run(Format::mpstat_s, {"aix", {}}));
  ASSERT_GE(lines.size(), 7U);
  EXPECT_THAT(fields_of(lines[3]), ElementsAre("Proc0", "Proc8"));
  EXPECT_THAT(fields_of(lines[4]), ElementsAre("55.00%", "10.00%"));
  EXPECT_THAT(fields_of(lines[5]), ElementsAre("cpu0", "cpu1", "cpu2", "cpu3", "cpu8", "cpu9", "cpu10", "cpu11"));
  EXPECT_THAT(fields_of(lines[6]), ElementsAre("45.00%", "10.00%", "0.00%", "0.00%", "10.00%", "0.00%", "0.00%", "0.00%"));
}

TEST(MpstatS, BreaksLinesBetweenVirtualProcessors) {
  const CommandRun run;
  const std::string text = run(Format::mpstat_s, {"aix", {}});
  const std::vector<std::string> lines = lines_of(text.substr(text.find("changed")));
  EXPECT_THAT(fields_of(lines[4]), ElementsAre("Proc0")) << "SMT8";
  EXPECT_THAT(fields_of(lines[9]), ElementsAre("Proc8"));
  EXPECT_THAT(fields_of(lines[14]), ElementsAre("Proc16"));
}

}  // namespace
}  // namespace lparsim::report
