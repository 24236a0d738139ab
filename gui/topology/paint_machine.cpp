#include "gui/topology/paint_machine.hpp"

#include <QCoreApplication>
#include <algorithm>

#include "gui/paint/time_text.hpp"

namespace lparsim::gui {

namespace {

QString inMachine(const char* text) {
  return QCoreApplication::translate("lparsim::gui::TopologyView", text);
}

constexpr int kRampSteps = 24;

QString nameOfKind(WireKind kind) {
  switch (kind) {
    case WireKind::network:
      return inMachine("frames");
    case WireKind::storage:
      return inMachine("disk I/O");
    case WireKind::hook:
      return inMachine("redirected calls");
    case WireKind::hypervisorCalls:
      return inMachine("hypervisor calls");
  }
  return {};
}

/// What is not there to be seen, and why; the most important.
QString remarkOn(const MachinePicture& p) {
  if (p.flows == nullptr) return inMachine("Nothing is known of this moment yet.");
  if (!p.facts.isRecordedInFull()) return inMachine("Who is on which core is recorded with --trace full only.");
  if (p.facts.info.devices.empty()) return inMachine("This run has no virtual I/O: there are no adapters and no flows to draw.");
  return {};
}

}  // namespace

void paintLegend(Canvas& canvas, const MachinePicture& p) {
  const QRectF strip{0, p.size.height() - kLegendHeight, p.size.width(), kLegendHeight};
  canvas.rectangle(strip, p.theme.background);
  canvas.line(strip.topLeft(), strip.topRight(), QPen{p.theme.border, 1});
  double x = 10;
  const auto say = [&](const QString& text, const QColor& colour) {
    const double width = canvas.textWidth(text, TextStyle::small) + 1;
    canvas.text({x, strip.top(), width, strip.height()}, Qt::AlignLeft | Qt::AlignVCenter, text, colour, TextStyle::small);
    x += width + 6;
  };
  const QString moment = p.flows == nullptr ? QString{} : pointOfView(*p.flows);
  const QString remark = remarkOn(p);
  const double right = strip.right() - 10 - canvas.textWidth(moment, TextStyle::small);
  canvas.text({right - 1, strip.top(), strip.right() - 9 - right, strip.height()}, Qt::AlignRight | Qt::AlignVCenter, moment,
              p.theme.faintText, TextStyle::small);
  say(inMachine("load 0"), p.theme.text);
  const double step = 72.0 / kRampSteps;
  for (int i = 0; i < kRampSteps; ++i)
    canvas.rectangle({x + i * step, strip.center().y() - 5, step + 0.5, 10}, p.theme.ofLoad((i + 0.5) / kRampSteps));
  canvas.frame({x, strip.center().y() - 5, 72, 10}, QPen{p.theme.border, 1});
  x += 78;
  say(inMachine("100 % and more"), p.theme.text);
  x += 8;
  for (const WireKind kind : {WireKind::network, WireKind::storage, WireKind::hypervisorCalls, WireKind::hook}) {
    const bool there =
        kind == WireKind::hypervisorCalls
            ? std::ranges::any_of(p.lines, [&](const FlowLine& l) { return p.layout.wires[static_cast<std::size_t>(l.wire)].kind == kind; })
            : std::ranges::any_of(p.layout.wires, [&](const Wire& w) { return w.kind == kind; });
    const QString name = nameOfKind(kind);
    if (!there || x + 34 + canvas.textWidth(name, TextStyle::small) > right) continue;
    QPen pen{colourOf(p.theme, kind), 4};
    pen.setCapStyle(Qt::FlatCap);
    pen.setDashPattern(dashesOf(kind, 4));
    canvas.line({x, strip.center().y()}, {x + 28, strip.center().y()}, pen);
    x += 34;
    say(name, p.theme.text);
    x += 6;
  }
  const auto square = [&](const QColor& colour, Fill fill, const QColor& edge, const QString& meaning) {
    if (x + 16 + canvas.textWidth(meaning, TextStyle::small) > right) return;
    const QRectF box{x, strip.center().y() - 5, 10, 10};
    canvas.rectangle(box, colour, fill);
    canvas.frame(box, QPen{edge, 1});
    x += 15;
    say(meaning, p.theme.text);
    x += 4;
  };
  if (remark.isEmpty() || p.facts.isRecordedInFull()) {
    square(p.theme.of(State::entitled), Theme::fillOf(State::entitled), p.theme.text, inMachine("entitled"));
    square(p.theme.of(State::excess), Theme::fillOf(State::excess), p.theme.text, inMachine("on excess"));
    square(p.theme.raised, Fill::solid, p.theme.faintText, inMachine("on no core"));
  }
  if (right - x < 60 || remark.isEmpty()) return;
  canvas.text({x, strip.top(), right - x - 12, strip.height()}, Qt::AlignLeft | Qt::AlignVCenter, remark, p.theme.warning,
              TextStyle::small);
}

void paintHint(Canvas& canvas, const Theme& theme, const QSizeF& size, const QString& hint) {
  canvas.rectangle({QPointF{}, size}, theme.background);
  canvas.text(QRectF{QPointF{}, size}.adjusted(20, 20, -20, -20), Qt::AlignCenter, hint, theme.faintText);
}

void paintMachine(Canvas& canvas, const MachinePicture& p) {
  const QRectF all{QPointF{}, p.size};
  canvas.rectangle(all, p.theme.background);
  {
    const Clip clip{canvas, all.adjusted(0, 0, 0, -kLegendHeight)};
    PartPainter painter{canvas, p};
    const auto isSeen = [&](const Part& part) {
      return p.camera.toScreen(part.area).adjusted(-4, -4, 4, 4).intersects(all);
    };
    for (const Part& part : p.layout.parts)
      if (part.holds && isSeen(part)) painter.container(part);
    WirePainter{canvas, p}.paint();
    for (const Part& part : p.layout.parts)
      if (!part.holds && isSeen(part)) painter.leaf(part);
    painter.marks();
  }
  paintLegend(canvas, p);
}

}  // namespace lparsim::gui
