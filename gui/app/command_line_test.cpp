#include "gui/app/command_line.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sim/base/time.hpp"

namespace lparsim::gui {
namespace {

using namespace literals;
using ::testing::HasSubstr;

const QStringList kViews{"timeline", "topology"};

CommandLine parsed(const QStringList& words) {
  const auto line = parseCommandLine(QStringList{"lparsim-gui"} + words, kViews);
  EXPECT_TRUE(line) << (line ? "" : line.error().toStdString());
  return line ? std::get<CommandLine>(*line) : CommandLine{};
}

std::string refused(const QStringList& words) {
  const auto line = parseCommandLine(QStringList{"lparsim-gui"} + words, kViews);
  EXPECT_FALSE(line);
  return line ? "" : line.error().toStdString();
}

TEST(CommandLine, TakesAFileAndWhereToLook) {
  const CommandLine line =
      parsed({"a.db", "--at", "1.5 s", "--window", "1 s..2 s", "--select", "web", "--size", "1280x800", "--theme", "dark"});
  EXPECT_EQ(line.file, "a.db");
  EXPECT_EQ(line.at, 1500_ms);
  EXPECT_EQ(line.window, (TimeRange{1_s, 2_s}));
  EXPECT_EQ(line.selected, "web");
  EXPECT_EQ(line.size, QSize(1280, 800));
  EXPECT_EQ(line.appearance, Appearance::dark);
}

TEST(CommandLine, TakesSeveralPictures) {
  const CommandLine line = parsed({"a.db", "--screenshot", "timeline=t.svg", "--screenshot=window=w.png"});
  ASSERT_EQ(line.shots.size(), 2U);
  EXPECT_EQ(line.shots[0].view, "timeline");
  EXPECT_EQ(line.shots[0].path, "t.svg");
  EXPECT_EQ(line.shots[1].view, "window");
}

TEST(CommandLine, ListsTheViewsWhereOneIsUnknown) {
  EXPECT_THAT(refused({"--screenshot", "timelime=a.png"}), HasSubstr("window, timeline, topology"));
}

TEST(CommandLine, SaysWhatIsAllowed) {
  EXPECT_THAT(refused({"--screenshot", "timeline=a.gif"}), HasSubstr(".png or .svg"));
  EXPECT_THAT(refused({"--screenshot", "window=a.svg"}), HasSubstr(".png"));
  EXPECT_THAT(refused({"--size", "1280"}), HasSubstr("1280x800"));
  EXPECT_THAT(refused({"--size", "1x99999"}), HasSubstr("10000"));
  EXPECT_THAT(refused({"--theme", "pink"}), HasSubstr("system, light, dark"));
  EXPECT_THAT(refused({"--at", "soon"}), HasSubstr("--at: "));
  EXPECT_THAT(refused({"--window", "3 s"}), HasSubstr("1 s..1.5 s"));
  EXPECT_THAT(refused({"--window", "3 s..2 s"}), HasSubstr("not after"));
  EXPECT_THAT(refused({"a.db", "b.db"}), HasSubstr("b.db"));
  EXPECT_THAT(refused({"--colour"}), HasSubstr("--help"));
}

TEST(CommandLine, PrintsHelpVersionAndViews) {
  const auto text = [](const char* option) {
    const auto line = parseCommandLine({"lparsim-gui", option}, kViews);
    return line && std::holds_alternative<Printed>(*line) ? std::get<Printed>(*line).text.toStdString() : std::string{};
  };
  EXPECT_THAT(text("--help"), HasSubstr("--screenshot"));
  EXPECT_THAT(text("--version"), HasSubstr("lparsim-gui"));
  EXPECT_EQ(text("--list-views"), "window\ntimeline\ntopology\n");
}

}  // namespace
}  // namespace lparsim::gui
