#include "gui/topology/frame_layout.hpp"

#include <algorithm>
#include <cmath>

namespace lparsim::gui {

namespace {

using trace::DeviceFacts;
using trace::DeviceKind;
using trace::PartitionFacts;

constexpr double kBetweenRows = 34;  ///< room for lines between rows of the frame
constexpr double kColumnGap = 24;
constexpr double kHypervisorHeight = 44;
constexpr double kHypervisorTitle = 128;

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
      return 3;
  }
}

std::uint32_t groupOf(const trace::RunInfo& info, const PartitionFacts& partition) {
  if (partition.mode == "dedicated") return kDedicatedGroup;
  for (const trace::PoolFacts& pool : info.pools)
    if (pool.server == partition.server && pool.name == partition.pool) return static_cast<std::uint32_t>(pool.pool);
  return 0;
}

}  // namespace

FrameLayout::FrameLayout(LayoutBuilder& builder, const trace::ServerFacts& server) : builder_{builder}, server_{server} {
  std::size_t clients = 0;
  for (const PartitionFacts& p : builder.info().partitions) {
    if (p.server != server.server) continue;
    hasPorts_ = hasPorts_ || !devicesOf(p, false).empty();
    if (serves(builder.info(), p)) {
      services_.push_back(&p);
      continue;
    }
    ++clients;
    const std::uint32_t id = groupOf(builder.info(), p);
    auto group = std::ranges::find(groups_, id, &Group::id);
    if (group == groups_.end()) group = groups_.insert(groups_.end(), Group{id, {}});
    group->members.push_back(&p);
  }
  std::ranges::sort(groups_, {}, &Group::id);
  // About as wide as a screen is, for its height.
  const double ratio = 1.7 * cardHeight() / kCardWidth;
  columns_ = std::max<std::size_t>(std::min<std::size_t>(clients, 4),
                                   static_cast<std::size_t>(std::ceil(std::sqrt(static_cast<double>(clients) * ratio))));
  columns_ = std::max<std::size_t>(columns_, 1);
  double services = -kCardGap;
  double widest = 0;
  for (const PartitionFacts* p : services_) {
    const double width = sizeOfService(*p).width();
    services += width + kCardGap;
    widest = std::max(widest, width);
  }
  const double width = std::max({columnsWidth(columns_), widest, std::min(services, 1100.0), 360.0});
  width_ = width;
  builder_.makeTitlesFit(width);
}

std::vector<const DeviceFacts*> FrameLayout::devicesOf(const PartitionFacts& partition, bool serving) const {
  std::vector<const DeviceFacts*> found;
  for (const DeviceFacts& d : builder_.info().devices)
    if (d.server == partition.server && d.partition == partition.partition && isServing(d.kind) == serving) found.push_back(&d);
  return found;
}

double FrameLayout::cardHeight() const {
  return kCardHead + (hasPorts_ ? kPortHeight + 4 : 0);
}

double FrameLayout::columnsWidth(std::size_t columns) const {
  return static_cast<double>(columns) * (kCardWidth + kCardGap) - kCardGap + 2 * kPadding;
}

std::vector<std::vector<const DeviceFacts*>> FrameLayout::ranksOf(const PartitionFacts& partition) const {
  std::vector<std::vector<const DeviceFacts*>> ranks(4);
  for (const DeviceFacts* d : devicesOf(partition, true)) ranks[rankOf(d->kind)].push_back(d);
  std::erase_if(ranks, [](const auto& rank) { return rank.empty(); });
  return ranks;
}

// Its head is on the left, so that lines come to its devices from above without crossing what is written there.
QSizeF FrameLayout::sizeOfService(const PartitionFacts& partition) const {
  QSizeF devices{0, -kRankGap};
  const auto ranks = ranksOf(partition);
  for (const auto& rank : ranks) {
    const QSizeF rows = sizeOfRows(rank.size());
    devices = {std::max(devices.width(), rows.width()), devices.height() + rows.height() + kRankGap};
  }
  if (ranks.empty()) return {kCardWidth, cardHeight()};
  return {kCardWidth + devices.width() + kCardInset, std::max(cardHeight(), devices.height() + 2 * kCardInset)};
}

QRectF FrameLayout::place(const QPointF& at) {
  frame_ = builder_.add({PartKind::frame, server_.server, 0, 0}, {}, -1, true);
  // The right side is as high as it is; chips are put beside it accordingly.
  const QPointF inside = at + QPointF{kPadding, builder_.titleHeight() + kPadding};
  const auto chips = static_cast<double>(server_.cores);
  const double guess = std::sqrt(chips) * (kCoreCell.height() + kCoreGap);
  const double left = addProcessors(inside, guess);
  const QPointF right = inside + QPointF{processorsWidth_ + kColumnGap, 0};
  double bottom = addGroups(right);
  bottom = addHypervisor({right.x(), bottom + (groups_.empty() ? 0 : kBetweenRows)});
  if (!services_.empty()) bottom = addServices({right.x(), bottom + kBetweenRows});
  const QRectF frame{at, QPointF{right.x() + width_ + kPadding, std::max(left, bottom) + kPadding}};
  builder_.part(frame_).area = frame;
  return frame;
}

double FrameLayout::addProcessors(const QPointF& at, double least) {
  const std::uint32_t perChip =
      server_.cores_per_chip == 0 ? std::max(1U, server_.cores) : std::min(server_.cores_per_chip, std::max(1U, server_.cores));
  const std::uint32_t chips = (server_.cores + perChip - 1) / perChip;
  const auto across =
      static_cast<std::uint32_t>(std::max(1.0, std::min<double>(perChip, std::max(2.0, std::ceil(std::sqrt(perChip * 1.2))))));
  const std::uint32_t down = (perChip + across - 1) / across;
  const QSizeF chip{across * (kCoreCell.width() + kCoreGap) - kCoreGap + 2 * kPadding,
                    down * (kCoreCell.height() + kCoreGap) - kCoreGap + kTitle + kPadding};
  std::uint32_t columns = 1;
  while (columns < chips && (chips + columns - 1) / columns * (chip.height() + kCoreGap) > std::max(least, columns * chip.width()))
    ++columns;
  processorsWidth_ = std::max(columns * (chip.width() + kCoreGap) - kCoreGap, kPoolBox.width());
  double bottom = at.y();
  for (std::uint32_t c = 0; c < chips; ++c) {
    const QRectF area{at + QPointF{c % columns * (chip.width() + kCoreGap), c / columns * (chip.height() + kCoreGap)}, chip};
    const int place = builder_.add({PartKind::chip, server_.server, c, 0}, area, frame_, true);
    for (std::uint32_t i = 0; i < perChip && c * perChip + i < server_.cores; ++i) {
      const QPointF corner = area.topLeft() + QPointF{kPadding + i % across * (kCoreCell.width() + kCoreGap),
                                                      kTitle + i / across * (kCoreCell.height() + kCoreGap)};
      builder_.add({PartKind::core, server_.server, c * perChip + i, 0}, {corner, kCoreCell}, place);
    }
    bottom = std::max(bottom, area.bottom());
  }
  const auto inARow = static_cast<std::size_t>(std::max(1.0, std::floor((processorsWidth_ + kCardGap) / (kPoolBox.width() + kCardGap))));
  std::size_t number = 0;
  const double top = bottom + kCardGap;
  for (const trace::PoolFacts& pool : builder_.info().pools) {
    if (pool.server != server_.server) continue;
    const QPointF corner{at.x() + static_cast<double>(number % inARow) * (kPoolBox.width() + kCardGap),
                         top + static_cast<double>(number / inARow) * (kPoolBox.height() + kCoreGap)};
    builder_.add({PartKind::pool, server_.server, static_cast<std::uint32_t>(pool.pool), 0}, {corner, kPoolBox}, frame_);
    bottom = corner.y() + kPoolBox.height();
    ++number;
  }
  return bottom;
}

double FrameLayout::addGroups(const QPointF& at) {
  double x = 0;
  double y = 0;
  double shelf = 0;
  for (const Group& group : groups_) {
    const std::size_t columns = std::min(group.members.size(), columns_);
    const std::size_t rows = (group.members.size() + columns - 1) / columns;
    const QSizeF size{columnsWidth(columns),
                      static_cast<double>(rows) * (cardHeight() + kCardGap) - kCardGap + builder_.titleHeight() + kPadding};
    if (x > 0 && x + size.width() > width_) {
      x = 0;
      y += shelf + kCardGap;
      shelf = 0;
    }
    const QRectF area{at + QPointF{x, y}, size};
    const int place = builder_.add({PartKind::group, server_.server, group.id, 0}, area, frame_, true);
    for (std::size_t i = 0; i < group.members.size(); ++i) {
      const QPointF corner =
          area.topLeft() + QPointF{kPadding + static_cast<double>(i % columns) * (kCardWidth + kCardGap),
                                   builder_.titleHeight() + static_cast<double>(i / columns) * (cardHeight() + kCardGap)};
      addCard(*group.members[i], {corner, QSizeF{kCardWidth, cardHeight()}}, place, false);
    }
    x += size.width() + kCardGap;
    shelf = std::max(shelf, size.height());
  }
  return at.y() + y + shelf;
}

double FrameLayout::addHypervisor(const QPointF& at) {
  std::vector<const DeviceFacts*> switches;
  for (const DeviceFacts& d : builder_.info().devices)
    if (d.server == server_.server && d.kind == DeviceKind::virtual_switch) switches.push_back(&d);
  const auto room = static_cast<std::size_t>(std::max(1.0, (width_ - kHypervisorTitle - kPadding) / (kDeviceBox.width() + kDeviceGap)));
  const QSizeF rows = sizeOfRows(switches.size(), room);
  const QRectF area{at, QSizeF{width_, std::max(kHypervisorHeight, rows.height() + 2 * kPadding)}};
  const int place = builder_.add({PartKind::hypervisor, server_.server, 0, 0}, area, frame_, true);
  if (!switches.empty())
    builder_.addDevices(switches, {at.x() + kHypervisorTitle, at.y() + (area.height() - rows.height()) / 2},
                        width_ - kHypervisorTitle - kPadding, place);
  return area.bottom();
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
  double y = area.top() + kCardInset;
  for (const auto& rank : ranksOf(partition))
    y = builder_.addDevices(rank, {area.left() + kCardWidth, y}, area.width() - kCardWidth - kCardInset, place).bottom() + kRankGap;
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
  const auto ports = devicesOf(partition, false);
  if (ports.empty()) return;
  const double room = kCardWidth - 2 * kCardInset;
  const double pitch = std::min(82.0, room / static_cast<double>(ports.size()));
  for (std::size_t i = 0; i < ports.size(); ++i) {
    const QPointF corner{card.left() + kCardInset + static_cast<double>(i) * pitch, card.top() + kCardHead};
    builder_.add(PartId::ofDevice(ports[i]->id), {corner, QSizeF{pitch - 3, kPortHeight}}, parent);
  }
}

}  // namespace lparsim::gui
