#include "gui/app/exporting.hpp"

#include <QFileDialog>
#include <QImage>
#include <QMenu>

#include "gui/app/app_test_fixture.hpp"

namespace lparsim::gui {
namespace {

using ::testing::HasSubstr;

class ExportTest : public WindowTest {
 protected:
  void SetUp() override { openRun(); }
  QMenu* menu(const QString& title) {
    for (QMenu* each : window_.findChildren<QMenu*>())
      if (each->title() == title) return each;
    ADD_FAILURE() << "no menu " << title.toStdString();
    return nullptr;
  }
  /// As if the entry had been chosen, and this name in the dialog.
  void exportTo(const QString& title, const QString& entry, const QString& path) {
    QMenu* found = menu(title);
    Q_EMIT found->aboutToShow();
    for (QAction* each : found->actions())
      if (each->text() == entry) each->trigger();
    auto* dialog = window_.findChild<QFileDialog*>();
    ASSERT_NE(dialog, nullptr) << entry.toStdString();
    Q_EMIT dialog->fileSelected(path);
    delete dialog;
  }
  QByteArray bytes(const QString& path) {
    QFile file{path};
    EXPECT_TRUE(file.open(QIODevice::ReadOnly));
    return file.readAll();
  }
};

TEST_F(ExportTest, SavesPicturesOfAViewAndOfTheWindow) {
  window_.workspace().show("timeline");
  settle();
  exportTo("&Picture", "Timeline…", folder_.filePath("t.png"));
  EXPECT_FALSE(QImage{folder_.filePath("t.png")}.isNull());
  exportTo("&Picture", "Timeline…", folder_.filePath("t.svg"));
  EXPECT_THAT(bytes(folder_.filePath("t.svg")).toStdString(), HasSubstr("<svg"));
  exportTo("&Picture", "Whole window…", folder_.filePath("w.png"));
  EXPECT_EQ(QImage{folder_.filePath("w.png")}.size(), window_.size());
}

TEST_F(ExportTest, SavesATable) {
  window_.workspace().show("partitions");
  settle();
  exportTo("&Table (CSV)", "Partitions…", folder_.filePath("p.csv"));
  EXPECT_THAT(bytes(folder_.filePath("p.csv")).toStdString(), HasSubstr("web"));
}

TEST_F(ExportTest, SaysWhyAFileCannotBeWritten) {
  exportTo("&Picture", "Whole window…", "/nowhere/w.png");
  EXPECT_THAT(said().toStdString(), HasSubstr("/nowhere/w.png could not be written"));
  EXPECT_THAT(saveText("a", "/nowhere/a.csv").toStdString(), HasSubstr("Choose another folder"));
}

}  // namespace
}  // namespace lparsim::gui
