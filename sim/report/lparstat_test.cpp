#include <cstdio>
#include <map>
#include <regex>

#include "sim/report/command_run.hpp"

namespace lparsim::report {
namespace {

using testing::HasSubstr;

/// As monitoring agents read lparstat: names from the line that begins with %user, values from every line of numbers after it.
std::vector<std::map<std::string, double>> rows_of(const std::string& text) {
  std::vector<std::map<std::string, double>> rows;
  std::vector<std::string> names;
  for (const std::string& line : lines_of(text)) {
    const std::vector<std::string> fields = fields_of(line);
    if (fields.empty() || fields[0].starts_with("---")) continue;
    if (fields[0] == "%user") names = fields;
    if (names.empty() || !std::regex_match(fields[0], std::regex{"[0-9.]+"})) continue;
    EXPECT_EQ(fields.size(), names.size()) << line;
    rows.emplace_back();
    for (std::size_t c = 0; c < std::min(fields.size(), names.size()); ++c) rows.back()[names[c]] = std::stod(fields[c]);
  }
  return rows;
}

TEST(AixLparstat, HasTheColumnsOfASharedPartition) {
  const CommandRun run;
  const std::string text = run(Format::lparstat, {"aix", {}});
  EXPECT_THAT(text, testing::StartsWith("\nSystem configuration: type=Shared mode=Uncapped smt=4 lcpu=8 mem=43008MB psize=4 ent=1.30\n\n"
                                        "%user  %sys  %wait  %idle physc %entc  lbusy   app  vcsw phint  %nsp  %utcyc\n"
                                        "----- ----- ------ ------ ----- ----- ------   --- ----- ----- -----  ------\n"
                                        " 30.0  10.0    5.0   55.0  0.65  50.0   20.0  3.25   150     2   120  80.00\n"
                                        " 80.0  10.0    0.0   10.0  1.95 150.0   20.0  3.25   150     2   120  90.00\n"));
}

TEST(AixLparstat, SharesAddUpToAHundredInBothRegimes) {
  const CommandRun run;
  for (const auto& row : rows_of(run(Format::lparstat, {"aix", {}})))
    EXPECT_NEAR(row.at("%user") + row.at("%sys") + row.at("%wait") + row.at("%idle"), 100, 0.21);
}

TEST(AixLparstat, WarnsAndBeginsAnewWhenTheConfigurationChanges) {
  const CommandRun run;
  const std::string text = run(Format::lparstat, {"aix", {}});
  EXPECT_THAT(text, HasSubstr("\n\nSystem configuration changed. The current iteration values may be inaccurate.\n\n"
                              "System configuration: type=Shared mode=Capped smt=8 lcpu=24 mem=43008MB psize=4 ent=2.00\n"));
  EXPECT_EQ(rows_of(text).size(), 3U);
}

TEST(AixLparstat, OfADedicatedPartitionHasNoCapacity) {
  const CommandRun run;
  EXPECT_THAT(run(Format::lparstat, {"ded", {}}),
              testing::StartsWith("\nSystem configuration: type=Dedicated mode=Capped smt=8 lcpu=16 mem=43008MB\n\n"
                                  "%user  %sys  %wait  %idle  %nsp\n"
                                  "----- ----- ------ ------ -----\n"
                                  " 25.0   0.0    0.0   75.0   100\n"));
}

TEST(LinuxLparstat, HasTheFormOfPowerpcUtils) {
  const CommandRun run;
  // /proc/stat counts whole hundredths: of 8 logical processors 9 user, 3 system, 10 stolen and 777 idle in the first second.
  EXPECT_EQ(run(Format::lparstat, {"lin", {}}),
            "\nSystem Configuration\ntype=Shared mode=Uncapped smt=4 lcpu=2 mem=8388608 kB cpus=6 ent=0.50 \n\n"
            "%user  %sys %wait    %idle    physc %entc lbusy   app  vcsw phint\n"
            "----- ----- -----    -----    ----- ----- ----- ----- ----- -----\n"
            " 1.14  0.38  0.00    98.48     0.12 24.00  1.52  3.14   219     3\n"
            " 2.28  0.76  0.00    96.96     0.25 50.00  3.04  3.14   438     6\n"
            " 3.54  1.14  0.00    95.32     0.37 74.00  4.68  3.14   657     9\n");
}

TEST(LinuxLparstat, RoundsCapacityAsTheRealCommandDoes) {
  const CommandRun run;
  const auto rows = rows_of(run(Format::lparstat, {"lin", {}}));
  ASSERT_EQ(rows.size(), 3U);
  SimTime consumed, idle;
  for (int second = 0; second < 3; ++second) {
    // The counters as text files hold them, and the arithmetic of the real command on them.
    const auto ticks = [](SimTime t) {
      return static_cast<float>(timebase_ticks(t));
    };
    const trace::IntervalSample i = CommandRun::linux_interval(second);
    const float purr = static_cast<float>(timebase_ticks(consumed + i.consumed) - timebase_ticks(consumed));
    const float pool = static_cast<float>(timebase_ticks(idle + i.pool_idle) - timebase_ticks(idle));
    char physc[32], app[32], entc[32];
    std::snprintf(physc, sizeof physc, "%.2f", static_cast<double>(purr / ticks(1_s)));
    std::snprintf(entc, sizeof entc, "%.2f", std::atof(physc) / std::atof("0.50") * 100.0);
    std::snprintf(app, sizeof app, "%.2f", static_cast<double>(pool / 512e6F / 1.0F));
    const auto& row = rows[static_cast<std::size_t>(second)];
    EXPECT_EQ(row.at("physc"), std::stod(physc));
    EXPECT_EQ(row.at("%entc"), std::stod(entc));
    EXPECT_EQ(row.at("app"), std::stod(app));
    consumed += i.consumed;
    idle += i.pool_idle;
  }
}

TEST(LparstatI, OfAixCanBeReadByItsKeys) {
  const CommandRun run;
  const std::string text = run(Format::lparstat_i, {"aix", {}});
  std::map<std::string, std::string> values;
  for (const std::string& line : lines_of(text)) {
    ASSERT_EQ(line.substr(43, 2), ": ") << line;
    values[line.substr(0, line.find_last_not_of(' ', 42) + 1)] = line.substr(45);
  }
  EXPECT_EQ(values.size(), 44U);
  EXPECT_EQ(values["Type"], "Shared-SMT-8");
  EXPECT_EQ(values["Mode"], "Capped");
  EXPECT_EQ(values["Entitled Capacity"], "2.00");
  EXPECT_EQ(values["Partition Number"], "2");
  EXPECT_EQ(values["Partition Group-ID"], "32770");
  EXPECT_EQ(values["Shared Pool ID"], "1");
  EXPECT_EQ(values["Online Virtual CPUs"], "3");
  EXPECT_EQ(values["Minimum Virtual CPUs"], "2");
  EXPECT_EQ(values["Online Memory"], "43008 MB");
  EXPECT_EQ(values["Active CPUs in Pool"], "4");
  EXPECT_EQ(values["Maximum Capacity of Pool"], "400");
  EXPECT_EQ(values["Entitled Capacity of Pool"], "180");
  EXPECT_EQ(values["Physical CPU Percentage"], "66.67%");
  EXPECT_EQ(values["Desired Capacity"], "1.30");
  EXPECT_EQ(values["Unallocated Variable Memory Capacity Weight"], "-");
}

TEST(LparstatI, OfLinuxHasTheKeysAndMixedUnitsOfPowerpcUtils) {
  const CommandRun run;
  const std::string text = run(Format::lparstat_i, {"lin", {}});
  for (const char* line :
       {"\nType                                         : Shared\n", "\nEntitled Capacity                            : 0.50\n",
        "\nOnline Memory                                : 8388608 kB\n", "\nMinimum Memory                               : 8192\n",
        "\nShared Physical CPUS in system               : 6\n", "\nMaximum Capacity of Pool                     : 6.00\n",
        "\nEntitled Capacity of Pool                    : 50\n", "\nPhysical CPU Percentage                      : 25\n",
        "\nMinimum Virtual CPUs                         : 1\n", "\nMinimum Capacity                             : 0.05\n",
        "\nMaximum Capacity                             : 2.00\n", "\nMemory Pool ID                               : 65535\n",
        "\nDesired Variable Capacity Weight             : 128\n"})
    EXPECT_THAT(text, HasSubstr(line));
  EXPECT_EQ(lines_of(text).size(), 34U);
}

TEST(LparstatI, OfLinuxOnDedicatedCoresHasNoPoolOfItsOwn) {
  trace::RunInfo run = CommandRun::facts();
  run.partitions[2].type = "linux";
  run.partitions[2].sharing_mode = "share_idle_procs_always";
  const trace::TemporaryFile file;
  trace::Recorder{file.path(), trace::Level::off, run}.finish({});
  const auto reader = trace::Reader::open(file.path());
  ASSERT_TRUE(reader);
  const std::string text = render(*reader, Format::lparstat_i, {"ded", {}}).value_or("");
  EXPECT_THAT(text, HasSubstr("\nType                                         : Dedicated\n"));
  EXPECT_THAT(text, HasSubstr("\nMode                                         : Capped\n")) << "powerpc-utils knows no donating";
  EXPECT_THAT(text, HasSubstr("\nMinimum Capacity                             : 1.00\n"));
  EXPECT_THAT(text, HasSubstr("\nMaximum Capacity of Pool                     : 0.00\n"));
  EXPECT_THAT(text, testing::Not(HasSubstr("Shared Pool ID")));
}

TEST(LparstatE, OfAixGivesCoresByPurrAndSpurr) {
  const CommandRun run;
  const std::string text = run(Format::lparstat_e, {"aix", {}});
  EXPECT_THAT(text,
              testing::StartsWith("\nSystem configuration: type=Shared mode=Uncapped smt=4 lcpu=8 mem=43008MB ent=1.30 Power=Disabled\n\n"
                                  "Physical Processor Utilisation:\n\n"
                                  " --------Actual--------              ------Normalised------\n"
                                  " user   sys  wait  idle      freq    user   sys  wait  idle\n"
                                  " ----  ----  ----  ----   ---------  ----  ----  ----  ----\n"
                                  "0.390 0.130 0.065 0.715 4.6GHz[120%] 0.468 0.156 0.065 0.611\n"));
}

TEST(LparstatE, OfLinuxGivesSharesOfItsCores) {
  const CommandRun run;
  const std::regex row{R"(\s*([0-9.]+)\s+([0-9.]+)\s+([0-9.]+)GHz\[\s*([0-9]+)%\]\s+([0-9.]+)\s+([0-9.]+))"};
  std::smatch match;
  const std::string last = lines_of(run(Format::lparstat_e, {"lin", {}})).back();
  ASSERT_TRUE(std::regex_match(last, match, row)) << last;
  EXPECT_EQ(match[1], "18.52");
  EXPECT_EQ(match[2], "81.48");
  EXPECT_EQ(match[3], "3.80");
  EXPECT_EQ(match[4], "100");
  EXPECT_EQ(match[5], "18.52");
}

}  // namespace
}  // namespace lparsim::report
