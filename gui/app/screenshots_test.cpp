#include "gui/app/screenshots.hpp"

#include <QImage>

#include "gui/app/app_test_fixture.hpp"
#include "gui/app/view_kinds.hpp"

namespace lparsim::gui {
namespace {

using ::testing::HasSubstr;

constexpr QSize kSize{1024, 700};

class Screenshots : public AppTest {
 protected:
  CommandLine line(const QString& file, const QStringList& views) {
    CommandLine made;
    made.file = file;
    made.size = kSize;
    for (const QString& view : views) made.shots.push_back({view, folder_.filePath(view + ".png")});
    return made;
  }
  QImage picture(const QString& view) { return QImage{folder_.filePath(view + ".png")}; }

  Stage stage_;
};

/// More than a single colour.
bool showsSomething(const QImage& image) {
  for (int y = 0; y < image.height(); y += 2)
    for (int x = 0; x < image.width(); x += 2)
      if (image.pixel(x, y) != image.pixel(0, 0)) return true;
  return false;
}

TEST_F(Screenshots, ShowEveryViewAndTheWindow) {
  const QStringList views = QStringList{"window"} + viewNames();
  const auto done = takeShots(stage_, line(writeRun(), views));
  ASSERT_TRUE(done) << done.error().sentence.toStdString();
  for (const QString& view : views) {
    EXPECT_EQ(picture(view).size(), kSize) << view.toStdString();
    EXPECT_TRUE(showsSomething(picture(view))) << view.toStdString();
  }
}

TEST_F(Screenshots, ShowTheStartPageAndAScenarioToo) {
  ASSERT_TRUE(takeShots(stage_, line({}, {"window"})));
  const QImage start = picture("window");
  ASSERT_TRUE(takeShots(stage_, line(writeFile("a.yaml", "name: a\n"), {"window"})));
  EXPECT_NE(picture("window"), start);
}

TEST_F(Screenshots, SayWhatIsWrongWithTheFileOrTheSelection) {
  const auto missing = takeShots(stage_, line(folder_.filePath("missing.db"), {"window"}));
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().exitCode, 2);
  EXPECT_THAT(missing.error().sentence.toStdString(), HasSubstr("missing.db"));
  CommandLine unknown = line(writeRun(), {"window"});
  unknown.selected = "zzzzzz";
  const auto unselected = takeShots(stage_, unknown);
  ASSERT_FALSE(unselected);
  EXPECT_EQ(unselected.error().exitCode, 2);
  EXPECT_THAT(unselected.error().sentence.toStdString(), HasSubstr("zzzzzz"));
}

TEST_F(Screenshots, SayWhereAPictureCannotBeWritten) {
  CommandLine nowhere = line(writeRun(), {});
  nowhere.shots.push_back({"window", "/nowhere/a.png"});
  const auto done = takeShots(stage_, nowhere);
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().exitCode, 3);
}

}  // namespace
}  // namespace lparsim::gui
