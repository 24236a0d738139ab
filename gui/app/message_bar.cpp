#include "gui/app/message_bar.hpp"

#include <QAction>
#include <QEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QToolButton>

#include "gui/app/glyphs.hpp"
#include "gui/paint/theme.hpp"

namespace lparsim::gui {

namespace {

constexpr int kIconSide = 18;

Glyph glyphOf(Severity severity) {
  switch (severity) {
    case Severity::information:
      return Glyph::information;
    case Severity::warning:
      return Glyph::warning;
    case Severity::error:
      return Glyph::error;
  }
  return Glyph::information;
}

}  // namespace

MessageBar::MessageBar(QWidget* parent) : QFrame{parent}, icon_{new QLabel}, text_{new QLabel}, remedy_{new QToolButton} {
  setObjectName("messages");
  setAccessibleName(tr("Message"));
  text_->setWordWrap(true);
  text_->setTextFormat(Qt::PlainText);
  text_->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
  remedy_->setToolButtonStyle(Qt::ToolButtonTextOnly);
  auto* close = new QToolButton;
  close->setIcon(glyph(Glyph::close));
  close->setAutoRaise(true);
  close->setToolTip(tr("Close this message"));
  close->setAccessibleName(tr("Close this message"));
  auto* row = new QHBoxLayout{this};
  row->setContentsMargins(10, 6, 6, 6);
  row->setSpacing(8);
  row->addWidget(icon_);
  row->addWidget(text_, 1);
  row->addWidget(remedy_);
  row->addWidget(close);
  connect(close, &QToolButton::clicked, this, &QWidget::hide);
  connect(remedy_, &QToolButton::clicked, this, &QWidget::hide);
  hide();
}

void MessageBar::say(Severity severity, const QString& sentence, QAction* remedy) {
  severity_ = severity;
  text_->setText(sentence);
  text_->setAccessibleName(sentence);
  for (QAction* old : remedy_->actions()) remedy_->removeAction(old);
  remedy_->setDefaultAction(remedy);
  remedy_->setVisible(remedy != nullptr);
  colour();
  show();
}

QString MessageBar::sentence() const {
  return isHidden() ? QString{} : text_->text();
}

void MessageBar::changeEvent(QEvent* event) {
  QFrame::changeEvent(event);
  if (event->type() == QEvent::PaletteChange && !isHidden()) colour();
}

// A stripe and a tint in the colour of the severity; the text keeps the colour of all text.
void MessageBar::colour() {
  const Theme& theme = Theme::of(palette());
  const QColor stripe = severity_ == Severity::error ? theme.error : severity_ == Severity::warning ? theme.warning : theme.accent;
  QColor tint = stripe;
  tint.setAlphaF(0.14F);
  const QString sheet =
      QString{"#messages { background: %1; border: none; border-left: 4px solid %2; }"}.arg(tint.name(QColor::HexArgb), stripe.name());
  if (sheet != styleSheet()) setStyleSheet(sheet);
  icon_->setPixmap(glyph(glyphOf(severity_)).pixmap(kIconSide, kIconSide));
}

}  // namespace lparsim::gui
