#include "validation/dispatch_properties/frame_run.hpp"

namespace lparsim::validation {

using namespace hypervisor;

namespace {

FrameSpec spec_of(const oracles::Frame& frame, oracles::ShareExcessBy by) {
  FrameSpec spec;
  spec.cores = static_cast<std::uint32_t>(frame.cores);
  spec.cores_per_chip = 8;
  spec.share_excess_by = by == oracles::ShareExcessBy::kPartition ? ShareExcessBy::partition : ShareExcessBy::virtual_processor;
  return spec;
}

}  // namespace

FrameRun::FrameRun(const oracles::Frame& frame, oracles::ShareExcessBy by) : watched_{spec_of(frame, by)} {
  for (std::size_t i = 1; i < frame.pools.size(); ++i) watched_.add_pool({frame.pools[i].maximum, frame.pools[i].reserved});
  for (const auto& p : frame.partitions) {
    const auto vps = static_cast<std::uint32_t>(p.virtual_processors);
    partitions_.push_back(
        p.dedicated
            ? watched_.add_dedicated({vps, p.donates ? SharingMode::share_idle_procs_always : SharingMode::keep_idle_procs})
            : watched_.add_shared({id_of<PoolId>(p.pool), p.entitlement, vps, vps, p.capped, static_cast<std::uint32_t>(p.weight)}));
  }
  for (const PartitionId id : partitions_) watched_.activate(id);
  for (std::size_t i = 0; i < partitions_.size(); ++i) {
    for (int v = 0; v < frame.partitions[i].busy; ++v) watched_.make_ready(partitions_[i], static_cast<std::uint32_t>(v));
  }
}

void FrameRun::run(SimTime duration) {
  watched_.run_until(watched_.now() + duration);
}

std::vector<double> FrameRun::consumption() const {
  std::vector<double> pu;
  for (const PartitionId id : partitions_) pu.push_back(watched_.consumed(id).seconds() / watched_.now().seconds());
  return pu;
}

}  // namespace lparsim::validation
