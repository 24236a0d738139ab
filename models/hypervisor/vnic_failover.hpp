#pragma once
#include <cstdint>
#include <vector>

#include "models/hypervisor/virtual_io.hpp"
#include "models/io/sriov_port.hpp"
#include "sim/kernel/calendar.hpp"

namespace lparsim::hypervisor {

struct VnicFailoverConfig {
  /// How often a backing device's server reports, and the hypervisor looks; how many reports in a row may be missing. Nobody has published
  /// them: assumed.
  SimTime heartbeat = SimTime::from_ms(100);
  std::uint32_t missed = 3;
  /// Auto priority failover: goes (back) to the best backing device that works; false: stays while the present one works.
  bool automatic = true;
};

/// Which of its backing devices a vNIC uses: the hypervisor's decision, from the servers' heartbeats and the links of the physical ports,
/// among those that work by priority, lower numbers first, and by order where priorities are equal. Where none works it stays.
class VnicFailover final : public io::LinkWatcher, private kernel::Alarm {
 public:
  static constexpr std::uint32_t kDefaultPriority = 50;  ///< 1 to 100

  /// `client`: the adapter; its backing devices are added in their order, the one that it is connected to first.
  VnicFailover(const VnicFailoverConfig& config, VirtualIo& virtual_io, kernel::Calendar& calendar, PartitionId client,
               UnitAddress adapter);
  VnicFailover(const VnicFailover&) = delete;
  VnicFailover& operator=(const VnicFailover&) = delete;

  void add_backing(PartitionId server, UnitAddress adapter, std::uint32_t priority);
  /// Once, after all have been added: they count as working until heartbeats are missing.
  void start(SimTime now);
  /// The operator has this one used, as long as it works: automatic() is off from then on. False, and nothing changes, if it does not work.
  bool activate(std::uint32_t backing);
  void set_automatic(bool automatic);
  /// The link of the backing device's physical port.
  void physical_link_changed(std::uint64_t backing, bool up, SimTime now) override;

  std::uint32_t active() const { return active_; }
  bool works(std::uint32_t backing) const { return backings_[backing].alive && backings_[backing].link; }
  /// How often it has switched since the start.
  std::uint64_t failovers() const { return failovers_; }

 private:
  struct Backing {
    PartitionId server{};
    UnitAddress adapter{};
    std::uint32_t priority = kDefaultPriority;
    bool alive = true;
    bool link = true;
    std::uint64_t heartbeats = 0;  ///< when the hypervisor looked last
    std::uint32_t missing = 0;
  };
  void rings(std::uint64_t argument, SimTime now) override;
  void look();
  std::uint32_t best() const;
  void decide();
  void use(std::uint32_t backing);

  VnicFailoverConfig config_;
  VirtualIo& virtual_io_;
  kernel::Calendar& calendar_;
  PartitionId client_;
  UnitAddress adapter_;
  std::vector<Backing> backings_;
  std::uint32_t active_ = 0;
  std::uint64_t failovers_ = 0;
};

}  // namespace lparsim::hypervisor
