#include "vios/sea/failover.hpp"

#include <bit>

namespace lparsim::sea {

void Failover::started(SimTime now) {
  started_at_ = now;
  heard_at_.reset();
  took_over_alone_ = false;
}

void Failover::heard(const KeepAlive& message, SimTime now) {
  heard_at_ = now;
  other_ = message;
}

TrunkSet Failover::own_share() const {
  const bool fit = healthy_ && mode_ != HaMode::standby;
  const bool other_fit = other_.healthy && other_.mode != HaMode::standby;
  if (fit != other_fit) return fit ? all_ : 0;
  // Where neither is fit, health alone counts; else everything stays as it is.
  if (!fit) return healthy_ && !other_.healthy ? all_ : 0;
  const bool primary = config_.priority < other_.priority;
  if (mode_ != HaMode::sharing || other_.mode != HaMode::sharing) return primary ? all_ : 0;
  const int trunks = std::popcount(all_);
  const TrunkSet first_half = (TrunkSet{1} << (trunks + 1) / 2) - 1;
  return primary ? first_half : all_ & ~first_half;
}

TrunkSet Failover::claims(TrunkSet active, SimTime now) {
  if (mode_ == HaMode::disabled) return 0;
  if (other_alive(now)) {
    took_over_alone_ = false;
    return own_share() & ~active;
  }
  const bool too_early = !heard_at_ && now - started_at_ <= patience();
  if (too_early || took_over_alone_ || !healthy_) return 0;
  // Once only: where both live and do not hear each other, each would take it from the other for ever.
  took_over_alone_ = true;
  return all_ & ~active;
}

}  // namespace lparsim::sea
