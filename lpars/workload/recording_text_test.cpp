#include "lpars/workload/recording_text.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sim/base/random.hpp"

namespace lparsim::workload {
namespace {

using namespace literals;
using testing::ElementsAre;

std::vector<std::string> problems_of(std::string_view text) {
  std::vector<std::string> lines;
  for (const auto& problem : read_recording(text).problems) lines.push_back(fmt::format("{}: {}", problem.line, problem.message));
  return lines;
}

TEST(RecordingText, IsTimesAndProcessingUnits) {
  const auto recording = read_recording("\xef\xbb\xbf# of Monday\r\ntime,pu\r\n0,0.5\r\n\r\n 1.5 s , 2 PU\r\n0.05 min,.25");
  EXPECT_THAT(problems_of("time,pu\n0,1\n"), ElementsAre());
  ASSERT_EQ(recording.demand.size(), 3U);
  EXPECT_EQ(recording.demand[0].at, 0_s);
  EXPECT_EQ(recording.demand[1].at, 1500_ms);
  EXPECT_EQ(recording.demand[2].at, 3_s);
  EXPECT_EQ(recording.demand[1].pu, 2);
  EXPECT_EQ(recording.demand[2].pu, 0.25);
  EXPECT_EQ(recording.as_yaml, "[{at: 0 s, pu: 0.5}, {at: 1.5 s, pu: 2 PU}, {at: 3 s, pu: .25}]");
}

TEST(RecordingText, SaysWhatIsWrongInWhichLine) {
  EXPECT_THAT(problems_of(""), ElementsAre("1: nothing stands here; allowed: the first line is `time,pu`, a point on each further one"));
  EXPECT_THAT(problems_of("time,pu\n"), ElementsAre("1: there is no point; allowed: at least one"));
  EXPECT_THAT(problems_of("0,1\n1,1\n"), ElementsAre("1: `0,1` stands here; allowed: the first line is `time,pu`"));
  EXPECT_THAT(
      problems_of("time,pu\n0,1\n1,\n2\n,3\n"),
      ElementsAre("3: the demand is missing: a hole; allowed: processing units such as `0.5`", "4: `2` is one figure; allowed: `time,pu`",
                  "5: the time is missing; allowed: a time such as `300` (seconds) or `5 min`"));
  EXPECT_THAT(problems_of("time,pu\n1,1\n1,2\n0,3\n"),
              ElementsAre("3: 1 s is again 1 s, the time before it; allowed: rising times",
                          "4: 0 s goes back before 1 s, the time before it; allowed: rising times"));
  EXPECT_THAT(problems_of("time,pu\n0,-1\n1,nan\n2,x\n3,1e3\n4,1,5\n"),
              ElementsAre("2: `-1` is negative; allowed: processing units such as `0.5`",
                          "3: `nan` is not a number; allowed: processing units such as `0.5`",
                          "4: `x` is not a number; allowed: processing units such as `0.5`", testing::StartsWith("5: `1e3`"),
                          testing::StartsWith("6: `1,5`")));
  EXPECT_THAT(problems_of("time,pu\n0,5000\n"), ElementsAre("2: `5000` is out of range; allowed: at most 4096 PU"));
  EXPECT_THAT(problems_of("time,pu\n-1,1\n"), ElementsAre(testing::StartsWith("2: `-1 s` is negative")));
}

TEST(RecordingText, FindsHoles) {
  EXPECT_THAT(problems_of("time,pu\n0,1\n1,1\n2,1\n12,1\n"), ElementsAre()) << "ten usual steps";
  EXPECT_THAT(problems_of("time,pu\n0,1\n1,1\n2,1\n13,1\n14,1\n"),
              ElementsAre("5: a hole of 11 s before 13 s, where 1 s is usual; allowed: at most 10 times the usual step"));
}

TEST(RecordingText, RefusesWhatIsTooLong) {
  std::string text = "time,pu\n";
  for (std::size_t i = 0; i <= kMostDemandPoints; ++i) text += fmt::format("{},1\n", i);
  EXPECT_THAT(problems_of(text), ElementsAre("100002: more than 100000 points; allowed: so many"));
}

TEST(RecordingText, IsPointsOrProblemsWhateverTheBytes) {
  RandomStream random{1, "bytes"};
  const std::string_view letters = "0123456789.,-+ \t\r\n\0#smeinPUan\xef\xbb\xbf\xff";
  int read = 0;
  for (int round = 0; round < 20'000; ++round) {
    std::string text = random.uniform() < 0.8 ? "time,pu\n" : "";
    SimTime at;
    for (int line = 0; line < 5 && random.uniform() < 0.9; ++line) {
      at += SimTime::from_ms(static_cast<std::int64_t>(random.uniform() * 1000));
      text += fmt::format("{:.3f},{:.2f}\n", at.seconds(), random.uniform());
    }
    for (int change = static_cast<int>(random.uniform() * 3); change > 0; --change) {
      const auto where = static_cast<std::size_t>(random.uniform() * static_cast<double>(text.size() + 1));
      const char letter = letters[static_cast<std::size_t>(random.uniform() * static_cast<double>(letters.size()))];
      random.uniform() < 0.5 && where < text.size() ? text[where] = letter
                                                    : *text.insert(text.begin() + static_cast<std::ptrdiff_t>(where), letter);
    }
    const RecordingText recording = read_recording(text);
    if (recording.problems.empty()) {
      ++read;
      ASSERT_FALSE(problem_of(recording.demand)) << text;
    }
    for (const auto& problem : recording.problems) {
      ASSERT_GE(problem.line, 1U);
      for (const char c : problem.message) ASSERT_GE(static_cast<unsigned char>(c), 0x20) << text;
    }
  }
  EXPECT_GT(read, 2'000);
  EXPECT_LT(read, 18'000);
}

}  // namespace
}  // namespace lparsim::workload
