#include "models/core/cache_refill.hpp"

#include <algorithm>

#include "sim/base/check.hpp"

namespace lparsim::core {

CacheRefill::CacheRefill(const CacheRefillConfig& config, std::uint32_t cores, std::uint32_t cores_per_chip)
    : config_{config}, cache_lines_{lines_of(config.cache)}, cores_per_chip_{cores_per_chip}, cores_(cores) {
  LPARSIM_CHECK(config.overlapping_misses >= 1, "cache refill with no miss under way");
  LPARSIM_CHECK(cores_per_chip >= 1, "chips without cores");
}

void CacheRefill::add(Bytes footprint) {
  vps_.emplace_back().lines = std::min(lines_of(footprint), cache_lines_);
}

SimTime CacheRefill::come(VpId id, CoreId to, SimTime useful_from) {
  VirtualProcessor& vp = vps_[index(id)];
  const auto core = static_cast<std::int64_t>(index(to));
  vp.useful_from = useful_from;
  vp.per_wait = config_.line_transfer;
  if (vp.last_core < 0) {
    vp.present = vp.lines;
  } else if (vp.last_core == core) {
    const std::uint64_t by_others = cores_[index(to)].used - vp.used_then;
    vp.present = std::min(vp.present, cache_lines_ - std::min(cache_lines_, by_others));
  } else {
    const bool same_chip = vp.last_core / cores_per_chip_ == core / cores_per_chip_;
    if (!same_chip) vp.per_wait = config_.line_transfer_other_chip;
    vp.present = 0;
  }
  vp.last_core = core;
  return time_of(vp.lines - vp.present, vp.per_wait);
}

SimTime CacheRefill::waited(VpId id, SimTime now) const {
  const VirtualProcessor& vp = vps_[index(id)];
  return std::clamp(now - vp.useful_from, SimTime{}, time_of(vp.lines - vp.present, vp.per_wait));
}

SimTime CacheRefill::leave(VpId id, SimTime now) {
  VirtualProcessor& vp = vps_[index(id)];
  Core& core = cores_[static_cast<std::size_t>(vp.last_core)];
  const SimTime spent = waited(id, now);
  const std::uint64_t missing = vp.lines - vp.present;
  // As many as fit into the time, so that `missing` of them fit into the time for all.
  const std::uint64_t came =
      spent == time_of(missing, vp.per_wait)
          ? missing
          : static_cast<std::uint64_t>(spent.ps() * config_.overlapping_misses / std::max<std::int64_t>(vp.per_wait.ps(), 1));
  vp.present += came;
  if (core.last != static_cast<std::int64_t>(index(id))) core.last_used = 0;
  core.last = static_cast<std::int64_t>(index(id));
  core.used += vp.present - std::min(vp.present, core.last_used);
  core.last_used = std::max(vp.present, core.last_used);
  vp.used_then = core.used;
  return spent;
}

void CacheRefill::forget(VpId id) {
  VirtualProcessor& vp = vps_[index(id)];
  if (vp.last_core < 0) return;
  Core& core = cores_[static_cast<std::size_t>(vp.last_core)];
  if (core.last == static_cast<std::int64_t>(index(id))) core.last = -1;
  vp.last_core = -1;
}

SimTime CacheRefill::time_for(Bytes bytes, bool other_chip) const {
  return time_of(std::min(lines_of(bytes), cache_lines_), other_chip ? config_.line_transfer_other_chip : config_.line_transfer);
}

SimTime CacheRefill::time_of(std::uint64_t lines, SimTime transfer) const {
  return transfer * static_cast<std::int64_t>(lines) / config_.overlapping_misses;
}

std::uint64_t CacheRefill::lines_of(Bytes bytes) const {
  return (bytes.count + kLineBytes - 1) / kLineBytes;
}

}  // namespace lparsim::core
