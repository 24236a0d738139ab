#include <QScrollBar>
#include <QTextBrowser>
#include <QTextDocument>

#include "gui/paint/testing/view_bench.hpp"
#include "gui/tables/inspection_text.hpp"
#include "gui/tables/inspector_view.hpp"

namespace lparsim::gui {
namespace {

using namespace literals;

Inspection sampleInspection() {
  Inspection inspection;
  inspection.title = "web";
  inspection.subtitle = "Linux partition of frame1";
  inspection.sections = {{"Processors",
                          {{"Entitlement", "0.50 PU", "What it is sure to get.", {}},
                           {"Pool", "databases", "", Link{SelectedPartition{ServerId{0}, PartitionId{2}}, 3_s}}},
                          {}},
                         {"Why it waited", {}, {"It waited 3 ms, \"batch\" ran meanwhile."}}};
  return inspection;
}

TEST(InspectionText, IsReadInItsOrderWithMeaningsOnlyWhereTheyAreWanted) {
  QTextDocument document;
  writeInspection(sampleInspection(), Theme::light(), QFont{}, true, document);
  QString text = document.toPlainText();
  EXPECT_TRUE(text.startsWith("web\nLinux partition of frame1\nProcessors\n")) << text.toStdString();
  EXPECT_TRUE(text.contains("What it is sure to get."));
  EXPECT_LT(text.indexOf("Entitlement"), text.indexOf("Why it waited"));
  EXPECT_LT(text.indexOf("Why it waited"), text.indexOf("It waited 3 ms"));
  writeInspection(sampleInspection(), Theme::light(), QFont{}, false, document);
  EXPECT_FALSE(document.toPlainText().contains("What it is sure to get."));
}

TEST(InspectionText, LinksLeadToTheirFacts) {
  const Inspection inspection = sampleInspection();
  EXPECT_EQ(factAt(inspection, "#0")->label, "Entitlement");
  EXPECT_EQ(factAt(inspection, "#1")->label, "Pool");
  EXPECT_EQ(factAt(inspection, "#2"), nullptr);
  EXPECT_EQ(factAt(inspection, "nonsense"), nullptr);
  QTextDocument document;
  writeInspection(inspection, Theme::light(), QFont{}, true, document);
  EXPECT_TRUE(document.toHtml().contains("href=\"#1\""));
}

TEST(InspectionText, IsExportedAsARecordForEachFactAndSentence) {
  EXPECT_EQ(csvOf(sampleInspection()),
            "Section,Label,Value,Meaning\r\n"
            "Processors,Entitlement,0.50 PU,What it is sure to get.\r\n"
            "Processors,Pool,databases,\r\n"
            "Why it waited,,\"It waited 3 ms, \"\"batch\"\" ran meanwhile.\",\r\n");
}

class InspectorTest : public testing::ViewBench {};

TEST_F(InspectorTest, SaysWhatToDoWhileNothingIsOpenOrSelected) {
  InspectorView view{session_, focus_};
  show(view, {320, 400});
  EXPECT_TRUE(view.hint().contains("Open a run file"));
  EXPECT_EQ(view.asCsv(), "");
  openSample();
  settle(view);
  EXPECT_TRUE(view.hint().contains("Click a partition"));
}

TEST_F(InspectorTest, ShowsWhatIsSelectedAndGoesBackToItsHint) {
  openSample();
  InspectorView view{session_, focus_};
  show(view, {320, 400});
  focus_.select(SelectedPartition{ServerId{0}, PartitionId{0}});
  settle(view);
  EXPECT_EQ(view.inspection().title, "web");
  EXPECT_EQ(view.hint(), "");
  EXPECT_TRUE(view.text().toPlainText().startsWith("web\n"));
  EXPECT_TRUE(view.asCsv().startsWith("Section,Label,Value,Meaning\r\n"));
  focus_.select({});
  settle(view);
  EXPECT_TRUE(view.hint().contains("Click a partition"));
}

TEST_F(InspectorTest, FollowsItsLinksWithTheKeyboard) {
  openSample();
  InspectorView view{session_, focus_};
  show(view, {360, 500});
  focus_.select(SelectedPartition{ServerId{0}, PartitionId{0}});
  settle(view);
  const Link* link = nullptr;
  for (const Section& section : view.inspection().sections)
    for (const Fact& fact : section.facts)
      if (fact.link && link == nullptr) link = &*fact.link;
  ASSERT_NE(link, nullptr);
  const Link leads = *link;
  view.activateWindow();
  ASSERT_TRUE(QTest::qWaitForWindowActive(&view));
  view.text().setFocus();
  QTest::keyClick(&view.text(), Qt::Key_Tab);
  QTest::keyClick(&view.text(), Qt::Key_Return);
  if (!std::holds_alternative<std::monostate>(leads.selection)) {
    EXPECT_EQ(focus_.selection(), leads.selection);
  }
  if (leads.at) {
    EXPECT_EQ(focus_.playhead(), *leads.at);
  }
}

TEST_F(InspectorTest, KeepsItsPlaceWhileThePlayheadMoves) {
  openSample();
  InspectorView view{session_, focus_};
  show(view, {300, 120});
  focus_.select(SelectedPartition{ServerId{0}, PartitionId{0}});
  settle(view);
  QScrollBar& bar = *view.text().verticalScrollBar();
  ASSERT_GT(bar.maximum(), 20);
  bar.setValue(20);
  focus_.setPlayhead(1_s);
  settle(view);
  EXPECT_EQ(bar.value(), 20);
}

TEST_F(InspectorTest, WrapsAndIsReadableInLightAndDark) {
  openSample();
  InspectorView view{session_, focus_};
  view.setPalette(Theme::darkOne().palette());
  show(view, {240, 500});
  focus_.select(SelectedPartition{ServerId{0}, PartitionId{0}});
  settle(view);
  EXPECT_LE(view.text().document()->idealWidth(), view.text().viewport()->width() + 1);
  QTextCursor cursor{view.text().document()};
  cursor.movePosition(QTextCursor::NextCharacter);
  EXPECT_EQ(cursor.charFormat().foreground().color(), Theme::darkOne().text);
  view.setPalette(Theme::light().palette());
  cursor = QTextCursor{view.text().document()};
  cursor.movePosition(QTextCursor::NextCharacter);
  EXPECT_EQ(cursor.charFormat().foreground().color(), Theme::light().text);
}

}  // namespace
}  // namespace lparsim::gui
