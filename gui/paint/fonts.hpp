#pragma once
#include <QFont>
#include <QFontMetricsF>
#include <array>

#include "gui/paint/canvas.hpp"

namespace lparsim::gui {

/// The fonts of the text styles, derived from one of a widget.
class Fonts {
 public:
  explicit Fonts(const QFont& base);

  const QFont& of(TextStyle style) const { return fonts_[static_cast<std::size_t>(style)]; }
  double width(const QString& text, TextStyle style) const { return metrics(style).horizontalAdvance(text); }
  double lineHeight(TextStyle style) const { return metrics(style).height(); }
  /// The text with an ellipsis where it is wider than that; empty where not even one letter fits.
  QString cut(const QString& text, double width, TextStyle style) const;

 private:
  const QFontMetricsF& metrics(TextStyle style) const { return metrics_[static_cast<std::size_t>(style)]; }

  std::array<QFont, kTextStyles> fonts_;
  std::array<QFontMetricsF, kTextStyles> metrics_;
};

}  // namespace lparsim::gui
