#include "gui/tables/table_model.hpp"

#include <QFont>
#include <algorithm>

namespace lparsim::gui {

TableModel::TableModel(std::vector<Column> columns, QObject* parent)
    : QAbstractTableModel{parent}, columns_{std::move(columns)}, theme_{&Theme::light()} {}

void TableModel::show(std::vector<Row> rows) {
  const auto sameKey = [](const Row& a, const Row& b) {
    return a.key == b.key;
  };
  const std::size_t old = rows_.size();
  const bool begins = rows.size() >= old && std::equal(rows_.begin(), rows_.end(), rows.begin(), sameKey);
  if (!begins || old == 0) {
    beginResetModel();
    rows_ = std::move(rows);
    endResetModel();
    return;
  }
  std::vector<Row> more{std::make_move_iterator(rows.begin() + static_cast<std::ptrdiff_t>(old)), std::make_move_iterator(rows.end())};
  rows.resize(old);
  rows_ = std::move(rows);
  Q_EMIT dataChanged(index(0, 0), index(static_cast<int>(old) - 1, columnCount() - 1));
  if (more.empty()) return;
  beginInsertRows({}, static_cast<int>(old), static_cast<int>(old + more.size()) - 1);
  rows_.insert(rows_.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
  endInsertRows();
}

void TableModel::setTheme(const Theme& theme) {
  if (theme_ == &theme) return;
  theme_ = &theme;
  if (!rows_.empty()) Q_EMIT dataChanged(index(0, 0), index(rowCount() - 1, columnCount() - 1), {Qt::ForegroundRole});
}

int TableModel::rowCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : static_cast<int>(rows_.size());
}

int TableModel::columnCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : static_cast<int>(columns_.size());
}

QString TableModel::tipOf(const Column& column, const Cell& cell) const {
  const QString exact = exactText(column, cell);
  if (column.isText || std::holds_alternative<std::monostate>(cell) || exact.isEmpty()) return column.meaning;
  return QStringLiteral("%1 %2\n%3").arg(exact, column.unit, column.meaning);
}

QVariant TableModel::data(const QModelIndex& index, int role) const {
  if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid)) return {};
  const Column& column = columns_[static_cast<std::size_t>(index.column())];
  const Row& row = this->row(index.row());
  const Cell& cell = row.cells[static_cast<std::size_t>(index.column())];
  switch (role) {
    case Qt::DisplayRole:
      return shownText(column, cell);
    case Qt::ToolTipRole:
      return tipOf(column, cell);
    case Qt::TextAlignmentRole:
      return QVariant::fromValue(Qt::AlignVCenter | (column.isText ? Qt::AlignLeft : Qt::AlignRight));
    case Qt::AccessibleTextRole:
      return QStringLiteral("%1: %2 %3").arg(column.name, shownText(column, cell), column.unit).trimmed();
    case Qt::ForegroundRole:
      if (row.tone == Tone::bad) return theme_->error;
      if (row.tone == Tone::faint) return theme_->faintText;
      return {};
    case Qt::FontRole:
      if (row.tone != Tone::bad || index.column() != 0) return {};
      {
        QFont font;
        font.setBold(true);
        return font;
      }
    default:
      return {};
  }
}

QVariant TableModel::headerData(int section, Qt::Orientation orientation, int role) const {
  if (orientation != Qt::Horizontal || section < 0 || section >= columnCount()) return {};
  const Column& column = columns_[static_cast<std::size_t>(section)];
  switch (role) {
    case Qt::DisplayRole:
      return headerText(column);
    case Qt::ToolTipRole:
      return column.meaning;
    case Qt::TextAlignmentRole:
      return QVariant::fromValue(Qt::AlignVCenter | (column.isText ? Qt::AlignLeft : Qt::AlignRight));
    default:
      return {};
  }
}

TableOrder::TableOrder(TableModel& model, QObject* parent) : QSortFilterProxyModel{parent}, model_{model} {
  setSourceModel(&model);
}

void TableOrder::setFilter(const QString& words) {
  words_ = words.split(QLatin1Char(' '), Qt::SkipEmptyParts);
  invalidateFilter();
}

std::vector<const Row*> TableOrder::rows() const {
  std::vector<const Row*> found;
  for (int i = 0; i < rowCount(); ++i) found.push_back(&row(i));
  return found;
}

int TableOrder::rowOf(const QString& key) const {
  for (int i = 0; i < rowCount(); ++i)
    if (row(i).key == key) return i;
  return -1;
}

bool TableOrder::lessThan(const QModelIndex& left, const QModelIndex& right) const {
  const auto cellAt = [&](const QModelIndex& index) -> const Cell& {
    return model_.row(index.row()).cells[static_cast<std::size_t>(index.column())];
  };
  const Cell& a = cellAt(left);
  const Cell& b = cellAt(right);
  const auto x = numberOf(a);
  const auto y = numberOf(b);
  if (x && y) return *x < *y;
  const auto* s = std::get_if<QString>(&a);
  const auto* t = std::get_if<QString>(&b);
  if (s != nullptr && t != nullptr) return compareNaturally(*s, *t) < 0;
  // Nothing is put last, however the column is sorted; what are not two numbers or two texts are numbers before texts.
  const auto rank = [&](const Cell& cell) {
    if (numberOf(cell)) return 0;
    return std::holds_alternative<QString>(cell) ? 1 : 2;
  };
  return sortOrder() == Qt::AscendingOrder ? rank(a) < rank(b) : rank(a) > rank(b);
}

bool TableOrder::filterAcceptsRow(int number, const QModelIndex& /*parent*/) const {
  const Row& row = model_.row(number);
  return std::all_of(words_.begin(), words_.end(), [&](const QString& word) {
    for (std::size_t i = 0; i < row.cells.size(); ++i)
      if (shownText(model_.columns()[i], row.cells[i]).contains(word, Qt::CaseInsensitive)) return true;
    return false;
  });
}

}  // namespace lparsim::gui
