#include "validation/dispatch_properties/random_script.hpp"

#include <algorithm>

namespace lparsim::validation {

using namespace hypervisor;

namespace {

constexpr std::int64_t kWholeCore = 100;  // hundredths of a PU

}  // namespace

RandomScript::RandomScript(std::uint64_t seed) : random_{seed}, frame_{draw_frame()}, watched_{frame_}, shared_cores_{frame_.cores} {
  busy_ = chance(50);
  if (chance(50)) draw_dedicated();
  pool_limits_ = {shared_cores_ * kWholeCore};
  pool_reserves_ = {0};
  if (chance(50)) draw_pools();
  draw_shared();
  for (Shared& p : shared_) {
    if (chance(80)) power(p.id, p.active);
  }
  for (Dedicated& p : dedicated_) {
    if (chance(50)) power(p.id, p.active);
  }
}

// The generator is the same on every machine, the distributions of the standard library are not.
std::int64_t RandomScript::between(std::int64_t least, std::int64_t most) {
  return least + static_cast<std::int64_t>(random_() % static_cast<std::uint64_t>(most - least + 1));
}

FrameSpec RandomScript::draw_frame() {
  FrameSpec frame;
  frame.cores = static_cast<std::uint32_t>(between(1, between(1, 8)));
  frame.cores_per_chip = static_cast<std::uint32_t>(between(1, 4));
  frame.share_excess_by = chance(50) ? ShareExcessBy::partition : ShareExcessBy::virtual_processor;
  return frame;
}

void RandomScript::draw_dedicated() {
  for (std::int64_t n = between(1, 3); n > 0 && shared_cores_ > 1; --n) {
    const auto cores = static_cast<std::uint32_t>(between(1, shared_cores_ - 1));
    dedicated_.push_back({watched_.add_dedicated({cores, static_cast<SharingMode>(between(0, 3))}), cores, false});
    shared_cores_ -= cores;
  }
}

void RandomScript::draw_pools() {
  for (std::int64_t n = between(1, 2); n > 0; --n) {
    const std::int64_t maximum = between(1, shared_cores_);
    const std::int64_t reserved = chance(50) ? between(0, std::min(maximum * kWholeCore, shared_cores_ * kWholeCore - reserved_) / 2) : 0;
    reserved_ += reserved;
    pool_limits_.push_back(maximum * kWholeCore);
    pool_reserves_.push_back(reserved);
    watched_.add_pool({ProcessingUnits::cores(maximum), ProcessingUnits::from_hundredths(reserved)});
  }
}

// Hundredths of a PU that the entitlements of `pool` may still grow by.
std::int64_t RandomScript::spare(PoolId pool) const {
  std::int64_t frame = shared_cores_ * kWholeCore - reserved_;
  std::int64_t own = pool_limits_[index(pool)] - pool_reserves_[index(pool)];
  for (const Shared& p : shared_) {
    frame -= p.spec.entitlement.hundredths();
    if (p.spec.pool == pool) own -= p.spec.entitlement.hundredths();
  }
  return std::min(frame, own);
}

void RandomScript::draw_shared() {
  const bool tight = chance(60);  // all entitlement given out
  for (std::int64_t n = between(1, 12); n > 0; --n) {
    SharedSpec spec;
    spec.pool = id_of<PoolId>(static_cast<std::size_t>(between(0, static_cast<std::int64_t>(pool_limits_.size()) - 1)));
    spec.max_virtual = static_cast<std::uint32_t>(between(1, 4));
    spec.online = static_cast<std::uint32_t>(between(1, spec.max_virtual));
    const std::int64_t most = std::min(spare(spec.pool), spec.online * kWholeCore);
    spec.entitlement = ProcessingUnits::from_hundredths(tight && (n == 1 || chance(20)) ? most : between(0, most));
    spec.capped = chance(30);
    spec.weight = static_cast<std::uint32_t>(chance(10) ? 0 : between(1, 255));
    shared_.push_back({watched_.add_shared(spec), spec, false});
  }
}

void RandomScript::play(int operations) {
  for (int i = 0; i < operations && watched_.violations().empty(); ++i) {
    pass_time();
    for (std::int64_t n = chance(25) ? between(2, 6) : 1; n > 0; --n) happen();
  }
  if (watched_.violations().empty()) watched_.run_until(watched_.now() + frame_.window * 2);
}

void RandomScript::pass_time() {
  const SimTime now = watched_.now(), window = frame_.window;
  const SimTime boundary = now - now % window + window;
  switch (between(0, 9)) {
    case 0:  // nothing: all at once
      return;
    case 1:
      return watched_.run_until(boundary);
    case 2:  // at the boundary, after the dispatcher
      watched_.run_until(boundary);
      if (watched_.next_event() == boundary) watched_.step();
      return;
    case 3:
    case 4:  // as something ends, before or after the dispatcher
      if (watched_.next_event() == SimTime::never()) return;
      watched_.run_until(watched_.next_event());
      if (chance(50)) watched_.step();
      return;
    case 5:
      return watched_.run_until(now + SimTime::from_us(100) * between(1, 50));
    case 6:
      return watched_.run_until(now + window * between(1, 3));
    default:
      return watched_.run_until(now + SimTime::from_ps(between(1, window.ps() / between(1, 50))));
  }
}

void RandomScript::happen() {
  const auto any = [this](auto& list) -> auto& {
    return list[static_cast<std::size_t>(between(0, static_cast<std::int64_t>(list.size()) - 1))];
  };
  if (!dedicated_.empty() && chance(20)) {
    Dedicated& p = any(dedicated_);
    if (chance(15)) return power(p.id, p.active);
    if (p.active) toggle(p.id, p.cores);
    return;
  }
  Shared& p = any(shared_);
  if (chance(3)) return power(p.id, p.active);
  if (chance(8)) return reconfigure(p);
  if (p.active) toggle(p.id, p.spec.online);
}

void RandomScript::power(PartitionId id, bool& active) {
  active = !active;
  if (active) {
    watched_.activate(id);
  } else {
    watched_.deactivate(id);
  }
}

void RandomScript::toggle(PartitionId id, std::uint32_t online) {
  const auto vp = static_cast<std::uint32_t>(between(0, online - 1));
  if (!watched_.is_ready(id, vp)) return watched_.make_ready(id, vp);
  if (!watched_.is_running(id, vp) && chance(90)) return;  // only the running ones call, but a partition may lose a waiting one
  if (busy_ && chance(70)) return;
  const auto favoured = static_cast<std::uint32_t>(between(0, online - 1));
  if (favoured != vp && chance(40)) return watched_.confer(id, vp, favoured);
  watched_.cede(id, vp);
}

void RandomScript::reconfigure(Shared& p) {
  switch (between(0, 3)) {
    case 0: {
      const std::int64_t most = std::min(p.spec.entitlement.hundredths() + spare(p.spec.pool), p.spec.online * kWholeCore);
      p.spec.entitlement = ProcessingUnits::from_hundredths(chance(50) ? most : between(0, most));
      return watched_.set_entitlement(p.id, p.spec.entitlement);
    }
    case 1:
      return watched_.set_weight(p.id, static_cast<std::uint32_t>(chance(20) ? 0 : between(1, 255)));
    case 2:
      return watched_.set_capped(p.id, chance(50));
    default:
      p.spec.online = static_cast<std::uint32_t>(
          between(std::max<std::int64_t>(1, (p.spec.entitlement.hundredths() + kWholeCore - 1) / kWholeCore), p.spec.max_virtual));
      return watched_.set_online(p.id, p.spec.online);
  }
}

}  // namespace lparsim::validation
