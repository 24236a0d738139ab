#include "validation/dispatch_properties/frame_run.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace lparsim::validation {

using namespace hypervisor;

FrameRun::FrameRun(const oracles::Frame& frame, oracles::ShareExcessBy by) : frame_{frame} {
  FrameSpec spec;
  spec.cores = static_cast<std::uint32_t>(frame.cores);
  spec.cores_per_chip = 8;
  spec.share_excess_by = by == oracles::ShareExcessBy::kPartition ? ShareExcessBy::partition : ShareExcessBy::virtual_processor;
  dispatch_ = std::make_unique<EntitlementDispatch>(spec, *this);
  for (std::size_t i = 1; i < frame.pools.size(); ++i) dispatch_->add_pool({frame.pools[i].maximum, frame.pools[i].reserved});
  for (const auto& p : frame.partitions) {
    const auto vps = static_cast<std::uint32_t>(p.virtual_processors);
    partitions_.push_back(
        p.dedicated
            ? dispatch_->add_dedicated({vps, p.donates ? SharingMode::share_idle_procs_always : SharingMode::keep_idle_procs})
            : dispatch_->add_shared({id_of<PoolId>(p.pool), p.entitlement, vps, vps, p.capped, static_cast<std::uint32_t>(p.weight)}));
    vps_.resize(vps_.size() + vps, OneVp{partitions_.size() - 1});
  }
  on_core_.assign(spec.cores, -1);
  in_window_.assign(partitions_.size(), {});
  total_ = in_window_;
}

void FrameRun::run(SimTime duration) {
  for (const PartitionId id : partitions_) dispatch_->activate(id, {});
  for (std::size_t i = 0; i < partitions_.size(); ++i) {
    for (int v = 0; v < frame_.partitions[i].busy; ++v)
      dispatch_->make_ready(dispatch_->vp(partitions_[i], static_cast<std::uint32_t>(v)), DispatchReason::boot, {});
  }
  const SimTime window = dispatch_->window();
  while (true) {
    const SimTime next = dispatch_->next_event();
    for (SimTime end = now_ - now_ % window + window; end <= std::min(next, duration); end += window) close_window(end);
    if (next > duration) break;
    now_ = next;
    dispatch_->advance(now_);
    if (violations_.size() > 20) break;
  }
  now_ = duration;
}

std::vector<double> FrameRun::consumption() const {
  std::vector<double> pu;
  for (const SimTime t : total_) pu.push_back(t.seconds() / now_.seconds());
  return pu;
}

void FrameRun::charge(OneVp& vp, SimTime now) {
  in_window_[vp.partition] += now - vp.since;
  vp.since = now;
}

void FrameRun::close_window(SimTime end) {
  for (OneVp& vp : vps_) {
    if (vp.core >= 0) charge(vp, end);
  }
  const SimTime window = dispatch_->window();
  std::vector<SimTime> pools(frame_.pools.size());
  for (std::size_t i = 0; i < partitions_.size(); ++i) {
    const auto& p = frame_.partitions[i];
    const SimTime due = p.dedicated ? window * p.busy : std::min(p.entitlement.time_in(window), window * p.busy);
    const SimTime got = in_window_[i];
    if (got < due)
      violations_.push_back(fmt::format("window ending at {} ms: partition {} got {} of {} ms", end.milliseconds(), i, got.milliseconds(),
                                        due.milliseconds()));
    if (!p.dedicated && (p.capped || p.weight == 0) && got > p.entitlement.time_in(window))
      violations_.push_back(fmt::format("partition {} is capped at {} ms but got {}", i, due.milliseconds(), got.milliseconds()));
    if (got > window * p.virtual_processors) violations_.push_back(fmt::format("partition {} got more than its virtual processors", i));
    if (!p.dedicated) pools[p.pool] += got;
    total_[i] += got;
    in_window_[i] = {};
  }
  for (std::size_t k = 1; k < pools.size(); ++k) {
    if (pools[k] > frame_.pools[k].maximum.time_in(window))
      violations_.push_back(fmt::format("pool {} exceeds its maximum: {} ms", k, pools[k].milliseconds()));
  }
}

void FrameRun::switched_in(const SwitchIn& in) {
  ++dispatches_;
  OneVp& vp = vps_[index(in.vp)];
  auto& core = on_core_[index(in.core)];
  if (core != -1) violations_.push_back(fmt::format("core {} runs two at {} ps", index(in.core), in.now.ps()));
  if (vp.core != -1) violations_.push_back(fmt::format("virtual processor {} on two cores at {} ps", index(in.vp), in.now.ps()));
  core = static_cast<std::int64_t>(index(in.vp));
  vp.core = static_cast<std::int64_t>(index(in.core));
  vp.since = in.now;
}

void FrameRun::switched_out(const SwitchOut& out) {
  OneVp& vp = vps_[index(out.vp)];
  charge(vp, out.now);
  on_core_[index(out.core)] = -1;
  vp.core = -1;
}

}  // namespace lparsim::validation
