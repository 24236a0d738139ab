#pragma once
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "models/io/block_device.hpp"
#include "models/io/disk.hpp"
#include "models/io/disk_array.hpp"
#include "models/io/ethernet_switch.hpp"
#include "models/io/external_host.hpp"
#include "models/io/fibre_channel.hpp"
#include "sim/kernel/event_calendar.hpp"
#include "sim/scenario/device_counts.hpp"
#include "sim/scenario/document.hpp"

namespace lparsim::scenario {

/// What is outside of all servers: storage, the storage network's switch, the Ethernet switch and its hosts. And the calendar on which all
/// devices of the run are.
class OutsideWorld {
 public:
  /// Both outlive it.
  OutsideWorld(const ScenarioConfig& scenario, io::RequestLedger& ledger);

  kernel::Calendar& calendar() { return calendar_; }
  io::SanSwitch& san() { return san_; }
  /// By its name in the scenario.
  io::BlockDevice& device(const std::string& storage) { return *devices_.at(storage).device; }
  /// The name of a storage's port on the storage network.
  std::uint64_t wwpn(const std::string& storage) const { return devices_.at(storage).wwpn; }
  /// What the storage has done.
  DeviceCounts counts(const std::string& storage, SimTime now) const;
  void set_storage(const std::string& storage, bool up, SimTime now);
  /// Plugs a server's port into the switch.
  void plug_in(io::EthernetPort& port);

 private:
  struct Device {
    io::BlockDevice* device = nullptr;
    std::uint64_t wwpn = 0;
    std::unique_ptr<io::Disk> disk{};  ///< one of the two
    std::unique_ptr<io::DiskArray> array{};
  };
  void add_storage(const StorageConfig& config, std::uint64_t seed);
  void add_host(const ScenarioConfig& scenario, std::size_t index);

  kernel::EventCalendar calendar_;
  io::RequestLedger& ledger_;
  io::SanSwitch san_;
  io::EthernetSwitch switch_;
  std::map<std::string, Device> devices_;
  std::vector<std::unique_ptr<io::ExternalHost>> hosts_;
};

}  // namespace lparsim::scenario
