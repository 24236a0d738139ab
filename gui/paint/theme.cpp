#include "gui/paint/theme.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace lparsim::gui {

namespace {

using StateColours = std::array<QRgb, kStates>;
// In the order of State. Within a kind of lane they are at least 18 apart in CIELAB, also under simulated protanopia, deuteranopia and
// tritanopia (theme_test).
constexpr StateColours kLightStates{0xff1f6fb2, 0xffef9628, 0xff0b3c6e, 0xffc8323c, 0xfffbe55c, 0xffdfe4ea,
                                    0xffb9a0dc, 0xff6b7480, 0xff3aa6a0, 0xff8c1c3a, 0xff7a5fc0};
constexpr StateColours kDarkStates{0xff4c9be8, 0xfff0a030, 0xffb5dcff, 0xffe0454f, 0xfffff59a, 0xff2c333c,
                                   0xff8a4f9e, 0xff5c6872, 0xff35b5aa, 0xffff3d5a, 0xff9b86e8};

using Categories = std::array<QRgb, 12>;
// Muted, so that they are not taken for states, which are drawn beside them; neighbours differ in lightness as well as in hue.
constexpr Categories kLightPartitions{0xffc9b8e8, 0xff6aa189, 0xfff4cdbf, 0xff8296ad, 0xffdad68c, 0xffa87f9f,
                                      0xffa9dde2, 0xffa8875f, 0xffe3abc8, 0xff74934f, 0xffcfd4da, 0xff7a6a5e};
constexpr Categories kDarkPartitions{0xff8c74ba, 0xff4e8f73, 0xffdcb6a4, 0xff5f7590, 0xffb5b060, 0xff8a5f82,
                                     0xff94c6ba, 0xff80633c, 0xffc080a2, 0xff55753a, 0xff98a0aa, 0xff6b5a4c};

using Ramp = std::array<QRgb, 6>;
constexpr Ramp kLightLoad{0xfff0f3f6, 0xfff7dfa0, 0xfff0b45c, 0xffd97b3f, 0xffab4432, 0xff6f1d2e};
constexpr Ramp kDarkLoad{0xff262c34, 0xff5c3040, 0xff9c4238, 0xffd97b3f, 0xfff2b661, 0xfffff0b8};

QColor between(QRgb a, QRgb b, double part) {
  const auto mix = [part](int x, int y) {
    return static_cast<int>(x + (y - x) * part + 0.5);
  };
  return {mix(qRed(a), qRed(b)), mix(qGreen(a), qGreen(b)), mix(qBlue(a), qBlue(b))};
}

double linear(double channel) {
  return channel <= 0.04045 ? channel / 12.92 : std::pow((channel + 0.055) / 1.055, 2.4);
}

}  // namespace

const Theme& Theme::light() {
  static const Theme theme{.dark = false,
                           .background = QColor{0xff, 0xff, 0xff},
                           .raised = QColor{0xf4, 0xf6, 0xf9},
                           .text = QColor{0x1c, 0x24, 0x30},
                           .faintText = QColor{0x5a, 0x66, 0x75},
                           .grid = QColor{0xe8, 0xec, 0xf1},
                           .border = QColor{0xc5, 0xcd, 0xd8},
                           .accent = QColor{0x16, 0x60, 0xa8},
                           .warning = QColor{0x8a, 0x5a, 0x00},
                           .error = QColor{0xb3, 0x20, 0x2c},
                           .playhead = QColor{0xc2, 0x18, 0x5b},
                           .range = QColor{0x16, 0x60, 0xa8, 0x26}};
  return theme;
}

const Theme& Theme::darkOne() {
  static const Theme theme{.dark = true,
                           .background = QColor{0x15, 0x19, 0x1f},
                           .raised = QColor{0x1f, 0x25, 0x2d},
                           .text = QColor{0xe6, 0xea, 0xf0},
                           .faintText = QColor{0x9a, 0xa6, 0xb5},
                           .grid = QColor{0x26, 0x2d, 0x36},
                           .border = QColor{0x3c, 0x46, 0x53},
                           .accent = QColor{0x6f, 0xb3, 0xff},
                           .warning = QColor{0xf5, 0xb0, 0x41},
                           .error = QColor{0xff, 0x7a, 0x80},
                           .playhead = QColor{0xff, 0x6f, 0xa8},
                           .range = QColor{0x6f, 0xb3, 0xff, 0x30}};
  return theme;
}

const Theme& Theme::of(const QPalette& palette) {
  return palette.color(QPalette::Window).lightness() < palette.color(QPalette::WindowText).lightness() ? darkOne() : light();
}

QPalette Theme::palette() const {
  QPalette palette{text, raised, raised.lighter(dark ? 140 : 105), border.darker(120), border, text, text, background, raised};
  palette.setColor(QPalette::Base, background);
  palette.setColor(QPalette::AlternateBase, raised);
  palette.setColor(QPalette::Highlight, accent);
  palette.setColor(QPalette::HighlightedText, textOn(accent));
  palette.setColor(QPalette::Link, accent);
  palette.setColor(QPalette::LinkVisited, accent);
  palette.setColor(QPalette::ToolTipBase, dark ? raised.lighter(130) : background);
  palette.setColor(QPalette::ToolTipText, text);
  palette.setColor(QPalette::PlaceholderText, faintText);
  for (const QPalette::ColorRole role : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText})
    palette.setColor(QPalette::Disabled, role, faintText);
  return palette;
}

QColor Theme::of(State state) const {
  return QColor::fromRgba((dark ? kDarkStates : kLightStates)[static_cast<std::size_t>(state)]);
}

Fill Theme::fillOf(State state) {
  switch (state) {
    case State::waitingCapacity:
    case State::waitingProcessor:
    case State::failedRequest:
      return Fill::hatched;
    case State::conferred:
      return Fill::dotted;
    default:
      return Fill::solid;
  }
}

QColor Theme::ofPartition(std::size_t ordinal) const {
  const Categories& colours = dark ? kDarkPartitions : kLightPartitions;
  return QColor::fromRgba(colours[ordinal % colours.size()]);
}

QColor Theme::ofLoad(double load) const {
  const Ramp& ramp = dark ? kDarkLoad : kLightLoad;
  // Also of what is not a number.
  const double place = (load > 0 ? std::min(load, 1.0) : 0) * static_cast<double>(ramp.size() - 1);
  const auto step = std::min(static_cast<std::size_t>(place), ramp.size() - 2);
  return between(ramp[step], ramp[step + 1], place - static_cast<double>(step));
}

double Theme::contrast(const QColor& a, const QColor& b) {
  const auto luminance = [](const QColor& colour) {
    return 0.2126 * linear(colour.redF()) + 0.7152 * linear(colour.greenF()) + 0.0722 * linear(colour.blueF());
  };
  const auto [low, high] = std::minmax({luminance(a), luminance(b)});
  return (high + 0.05) / (low + 0.05);
}

QColor Theme::textOn(const QColor& colour) {
  return contrast(colour, Qt::black) >= contrast(colour, Qt::white) ? Qt::black : Qt::white;
}

}  // namespace lparsim::gui
