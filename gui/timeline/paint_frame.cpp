// What is around the lanes: overview, axis, flags, legend.
#include <algorithm>
#include <cmath>

#include "gui/paint/time_text.hpp"
#include "gui/timeline/paint_parts.hpp"
#include "gui/timeline/words.hpp"

namespace lparsim::gui {

namespace {

std::vector<Tick> ticksFor(const Canvas& canvas, const Scene& scene) {
  const TimeRange& window = scene.scale.window();
  const double width = scene.scale.width();
  // First about the distance, then with the labels of the steps that come of it.
  double apart = 90;
  for (int round = 0; round < 2; ++round) {
    const SimTime step = scene.scale.lengthOf(apart);
    apart = canvas.textWidth(instantText(window.end, step), TextStyle::small) + 28;
  }
  return ticksOf(window.begin, window.end, width, apart);
}

/// A flag: a staff with a small pennant, and its text as far as there is room.
void paintFlag(Canvas& canvas, const QRectF& row, double x, const QColor& colour) {
  const double top = row.top() + 3, height = row.height() - 5;
  canvas.polygon(QPolygonF{{x, top}, {x + 7, top + height * 0.3}, {x, top + height * 0.6}}, colour);
  canvas.line({x, top}, {x, row.bottom()}, QPen{colour, 1.5});
}

QColor colourOf(const Theme& theme, Mark::Kind kind) {
  switch (kind) {
    case Mark::Kind::warning:
      return theme.error;
    case Mark::Kind::service:
      return theme.of(State::call);
    case Mark::Kind::operatorChange:
    case Mark::Kind::control:
      return theme.warning;
    case Mark::Kind::log:
      break;
  }
  return theme.accent;
}

/// What the height of the overview stands for: a busy part of the server that just holds the most of the run.
double wholeOf(const std::vector<float>& load) {
  const double most = load.empty() ? 0 : static_cast<double>(*std::ranges::max_element(load));
  for (const double whole : {0.05, 0.1, 0.2, 0.5})
    if (most <= whole) return whole;
  return 1;
}

}  // namespace

void paintGrid(Canvas& canvas, const Scene& scene) {
  const QPen pen{scene.theme->grid, 1};
  for (const Tick& tick : ticksFor(canvas, scene)) {
    if (tick.label.isEmpty()) continue;
    const double x = std::floor(scene.scale.xOf(tick.at)) + 0.5;
    canvas.line({x, scene.areas.tracks.top()}, {x, scene.areas.tracks.bottom()}, pen);
  }
}

void paintAxis(Canvas& canvas, const Scene& scene) {
  const Theme& theme = *scene.theme;
  const QRectF& axis = scene.areas.axis;
  canvas.rectangle(axis, theme.raised);
  const Clip clip{canvas, axis};
  for (const Tick& tick : ticksFor(canvas, scene)) {
    const double x = std::floor(scene.scale.xOf(tick.at)) + 0.5;
    const bool major = !tick.label.isEmpty();
    canvas.line({x, axis.bottom() - (major ? 7 : 4)}, {x, axis.bottom()}, QPen{major ? theme.faintText : theme.border, 1});
    if (!major) continue;
    const double width = canvas.textWidth(tick.label, TextStyle::small);
    // At the edges labels are moved inside instead of being cut.
    const double left = std::clamp(x - width / 2, axis.left() + 3, std::max(axis.right() - width - 3, axis.left() + 3));
    canvas.text({left, axis.top(), width + 1, axis.height() - 7}, Qt::AlignVCenter | Qt::AlignLeft, tick.label, theme.faintText,
                TextStyle::small);
  }
  canvas.line({axis.left(), axis.bottom() - 0.5}, {axis.right(), axis.bottom() - 0.5}, QPen{theme.border, 1});
}

void paintFlags(Canvas& canvas, const Scene& scene) {
  const Theme& theme = *scene.theme;
  const QRectF& row = scene.areas.flags;
  canvas.rectangle(row, theme.background);
  if (scene.answers != nullptr && !scene.answers->empty()) {
    const std::vector<Mark>& marks = scene.answers->newest().marks;
    std::vector<std::pair<double, const Mark*>> placed;
    for (const Mark& mark : marks) {
      const double x = scene.scale.xOf(mark.at);
      if (x >= row.left() - 0.5 && x <= row.right()) placed.emplace_back(std::max(x, row.left()), &mark);
    }
    std::ranges::stable_sort(placed, {}, &std::pair<double, const Mark*>::first);
    for (std::size_t i = 0; i < placed.size(); ++i) {
      const auto& [x, mark] = placed[i];
      const QColor colour = colourOf(theme, mark->kind);
      paintFlag(canvas, row, x, colour);
      canvas.line({x, row.bottom()}, {x, scene.areas.tracks.bottom()}, QPen{colour, 1, Qt::DotLine});
      const double room = (i + 1 < placed.size() ? placed[i + 1].first - 4 : row.right()) - x - 11;
      if (room > 30)
        canvas.text({x + 10, row.top(), room, row.height()}, Qt::AlignVCenter | Qt::AlignLeft, textOf(*mark, *scene.facts), theme.text,
                    TextStyle::small);
    }
  }
  canvas.line({row.left(), row.bottom() - 0.5}, {row.right(), row.bottom() - 0.5}, QPen{theme.border, 1});
}

void paintMinimap(Canvas& canvas, const Scene& scene) {
  const Theme& theme = *scene.theme;
  const QRectF& map = scene.areas.minimap;
  canvas.rectangle(map, theme.raised);
  if (scene.limits.begin >= scene.limits.end) return;
  const TimeScale scale{scene.limits, map.left(), map.width()};
  const QRectF curve = map.adjusted(0, 4, 0, -1);
  if (scene.curve != nullptr && !scene.curve->load.empty()) {
    const auto parts = static_cast<double>(scene.curve->load.size());
    const double left = scale.xOf(scene.curve->range.begin), width = scale.xOf(scene.curve->range.end) - left;
    double from = left;
    const double most = wholeOf(scene.curve->load);
    QColor busy = theme.of(State::entitled);
    busy.setAlphaF(0.6F);
    for (std::size_t i = 0; i < scene.curve->load.size(); ++i) {
      const double to = std::round(left + width * static_cast<double>(i + 1) / parts);
      const double load = static_cast<double>(scene.curve->load[i]);
      const double height = load > 0 ? std::max(1.0, std::round(std::min(load / most, 1.0) * curve.height())) : 0;
      if (height > 0 && to > from) canvas.rectangle({from, curve.bottom() - height, to - from, height}, busy);
      from = to;
    }
    for (const Mark& mark : scene.curve->marks) {
      const double x = std::floor(scale.xOf(mark.at)) + 0.5;
      canvas.line({x, map.top()}, {x, map.top() + 5}, QPen{colourOf(theme, mark.kind), 2});
    }
  }
  const TimeRange& window = scene.scale.window();
  if (scene.range) {
    const double x = scale.xOf(scene.range->begin);
    canvas.rectangle({x, map.top(), std::max(scale.xOf(scene.range->end) - x, 2.0), map.height()}, theme.range);
  }
  // What is outside of the window recedes.
  const double left = scale.xOf(window.begin), right = std::max(scale.xOf(window.end), left + 2);
  QColor veil = theme.background;
  veil.setAlphaF(0.55F);
  if (left > map.left()) canvas.rectangle({map.left(), map.top(), left - map.left(), map.height()}, veil);
  if (right < map.right()) canvas.rectangle({right, map.top(), map.right() - right, map.height()}, veil);
  const QRectF frame = QRectF{left, map.top() + 1, right - left, map.height() - 2}.intersected(map.adjusted(1, 1, -1, -1));
  canvas.frame(QRectF{frame.left(), map.top() + 1, std::max(frame.width(), 3.0), map.height() - 2}, QPen{theme.accent, 2}, 2);
  const double x = std::floor(scale.xOf(scene.playhead)) + 0.5;
  canvas.line({x, map.top()}, {x, map.bottom()}, QPen{theme.playhead, 1});
  canvas.line({map.left(), map.bottom() - 0.5}, {map.right(), map.bottom() - 0.5}, QPen{theme.border, 1});
}

std::vector<LegendEntry> legendOf(const Canvas& canvas, const QRectF& area) {
  std::vector<LegendEntry> entries;
  double x = area.left() + 10;
  // What matters most comes first: a narrow window has no room for all.
  for (std::size_t i = 0; i < kStates; ++i) {
    const auto state = static_cast<State>(i);
    const double width = 18 + canvas.textWidth(toQString(wordsFor(state)), TextStyle::small) + 14;
    if (x + width > area.right()) break;
    entries.push_back({state, {x, area.top(), width, area.height()}});
    x += width;
  }
  return entries;
}

void paintLegend(Canvas& canvas, const Scene& scene) {
  const Theme& theme = *scene.theme;
  const QRectF& area = scene.areas.legend;
  canvas.rectangle(area, theme.raised);
  canvas.line({area.left(), area.top() + 0.5}, {area.right(), area.top() + 0.5}, QPen{theme.border, 1});
  for (const LegendEntry& entry : legendOf(canvas, area)) {
    const QRectF swatch{entry.area.left(), std::round(area.center().y() - 5), 12, 11};
    canvas.rectangle(swatch, theme.of(entry.state), Theme::fillOf(entry.state));
    canvas.frame(swatch.adjusted(0.5, 0.5, -0.5, -0.5), QPen{theme.border, 1});
    canvas.text(entry.area.adjusted(18, 0, 0, 0), Qt::AlignVCenter | Qt::AlignLeft, toQString(wordsFor(entry.state)), theme.text,
                TextStyle::small);
  }
}

}  // namespace lparsim::gui
