#include "models/hypervisor/vnic_failover.hpp"

#include "sim/base/check.hpp"

namespace lparsim::hypervisor {

VnicFailover::VnicFailover(const VnicFailoverConfig& config, VirtualIo& virtual_io, kernel::Calendar& calendar, PartitionId client,
                           UnitAddress adapter)
    : config_{config}, virtual_io_{virtual_io}, calendar_{calendar}, client_{client}, adapter_{adapter} {}

void VnicFailover::add_backing(PartitionId server, UnitAddress adapter, std::uint32_t priority) {
  LPARSIM_CHECK(priority >= 1 && priority <= 100, "a backing device of priority {}", priority);
  backings_.push_back({server, adapter, priority});
}

void VnicFailover::start(SimTime now) {
  LPARSIM_CHECK(!backings_.empty(), "a vNIC without backing device");
  decide();
  failovers_ = 0;
  // Alone, there is nothing to choose.
  if (backings_.size() > 1) calendar_.call(*this, 0, now + config_.heartbeat);
}

void VnicFailover::rings(std::uint64_t, SimTime now) {
  look();
  decide();
  calendar_.call(*this, 0, now + config_.heartbeat);
}

void VnicFailover::look() {
  for (Backing& backing : backings_) {
    const VnicServerStatus status = virtual_io_.server_status(backing.server, backing.adapter);
    backing.missing = status.heartbeats == backing.heartbeats ? backing.missing + 1 : 0;
    backing.heartbeats = status.heartbeats;
    if (backing.missing == 0 && status.registered)
      backing.alive = true;
    else if (!status.registered || backing.missing >= config_.missed)
      backing.alive = false;
  }
}

void VnicFailover::physical_link_changed(std::uint64_t backing, bool up, SimTime) {
  backings_[backing].link = up;
  decide();
}

std::uint32_t VnicFailover::best() const {
  std::uint32_t found = active_;
  for (std::uint32_t i = 0; i < backings_.size(); ++i) {
    if (!works(i)) continue;
    if (!works(found) || backings_[i].priority < backings_[found].priority) found = i;
  }
  return found;
}

void VnicFailover::decide() {
  if (works(active_) && !config_.automatic) return;
  use(best());
}

bool VnicFailover::activate(std::uint32_t backing) {
  if (!works(backing)) return false;
  config_.automatic = false;
  use(backing);
  return true;
}

void VnicFailover::set_automatic(bool automatic) {
  config_.automatic = automatic;
  decide();
}

void VnicFailover::use(std::uint32_t next) {
  if (next == active_) return;
  active_ = next;
  ++failovers_;
  virtual_io_.switch_partner(client_, adapter_, backings_[next].server, backings_[next].adapter);
}

}  // namespace lparsim::hypervisor
