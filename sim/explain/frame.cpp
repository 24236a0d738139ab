#include "sim/explain/frame.hpp"

#include <algorithm>
#include <cmath>

#include "sim/trace/span_names.hpp"

namespace lparsim::explain {

Frame::Frame(const trace::RunInfo& run, ServerId server, const std::vector<trace::TrackEvent>& counters) : server_{server} {
  for (const trace::ServerFacts& s : run.servers) {
    if (s.server != server) continue;
    cores_ = s.cores;
    window_ = s.dispatch_window;
  }
  std::vector<std::string> pool_names;
  for (const trace::PoolFacts& p : run.pools) {
    if (p.server == server) pools_.push_back({p.name, p.maximum, false});
  }
  for (const trace::PartitionFacts& p : run.partitions) {
    if (p.server != server) continue;
    if (partitions_.size() <= index(p.partition)) partitions_.resize(index(p.partition) + 1);
    Partition& own = partitions_[index(p.partition)];
    own.name = p.name;
    own.dedicated = p.mode == "dedicated";
    own.virtual_processors = p.virtual_processors;
    dedicated_cores_ += p.cores;
    const auto pool = std::ranges::find(pools_, p.pool, &Pool::name);
    own.pool = pool == pools_.end() ? 0 : static_cast<std::size_t>(pool - pools_.begin());
    own.changes.push_back({SimTime{}, {p.entitlement, p.weight, p.capped}});
  }
  for (Pool& pool : pools_) pool.limited = pool.maximum < ProcessingUnits::cores(shared_cores());
  for (const trace::TrackEvent& c : counters) {
    if (c.server != server || c.vp || index(c.partition) >= partitions_.size()) continue;
    Partition& own = partitions_[index(c.partition)];
    std::vector<Change>& changes = own.changes;
    Rights next = changes.back().rights;
    if (c.name == trace::kEntitlement) next.entitlement = ProcessingUnits::from_hundredths(std::llround(c.value * 100));
    if (c.name == trace::kWeight) next.weight = static_cast<std::uint32_t>(c.value);
    if (c.name == trace::kCapped) next.capped = c.value != 0;
    if (c.name == trace::kOnline) own.virtual_processors = std::max(own.virtual_processors, static_cast<std::uint32_t>(c.value));
    changes.push_back({c.begin, next});
  }
}

const Rights& Frame::rights(PartitionId id, SimTime at) const {
  const std::vector<Change>& changes = partition(id).changes;
  const auto later = std::ranges::upper_bound(changes, at, {}, &Change::at);
  return std::prev(later)->rights;
}

bool Frame::any_pool_limited() const {
  return std::ranges::any_of(pools_, &Pool::limited);
}

}  // namespace lparsim::explain
