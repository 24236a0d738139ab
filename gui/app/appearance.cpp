#include "gui/app/appearance.hpp"

#include <QApplication>
#include <QPalette>

#include "gui/paint/theme.hpp"

namespace lparsim::gui {

QString wordFor(Appearance appearance) {
  switch (appearance) {
    case Appearance::system:
      return "system";
    case Appearance::light:
      return "light";
    case Appearance::dark:
      return "dark";
  }
  return {};
}

std::optional<Appearance> appearanceOf(const QString& word) {
  for (const Appearance one : {Appearance::system, Appearance::light, Appearance::dark})
    if (wordFor(one) == word) return one;
  return std::nullopt;
}

void apply(Appearance appearance) {
  switch (appearance) {
    case Appearance::system:
      QApplication::setPalette(QPalette{});
      break;
    case Appearance::light:
      QApplication::setPalette(Theme::light().palette());
      break;
    case Appearance::dark:
      QApplication::setPalette(Theme::darkOne().palette());
      break;
  }
}

}  // namespace lparsim::gui
