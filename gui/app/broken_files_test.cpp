// What the window does with files that are no run, not whole, or not there any more: it says what to do and lives on.
#include <QLabel>

#include "gui/app/app_test_fixture.hpp"

namespace lparsim::gui {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class BrokenFiles : public WindowTest {
 protected:
  std::string openAndListen(const QString& path) {
    window_.messages().hide();
    window_.open(path);
    const QString sentence = said();
    EXPECT_FALSE(stage_.session.isOpen());
    EXPECT_EQ(window_.page(), MainWindow::Page::start);
    return sentence.toStdString();
  }
  QByteArray bytesOf(const QString& path) {
    QFile file{path};
    EXPECT_TRUE(file.open(QIODevice::ReadOnly));
    return file.readAll();
  }
};

TEST_F(BrokenFiles, OfNoLengthOrForeignOrMissingAreSaid) {
  for (const QString& path : {writeFile("empty.db", {}), writeFile("text.db", "This is a letter, not a database.\n"),
                              writeFile("zeros.db", QByteArray(8192, '\0')), folder_.filePath("missing.db"), folder_.path()}) {
    const std::string sentence = openAndListen(path);
    EXPECT_FALSE(sentence.empty()) << path.toStdString();
    EXPECT_LT(sentence.size(), 400U) << sentence;
  }
}

TEST_F(BrokenFiles, CutShortAnywhereAreSaidOrOpen) {
  const QByteArray whole = bytesOf(writeRun("whole.db"));
  for (const int part : {1, 10, 25, 50, 75, 90, 99}) {
    SCOPED_TRACE(part);
    window_.messages().hide();
    window_.open(writeFile(QString{"cut-%1.db"}.arg(part), whole.left(whole.size() * part / 100)));
    ASSERT_TRUE(QTest::qWaitFor([this] { return !window_.messages().sentence().isEmpty() || stage_.session.isOpen(); }, kPatience));
    settle();
    stage_.session.close();
  }
}

TEST_F(BrokenFiles, OfANewerVersionAreSaid) {
  QByteArray bytes = bytesOf(writeRun("newer.db"));
  // user_version stands at byte 60 of an SQLite database.
  bytes.replace(60, 4, QByteArray::fromHex("00ffffff"));
  EXPECT_THAT(openAndListen(writeFile("newer.db", bytes)), HasSubstr("newer"));
}

TEST_F(BrokenFiles, OfARunThatWasKilledOpenAsInterrupted) {
  window_.open(writeKilledRun());
  ASSERT_TRUE(QTest::qWaitFor([this] { return stage_.session.isOpen(); }, kPatience));
  ASSERT_TRUE(QTest::qWaitFor([this] { return window_.windowTitle().contains("interrupted"); }, kPatience));
  EXPECT_THAT(window_.findChild<QLabel*>("state")->text().toStdString(), HasSubstr("interrupted"));
}

TEST_F(BrokenFiles, LeaveTheOpenRunAsItIs) {
  openRun();
  window_.open(writeFile("text.db", "no database"));
  EXPECT_FALSE(said().isEmpty());
  EXPECT_TRUE(stage_.session.isOpen());
  EXPECT_THAT(window_.windowTitle().toStdString(), HasSubstr("a.db"));
}

TEST_F(BrokenFiles, ThatVanishWhileTheyAreOpenDoNoHarm) {
  openRun();
  QFile::remove(folder_.filePath("a.db"));
  QTest::qWait(300);
  stage_.focus.setWindow({SimTime::from_ms(1), SimTime::from_ms(20)});
  settle();
  EXPECT_TRUE(window_.isVisible());
}

TEST_F(BrokenFiles, ThatMayNotBeReadAreSaid) {
  const QString path = writeRun("secret.db");
  QFile::setPermissions(path, {});
  if (QFile{path}.open(QIODevice::ReadOnly)) GTEST_SKIP() << "the superuser may read everything";
  EXPECT_FALSE(openAndListen(path).empty());
}

}  // namespace
}  // namespace lparsim::gui
