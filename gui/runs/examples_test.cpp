#include "gui/runs/examples.hpp"

#include <gtest/gtest.h>

#include <QFileInfo>
#include <QTemporaryDir>

#include "gui/runs/run_form.hpp"

namespace lparsim::gui {
namespace {

TEST(Examples, AreTheScenariosOfTheSourceTree) {
  const auto examples = examplesIn(LPARSIM_SOURCE_DIR "/scenarios");
  ASSERT_GT(examples.size(), 30U);
  for (const Example& example : examples) {
    EXPECT_TRUE(QFileInfo::exists(example.path));
    EXPECT_FALSE(example.description.isEmpty()) << example.name.toStdString();
  }
}

TEST(Examples, AreNoneWhereThereIsNoFolder) {
  EXPECT_TRUE(examplesIn({}).empty());
  EXPECT_TRUE(examplesIn("/nowhere").empty());
}

TEST(Examples, SayWhatTheirTopLevelKeysSay) {
  const QString text = "# name: no\nname: \"a b\"  \nduration: 3 s   # long\nserver:\n  name: inner\n";
  EXPECT_EQ(topLevelValue(text, "name"), "a b");
  EXPECT_EQ(topLevelValue(text, "duration"), "3 s");
  EXPECT_EQ(topLevelValue(text, "seed"), "");
}

TEST(RunForm, ProposesANameThatIsNotTaken) {
  const QTemporaryDir folder;
  EXPECT_EQ(freeRunFile(folder.path(), "a"), folder.filePath("a.db"));
  QFile file{folder.filePath("a.db")};
  ASSERT_TRUE(file.open(QIODevice::WriteOnly));
  EXPECT_EQ(freeRunFile(folder.path(), "a"), folder.filePath("a-2.db"));
  EXPECT_EQ(freeRunFile(folder.path(), ""), folder.filePath("run.db"));
}

}  // namespace
}  // namespace lparsim::gui
