#include "gui/tables/table_view.hpp"

#include <QApplication>
#include <QClipboard>
#include <QComboBox>
#include <QHeaderView>
#include <QLineEdit>
#include <QTableView>
#include <QTemporaryDir>

#include "gui/paint/testing/view_bench.hpp"
#include "sim/trace/io_sample.hpp"

namespace lparsim::gui {
namespace {

using namespace literals;

QString cell(TableView& view, int row, const QString& column) {
  const QAbstractItemModel& model = *view.grid().model();
  for (int i = 0; i < model.columnCount(); ++i)
    if (model.headerData(i, Qt::Horizontal).toString() == column) return model.index(row, i).data().toString();
  ADD_FAILURE() << "no column " << column.toStdString();
  return {};
}

class TableViewTest : public testing::ViewBench {};

TEST_F(TableViewTest, SaysWhatToDoWhileNothingIsOpen) {
  for (const TableKind& kind : allTables()) {
    TableView view{session_, focus_, kind};
    show(view, {600, 300});
    EXPECT_TRUE(view.hint().contains("Open a run file")) << kind.name.toStdString();
  }
}

TEST_F(TableViewTest, EveryTableHasAHintOrRowsWhateverTheRun) {
  open(trace::io_run(), trace::record_io_sample, 4_s, trace::Level::summary);
  for (const TableKind& kind : allTables()) {
    TableView view{session_, focus_, kind};
    show(view, {600, 300});
    EXPECT_NE(view.hint().isEmpty(), view.grid().model()->rowCount() == 0) << kind.name.toStdString();
    EXPECT_NE(view.hint(), "Reading…") << kind.name.toStdString();
  }
}

TEST_F(TableViewTest, PartitionsAreAsLparstatHasThemAtThePlayhead) {
  openSample();
  TableView view{session_, focus_, partitionsTable()};
  show(view, {1200, 300});
  ASSERT_EQ(view.grid().model()->rowCount(), 3);
  EXPECT_EQ(cell(view, 0, "Partition"), "web");
  EXPECT_EQ(cell(view, 0, "physc (PU)"), "0.400");
  EXPECT_EQ(cell(view, 0, "entc (%)"), "80.0");
  EXPECT_EQ(cell(view, 0, "user (%)"), "50.0");
  EXPECT_EQ(cell(view, 0, "idle (%)"), "32.0");
  EXPECT_EQ(cell(view, 0, "lbusy (%)"), "10.0");
  EXPECT_EQ(cell(view, 0, "app (PU)"), "1.50");
  EXPECT_EQ(cell(view, 0, "Withheld (%)"), "1.00");
  EXPECT_EQ(cell(view, 0, "Dispatches (/s)"), "110");
  EXPECT_EQ(cell(view, 1, "Mode"), "shared, capped");
  EXPECT_EQ(cell(view, 1, "Weight"), "");
  EXPECT_EQ(cell(view, 2, "app (PU)"), "");
  EXPECT_TRUE(view.remark().contains("0 s to 1 s")) << view.remark().toStdString();
  focus_.setPlayhead(2500_ms);
  settle(view);
  EXPECT_TRUE(view.remark().contains("2 s to 3 s")) << view.remark().toStdString();
  view.setChoice(2);
  settle(view);
  EXPECT_TRUE(view.remark().contains("2 s to 4 s")) << view.remark().toStdString();
  EXPECT_EQ(cell(view, 0, "physc (PU)"), "0.400");
}

TEST_F(TableViewTest, TargetsAreSumsOfTheRange) {
  open(trace::io_run(), trace::record_io_sample, 4_s);
  TableView view{session_, focus_, targetsTable()};
  show(view, {1000, 300});
  ASSERT_EQ(view.grid().model()->rowCount(), 3);
  EXPECT_EQ(cell(view, 0, "Target"), "hdisk0");
  EXPECT_EQ(cell(view, 0, "Ways"), "vscsi0 through vios1");
  EXPECT_EQ(cell(view, 0, "Kind"), "read");
  EXPECT_EQ(cell(view, 0, "Requests"), "200");
  EXPECT_EQ(cell(view, 0, "Failed"), "1");
  EXPECT_EQ(cell(view, 2, "Throughput (MB/s)"), "2.00");
  focus_.setRange(TimeRange{1_s, 2_s});
  settle(view);
  EXPECT_EQ(cell(view, 0, "Requests"), "50");
  EXPECT_EQ(cell(view, 0, "Failed"), "0");
}

TEST_F(TableViewTest, AnIntervalWithoutRequestsCountsInTheRateAsQuiet) {
  const auto record = [](trace::Recorder& recorder) {
    trace::IoIntervalSample sample;
    sample.end = 1_s;
    sample.requests = 50;
    recorder.io_interval(sample);
    for (std::int64_t second = 0; second < 4; ++second) recorder.interval(trace::sample_interval(PartitionId{0}, second));
  };
  open(trace::io_run(), record, 4_s, trace::Level::summary);
  TableView view{session_, focus_, targetsTable()};
  focus_.setRange(TimeRange{0_s, 2_s});
  show(view, {1000, 300});
  EXPECT_EQ(cell(view, 0, "Requests"), "50");
  EXPECT_EQ(cell(view, 0, "Rate (/s)"), "25.0");
  EXPECT_TRUE(view.remark().contains("From 0 s to 2 s")) << view.remark().toStdString();
}

TEST_F(TableViewTest, ExpectationsHaveVerdictsInWords) {
  openSample();
  TableView view{session_, focus_, expectationsTable()};
  show(view, {900, 300});
  EXPECT_EQ(cell(view, 0, "Verdict"), "holds");
  EXPECT_EQ(cell(view, 1, "Verdict"), "fails");
  EXPECT_EQ(cell(view, 0, "± 95 %"), "0.00120");
  EXPECT_EQ(cell(view, 1, "Reason"), "there is no sample");
  EXPECT_EQ(view.remark(), "1 of 2 fail.");
}

TEST_F(TableViewTest, ExpectationsOfARunThatWasStoppedAreNotSaidToHold) {
  open(
      trace::sample_run(),
      [](trace::Recorder& recorder) {
        recorder.expectations({{"web.physc < 1", "web.physc", std::nullopt, 0.4, "PU", ""}});
      },
      4_s);
  TableView view{session_, focus_, expectationsTable()};
  show(view, {900, 300});
  EXPECT_EQ(cell(view, 0, "Verdict"), "not judged yet");
  EXPECT_TRUE(view.remark().contains("stopped before its end")) << view.remark().toStdString();
}

TEST_F(TableViewTest, ExportsWhatIsShownInItsOrder) {
  openSample();
  TableView view{session_, focus_, metricsTable()};
  show(view, {900, 300});
  view.grid().sortByColumn(0, Qt::AscendingOrder);
  EXPECT_EQ(view.asCsv(),
            "Metric,Value,Unit,± 95 %,Meaning\r\n"
            "web.orders.response.p99,,ms,,arrival to completion\r\n"
            "web.physc,0.4003,PU,0.0012,physical processors consumed\r\n");
  view.filter().setText("physc");
  QTemporaryDir folder;
  EXPECT_EQ(view.saveCsv(folder.filePath("metrics.csv")), "");
  QFile file{folder.filePath("metrics.csv")};
  ASSERT_TRUE(file.open(QIODevice::ReadOnly));
  EXPECT_EQ(QString::fromUtf8(file.readAll()),
            "Metric,Value,Unit,± 95 %,Meaning\r\nweb.physc,0.4003,PU,0.0012,physical processors consumed\r\n");
  EXPECT_TRUE(view.saveCsv(folder.filePath("no/such/folder.csv")).contains("cannot be written"));
}

TEST_F(TableViewTest, KeysFilterCopyAndJump) {
  openSample();
  TableView view{session_, focus_, eventsTable()};
  show(view, {900, 300});
  view.activateWindow();
  ASSERT_TRUE(QTest::qWaitForWindowActive(&view));
  view.grid().setFocus();
  QTest::keyClick(&view.grid(), Qt::Key_F, Qt::ControlModifier);
  EXPECT_TRUE(view.filter().hasFocus());
  QTest::keyClicks(&view.filter(), "nothing like it");
  EXPECT_EQ(view.hint(), "No row has “nothing like it” in it.");
  QTest::keyClick(&view.filter(), Qt::Key_Escape);
  EXPECT_TRUE(view.grid().hasFocus());
  EXPECT_EQ(view.hint(), "");
  view.grid().selectRow(0);
  QTest::keyClick(&view.grid(), Qt::Key_C, Qt::ControlModifier);
  EXPECT_EQ(QApplication::clipboard()->text(),
            "At (s)\tKind\tAbout\tWhat happened\n4\twarning\tweb\tweb: entitlement changed to 0.80 PU\n");
  QTest::keyClick(&view.grid(), Qt::Key_Return);
  EXPECT_EQ(focus_.playhead(), 4_s);
}

TEST_F(TableViewTest, EventsTellWhatHappenedAndWhatWasAskedForWhileTheRunWentOn) {
  openSample();
  TableView view{session_, focus_, eventsTable()};
  show(view, {900, 300});
  ASSERT_EQ(view.grid().model()->rowCount(), 2);
  EXPECT_EQ(cell(view, 0, "Kind"), "warning");
  EXPECT_EQ(cell(view, 1, "Kind"), "asked for");
  EXPECT_TRUE(cell(view, 1, "What happened").contains("entitlement: 0.8"));
}

TEST_F(TableViewTest, AClickOnARowSelectsWhatItIsAboutAndTheOtherWayRound) {
  openSample();
  TableView view{session_, focus_, partitionsTable()};
  show(view, {900, 300});
  const QRect db = view.grid().visualRect(view.grid().model()->index(2, 0));
  QTest::mouseClick(view.grid().viewport(), Qt::LeftButton, Qt::NoModifier, db.center());
  EXPECT_EQ(focus_.selection(), Selection{(SelectedPartition{ServerId{0}, PartitionId{2}})});
  focus_.select(SelectedPartition{ServerId{0}, PartitionId{1}});
  EXPECT_EQ(view.grid().currentIndex().row(), 1);
}

TEST_F(TableViewTest, AClickOnAHeaderSortsAndKeepsTheChosenRow) {
  openSample();
  TableView view{session_, focus_, partitionsTable()};
  show(view, {1400, 300});
  view.grid().selectRow(0);
  QHeaderView& header = *view.grid().horizontalHeader();
  const QPoint name{header.sectionViewportPosition(0) + 20, header.height() / 2};
  QTest::mouseClick(header.viewport(), Qt::LeftButton, Qt::NoModifier, name);
  EXPECT_EQ(cell(view, 0, "Partition"), "app");
  QTest::mouseClick(header.viewport(), Qt::LeftButton, Qt::NoModifier, name);
  EXPECT_EQ(cell(view, 0, "Partition"), "web");
  EXPECT_EQ(view.grid().currentIndex().siblingAtColumn(0).data(), "web");
  focus_.setPlayhead(2_s);
  settle(view);
  EXPECT_EQ(view.grid().currentIndex().siblingAtColumn(0).data(), "web");
}

TEST_F(TableViewTest, FollowsAFileThatGrows) {
  trace::Recorder recorder{file_.path(), trace::Level::full, trace::sample_run()};
  recorder.progress(1_s);
  openFile();
  TableView view{session_, focus_, metricsTable()};
  show(view, {900, 300});
  EXPECT_TRUE(view.hint().contains("No figures yet"));
  QSignalSpy finished{&session_, &Session::finished};
  trace::record_sample(recorder);
  recorder.finish({4_s, 1, 1, 1});
  ASSERT_TRUE(finished.wait(kPatience));
  settle(view);
  EXPECT_EQ(view.grid().model()->rowCount(), 2);
  EXPECT_EQ(view.remark(), "");
}

TEST_F(TableViewTest, ReadsOnlyWhileItIsVisible) {
  openSample();
  TableView view{session_, focus_, partitionsTable()};
  focus_.setPlayhead(1_s);
  EXPECT_TRUE(session_.isSettled());
  show(view, {900, 300});
  view.hide();
  focus_.setPlayhead(3_s);
  EXPECT_TRUE(session_.isSettled());
  view.show();
  settle(view);
  EXPECT_TRUE(view.remark().contains("3 s to 4 s")) << view.remark().toStdString();
}

TEST_F(TableViewTest, TenThousandRowsAreOnlyLaidOutWhereTheyAreSeen) {
  openSample();
  TableKind kind = metricsTable();
  kind.read = [](Sources&, const TableQuestion&, const std::function<void(Table)>&) -> Result<Table> {
    Table table;
    for (int i = 0; i < static_cast<int>(kMostTableRows); ++i) {
      Row row;
      row.key = QString::number(i);
      row.cells = {row.key, static_cast<double>((i * 7919) % 10'007), QStringLiteral("PU"), Cell{}, QStringLiteral("row")};
      table.rows.push_back(std::move(row));
    }
    return table;
  };
  TableView view{session_, focus_, kind};
  show(view, {900, 400});
  view.grid().sortByColumn(1, Qt::DescendingOrder);
  ASSERT_EQ(view.grid().model()->rowCount(), 10'000);
  EXPECT_EQ(cell(view, 0, "Value"), "10,006");
  EXPECT_EQ(view.asCsv().count("\r\n"), 10'001);
}

}  // namespace
}  // namespace lparsim::gui
