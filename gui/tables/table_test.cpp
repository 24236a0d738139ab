#include "gui/tables/table.hpp"

#include <gtest/gtest.h>

#include <QAbstractItemModelTester>
#include <QSignalSpy>
#include <cmath>

#include "gui/tables/table_model.hpp"

namespace lparsim::gui {
namespace {

using namespace literals;

std::vector<Column> sampleColumns() {
  return {{"Name", {}, "Who.", 0, true}, {"Length", "ms", "How long.", 3}, {"Used", "PU", "How much.", 2}, {"Count", {}, "How often."}};
}

Row sampleRow(const char* name, SimTime length, double used, std::int64_t count) {
  Row row;
  row.key = QString::fromUtf8(name);
  row.cells = {row.key, length, used, count};
  return row;
}

std::vector<const Row*> pointers(const std::vector<Row>& rows) {
  std::vector<const Row*> found;
  for (const Row& row : rows) found.push_back(&row);
  return found;
}

std::vector<QString> names(const TableOrder& order) {
  std::vector<QString> found;
  for (int i = 0; i < order.rowCount(); ++i) found.push_back(order.index(i, 0).data().toString());
  return found;
}

TEST(Cell, IsShownRoundedWithSeparatorsAndWithoutItsUnit) {
  const auto columns = sampleColumns();
  EXPECT_EQ(shownText(columns[1], 1'234'567'800_ns), "1,234.568");
  EXPECT_EQ(shownText({"Length", "µs", {}, 3}, 12'345'678_ns), "12,345.678");
  EXPECT_EQ(shownText({"Length", "ns", {}, 0}, 12_us), "12,000");
  EXPECT_EQ(shownText(columns[2], 0.625), "0.63");
  EXPECT_EQ(shownText(columns[3], std::int64_t{1234567}), "1,234,567");
  EXPECT_EQ(shownText(columns[3], {}), "");
  EXPECT_EQ(shownText(columns[2], std::nan("")), "");
}

TEST(Cell, ThatIsTooSmallForItsColumnIsNotShownAsNothing) {
  const auto columns = sampleColumns();
  EXPECT_EQ(shownText(columns[1], 3_ns), "< 0.001");
  EXPECT_EQ(shownText(columns[1], SimTime{}), "0.000");
}

TEST(Cell, OfMixedUnitsKeepsItsDigits) {
  const Column column{"Value", {}, {}, -5};
  EXPECT_EQ(shownText(column, 17482.5556), "17,483");
  EXPECT_EQ(shownText(column, 910.8889), "910.89");
  EXPECT_EQ(shownText(column, 0.137312), "0.13731");
  EXPECT_EQ(shownText(column, 0.0), "0");
}

TEST(Cell, IsExportedExactly) {
  const auto columns = sampleColumns();
  EXPECT_EQ(exactText(columns[1], SimTime::from_ps(1'234'567'800'001)), "1234.567800001");
  EXPECT_EQ(exactText(columns[1], 5_ms), "5");
  EXPECT_EQ(exactText(columns[1], SimTime::from_ps(-1)), "-0.000000001");
  EXPECT_EQ(exactText({"Length", "µs", {}, 3}, SimTime::from_ps(1)), "0.000001");
  EXPECT_EQ(exactText(columns[2], 0.1), "0.1");
  EXPECT_EQ(exactText(columns[2], 1.0 / 3), "0.3333333333333333");
  EXPECT_EQ(exactText({"At", "s", {}, 6}, SimTime::from_ps(3'250'125'000'001)), "3.250125000001");
}

TEST(NaturalOrder, ComparesNumbersInTextsByTheirValue) {
  const QStringList ordered{"", "core 2", "Core 10", "core 010 a", "db", "vp 1", "vp 1 a", "vp 20"};
  for (qsizetype i = 0; i < ordered.size(); ++i)
    for (qsizetype j = 0; j < ordered.size(); ++j)
      EXPECT_EQ(compareNaturally(ordered[i], ordered[j]) < 0, i < j) << ordered[i].toStdString() << " and " << ordered[j].toStdString();
}

TEST(Csv, IsThatOfRfc4180WithUnitsInItsHeader) {
  const std::vector<Row> rows{sampleRow("web", 1500_us, 0.4, 12), sampleRow("a \"b\", c\nd", SimTime{}, std::nan(""), -1)};
  EXPECT_EQ(csvOf(sampleColumns(), pointers(rows)),
            "Name,Length (ms),Used (PU),Count\r\n"
            "web,1.5,0.4,12\r\n"
            "\"a \"\"b\"\", c\nd\",0,,-1\r\n");
}

TEST(Tsv, KeepsEachRowOnALine) {
  const std::vector<Row> rows{sampleRow("a\tb\nc", 1_ms, 0.5, 1)};
  EXPECT_EQ(tsvOf(sampleColumns(), pointers(rows)), "Name\tLength (ms)\tUsed (PU)\tCount\na b c\t1\t0.5\t1\n");
}

class TableModelTest : public ::testing::Test {
 protected:
  TableModelTest() : model_{sampleColumns()}, order_{model_} {}

  TableModel model_;
  QAbstractItemModelTester tester_{&model_, QAbstractItemModelTester::FailureReportingMode::Warning};
  TableOrder order_;
  QAbstractItemModelTester orderTester_{&order_, QAbstractItemModelTester::FailureReportingMode::Warning};
};

TEST_F(TableModelTest, KeepsItsRowsWhenThereAreMore) {
  model_.show({sampleRow("web", 1_ms, 0.1, 1), sampleRow("db", 2_ms, 0.2, 2)});
  const QPersistentModelIndex db = model_.index(1, 0);
  QSignalSpy resets{&model_, &QAbstractItemModel::modelReset}, inserts{&model_, &QAbstractItemModel::rowsInserted};
  model_.show({sampleRow("web", 1_ms, 0.1, 1), sampleRow("db", 3_ms, 0.2, 2), sampleRow("app", 1_ms, 0.2, 2)});
  EXPECT_EQ(resets.size(), 0);
  EXPECT_EQ(inserts.size(), 1);
  EXPECT_EQ(db.row(), 1);
  EXPECT_EQ(model_.index(1, 1).data(), "3.000");
  EXPECT_EQ(model_.rowCount(), 3);
}

TEST_F(TableModelTest, StartsAnewWithOtherRows) {
  model_.show({sampleRow("web", 1_ms, 0.1, 1), sampleRow("db", 2_ms, 0.2, 2)});
  QSignalSpy resets{&model_, &QAbstractItemModel::modelReset};
  model_.show({sampleRow("db", 2_ms, 0.2, 2)});
  EXPECT_EQ(resets.size(), 1);
  EXPECT_EQ(model_.rowCount(), 1);
  model_.show({});
  EXPECT_EQ(model_.rowCount(), 0);
}

TEST_F(TableModelTest, PutsNumbersToTheRightAndSaysWhatTheyMean) {
  model_.show({sampleRow("web", 1_ms + 1_ns, 0.1, 1)});
  EXPECT_TRUE(model_.index(0, 1).data(Qt::TextAlignmentRole).value<Qt::Alignment>() & Qt::AlignRight);
  EXPECT_TRUE(model_.index(0, 0).data(Qt::TextAlignmentRole).value<Qt::Alignment>() & Qt::AlignLeft);
  EXPECT_EQ(model_.index(0, 1).data(Qt::ToolTipRole), "1.000001 ms\nHow long.");
  EXPECT_EQ(model_.index(0, 1).data(Qt::AccessibleTextRole), "Length: 1.000 ms");
  EXPECT_EQ(model_.headerData(1, Qt::Horizontal, Qt::DisplayRole), "Length (ms)");
  EXPECT_EQ(model_.headerData(1, Qt::Horizontal, Qt::ToolTipRole), "How long.");
}

TEST_F(TableModelTest, SortsByValueNotByText) {
  model_.show({sampleRow("vp 10", 9_ms, 0.1, 1), sampleRow("vp 9", 10_ms, 0.2, 2), sampleRow("vp 1", 100_us, 0.2, 2)});
  order_.sort(1);
  EXPECT_EQ(names(order_), (std::vector<QString>{"vp 1", "vp 10", "vp 9"}));
  order_.sort(0);
  EXPECT_EQ(names(order_), (std::vector<QString>{"vp 1", "vp 9", "vp 10"}));
  order_.sort(1, Qt::DescendingOrder);
  EXPECT_EQ(names(order_), (std::vector<QString>{"vp 9", "vp 10", "vp 1"}));
}

TEST_F(TableModelTest, PutsEmptyCellsLastInEitherDirection) {
  model_.show({sampleRow("none", 1_ms, std::nan(""), 1), sampleRow("low", 1_ms, 0.1, 1), sampleRow("high", 1_ms, 0.9, 1)});
  order_.sort(2);
  EXPECT_EQ(names(order_), (std::vector<QString>{"low", "high", "none"}));
  order_.sort(2, Qt::DescendingOrder);
  EXPECT_EQ(names(order_), (std::vector<QString>{"high", "low", "none"}));
}

TEST_F(TableModelTest, ShowsRowsThatHaveAllWordsOfTheFilter) {
  model_.show({sampleRow("web orders", 1_ms, 0.1, 1), sampleRow("web users", 2_ms, 0.1, 1), sampleRow("db", 1_ms, 0.1, 1)});
  order_.setFilter("WEB 1.000");
  EXPECT_EQ(names(order_), (std::vector<QString>{"web orders"}));
  order_.setFilter("");
  EXPECT_EQ(order_.rowCount(), 3);
}

TEST_F(TableModelTest, ColoursFollowTheThemeAndTroubleIsBoldToo) {
  Row bad = sampleRow("web", 1_ms, 0.1, 1);
  bad.tone = Tone::bad;
  model_.show({bad});
  EXPECT_EQ(model_.index(0, 0).data(Qt::ForegroundRole).value<QColor>(), Theme::light().error);
  EXPECT_TRUE(model_.index(0, 0).data(Qt::FontRole).value<QFont>().bold());
  model_.setTheme(Theme::darkOne());
  EXPECT_EQ(model_.index(0, 0).data(Qt::ForegroundRole).value<QColor>(), Theme::darkOne().error);
}

}  // namespace
}  // namespace lparsim::gui
