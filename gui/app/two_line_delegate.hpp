#pragma once
#include <QStyledItemDelegate>

namespace lparsim::gui {

/// A list's row: a name, and in faint letters beneath what there is to say about it (Qt::UserRole + 1).
class TwoLineDelegate : public QStyledItemDelegate {
  Q_OBJECT
 public:
  static constexpr int kSecondLine = Qt::UserRole + 1;
  using QStyledItemDelegate::QStyledItemDelegate;
  void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override;
  QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override;
};

}  // namespace lparsim::gui
