#include <QCoreApplication>
#include <algorithm>
#include <array>

#include "gui/paint/time_text.hpp"
#include "gui/topology/frame_layout.hpp"
#include "gui/topology/paint_machine.hpp"

namespace lparsim::gui {

namespace {

// Pixels on the screen from which on there is room for more.
constexpr double kCardWidthOfName = 62;
constexpr double kCardWidthOfFigures = 110;
constexpr double kWorthSaying = 0.05;  ///< virtual processors that wait, on average
constexpr double kLeast = 0.75;        ///< smaller things are left out

QString of(const std::string& text) {
  return QString::fromStdString(text);
}
QString inParts(const char* text) {
  return QCoreApplication::translate("lparsim::gui::TopologyView", text);
}

/// `0.62 of 0.50 PU`.
QString useText(double used, double due) {
  return inParts("%1 of %2 PU").arg(used, 0, 'f', 2).arg(due, 0, 'f', 2);
}

const char* shortNameOf(trace::DeviceKind kind) {
  static constexpr std::array<const char*, trace::kDeviceKindNames.size()> kNames{"",         "vNIC", "vSCSI",  "NPIV", "switch", "trunk",
                                                                                  "SEA",      "vNIC", "vSCSI",  "NPIV", "volume", "disk",
                                                                                  "Ethernet", "FC",   "switch", "host", "SAN",    ""};
  const auto number = static_cast<std::size_t>(kind);
  return number < kNames.size() ? kNames[number] : "";
}

}  // namespace

QColor PartPainter::colourOf(ServerId server, PartitionId partition) const {
  const auto& all = p_.facts.info.partitions;
  const auto found =
      std::ranges::find_if(all, [&](const trace::PartitionFacts& p) { return p.server == server && p.partition == partition; });
  return p_.theme.ofPartition(static_cast<std::size_t>(found - all.begin()));
}

void PartPainter::title(const QRectF& area, const QString& text, double height) {
  if (!readable(height, TextStyle::small)) return;
  const double line = canvas_.lineHeight(TextStyle::small);
  const QRectF room{area.left() + scaled(kPadding), area.top() + (scaled(height) - line) / 2, area.width() - 2 * scaled(kPadding),
                    line + 1};
  canvas_.text(room, Qt::AlignLeft | Qt::AlignVCenter, text, p_.theme.faintText, TextStyle::small);
}

void PartPainter::container(const Part& part) {
  const QRectF area = on(part);
  const QPen border{p_.theme.border, 1};
  const double radius = std::min(8.0, scaled(8));
  switch (part.id.kind) {
    case PartKind::frame: {
      canvas_.roundedRectangle(area, radius, p_.theme.raised);
      canvas_.frame(area, border, radius);
      const QStringList words = sentencesOf(p_.facts, part.id, nullptr);
      title(area, words.isEmpty() ? QString{} : words[0], p_.layout.titleHeight + kPadding);
      return;
    }
    case PartKind::outside:
      canvas_.frame(area, QPen{p_.theme.border, 1, Qt::DashLine}, radius);
      // Beneath, where no line comes.
      title(QRectF{area.left(), area.bottom() - scaled(p_.layout.titleHeight), area.width(), scaled(p_.layout.titleHeight)},
            inParts("Network and storage outside of the servers"), p_.layout.titleHeight);
      return;
    case PartKind::hypervisor: {
      canvas_.roundedRectangle(area, radius, p_.theme.background);
      canvas_.frame(area, border, radius);
      if (!readable(22)) return;
      canvas_.text(area.adjusted(scaled(kPadding), 0, 0, 0), Qt::AlignLeft | Qt::AlignVCenter, inParts("Hypervisor"), p_.theme.text,
                   TextStyle::bold);
      if (const auto calls = callsOf(p_.facts, p_.flows, part.id.server))
        canvas_.text(area.adjusted(area.width() / 2, 0, -scaled(kPadding), 0), Qt::AlignRight | Qt::AlignVCenter,
                     inParts("%1 calls/s").arg(countText(static_cast<std::uint64_t>(*calls + 0.5))), p_.theme.faintText, TextStyle::small);
      return;
    }
    case PartKind::partition:
      return card(part);
    case PartKind::group: {
      canvas_.frame(area, border, radius);
      title(area, part.id.first == kDedicatedGroup ? inParts("Dedicated cores") : nameOfPart(p_.facts, part.id), p_.layout.titleHeight);
      return;
    }
    default:
      canvas_.roundedRectangle(area, radius, p_.theme.background);
      canvas_.frame(area, border, radius);
      title(area, nameOfPart(p_.facts, part.id), kTitle);
  }
}

void PartPainter::leaf(const Part& part) {
  switch (part.id.kind) {
    case PartKind::core:
      return core(part);
    case PartKind::pool:
      return pool(part);
    case PartKind::partition:
      return card(part);
    case PartKind::virtualProcessor:
      return virtualProcessor(part);
    case PartKind::device:
      return device(part);
    default:
      return container(part);
  }
}

void PartPainter::cell(const QRectF& area, double load, const QString& name) {
  const QColor colour = p_.theme.ofLoad(load);
  const double gap = area.width() > 8 ? 0 : area.width() * 0.1;
  canvas_.rectangle(area.adjusted(gap, gap, -gap, -gap), colour);
  if (area.width() >= 24 && area.height() >= canvas_.lineHeight(TextStyle::small))
    canvas_.text(area.adjusted(2, 0, -2, 0), Qt::AlignCenter, name, Theme::textOn(colour), TextStyle::small);
}

void PartPainter::card(const Part& part) {
  const trace::PartitionFacts* facts = p_.facts.partition(part.id.server, static_cast<PartitionId>(part.id.first));
  if (facts == nullptr) return;
  const PartitionFlow* flow = flowOf(p_.flows, part.id.server, part.id.first);
  const QRectF area = on(part);
  const bool alone = !part.holds;
  const double width = alone ? area.width() : scaled(kCardWidth);
  if (isCell(p_.camera.scale)) {
    if (alone) return cell(area, flow == nullptr ? 0 : flow->entc.value / 100, of(facts->name));
    canvas_.rectangle(area, p_.theme.background);
    canvas_.frame(area, QPen{p_.theme.border, 1});
    return cell({area.topLeft(), QSizeF{width, area.height()}}, flow == nullptr ? 0 : flow->entc.value / 100, of(facts->name));
  }
  canvas_.roundedRectangle(area, 4, p_.theme.background);
  canvas_.frame(area, QPen{p_.theme.border, 1}, 4);
  canvas_.rectangle({area.left(), area.top() + 3, std::max(3.0, scaled(4)), area.height() - 6}, colourOf(facts->server, facts->partition));
  head(part, *facts, flow);
}

// A name takes its line on the screen however small the card is; the bar beneath gives way.
void PartPainter::head(const Part& part, const trace::PartitionFacts& facts, const PartitionFlow* flow) {
  const QRectF area = on(part);
  const double inset = std::max(scaled(kCardInset), 7.0);
  const double left = area.left() + inset;
  const double width = scaled(kCardWidth) - 2 * inset;
  const double line = canvas_.lineHeight();
  const double top = area.top() + std::max(2.0, scaled(kNameTop));
  const double nameHeight = std::max(line, scaled(kNameHeight));
  const QString type = of(facts.type);
  const double typeWidth = canvas_.textWidth(type, TextStyle::small) + 2;
  const bool showsType = width - typeWidth > std::min(60.0, canvas_.textWidth(of(facts.name), TextStyle::bold));
  canvas_.text({left, top, width - (showsType ? typeWidth + 4 : 0), nameHeight}, Qt::AlignLeft | Qt::AlignVCenter, of(facts.name),
               p_.theme.text, TextStyle::bold);
  if (showsType)
    canvas_.text({left + width - typeWidth, top, typeWidth, nameHeight}, Qt::AlignRight | Qt::AlignVCenter, type, p_.theme.faintText,
                 TextStyle::small);
  const double barTop = std::max(area.top() + scaled(kBarTop), top + nameHeight);
  const QRectF bar{left, barTop, width, std::max(5.0, scaled(kBarHeight))};
  const double due = flow == nullptr ? facts.entitlement.value() : flow->entitlement.value();
  const double used = flow == nullptr ? 0 : flow->physc.value;
  const double most = std::max({static_cast<double>(facts.virtual_processors), due, used});
  useBar(bar, used, due, most, flow == nullptr ? 0 : flow->entc.value / 100);
  const double figureTop = area.top() + scaled(kFigureTop);
  if (scaled(kCardWidth) < kCardWidthOfFigures || figureTop < bar.bottom() - 1 || !readable(kFigureHeight, TextStyle::small)) return;
  const QString text = flow == nullptr ? inParts("%1 PU entitled").arg(due, 0, 'f', 2) : useText(used, due);
  canvas_.text({left, figureTop, width, std::max(scaled(kFigureHeight), canvas_.lineHeight(TextStyle::small))},
               Qt::AlignLeft | Qt::AlignVCenter, text, p_.theme.text, TextStyle::small);
  if (flow == nullptr) return;
  const double waiting = flow->waiting.value;
  const QRectF squares{left, area.top() + scaled(kSquaresTop) - 2, width,
                       std::max(scaled(kSquare) + 4, canvas_.lineHeight(TextStyle::small))};
  if (waiting >= kWorthSaying)
    canvas_.text(squares, Qt::AlignRight | Qt::AlignVCenter, inParts("%1 waiting").arg(waiting, 0, 'f', 2), p_.theme.error,
                 TextStyle::small);
  const QString percent = QStringLiteral("%1 %").arg(flow->entc.value, 0, 'f', 0);
  canvas_.text({left, figureTop, width, std::max(scaled(kFigureHeight), canvas_.lineHeight(TextStyle::small))},
               Qt::AlignRight | Qt::AlignVCenter, percent, p_.theme.faintText, TextStyle::small);
}

// From nothing to all that it could use; a line where its entitlement ends, and hatching beyond it.
void PartPainter::useBar(const QRectF& area, double used, double due, double most, double load) {
  canvas_.rectangle(area, p_.theme.grid);
  if (!(most > 0)) return;
  const auto x = [&](double units) {
    return area.left() + area.width() * std::clamp(units / most, 0.0, 1.0);
  };
  const QColor colour = p_.theme.ofLoad(std::max(load, 0.12));
  if (used > 0) canvas_.rectangle({area.topLeft(), QPointF{x(std::min(used, due)), area.bottom()}}, colour);
  if (used > due) canvas_.rectangle({QPointF{x(due), area.top()}, QPointF{x(used), area.bottom()}}, colour, Fill::hatched);
  canvas_.frame(area, QPen{p_.theme.border, 1});
  const double at = std::min(x(due), area.right() - 1);
  canvas_.line({at, area.top() - 2}, {at, area.bottom() + 2}, QPen{p_.theme.text, 2});
}

void PartPainter::core(const Part& part) {
  const QRectF area = on(part);
  if (area.width() < kLeast) return;
  const CoreFlow* flow = coreFlow(p_.flows, part.id.server, part.id.first);
  const bool known = flow != nullptr && flow->known;
  const QColor colour = known ? p_.theme.ofLoad(flow->load.value / 100) : p_.theme.raised;
  canvas_.rectangle(area, colour);
  if (area.width() >= 6) canvas_.frame(area, QPen{p_.theme.border, 1});
  const QColor ink = Theme::textOn(colour);
  const double line = canvas_.lineHeight(TextStyle::small);
  const bool hasRoom = area.height() >= 2 * line && area.width() >= 34;
  if (hasRoom)
    canvas_.text({area.left() + 4, area.top() + 2, area.width() / 2, line}, Qt::AlignLeft | Qt::AlignVCenter,
                 QString::number(part.id.first), ink, TextStyle::small);
  if (!known || !flow->busy) return;
  // The virtual processor that sits there.
  const double side = hasRoom ? scaled(12) : std::min(area.width(), area.height()) * 0.5;
  const QRectF square = hasRoom ? QRectF{area.right() - side - scaled(4), area.top() + scaled(4), side, side}
                                : QRectF{area.center() - QPointF{side, side} / 2, QSizeF{side, side}};
  canvas_.rectangle(square, colourOf(flow->server, flow->partition), flow->state == State::excess ? Fill::hatched : Fill::solid);
  canvas_.frame(square, QPen{ink, flow->state == State::dedicated ? 2.0 : 1.0});
  const trace::PartitionFacts* owner = p_.facts.partition(flow->server, flow->partition);
  if (!hasRoom || owner == nullptr) return;
  const QString label = owner->virtual_processors > 1 ? QStringLiteral("%1/%2").arg(of(owner->name)).arg(flow->vp) : of(owner->name);
  canvas_.text({area.left() + 3, area.bottom() - line - 2, area.width() - 6, line}, Qt::AlignLeft | Qt::AlignVCenter, label, ink,
               TextStyle::small);
}

void PartPainter::pool(const Part& part) {
  const QRectF area = on(part);
  const PoolFlow* flow = poolFlow(p_.flows, part.id.server, part.id.first);
  const trace::PoolFacts* facts = nullptr;
  for (const trace::PoolFacts& pool : p_.facts.info.pools)
    if (pool.server == part.id.server && static_cast<std::uint32_t>(pool.pool) == part.id.first) facts = &pool;
  if (facts == nullptr) return;
  const double load = flow == nullptr ? 0 : flow->load.value / 100;
  const double line = canvas_.lineHeight(TextStyle::small);
  if (area.width() < kCardWidthOfName || area.height() < line + 5) return cell(area, load, of(facts->name));
  canvas_.roundedRectangle(area, 4, p_.theme.background);
  canvas_.frame(area, QPen{p_.theme.border, 1}, 4);
  const QRectF inside = area.adjusted(6, 2, -6, -4);
  const QString figure =
      flow == nullptr ? inParts("%1 PU at most").arg(facts->maximum.value(), 0, 'f', 2) : useText(flow->used.value, facts->maximum.value());
  const double wide = canvas_.textWidth(figure, TextStyle::small) + 2;
  const bool both = inside.width() - wide > 40;
  const QRectF text{inside.left(), inside.top(), inside.width(), line + 2};
  canvas_.text(both ? text.adjusted(0, 0, -wide - 4, 0) : text, Qt::AlignLeft | Qt::AlignVCenter, nameOfPart(p_.facts, part.id),
               p_.theme.text, TextStyle::small);
  if (both) canvas_.text(text, Qt::AlignRight | Qt::AlignVCenter, figure, p_.theme.faintText, TextStyle::small);
  const QRectF bar{inside.left(), text.bottom() + 2, inside.width(), std::max(3.0, inside.bottom() - text.bottom() - 2)};
  canvas_.rectangle(bar, p_.theme.grid);
  const double most = facts->maximum.value();
  if (flow != nullptr && most > 0)
    canvas_.rectangle({bar.topLeft(), QSizeF{bar.width() * std::clamp(flow->used.value / most, 0.0, 1.0), bar.height()}},
                      p_.theme.ofLoad(std::max(load, 0.12)));
  canvas_.frame(bar, QPen{p_.theme.border, 1});
}

void PartPainter::virtualProcessor(const Part& part) {
  const QRectF area = on(part);
  if (area.width() < 1.5 || scaled(kCardWidth) < kCardWidthOfFigures) return;
  const CoreFlow* sits = nullptr;
  if (p_.flows != nullptr) {
    for (const CoreFlow& core : p_.flows->cores)
      if (core.known && core.busy && core.server == part.id.server && static_cast<std::uint32_t>(core.partition) == part.id.first &&
          core.vp == part.id.second)
        sits = &core;
  }
  if (sits == nullptr) {
    canvas_.rectangle(area, p_.theme.raised);
    canvas_.frame(area, QPen{p_.theme.faintText, 1});
    return;
  }
  canvas_.rectangle(area, p_.theme.of(sits->state), Theme::fillOf(sits->state));
  canvas_.frame(area, QPen{p_.theme.text, 1});
}

void PartPainter::device(const Part& part) {
  if (part.id.first >= p_.facts.info.devices.size()) return;
  const QRectF area = on(part);
  const bool isPort = part.parent >= 0 && !p_.layout.parts[static_cast<std::size_t>(part.parent)].holds;
  if (area.width() < 3 || area.height() < 1.5 || (isPort && isCell(p_.camera.scale))) return;
  const trace::DeviceFacts& facts = p_.facts.info.devices[part.id.first];
  const DeviceFlow* flow = deviceFlow(p_.flows, part.id.first);
  const QColor colour = flow == nullptr ? p_.theme.raised : p_.theme.ofLoad(flow->busy.value / 100);
  if (!hasLabel(area.size())) return canvas_.rectangle(area, flow == nullptr ? p_.theme.grid : colour);
  const double radius = std::min(4.0, scaled(4));
  canvas_.roundedRectangle(area, radius, colour);
  canvas_.frame(area, QPen{p_.theme.border, 1}, radius);
  const QColor ink = flow == nullptr ? p_.theme.text : Theme::textOn(colour);
  const QRectF inside = area.adjusted(4, 0, -4, 0);
  // What a client calls its end says enough; `vhost` and `ent0` need their kind.
  const QString kind =
      isServing(facts.kind) || facts.kind == trace::DeviceKind::virtual_switch ? QString::fromLatin1(shortNameOf(facts.kind)) : QString{};
  const double wide = kind.isEmpty() ? 0 : canvas_.textWidth(kind, TextStyle::small) + 6;
  const QString name = of(facts.name);
  const bool both = wide > 0 && inside.width() - wide >= canvas_.textWidth(name, TextStyle::small);
  canvas_.text(both ? inside.adjusted(0, 0, -wide, 0) : inside, Qt::AlignLeft | Qt::AlignVCenter, name, ink, TextStyle::small);
  if (both) canvas_.text(inside, Qt::AlignRight | Qt::AlignVCenter, kind, flow == nullptr ? p_.theme.faintText : ink, TextStyle::small);
}

void PartPainter::marks() {
  const auto around = [&](int place, const QPen& pen, double by) {
    if (place < 0 || place >= static_cast<int>(p_.layout.parts.size())) return;
    canvas_.frame(on(p_.layout.parts[static_cast<std::size_t>(place)]).adjusted(-by, -by, by, by), pen, 4);
  };
  around(p_.hovered, QPen{p_.theme.accent, 1}, 1);
  around(p_.selected, QPen{p_.theme.accent, 3}, 2);
  if (p_.current != p_.selected) around(p_.current, QPen{p_.theme.accent, 1.5, Qt::DashLine}, 3);
}

}  // namespace lparsim::gui
