// FrameLayout: the partitions that serve others, and what is on cards.
#include <algorithm>

#include "gui/topology/frame_layout.hpp"

namespace lparsim::gui {

namespace {

using trace::DeviceFacts;
using trace::DeviceKind;
using trace::PartitionFacts;

constexpr std::size_t kRanks = 4;

/// Rows of devices within a partition that serves, from its clients' side to the outside.
std::size_t rankOf(DeviceKind kind) {
  switch (kind) {
    case DeviceKind::trunk_adapter:
    case DeviceKind::vnic_server:
    case DeviceKind::vscsi_server:
    case DeviceKind::vfc_server:
      return 0;
    case DeviceKind::shared_ethernet_adapter:
    case DeviceKind::volume:
      return 1;
    case DeviceKind::disk:
      return 2;
    default:
      return kRanks - 1;
  }
}

bool isOfNetwork(DeviceKind kind) {
  switch (kind) {
    case DeviceKind::trunk_adapter:
    case DeviceKind::vnic_server:
    case DeviceKind::shared_ethernet_adapter:
    case DeviceKind::ethernet_adapter:
      return true;
    default:
      return false;
  }
}

using Ranks = std::vector<std::vector<const DeviceFacts*>>;

QSizeF sizeOf(const Ranks& ranks) {
  QSizeF size{0, 0};
  bool first = true;
  for (const auto& rank : ranks) {
    if (rank.empty()) continue;
    const QSizeF rows = sizeOfRows(rank.size(), inARowOf(rank.size()));
    size = {std::max(size.width(), rows.width()), size.height() + rows.height() + (first ? 0 : kRankGap)};
    first = false;
  }
  return size;
}

/// What a partition serves with: network on the left, storage on the right, so that their lines do not cross.
struct Sides {
  Ranks network{kRanks}, storage{kRanks};
};

Sides sidesOf(const std::vector<const DeviceFacts*>& devices) {
  Sides sides;
  for (const DeviceFacts* d : devices) (isOfNetwork(d->kind) ? sides.network : sides.storage)[rankOf(d->kind)].push_back(d);
  return sides;
}

constexpr double kBetweenSides = 24;

/// From the upper edge to the lower one: what is first in a request's way at the top, physical adapters at the bottom.
void addSide(LayoutBuilder& builder, const Ranks& ranks, const QRectF& room, int parent) {
  std::vector<std::size_t> there;
  for (std::size_t r = 0; r < kRanks; ++r)
    if (!ranks[r].empty()) there.push_back(r);
  const double slack = room.height() - sizeOf(ranks).height();
  const double more = there.size() > 1 ? slack / static_cast<double>(there.size() - 1) : 0;
  double y = room.top() + (there.size() == 1 && there[0] == kRanks - 1 ? slack : 0);
  for (const std::size_t r : there) y = builder.addDevices(ranks[r], {room.left(), y}, room.width(), parent).bottom() + kRankGap + more;
}

}  // namespace

// The head is on the left, so that lines come to the devices from above without crossing what is written there.
QSizeF FrameLayout::sizeOfService(const PartitionFacts& partition) const {
  const Sides sides = sidesOf(devicesOf(partition, true));
  const QSizeF network = sizeOf(sides.network);
  const QSizeF storage = sizeOf(sides.storage);
  const bool both = network.width() > 0 && storage.width() > 0;
  const double wide = network.width() + storage.width() + (both ? kBetweenSides : 0);
  if (wide <= 0) return {kCardWidth, cardHeight()};
  return {kCardWidth + wide + 2 * kCardInset,
          std::max({cardHeight(), network.height() + 2 * kCardInset, storage.height() + 2 * kCardInset})};
}

double FrameLayout::addServices(const QPointF& at) {
  double x = 0;
  double y = 0;
  double shelf = 0;
  // Those that do not fit beside each other come on a further shelf; each shelf is centred.
  std::vector<std::pair<const PartitionFacts*, QRectF>> placed;
  std::size_t first = 0;
  const auto centre = [&] {
    for (std::size_t i = first; i < placed.size(); ++i) placed[i].second.translate((width_ - (x - kCardGap)) / 2, 0);
    first = placed.size();
  };
  for (const PartitionFacts* p : services_) {
    const QSizeF size = sizeOfService(*p);
    if (x > 0 && x + size.width() > width_ + 0.5) {
      centre();
      x = 0;
      y += shelf + kBetweenRows;
      shelf = 0;
    }
    placed.emplace_back(p, QRectF{at + QPointF{x, y}, size});
    x += size.width() + kCardGap;
    shelf = std::max(shelf, size.height());
  }
  centre();
  for (const auto& [partition, area] : placed) addCard(*partition, area, frame_, true);
  return at.y() + y + shelf;
}

void FrameLayout::addCard(const PartitionFacts& partition, const QRectF& area, int parent, bool holds) {
  const int place = builder_.add(PartId::ofPartition(partition.server, partition.partition), area, parent, holds);
  addVirtualProcessors(partition, area, place);
  addPorts(partition, area, place);
  const Sides sides = sidesOf(devicesOf(partition, true));
  const double network = sizeOf(sides.network).width();
  const double storage = sizeOf(sides.storage).width();
  const QRectF room{area.left() + kCardWidth + kCardInset, area.top() + kCardInset, 0, area.height() - 2 * kCardInset};
  if (network > 0) addSide(builder_, sides.network, {room.topLeft(), QSizeF{network, room.height()}}, place);
  const double left = room.left() + (network > 0 ? network + kBetweenSides : 0);
  if (storage > 0) addSide(builder_, sides.storage, {left, room.top(), storage, room.height()}, place);
}

void FrameLayout::addVirtualProcessors(const PartitionFacts& partition, const QRectF& card, int parent) {
  const double room = kCardWidth - 2 * kCardInset;
  const double pitch = std::min(kSquare + 3, room / std::max(1U, partition.virtual_processors));
  for (std::uint32_t vp = 0; vp < partition.virtual_processors; ++vp) {
    const QPointF corner = card.topLeft() + QPointF{kCardInset + vp * pitch, kSquaresTop};
    builder_.add({PartKind::virtualProcessor, partition.server, static_cast<std::uint32_t>(partition.partition), vp},
                 {corner, QSizeF{std::min(kSquare, pitch * 0.8), kSquare}}, parent);
  }
}

void FrameLayout::addPorts(const PartitionFacts& partition, const QRectF& card, int parent) {
  std::vector<const DeviceFacts*> ports = devicesOf(partition, false);
  if (ports.empty()) return;
  // Network first, as everywhere.
  std::ranges::stable_sort(ports, {}, [](const DeviceFacts* d) { return d->kind; });
  const std::size_t inARow = std::max(kPortsInARow, (ports.size() + kMostPortRows - 1) / kMostPortRows);
  const double pitch = (kCardWidth - 2 * kCardInset + 3) / static_cast<double>(inARow);
  for (std::size_t i = 0; i < ports.size(); ++i) {
    const QPointF corner{card.left() + kCardInset + static_cast<double>(i % inARow) * pitch,
                         card.top() + kCardHead + static_cast<double>(i / inARow) * (kPortHeight + 3)};
    builder_.add(PartId::ofDevice(ports[i]->id), {corner, QSizeF{pitch - 3, kPortHeight}}, parent);
  }
}

}  // namespace lparsim::gui
