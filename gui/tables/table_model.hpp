#pragma once
#include <QAbstractTableModel>
#include <QSortFilterProxyModel>

#include "gui/paint/theme.hpp"
#include "gui/tables/table.hpp"

namespace lparsim::gui {

/// The rows of a table as read.
class TableModel : public QAbstractTableModel {
  Q_OBJECT
 public:
  explicit TableModel(std::vector<Column> columns, QObject* parent = nullptr);

  /// Other rows. Those that stay, in the same order at the beginning, stay for views too.
  void show(std::vector<Row> rows);
  void setTheme(const Theme& theme);
  const std::vector<Column>& columns() const { return columns_; }
  const Row& row(int number) const { return rows_[static_cast<std::size_t>(number)]; }

  int rowCount(const QModelIndex& parent = {}) const override;
  int columnCount(const QModelIndex& parent = {}) const override;
  QVariant data(const QModelIndex& index, int role) const override;
  QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

 private:
  QString tipOf(const Column& column, const Cell& cell) const;

  std::vector<Column> columns_;
  std::vector<Row> rows_;
  const Theme* theme_;
};

/// The rows in the order of a column's values (empty cells last in either direction), and only those that have a text in them.
class TableOrder : public QSortFilterProxyModel {
  Q_OBJECT
 public:
  explicit TableOrder(TableModel& model, QObject* parent = nullptr);

  /// Words, all of which have to be in a row, in whatever case.
  void setFilter(const QString& words);
  const Row& row(int number) const { return model_.row(mapToSource(index(number, 0)).row()); }
  /// As they are shown, from top to bottom.
  std::vector<const Row*> rows() const;
  int rowOf(const QString& key) const;  ///< -1: it is not shown

 protected:
  bool lessThan(const QModelIndex& left, const QModelIndex& right) const override;
  bool filterAcceptsRow(int number, const QModelIndex& parent) const override;

 private:
  TableModel& model_;
  QStringList words_;
};

}  // namespace lparsim::gui
