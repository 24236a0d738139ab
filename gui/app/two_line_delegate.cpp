#include "gui/app/two_line_delegate.hpp"

#include <QApplication>
#include <QPainter>

#include "gui/paint/theme.hpp"

namespace lparsim::gui {

namespace {

constexpr int kMargin = 8;
constexpr int kPadding = 5;

}  // namespace

void TwoLineDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const {
  QStyleOptionViewItem row = option;
  initStyleOption(&row, index);
  row.text.clear();
  row.icon = {};
  QApplication::style()->drawControl(QStyle::CE_ItemViewItem, &row, painter, row.widget);
  const bool enabled = (option.state & QStyle::State_Enabled) != 0;
  const bool selected = (option.state & QStyle::State_Selected) != 0;
  const auto group = enabled ? QPalette::Active : QPalette::Disabled;
  const QColor colour = option.palette.color(group, selected ? QPalette::HighlightedText : QPalette::Text);
  const QColor faint = selected || !enabled ? colour : Theme::of(option.palette).faintText;
  const QRect area = option.rect.adjusted(kMargin, kPadding, -kMargin, -kPadding);
  const QString second = index.data(kSecondLine).toString();
  QFont bold = option.font;
  bold.setBold(true);
  const int height = QFontMetrics{bold}.height();
  painter->save();
  painter->setFont(bold);
  painter->setPen(colour);
  painter->drawText(area, Qt::AlignLeft | Qt::AlignTop,
                    QFontMetrics{bold}.elidedText(index.data(Qt::DisplayRole).toString(), Qt::ElideMiddle, area.width()));
  painter->setFont(option.font);
  painter->setPen(faint);
  painter->drawText(area.adjusted(0, height + 1, 0, 0), Qt::AlignLeft | Qt::AlignTop,
                    QFontMetrics{option.font}.elidedText(second, Qt::ElideRight, area.width()));
  painter->restore();
}

QSize TwoLineDelegate::sizeHint(const QStyleOptionViewItem& option, const QModelIndex& /*index*/) const {
  return {kMargin * 20, QFontMetrics{option.font}.height() * 2 + 2 * kPadding + 2};
}

}  // namespace lparsim::gui
