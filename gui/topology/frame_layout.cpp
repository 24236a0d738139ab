#include "gui/topology/frame_layout.hpp"

#include <algorithm>
#include <cmath>

namespace lparsim::gui {

namespace {

using trace::DeviceFacts;
using trace::DeviceKind;
using trace::PartitionFacts;

constexpr double kColumnGap = 24;
constexpr double kHypervisorHeight = 44;
constexpr double kHypervisorTitle = 128;

std::uint32_t groupOf(const trace::RunInfo& info, const PartitionFacts& partition) {
  if (partition.mode == "dedicated") return kDedicatedGroup;
  for (const trace::PoolFacts& pool : info.pools)
    if (pool.server == partition.server && pool.name == partition.pool) return static_cast<std::uint32_t>(pool.pool);
  return 0;
}

}  // namespace

FrameLayout::FrameLayout(LayoutBuilder& builder, const trace::ServerFacts& server) : builder_{builder}, server_{server} {
  for (const DeviceFacts& d : builder.info().devices)
    if (d.server == server.server && d.partition) devices_[{*d.partition, isServing(d.kind)}].push_back(&d);
  std::size_t clients = 0;
  for (const PartitionFacts& p : builder.info().partitions) {
    if (p.server != server.server) continue;
    const std::size_t ports = devicesOf(p, false).size();
    portRows_ = std::max(portRows_, std::min((ports + kPortsInARow - 1) / kPortsInARow, kMostPortRows));
    if (p.type == "vios" || p.type == "vsp" || !devicesOf(p, true).empty()) {
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
  // Few groups stand side by side.
  double groups = -kCardGap;
  for (const Group& group : groups_) groups += columnsWidth(std::min(group.members.size(), columns_)) + kCardGap;
  const double usual = 1100;
  width_ = std::max({columnsWidth(columns_), widest, std::min(services, usual), groups <= usual ? groups : 0.0, 360.0});
  builder_.makeTitlesFit(width_);
}

const std::vector<const DeviceFacts*>& FrameLayout::devicesOf(const PartitionFacts& partition, bool serving) const {
  static const std::vector<const DeviceFacts*> kNone;
  const auto found = devices_.find({partition.partition, serving});
  return found == devices_.end() ? kNone : found->second;
}

double FrameLayout::cardHeight() const {
  return kCardHead + (portRows_ > 0 ? static_cast<double>(portRows_) * (kPortHeight + 3) + 1 : 0);
}

double FrameLayout::columnsWidth(std::size_t columns) const {
  return static_cast<double>(columns) * (kCardWidth + kCardGap) - kCardGap + 2 * kPadding;
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
  // Those that do not fit beside each other come on a further shelf; each shelf is centred.
  struct Shelf {
    std::vector<std::pair<const Group*, QSizeF>> groups;
    double width = -kCardGap, height = 0;
  };
  std::vector<Shelf> shelves(1);
  for (const Group& group : groups_) {
    const std::size_t columns = std::min(group.members.size(), columns_);
    const std::size_t rows = (group.members.size() + columns - 1) / columns;
    const QSizeF size{columnsWidth(columns),
                      static_cast<double>(rows) * (cardHeight() + kCardGap) - kCardGap + builder_.titleHeight() + kPadding};
    if (!shelves.back().groups.empty() && shelves.back().width + kCardGap + size.width() > width_ + 0.5) shelves.emplace_back();
    Shelf& shelf = shelves.back();
    shelf.groups.emplace_back(&group, size);
    shelf.width += kCardGap + size.width();
    shelf.height = std::max(shelf.height, size.height());
  }
  double y = at.y();
  for (const Shelf& shelf : shelves) {
    double x = at.x() + std::max(0.0, (width_ - shelf.width) / 2);
    for (const auto& [group, size] : shelf.groups) {
      const QRectF area{{x, y}, size};
      const int place = builder_.add({PartKind::group, server_.server, group->id, 0}, area, frame_, true);
      const std::size_t columns = std::min(group->members.size(), columns_);
      for (std::size_t i = 0; i < group->members.size(); ++i) {
        const QPointF corner =
            area.topLeft() + QPointF{kPadding + static_cast<double>(i % columns) * (kCardWidth + kCardGap),
                                     builder_.titleHeight() + static_cast<double>(i / columns) * (cardHeight() + kCardGap)};
        addCard(*group->members[i], {corner, QSizeF{kCardWidth, cardHeight()}}, place, false);
      }
      x += size.width() + kCardGap;
    }
    y += shelf.height + kCardGap;
  }
  return groups_.empty() ? at.y() : y - kCardGap;
}

double FrameLayout::addHypervisor(const QPointF& at) {
  std::vector<const DeviceFacts*> switches;
  for (const DeviceFacts& d : builder_.info().devices)
    if (d.server == server_.server && d.kind == DeviceKind::virtual_switch) switches.push_back(&d);
  const auto room = static_cast<std::size_t>(std::max(1.0, (width_ - kHypervisorTitle - kPadding) / (kDeviceBox.width() + kDeviceGap)));
  const QSizeF rows = sizeOfRows(switches.size(), room);
  const QRectF area{at, QSizeF{width_, std::max(kHypervisorHeight, rows.height() + 2 * kPadding)}};
  const int place = builder_.add({PartKind::hypervisor, server_.server, 0, 0}, area, frame_, true);
  // On the left, as the network is everywhere: what goes to the disks passes beside them.
  if (!switches.empty())
    builder_.addDevices(switches, {at.x() + kHypervisorTitle, at.y() + (area.height() - rows.height()) / 2}, rows.width(), place);
  return area.bottom();
}

}  // namespace lparsim::gui
