#include "gui/app/dock_title.hpp"

#include <QDockWidget>
#include <QHBoxLayout>
#include <QLabel>
#include <QToolButton>

#include "gui/app/glyphs.hpp"

namespace lparsim::gui {

namespace {

constexpr int kButtonIcon = 12;

QToolButton* titleButton(Glyph which, const QString& words) {
  auto* button = new QToolButton;
  button->setIcon(glyph(which));
  button->setIconSize({kButtonIcon, kButtonIcon});
  button->setAutoRaise(true);
  button->setToolTip(words);
  button->setAccessibleName(words);
  button->setFocusPolicy(Qt::TabFocus);
  return button;
}

}  // namespace

DockTitle::DockTitle(QDockWidget& dock) : QWidget{&dock} {
  auto* title = new QLabel{dock.windowTitle()};
  title->setForegroundRole(QPalette::PlaceholderText);
  QFont font = title->font();
  font.setBold(true);
  title->setFont(font);
  QToolButton* tear = titleButton(Glyph::tear, tr("Tear %1 off, or put it back").arg(dock.windowTitle()));
  QToolButton* close = titleButton(Glyph::close, tr("Close %1").arg(dock.windowTitle()));
  auto* row = new QHBoxLayout{this};
  row->setContentsMargins(8, 1, 2, 1);
  row->setSpacing(0);
  row->addWidget(title, 1);
  row->addWidget(tear);
  row->addWidget(close);
  connect(tear, &QToolButton::clicked, &dock, [&dock] { dock.setFloating(!dock.isFloating()); });
  connect(close, &QToolButton::clicked, &dock, &QDockWidget::close);
}

void DockTitle::setSlim(bool slim) {
  if (slim == slim_) return;
  slim_ = slim;
  for (QWidget* part : findChildren<QWidget*>(QString{}, Qt::FindDirectChildrenOnly)) part->setVisible(!slim);
  updateGeometry();
}

QSize DockTitle::sizeHint() const {
  return slim_ ? QSize{0, 0} : layout()->sizeHint();
}

}  // namespace lparsim::gui
