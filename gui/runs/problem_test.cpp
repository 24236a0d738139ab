#include "gui/runs/problem.hpp"

#include <gtest/gtest.h>

namespace lparsim::gui {
namespace {

TEST(Problem, IsReadFromWhatTheCheckPrints) {
  const auto problems = problemsIn(
      "/a/b: c.yaml:6:11: duration: `20` has no unit; allowed: a time such as `10 ms`\n"
      "/a/b: c.yaml:13:79: warning: server.x: unknown key `weigth`; did you mean `weight`?\n"
      "--set seed: `x` is no number\n"
      "2 errors, 1 warning\n");
  ASSERT_EQ(problems.size(), 3U);
  EXPECT_EQ(problems[0].line, 6);
  EXPECT_EQ(problems[0].column, 11);
  EXPECT_FALSE(problems[0].isWarning);
  EXPECT_EQ(problems[0].text, "duration: `20` has no unit; allowed: a time such as `10 ms`");
  EXPECT_EQ(problems[0].suggestion(), "");
  EXPECT_TRUE(problems[1].isWarning);
  EXPECT_EQ(problems[1].suggestion(), "weight");
  EXPECT_EQ(problems[2].line, 0);
  EXPECT_EQ(problems[2].text, "--set seed: `x` is no number");
}

TEST(Problem, IsUnderlinedAsAWordAValueOrAQuotedText) {
  const auto stretch = [](const QString& line, int column) {
    const Stretch found = stretchOf(line, column);
    return line.mid(found.begin, found.length);
  };
  EXPECT_EQ(stretch("  processors: {weigth: 128, capped: no}", 16), "weigth");
  EXPECT_EQ(stretch("  processors: {weigth: 128 , capped: no}", 24), "128");
  EXPECT_EQ(stretch("duration: 20 s   # long", 11), "20 s");
  EXPECT_EQ(stretch("name: \"a, b\"", 7), "\"a, b\"");
  EXPECT_EQ(stretch("name: \"a, b", 7), "\"a, b");
}

TEST(Problem, CountsColumnsInBytesAsTheSimulatorDoes) {
  const QString line = QString::fromUtf8("{ä: 1, weigth: 2}");
  const Stretch found = stretchOf(line, 9);
  EXPECT_EQ(line.mid(found.begin, found.length), "weigth");
}

TEST(Problem, BeyondTheEndOfALineIsAtItsEnd) {
  EXPECT_EQ(stretchOf("abc", 99).begin, 2);
  EXPECT_EQ(stretchOf("", 1).begin, 0);
}

}  // namespace
}  // namespace lparsim::gui
