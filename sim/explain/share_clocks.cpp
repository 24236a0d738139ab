#include "sim/explain/share_clocks.hpp"

namespace lparsim::explain {
namespace {

struct SplitsOfRight {
  Split withheld, queued;
};
SplitsOfRight splits_of(Right right) {
  switch (right) {
    case Right::entitled:
      return {Split::withheld_entitled, Split::queued_entitled};
    case Right::excess:
      return {Split::withheld_excess, Split::queued_excess};
    case Right::own:
      break;
  }
  return {Split::withheld_own, Split::queued_own};
}

}  // namespace

ShareClocks::ShareClocks(std::size_t partitions, std::uint32_t shared_cores) : occupancy_{partitions, shared_cores} {
  for (Clocks& c : clocks_) {
    for (std::vector<double>* part : {&c.value, &c.set, &c.cores}) part->assign(partitions, 0.0);
  }
}

void ShareClocks::pass(SimTime length) {
  const auto run = [&](Split split, std::int64_t cores) {
    clocks(split).rate += static_cast<double>(length.ps()) / static_cast<double>(cores);
  };
  const std::int64_t entitled = occupancy_.total(Right::entitled), excess = occupancy_.total(Right::excess),
                     own = occupancy_.total(Right::own);
  const Cause withheld = occupancy_.of_withheld(), queued = occupancy_.of_queued();
  withheld_[static_cast<std::size_t>(withheld)] += length;
  queued_[static_cast<std::size_t>(queued)] += length;
  if (withheld == Cause::lost_excess) run(Split::withheld_excess, excess);
  if (withheld == Cause::no_excess_left) run(Split::withheld_entitled, entitled);
  if (withheld == Cause::dedicated_taken) run(Split::withheld_own, own);
  if (queued == Cause::core_on_entitlement) {
    run(Split::queued_entitled, entitled + excess);
    run(Split::queued_excess, entitled + excess);
  }
  if (queued == Cause::core_taken_back) run(Split::queued_own, own);
}

void ShareClocks::add(PartitionId partition, Right right, bool shared_core) {
  occupancy_.add(partition, right, shared_core);
  settle(partition, right);
}

void ShareClocks::remove(PartitionId partition, Right right, bool shared_core) {
  occupancy_.remove(partition, right, shared_core);
  settle(partition, right);
}

// Its number of cores has just changed: what the clocks show by the old one stays.
void ShareClocks::settle(PartitionId partition, Right right) {
  const std::size_t p = index(partition);
  for (const Split split : {splits_of(right).withheld, splits_of(right).queued}) {
    Clocks& c = clocks(split);
    c.value[p] += (c.rate - c.set[p]) * c.cores[p];
    c.set[p] = c.rate;
    c.cores[p] = static_cast<double>(occupancy_.cores(partition, right));
  }
}

void ShareClocks::read(Split split, double waits, std::vector<double>& seen, std::vector<double>& sums) const {
  const Clocks& c = clocks_[static_cast<std::size_t>(split)];
  if (c.rate == 0) return;
  for (std::size_t p = 0; p < seen.size(); ++p) {
    const double shown = c.value[p] + (c.rate - c.set[p]) * c.cores[p];
    sums[p] += (shown - seen[p]) * waits;
    seen[p] = shown;
  }
}

}  // namespace lparsim::explain
