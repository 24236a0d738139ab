#include "gui/tables/table_view.hpp"

#include <QApplication>
#include <QClipboard>
#include <QComboBox>
#include <QHeaderView>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QProgressBar>
#include <QSaveFile>
#include <QScrollBar>
#include <QStackedWidget>
#include <QTableView>
#include <algorithm>
#include <set>

namespace lparsim::gui {

TableView::TableView(Session& session, Focus& focus, TableKind kind, QWidget* parent)
    : View{parent}, session_{session}, focus_{focus}, kind_{std::move(kind)}, model_{kind_.columns}, order_{model_} {
  build();
  follow();
  due_.setSingleShot(true);
  connect(&due_, &QTimer::timeout, this, &TableView::ask);
}

void TableView::follow() {
  const auto replace = [this] {
    askSoon(true);
  };
  const auto afterwards = [this] {
    askSoon(false);
  };
  connect(&session_, &Session::opened, this, [this] {
    showRows({});
    askSoon(true);
  });
  connect(&session_, &Session::closed, this, [this] {
    showRows({});
    askSoon(true);
  });
  connect(&session_, &Session::grew, this, afterwards);
  connect(&session_, &Session::finished, this, afterwards);
  if (kind_.follows.window) connect(&focus_, &Focus::windowChanged, this, replace);
  if (kind_.follows.playhead) connect(&focus_, &Focus::playheadChanged, this, afterwards);
  if (kind_.follows.range) connect(&focus_, &Focus::rangeChanged, this, replace);
  if (kind_.follows.selection) {
    connect(&focus_, &Focus::selectionChanged, this, replace);
    connect(&focus_, &Focus::pinnedChanged, this, replace);
  }
  connect(&focus_, &Focus::selectionChanged, this, &TableView::showFocus);
  connect(&order_, &QAbstractItemModel::layoutChanged, this, &TableView::showCounts);
}

// An answer is waited for where the question only grows old (playhead, growth): one that is replaced all the time would never come.
void TableView::askSoon(bool replaces) {
  stale_ = true;
  if (!isVisible()) return;
  if (asking_ && !replaces) {
    again_ = true;
    return;
  }
  if (!due_.isActive()) due_.start(0);
}

void TableView::ask() {
  stale_ = again_ = false;
  const auto facts = session_.facts();
  error_.clear();
  remark_->clear();
  TableQuestion question{focus_.window(), focus_.playhead(), focus_.range(), focus_.selection(), focus_.pinned(), choice_->currentIndex()};
  if (facts == nullptr || (kind_.obstacle && !kind_.obstacle(*facts, question).isEmpty())) {
    error_ = facts == nullptr ? tr("Open a run file to see this: %1").arg(kind_.purpose) : kind_.obstacle(*facts, question);
    session_.forget(this, 0);
    asking_ = false;
    showRows({});
    return;
  }
  asking_ = true;
  done_ = 0;
  session_.askInSteps<Table>(
      this, 0,
      [read = kind_.read, question](Sources& sources, const std::function<void(Table)>& soFar) { return read(sources, question, soFar); },
      [this](Result<Table> table) { answer(std::move(table)); }, kind_.pace);
}

void TableView::answer(Result<Table> table) {
  const bool last = !table || table->done >= 1;
  done_ = table ? table->done : 1;
  asking_ = !last;
  if (table)
    remark_->setText(table->remark);
  else
    error_ = QString::fromStdString(table.error());
  // What is shown of the same question stays until there is as much again.
  const auto shown = static_cast<std::size_t>(model_.rowCount());
  if (!table)
    showRows({});
  else if (last || table->rows.size() >= shown)
    showRows(std::move(table->rows));
  showCounts();
  showHint();
  if (last && again_) askSoon(true);
}

void TableView::showRows(std::vector<Row> rows) {
  following_ = true;
  const int current = grid_->currentIndex().row();
  const QString key = current >= 0 ? order_.row(current).key : QString{};
  std::set<QString> selected;
  for (const QModelIndex& index : grid_->selectionModel()->selectedRows()) selected.insert(order_.row(index.row()).key);
  const int scrolled = grid_->verticalScrollBar()->value();
  model_.show(std::move(rows));
  if (!key.isEmpty() && !grid_->currentIndex().isValid()) {
    for (int i = 0; i < order_.rowCount(); ++i) {
      if (selected.contains(order_.row(i).key))
        grid_->selectionModel()->select(order_.index(i, 0), QItemSelectionModel::Select | QItemSelectionModel::Rows);
      if (order_.row(i).key == key) grid_->selectionModel()->setCurrentIndex(order_.index(i, 0), QItemSelectionModel::NoUpdate);
    }
    grid_->verticalScrollBar()->setValue(scrolled);
  }
  following_ = false;
  fitColumns();
  showFocus();
  showCounts();
  showHint();
}

// Only ever wider: a layout that jumps while a run goes on cannot be read.
void TableView::fitColumns() {
  if (model_.rowCount() == 0) return;
  const int most = 64 * fontMetrics().averageCharWidth();
  for (int i = 0; i < model_.columnCount(); ++i) {
    const int before = grid_->columnWidth(i);
    grid_->resizeColumnToContents(i);
    grid_->setColumnWidth(i, std::max(before, std::min(grid_->columnWidth(i), most)));
  }
}

void TableView::showFocus() {
  const Selection& selection = focus_.selection();
  if (following_ || std::holds_alternative<std::monostate>(selection)) return;
  const int current = grid_->currentIndex().row();
  if (current >= 0 && order_.row(current).selection == selection) return;
  for (int i = 0; i < order_.rowCount(); ++i) {
    if (order_.row(i).selection != selection) continue;
    following_ = true;
    grid_->selectRow(i);
    following_ = false;
    return;
  }
}

void TableView::chose(const QModelIndex& current) {
  if (following_ || !current.isValid()) return;
  const Selection selection = order_.row(current.row()).selection;
  if (!std::holds_alternative<std::monostate>(selection)) focus_.select(selection);
}

void TableView::jump() {
  const QModelIndex current = grid_->currentIndex();
  if (!current.isValid()) return;
  const Row row = order_.row(current.row());
  if (!std::holds_alternative<std::monostate>(row.selection)) focus_.select(row.selection);
  if (row.at) focus_.showPlayhead(*row.at);
}

void TableView::setChoice(int choice) {
  choice_->setCurrentIndex(choice);
}

QString TableView::asCsv() const {
  return csvOf(kind_.columns, order_.rows());
}

void TableView::copy() const {
  std::vector<const Row*> rows;
  QList<int> numbers;
  for (const QModelIndex& index : grid_->selectionModel()->selectedRows()) numbers.push_back(index.row());
  std::sort(numbers.begin(), numbers.end());
  for (const int number : numbers) rows.push_back(&order_.row(number));
  QApplication::clipboard()->setText(tsvOf(kind_.columns, rows.empty() ? order_.rows() : rows));
}

QString TableView::saveCsv(const QString& path) const {
  QSaveFile file{path};
  const QByteArray text = asCsv().toUtf8();
  if (file.open(QIODevice::WriteOnly) && file.write(text) == text.size() && file.commit()) return {};
  return tr("%1 cannot be written: %2. Choose another folder.").arg(path, file.errorString());
}

QString TableView::hint() const {
  return pages_->currentWidget() == hint_ ? hint_->text() : QString{};
}

QString TableView::remark() const {
  return remark_->text();
}

void TableView::showEvent(QShowEvent* event) {
  View::showEvent(event);
  model_.setTheme(theme());
  if (stale_) askSoon(true);
}

}  // namespace lparsim::gui
