#pragma once
#include <cstdint>
#include <optional>

#include "sim/base/time.hpp"
#include "vios/sea/config.hpp"
#include "vios/sea/keep_alive.hpp"

namespace lparsim::sea {

/// A set of trunk adapters: bit n is the nth of the SEA's list.
using TrunkSet = std::uint32_t;

/// Decides which trunk adapters an SEA takes over, from what it knows of itself and hears from the other one. Nobody gives anything up:
/// the hypervisor takes a trunk adapter's activity away when the other one sets it, so that two are never active on a VLAN.
///
/// Healthy is before unhealthy, `auto` and `sharing` are before `standby`, and then the lower priority number. Both in `sharing`: the
/// primary has the first half of the list and the backup the second, which the backup takes once it hears of the primary's mode. An SEA
/// that does not hear the other one for FailoverConfig::missed keep-alives takes over everything, once.
class Failover {
 public:
  Failover(const FailoverConfig& config, std::size_t trunks) : config_{config}, all_{(TrunkSet{1} << trunks) - 1}, mode_{config.mode} {}

  /// The VIOS has started: it waits for a keep-alive as long as for one that is missed.
  void started(SimTime now);
  void heard(const KeepAlive& message, SimTime now);
  void set_healthy(bool healthy) { healthy_ = healthy; }
  void set_mode(HaMode mode) { mode_ = mode; }

  /// What to take over now, while `active` are its own.
  TrunkSet claims(TrunkSet active, SimTime now);

  bool other_alive(SimTime now) const { return heard_at_ && now - *heard_at_ <= patience(); }
  bool healthy() const { return healthy_; }
  HaMode mode() const { return mode_; }

 private:
  SimTime patience() const { return config_.keep_alive * config_.missed; }
  TrunkSet own_share() const;

  FailoverConfig config_;
  TrunkSet all_;
  HaMode mode_;
  bool healthy_ = true;
  SimTime started_at_;
  std::optional<SimTime> heard_at_;
  KeepAlive other_;
  bool took_over_alone_ = false;
};

}  // namespace lparsim::sea
