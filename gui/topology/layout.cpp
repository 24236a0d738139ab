#include "gui/topology/layout.hpp"

#include <algorithm>

#include "gui/topology/frame_layout.hpp"

namespace lparsim::gui {

namespace {

constexpr double kBetweenFrames = 40;
constexpr double kBelowFrames = 56;

}  // namespace

int MachineLayout::find(const PartId& id) const {
  const auto found = places.find(id);
  return found == places.end() ? -1 : found->second;
}

int MachineLayout::partAt(const QPointF& point) const {
  for (auto part = parts.rbegin(); part != parts.rend(); ++part)
    if (part->area.contains(point)) return static_cast<int>(parts.rend() - part) - 1;
  return -1;
}

int MachineLayout::wireBetween(std::uint32_t device, std::uint32_t other) const {
  const auto found = connections.find(std::minmax(device, other));
  return found == connections.end() ? -1 : found->second;
}

MachineLayout layOut(const RunFacts& facts) {
  LayoutBuilder builder{facts.info};
  double x = 0;
  double bottom = 0;
  for (const trace::ServerFacts& server : facts.info.servers) {
    const QRectF frame = FrameLayout{builder, server}.place({x, 0});
    x = frame.right() + kBetweenFrames;
    bottom = std::max(bottom, frame.bottom());
  }
  builder.addOutside({0, bottom + kBelowFrames}, std::max(0.0, x - kBetweenFrames));
  builder.addLinks();
  return builder.take();
}

}  // namespace lparsim::gui
