#include "gui/paint/fonts.hpp"

namespace lparsim::gui {

namespace {

constexpr double kSmall = 0.87;

QFont derived(const QFont& base, TextStyle style) {
  QFont font = base;
  switch (style) {
    case TextStyle::normal:
      break;
    case TextStyle::small:
      if (base.pointSizeF() > 0)
        font.setPointSizeF(base.pointSizeF() * kSmall);
      else
        font.setPixelSize(qRound(base.pixelSize() * kSmall));
      break;
    case TextStyle::bold:
      font.setBold(true);
      break;
    case TextStyle::monospace:
      font.setFamilies({"DejaVu Sans Mono", "Liberation Mono", "monospace"});
      font.setStyleHint(QFont::Monospace);
      break;
  }
  return font;
}

}  // namespace

Fonts::Fonts(const QFont& base)
    : fonts_{derived(base, TextStyle::normal), derived(base, TextStyle::small), derived(base, TextStyle::bold),
             derived(base, TextStyle::monospace)},
      metrics_{QFontMetricsF{fonts_[0]}, QFontMetricsF{fonts_[1]}, QFontMetricsF{fonts_[2]}, QFontMetricsF{fonts_[3]}} {}

QString Fonts::cut(const QString& text, double width, TextStyle style) const {
  // A hair of tolerance: areas are often made from the very width of their text.
  constexpr double kSlack = 0.01;
  const QFontMetricsF& metrics = this->metrics(style);
  // Measuring costs more than this; two letters are seldom narrower.
  if (text.isEmpty() || (text.size() > 2 && width < metrics.averageCharWidth())) return {};
  if (metrics.horizontalAdvance(text) <= width + kSlack) return text;
  const QString shown = metrics.elidedText(text, Qt::ElideRight, width);
  return shown.size() < 2 || shown.front() == QChar{0x2026} ? QString{} : shown;
}

}  // namespace lparsim::gui
