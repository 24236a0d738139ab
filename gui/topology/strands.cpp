#include "gui/topology/strands.hpp"

#include <algorithm>
#include <functional>
#include <map>
#include <tuple>

#include "gui/topology/frame_layout.hpp"

namespace lparsim::gui {

namespace {

// Pixels of a line of text, and of a few letters.
constexpr double kLabelHeight = 10.5, kLabelWidth = 26;
constexpr double kNamedWidth = 62, kNamedHeight = 26;

/// The place that stands for each part.
std::vector<int> shownAs(const MachineLayout& layout, double scale) {
  std::vector<int> shown(layout.parts.size());
  for (std::size_t i = 0; i < layout.parts.size(); ++i) {
    const Part& part = layout.parts[i];
    const auto itself = static_cast<int>(i);
    const bool hides = part.id.kind == PartKind::device      ? !hasLabel(part.area.size() * scale)
                       : part.id.kind == PartKind::partition ? !part.holds && isCell(scale)
                                                             : false;
    // What holds it came before.
    shown[i] = hides && part.parent >= 0 ? shown[static_cast<std::size_t>(part.parent)] : itself;
  }
  return shown;
}

}  // namespace

bool hasLabel(const QSizeF& size) {
  return size.height() >= kLabelHeight && size.width() >= kLabelWidth;
}

bool isCell(double scale) {
  return kCardWidth * scale < kNamedWidth || kCardHead * scale < kNamedHeight;
}

std::vector<Strand> strandsOf(const MachineLayout& layout, const std::vector<FlowLine>& lines, double scale) {
  const std::vector<int> shown = shownAs(layout, scale);
  using Key = std::tuple<WireKind, int, int, bool>;
  std::map<Key, std::size_t> known;
  std::vector<Strand> strands;
  const auto strandOf = [&](std::size_t wire, bool backwards) -> Strand* {
    const Wire& w = layout.wires[wire];
    const int from = shown[static_cast<std::size_t>(w.from)];
    const int to = shown[static_cast<std::size_t>(w.to)];
    const QRectF& one = layout.parts[static_cast<std::size_t>(from)].area;
    const QRectF& other = layout.parts[static_cast<std::size_t>(to)].area;
    const bool within = w.kind != WireKind::hypervisorCalls && (one.contains(other) || other.contains(one));
    if (from == to || within) return nullptr;
    const auto [place, isNew] = known.try_emplace({w.kind, from, to, backwards}, strands.size());
    if (isNew) strands.push_back({w.kind, from, to, 0, false, {static_cast<int>(wire), backwards, 0, 0, 0}});
    return &strands[place->second];
  };
  std::vector<bool> flows(layout.wires.size());
  for (const FlowLine& line : lines) {
    flows[static_cast<std::size_t>(line.wire)] = true;
    Strand* strand = strandOf(static_cast<std::size_t>(line.wire), line.backwards);
    if (strand == nullptr) continue;
    ++strand->wires;
    strand->flows = true;
    strand->sum.perSecond += line.perSecond;
    strand->sum.bytesPerSecond += line.bytesPerSecond;
    strand->sum.failedPerSecond += line.failedPerSecond;
  }
  for (std::size_t i = 0; i < layout.wires.size(); ++i) {
    // How often somebody calls is seen while he does; where he would is no news.
    if (flows[i] || layout.wires[i].kind == WireKind::hypervisorCalls) continue;
    if (Strand* strand = strandOf(i, false); strand != nullptr) ++strand->wires;
  }
  std::ranges::stable_sort(strands, std::less{}, [](const Strand& s) { return s.flows ? 100 - widthOf(s.sum, s.kind) : 0; });
  return strands;
}

}  // namespace lparsim::gui
