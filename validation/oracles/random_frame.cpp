#include "validation/oracles/random_frame.hpp"

#include <algorithm>

namespace lparsim::oracles {
namespace {

constexpr int kMostPartitions = 200;
constexpr int kMostVirtualProcessors = 64;
constexpr std::int64_t kLeast = 5;  // hundredths of a PU a virtual processor
constexpr std::int64_t kWholeCore = 100;

// SplitMix64 (Steele, Lea and Flood 2014). The small bias of the remainder does not matter for drawing test cases.
class Draw {
 public:
  explicit Draw(std::uint64_t seed) : state_{seed} {}
  template <class Int>
  Int between(Int least, Int most) {
    return least + static_cast<Int>(next() % static_cast<std::uint64_t>(most - least + 1));
  }
  template <class Int>
  Int small(Int least, Int most) {
    return between(least, between(least, most));
  }
  bool chance(int percent) { return between(1, 100) <= percent; }

 private:
  std::uint64_t next() {
    std::uint64_t z = (state_ += 0x9e3779b97f4a7c15u);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
  }
  std::uint64_t state_;
};

struct Shape {
  int virtual_processors;
  std::int64_t entitlement;  // hundredths
};
using Shapes = std::vector<Shape>;

// Entitlements of any size; all of `capacity` (hundredths) when `exactly`.
Shapes ordinary(Draw& draw, int most_partitions, std::int64_t capacity, bool exactly) {
  const auto count = static_cast<int>(draw.small<std::int64_t>(1, std::min<std::int64_t>(most_partitions, capacity / kLeast)));
  Shapes shapes;
  std::int64_t spare = capacity - count * kLeast;  // once everyone has one virtual processor of the least entitlement
  for (int i = 0; i < count; ++i) {
    const int wanted = draw.small(1, draw.small(1, kMostVirtualProcessors)) - 1;
    const auto extra = static_cast<int>(std::min<std::int64_t>(wanted, spare / kLeast / 2 / (count - i)));
    shapes.push_back({1 + extra, kLeast * (1 + extra)});
    spare -= extra * kLeast;
  }
  if (!exactly) spare = spare * draw.between(0, 100) / 100;
  for (int i = 0; i < count; ++i) {
    Shape& s = shapes[static_cast<std::size_t>(i)];
    const std::int64_t gain =
        std::min(s.virtual_processors * kWholeCore - s.entitlement, draw.between<std::int64_t>(0, 2 * spare / (count - i)));
    s.entitlement += std::min(gain, spare);
    spare -= std::min(gain, spare);
  }
  for (Shape& s : shapes)
    if (exactly && spare > 0) {
      s.virtual_processors = static_cast<int>(
          std::clamp<std::int64_t>((s.entitlement + spare + kWholeCore - 1) / kWholeCore, s.virtual_processors, kMostVirtualProcessors));
      const std::int64_t gain = std::min(spare, s.virtual_processors * kWholeCore - s.entitlement);
      s.entitlement += gain;
      spare -= gain;
    }
  return shapes;
}

// More than half a core each and one more than there are cores, or nearly so: cannot be laid core by core without cutting some in two.
Shapes unpackable(Draw& draw, int most_partitions, std::int64_t capacity) {
  const auto cores = static_cast<int>(capacity / kWholeCore);
  const int slices = draw.between(cores + 1, cores + 1 + draw.between(0, cores));
  const int each = draw.chance(30) ? 2 : 1;  // virtual processors
  const int count = std::clamp((slices + each - 1) / each, 1, most_partitions);
  Shapes shapes(static_cast<std::size_t>(count), {each, std::min<std::int64_t>(capacity / count, each * kWholeCore)});
  std::int64_t rest = capacity - count * shapes[0].entitlement;
  if (draw.chance(50))
    for (Shape& s : shapes)
      if (rest > 0 && s.entitlement < each * kWholeCore) {
        ++s.entitlement;
        --rest;
      }
  return shapes;
}

// 1 PU a virtual processor, on all cores but the last, which is shared like any other frame.
Shapes full_slices(Draw& draw, int most_partitions, std::int64_t capacity) {
  Shapes shapes;
  while (capacity > kWholeCore && most_partitions > 1) {
    const auto cores =
        static_cast<int>(draw.small<std::int64_t>(1, std::min<std::int64_t>(capacity / kWholeCore - 1, kMostVirtualProcessors)));
    shapes.push_back({cores, cores * kWholeCore});
    capacity -= cores * kWholeCore;
    --most_partitions;
  }
  for (const Shape& s : ordinary(draw, most_partitions, capacity, draw.chance(50))) shapes.push_back(s);
  return shapes;
}

Shapes draw_shapes(Draw& draw, int most_partitions, std::int64_t capacity) {
  switch (draw.between(0, 8)) {
    case 0:
      return ordinary(draw, most_partitions, capacity, true);
    case 1:
      return unpackable(draw, most_partitions, capacity);
    case 2:
      return full_slices(draw, most_partitions, capacity);
    default:
      return ordinary(draw, most_partitions, capacity, false);
  }
}

int draw_busy(Draw& draw, int virtual_processors) {
  return draw.chance(70) ? virtual_processors : draw.between(0, virtual_processors);
}

int draw_weight(Draw& draw) {
  if (draw.chance(30)) return 128;
  if (draw.chance(10)) return 0;
  return draw.chance(10) ? 255 : draw.between(1, 255);
}

// Reserves come out of what the entitlements leave of `capacity`; a maximum is what the pool needs at least, or more.
void draw_pools(Draw& draw, Frame& frame, std::int64_t capacity) {
  const std::size_t count = draw.chance(50) ? draw.between<std::size_t>(1, 5) : 0;
  frame.pools.resize(1 + count);
  std::vector<std::int64_t> needed(1 + count, 0);
  std::int64_t spare = capacity;
  for (FramePartition& p : frame.partitions) {
    if (p.dedicated) continue;
    p.pool = draw.between<std::size_t>(0, count);
    needed[p.pool] += p.entitlement.hundredths();
    spare -= p.entitlement.hundredths();
  }
  for (std::size_t pool = 1; pool <= count; ++pool) {
    const std::int64_t reserved = draw.chance(50) ? draw.small<std::int64_t>(0, spare) : 0;
    spare -= reserved;
    needed[pool] += reserved;
    const std::int64_t least = std::max<std::int64_t>(1, (needed[pool] + kWholeCore - 1) / kWholeCore);
    frame.pools[pool] = {ProcessingUnits::cores(draw.small(least, capacity / kWholeCore)), ProcessingUnits::from_hundredths(reserved)};
  }
}

}  // namespace

int Frame::shared_cores() const {
  int left = cores;
  for (const FramePartition& p : partitions)
    if (p.dedicated) left -= p.virtual_processors;
  return left;
}

Frame random_frame(std::uint64_t seed) {
  Draw draw{seed};
  Frame frame;
  frame.cores = draw.small(1, 64);
  for (int left = frame.cores - 1, n = draw.chance(35) ? draw.small(1, 4) : 0; n > 0 && left > 0; --n) {
    FramePartition p;
    p.dedicated = true;
    p.donates = draw.chance(60);
    p.virtual_processors = draw.small(1, left);
    p.busy = draw_busy(draw, p.virtual_processors);
    left -= p.virtual_processors;
    frame.partitions.push_back(p);
  }
  const std::int64_t capacity = frame.shared_cores() * kWholeCore;
  for (const Shape& s : draw_shapes(draw, kMostPartitions - static_cast<int>(frame.partitions.size()), capacity)) {
    FramePartition p;
    p.capped = draw.chance(25);
    p.virtual_processors = s.virtual_processors;
    p.busy = draw_busy(draw, p.virtual_processors);
    p.weight = draw_weight(draw);
    p.entitlement = ProcessingUnits::from_hundredths(s.entitlement);
    frame.partitions.push_back(p);
  }
  draw_pools(draw, frame, capacity);
  return frame;
}

std::vector<double> expected_consumption(const Frame& frame, ShareExcessBy by) {
  std::vector<PoolShare> pools;
  for (std::size_t i = 0; i < frame.pools.size(); ++i)
    pools.push_back({i == 0 ? kUnlimited : frame.pools[i].maximum.value(), frame.pools[i].reserved.value()});
  std::vector<PartitionShare> shared;
  double cores = frame.shared_cores();
  for (const FramePartition& p : frame.partitions) {
    if (!p.dedicated)
      shared.push_back({p.pool, p.entitlement.value(), p.virtual_processors, p.weight, p.capped, static_cast<double>(p.busy)});
    else if (p.donates)
      cores += p.virtual_processors - p.busy;
  }
  const std::vector<double> filled = water_fill(cores, pools, shared, by);
  std::vector<double> consumption;
  std::size_t next = 0;
  for (const FramePartition& p : frame.partitions) consumption.push_back(p.dedicated ? p.busy : filled[next++]);
  return consumption;
}

}  // namespace lparsim::oracles
