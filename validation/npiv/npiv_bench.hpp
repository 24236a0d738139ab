#pragma once
// A client and a VIOS, their virtual Fibre Channel adapters, a port, a switch and storage, without a simulation kernel.
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "lpars/drivers/vfc_client.hpp"
#include "models/hypervisor/testing/vio_bench.hpp"
#include "models/io/disk.hpp"
#include "models/io/fibre_channel.hpp"
#include "models/system/testing/processors.hpp"
#include "sim/base/check.hpp"
#include "vios/npiv/vfc_server.hpp"

namespace lparsim::validation {

inline constexpr std::uint64_t kTarget = 0x5005'0763'0300'0001;

/// Gives commands to a path and finds any that ends twice or was never given.
class PathUser final : public drivers::DiskPathClient {
 public:
  explicit PathUser(drivers::DiskPath& path) : path_{path} { path.connect(*this); }

  bool submit(bool write, std::uint64_t block, Bytes size, SimTime now, io::RequestTag tag = io::RequestTag::none) {
    const bool taken = path_.submit({tag, next_, write, block, size}, now);
    if (taken) under_way_.insert(next_++);
    return taken;
  }
  bool probe(SimTime now) {
    const bool taken = path_.probe(next_, now);
    if (taken) under_way_.insert(next_++);
    return taken;
  }
  void path_ended(std::uint32_t number, io::BlockStatus status, SimTime now) override {
    LPARSIM_CHECK(under_way_.erase(number) == 1, "command {} ended and was not under way", number);
    endings.emplace_back(status, now);
  }
  void path_changed(drivers::DiskPath& path, SimTime now) override { changes.emplace_back(path.up(), now); }

  /// Its partition has stopped: nothing of it will end.
  void forget() { under_way_.clear(); }
  std::size_t under_way() const { return under_way_.size(); }
  std::uint32_t last() const { return next_ - 1; }
  drivers::DiskPath& path() { return path_; }
  std::vector<std::pair<io::BlockStatus, SimTime>> endings;
  std::vector<std::pair<bool, SimTime>> changes;

 private:
  drivers::DiskPath& path_;
  std::uint32_t next_ = 0;
  std::set<std::uint32_t> under_way_;
};

struct NpivOptions {
  io::DiskConfig disk{.service = io::FixedService{.time = Distribution::constant(SimTime::from_us(200)), .servers = 8}};
  std::uint32_t luns = 1;
  drivers::VfcClientConfig client{};
  npiv::VfcServerConfig server{};
};

struct NpivBench {
  static constexpr PartitionId kVios{0};
  static constexpr PartitionId kClient{1};

  explicit NpivBench(NpivOptions options = {}) {
    const auto [clients, servers] = hypervisor.virtual_io.connect(kClient, kVios);
    clients_data = clients.window.count / 2;
    clients_unit = clients.unit;
    remote = servers.remote_liobn;
    server.emplace(options.server, hypervisor.calls(kVios), ledger);
    const std::uint32_t number =
        server->add_port(port, hypervisor.virtual_io.add_physical_window(kVios, npiv::window_of_port(options.server)));
    const std::uint32_t adapter = server->add_adapter(servers, number, *names.take());
    const std::uint32_t target = server->add_target(adapter, kTarget);
    options.client.adapter = clients;
    client.emplace(options.client, hypervisor.calls(kClient), ledger);
    for (std::uint32_t i = 0; i < options.luns; ++i) {
      disks.push_back(std::make_unique<io::Disk>("lun" + std::to_string(i), options.disk, 1, calendar, ledger));
      server->add_lun(adapter, target, port.path_to(*disks.back()));
      users.push_back(std::make_unique<PathUser>(client->path(kTarget, i)));
    }
    vios.add_program(*server);
    lpar.add_program(*client);
    hypervisor.on_interrupt(kVios) = [this](std::uint32_t source) {
      vios.interrupt(source);
    };
    hypervisor.on_interrupt(kClient) = [this](std::uint32_t source) {
      lpar.interrupt(source);
    };
  }
  /// Both partitions run, and what follows from it is done.
  void boot() {
    vios.activate();
    vios_runs = true;
    lpar.activate();
    run_for(SimTime::from_ms(100));
  }
  void run_for(SimTime time) { calendar.run_until(calendar.now() + time); }
  void stop_vios(bool failed) {
    vios_runs = false;
    vios.deactivate();
    hypervisor.virtual_io.partition_stopped(kVios, failed);
  }
  void start_vios() {
    vios_runs = true;
    vios.activate();
  }
  /// H_PUT_RTCE and H_REMOVE_RTCE of a page of the client's first data buffer for another adapter of the VIOS: whether it is free.
  hypervisor::HcallStatus redirect(std::uint32_t page) {
    return hypervisor.calls(kVios).put_rtce(remote, clients_data + page * 4096, other_window, 0, 1);
  }
  void take_back(std::uint32_t page) { hypervisor.calls(kVios).remove_rtce(remote, clients_data + page * 4096, other_window, 0, 1); }
  SimTime now() const { return calendar.now(); }
  PathUser& user(std::size_t i = 0) { return *users[i]; }

  kernel::testing::ManualCalendar calendar;
  io::RequestLedger ledger{nullptr};
  hypervisor::testing::VioBench hypervisor{2};
  hypervisor::Liobn other_window = hypervisor.virtual_io.add_physical_window(kVios, Bytes{1 << 20});
  hypervisor::Liobn remote{};
  std::uint64_t clients_data = 0;
  hypervisor::UnitAddress clients_unit{};
  hypervisor::WwpnPool names{0};
  io::SanSwitch fabric{"san"};
  io::FibreChannelAdapter port{"fcs0", {}, fabric, calendar, ledger};
  std::vector<std::unique_ptr<io::Disk>> disks;
  std::optional<npiv::VfcServer> server;
  std::optional<drivers::VfcClient> client;
  std::vector<std::unique_ptr<PathUser>> users;
  system::testing::Processors vios{2, calendar};
  system::testing::Processors lpar{1, calendar};
  bool vios_runs = false;
};

}  // namespace lparsim::validation
