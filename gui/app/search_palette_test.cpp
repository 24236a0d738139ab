#include "gui/app/search_palette.hpp"

#include <QLineEdit>
#include <QTreeWidget>

#include "gui/app/app_test_fixture.hpp"

namespace lparsim::gui {
namespace {

using namespace literals;

class PaletteTest : public WindowTest {
 protected:
  void SetUp() override {
    openRun();
    QTest::keyClick(&window_, Qt::Key_P, Qt::ControlModifier);
    ASSERT_TRUE(palette().isVisible());
  }
  SearchPalette& palette() { return window_.search(); }
  QLineEdit& words() { return *palette().findChild<QLineEdit*>(); }
};

TEST_F(PaletteTest, SelectsWhatWasTyped) {
  QTest::keyClicks(&words(), "web");
  ASSERT_FALSE(palette().hits().empty());
  QTest::keyClick(&words(), Qt::Key_Return);
  EXPECT_FALSE(palette().isVisible());
  const auto* selected = std::get_if<SelectedPartition>(&stage_.focus.selection());
  ASSERT_NE(selected, nullptr);
  EXPECT_EQ(stage_.session.facts()->partition(selected->server, selected->partition)->name, "web");
}

TEST_F(PaletteTest, GoesToAMoment) {
  QTest::keyClicks(&words(), "1.5 s");
  QTest::keyClick(&words(), Qt::Key_Return);
  EXPECT_EQ(stage_.focus.playhead(), 1500_ms);
}

TEST_F(PaletteTest, IsWalkedByKeysOverItsHeadings) {
  auto* list = palette().findChild<QTreeWidget*>();
  const QTreeWidgetItem* first = list->currentItem();
  ASSERT_NE(first, nullptr);
  QTest::keyClick(&words(), Qt::Key_Down);
  EXPECT_NE(list->currentItem(), first);
  EXPECT_TRUE(list->currentItem()->flags() & Qt::ItemIsSelectable);
  QTest::keyClick(&words(), Qt::Key_Up);
  EXPECT_EQ(list->currentItem(), first);
  QTest::keyClick(&words(), Qt::Key_Escape);
  EXPECT_FALSE(palette().isVisible());
}

TEST_F(PaletteTest, SaysWhenNothingIsFound) {
  QTest::keyClicks(&words(), "qqqqqqqq");
  EXPECT_TRUE(palette().hits().empty());
  EXPECT_EQ(palette().findChild<QTreeWidget*>()->topLevelItemCount(), 1);
  QTest::keyClick(&words(), Qt::Key_Return);
  EXPECT_TRUE(palette().isVisible());
}

}  // namespace
}  // namespace lparsim::gui
