#include "gui/runs/scenario_editor.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <QAbstractButton>
#include <QApplication>
#include <QDir>
#include <QFileDialog>
#include <QLabel>
#include <QListWidget>
#include <QMessageBox>
#include <QPlainTextEdit>
#include <QRegularExpression>
#include <QSignalSpy>
#include <QTest>

#include "gui/runs/fake_simulator.hpp"
#include "gui/runs/scenario_text.hpp"

namespace lparsim::gui {
namespace {

constexpr int kPatience = 20'000;

class ScenarioEditorTest : public ::testing::Test {
 protected:
  ScenarioEditorTest() {
    editor_.resize(1000, 700);
    editor_.show();
  }
  QString writeScenario(const QByteArray& text, const QString& name = "a.yaml") {
    QFile file{folder_.filePath(name)};
    EXPECT_TRUE(file.open(QIODevice::WriteOnly));
    file.write(text);
    return file.fileName();
  }
  void openScenario(const QByteArray& text) {
    editor_.openSafely(writeScenario(text), [] {});
    settle();
  }
  void settle() {
    ASSERT_TRUE(QTest::qWaitFor([this] { return editor_.isSettled(); }, kPatience));
  }
  QListWidget& problems() { return *editor_.findChild<QListWidget*>("problems"); }
  QString verdict() { return editor_.findChild<QLabel*>("verdict")->text(); }
  QByteArray saved(const QString& name = "a.yaml") {
    QFile file{folder_.filePath(name)};
    EXPECT_TRUE(file.open(QIODevice::ReadOnly));
    return file.readAll();
  }
  /// Answers the question about unsaved changes when it comes.
  void answer(QMessageBox::StandardButton button) {
    QTimer::singleShot(0, &editor_, [button] {
      auto* box = qobject_cast<QMessageBox*>(QApplication::activeModalWidget());
      ASSERT_NE(box, nullptr);
      box->button(button)->click();
    });
  }

  FakeSimulator simulator_{kCheckingScript};
  QTemporaryDir folder_;
  LiveRun live_;
  ScenarioEditor editor_{live_};
};

TEST_F(ScenarioEditorTest, ShowsProblemsBesideTheTextAndGoesToTheirLines) {
  openScenario("name: a\nserver:\n  weigth: 3\n");
  ASSERT_EQ(problems().count(), 1);
  EXPECT_EQ(problems().item(0)->text(), "line 3: server: unknown key `weigth`; did you mean `weight`?");
  const auto marks = editor_.text().extraSelections();
  ASSERT_EQ(marks.size(), 2);
  EXPECT_EQ(marks[1].cursor.selectedText(), "weigth");
  QTest::mouseClick(problems().viewport(), Qt::LeftButton, {}, problems().visualItemRect(problems().item(0)).center());
  EXPECT_EQ(editor_.text().textCursor().blockNumber(), 2);
}

TEST_F(ScenarioEditorTest, ChecksAgainAfterTyping) {
  openScenario("name: a\n");
  EXPECT_EQ(verdict(), "The scenario is correct.");
  editor_.text().moveCursor(QTextCursor::End);
  QTest::keyClicks(&editor_.text(), "weigth");
  settle();
  EXPECT_EQ(problems().count(), 1);
  EXPECT_TRUE(editor_.isModified());
}

TEST_F(ScenarioEditorTest, WritesWhatWasMeant) {
  openScenario("server:\n  weigth: 3\n");
  editor_.text().replaceBySuggestion(editor_.text().problems().at(0));
  settle();
  EXPECT_EQ(editor_.text().toPlainText(), "server:\n  weight: 3\n");
  EXPECT_EQ(problems().count(), 0);
}

TEST_F(ScenarioEditorTest, LeavesNoFileBehindBesideTheScenario) {
  openScenario("name: a\n");
  EXPECT_EQ(QDir{folder_.path()}.entryList(QDir::AllEntries | QDir::Hidden | QDir::NoDotAndDotDot), QStringList{"a.yaml"});
}

TEST_F(ScenarioEditorTest, ExplainsTheKeyAtTheCursor) {
  openScenario("server:\n  memory: 3 GiB\n");
  editor_.text().moveCursor(QTextCursor::Down);
  editor_.text().moveCursor(QTextCursor::EndOfLine);
  QTest::keyClick(&editor_.text(), Qt::Key_F1);
  auto* words = editor_.findChildren<QPlainTextEdit*>().at(1);
  ASSERT_TRUE(QTest::qWaitFor([&] { return words->toPlainText().contains("What server.memory means."); }, kPatience));
}

TEST_F(ScenarioEditorTest, CompletesAKey) {
  openScenario("name: a\n");
  ASSERT_TRUE(QTest::qWaitFor([&] { return simulator_.calls().contains("schema"); }, kPatience));
  editor_.text().moveCursor(QTextCursor::End);
  QTest::keyClicks(&editor_.text(), "we");
  ASSERT_TRUE(QTest::qWaitFor(
      [&] {
        QTest::keyClick(&editor_.text(), Qt::Key_Space, Qt::ControlModifier);
        return QApplication::activePopupWidget() != nullptr;
      },
      kPatience));
  QTest::keyClick(QApplication::activePopupWidget(), Qt::Key_Return);
  EXPECT_EQ(editor_.text().toPlainText(), "name: a\nweight: ");
}

TEST_F(ScenarioEditorTest, BeginsALineWhereTheOneBeforeDid) {
  openScenario("");
  QTest::keyClicks(&editor_.text(), "server:");
  QTest::keyClick(&editor_.text(), Qt::Key_Return);
  QTest::keyClicks(&editor_.text(), "memory: 1 GiB");
  QTest::keyClick(&editor_.text(), Qt::Key_Return);
  EXPECT_EQ(editor_.text().toPlainText(), "server:\n  memory: 1 GiB\n  ");
}

TEST_F(ScenarioEditorTest, SavesOverTheFileItCameFrom) {
  openScenario("name: a\n");
  editor_.text().appendPlainText("seed: 3");
  EXPECT_TRUE(editor_.save());
  EXPECT_EQ(saved(), "name: a\n\nseed: 3");
  EXPECT_FALSE(editor_.isModified());
}

TEST_F(ScenarioEditorTest, SavesUnderAnotherName) {
  openScenario("name: a\n");
  editor_.saveAs();
  auto* dialog = editor_.findChild<QFileDialog*>();
  ASSERT_NE(dialog, nullptr);
  dialog->selectFile(folder_.filePath("b.yaml"));
  static_cast<QDialog*>(dialog)->accept();
  ASSERT_TRUE(QTest::qWaitFor([&] { return editor_.title() == "b.yaml"; }, kPatience));
  EXPECT_EQ(saved("b.yaml"), "name: a\n");
}

TEST_F(ScenarioEditorTest, SaysWhyItCannotSave) {
  openScenario("name: a\n");
  editor_.text().appendPlainText("seed: 3");
  QTemporaryDir gone;
  QSignalSpy said{&editor_, &ScenarioEditor::said};
  ASSERT_TRUE(QDir{folder_.path()}.removeRecursively());
  EXPECT_FALSE(editor_.save());
  ASSERT_EQ(said.count(), 1);
  EXPECT_THAT(said.at(0).at(0).toString().toStdString(), ::testing::HasSubstr("could not be saved"));
  EXPECT_TRUE(editor_.isModified());
}

TEST_F(ScenarioEditorTest, KeepsUnsavedChangesUnlessTheyAreGivenUp) {
  openScenario("name: a\n");
  const QString other = writeScenario("name: b\n", "b.yaml");
  editor_.text().appendPlainText("seed: 3");
  answer(QMessageBox::Cancel);
  editor_.openSafely(other, [] {});
  EXPECT_EQ(editor_.title(), "a.yaml");
  answer(QMessageBox::Save);
  editor_.openSafely(other, [] {});
  EXPECT_EQ(editor_.title(), "b.yaml");
  EXPECT_EQ(saved(), "name: a\n\nseed: 3");
  editor_.text().appendPlainText("seed: 4");
  answer(QMessageBox::Discard);
  EXPECT_TRUE(editor_.mayDiscard());
  EXPECT_EQ(saved("b.yaml"), "name: b\n");
}

TEST_F(ScenarioEditorTest, RefusesWhatIsNoText) {
  QSignalSpy said{&editor_, &ScenarioEditor::said};
  editor_.openSafely(writeScenario(QByteArray{"SQLite\0x", 8}, "run.yaml"), [] {});
  editor_.openSafely(folder_.filePath("missing.yaml"), [] {});
  ASSERT_EQ(said.count(), 2);
  EXPECT_THAT(said.at(0).at(0).toString().toStdString(), ::testing::HasSubstr("is no text"));
  EXPECT_THAT(said.at(1).at(0).toString().toStdString(), ::testing::HasSubstr("could not be read"));
  EXPECT_EQ(editor_.text().toPlainText(), "");
}

TEST_F(ScenarioEditorTest, RunsWhatIsInTheEditorThoughItIsNotSaved) {
  openScenario("name: a\n");
  editor_.text().appendPlainText("seed: 3");
  QSignalSpy ended{&live_, &LiveRun::ended};
  editor_.run();
  ASSERT_TRUE(ended.wait(kPatience));
  const QString call = simulator_.calls().split('\n').filter(QRegularExpression{"^run "}).value(0);
  EXPECT_THAT(call.toStdString(), ::testing::MatchesRegex("run .*/\\.lparsim-.*\\.yaml -o .*/a\\.db --trace full --control .*"));
  EXPECT_EQ(saved(), "name: a\n");
}

TEST_F(ScenarioEditorTest, SaysWhatToDoWithoutASimulator) {
  qputenv("LPARSIM", "/nowhere/lparsim");
  const QByteArray path = qgetenv("PATH");
  qputenv("PATH", "/nowhere");
  openScenario("name: a\n");
  QSignalSpy said{&editor_, &ScenarioEditor::said};
  editor_.run();
  qputenv("PATH", path);
  ASSERT_EQ(said.count(), 1);
  EXPECT_THAT(said.at(0).at(0).toString().toStdString(), ::testing::HasSubstr("./dev run"));
  EXPECT_THAT(verdict().toStdString(), ::testing::HasSubstr("./dev run"));
}

}  // namespace
}  // namespace lparsim::gui
