#pragma once
// Client partitions and Virtual I/O Servers without a simulation kernel: their drivers and servers, the hypervisor between them, disks.
#include <algorithm>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "lpars/drivers/disk.hpp"
#include "lpars/drivers/driver_operations.hpp"
#include "lpars/drivers/vscsi_client.hpp"
#include "models/hypervisor/encoded_vio_calls.hpp"
#include "models/hypervisor/testing/vio_bench.hpp"
#include "models/io/block_device.hpp"
#include "models/system/testing/processors.hpp"
#include "sim/kernel/testing/manual_calendar.hpp"
#include "vios/vscsi/vscsi_server.hpp"

namespace lparsim::testing {

/// Serves any number of commands at once, each in the time that `service` says.
class ServiceDisk final : public io::BlockDevice, private kernel::Alarm {
 public:
  ServiceDisk(kernel::testing::ManualCalendar& calendar, io::RequestLedger& ledger) : calendar_{calendar}, ledger_{ledger} {}

  std::function<SimTime(const io::BlockCommand&)> service = [](const io::BlockCommand&) {
    return SimTime::from_us(200);
  };
  /// How commands end.
  io::BlockStatus status = io::BlockStatus::good;
  Bytes most{1 << 20};
  Bytes size{std::uint64_t{64} << 30};
  /// While true, commands come in and nothing ends.
  bool stuck = false;

  void submit(const io::BlockCommand& command, io::BlockClient& client, SimTime now) override {
    ledger_.enter(command.tag, io::Stage::device, now);
    commands.push_back(command);
    under_way_.emplace(++last_, Entry{&client, command.number, status});
    if (!stuck) calendar_.call(*this, last_, now + service(command));
  }
  void abort(std::uint32_t number, io::BlockClient& client, SimTime now) override {
    for (auto& [id, entry] : under_way_) {
      if (entry.client != &client || entry.number != number || entry.status == io::BlockStatus::aborted) continue;
      entry.status = io::BlockStatus::aborted;
      calendar_.call(*this, id, now);
    }
  }
  Bytes capacity() const override { return size; }
  Bytes maximum_transfer() const override { return most; }
  bool reachable() const override { return status != io::BlockStatus::unreachable; }

  std::vector<io::BlockCommand> commands;  ///< that have come

 private:
  struct Entry {
    io::BlockClient* client;
    std::uint32_t number;
    io::BlockStatus status;
  };
  void rings(std::uint64_t id, SimTime now) override {
    const auto found = under_way_.find(id);
    if (found == under_way_.end()) return;
    const Entry entry = found->second;
    under_way_.erase(found);
    entry.client->command_ended(entry.number, entry.status, now);
  }

  kernel::testing::ManualCalendar& calendar_;
  io::RequestLedger& ledger_;
  std::uint64_t last_ = 0;
  std::map<std::uint64_t, Entry> under_way_;
};

/// What has ended, as the ledger tells it.
class Records final : public io::RequestObserver {
 public:
  void request_ended(const io::RequestRecord& record) override { all.push_back(record); }
  std::vector<io::RequestRecord> all;
};

/// Threads that read and write one after the other, without end, and compute nothing themselves.
class Readers final : public system::Program {
 public:
  Readers(workload::IoOperations& operations, std::uint32_t threads) : operations_{operations}, slots_(threads) {}

  /// What a thread does next; nothing: it stops.
  std::function<std::optional<workload::IoStep>(std::uint32_t thread)> next = [](std::uint32_t) {
    return std::nullopt;
  };
  std::uint64_t done = 0;
  std::uint64_t failed = 0;

  void attach(system::Host& host) override {
    host_ = &host;
    for (std::uint32_t i = 0; i < slots_.size(); ++i) slots_[i].thread = host.create_thread(*this, i, 0);
  }
  void activated(SimTime now) override {
    for (Slot& slot : slots_) {
      slot.handle.reset();
      slot.stopped = false;
      host_->make_ready(slot.thread, SimTime{}, system::Cause::boot, now);
    }
  }
  void deactivated(SimTime) override {}
  /// Those that have stopped go on.
  void go_on(SimTime now) {
    for (Slot& slot : slots_) {
      if (std::exchange(slot.stopped, false)) host_->make_ready(slot.thread, SimTime{}, system::Cause::timer, now);
    }
  }
  system::Activity next_activity(std::uint32_t tag, SimTime now) override {
    Slot& slot = slots_[tag];
    for (;;) {
      if (!slot.handle) {
        const auto step = next(tag);
        if (!step) {
          slot.stopped = true;
          return system::Activity::block();
        }
        slot.handle = operations_.begin(*step, slot.thread, now);
      }
      if (const auto activity = operations_.next(*slot.handle, now)) return *activity;
      ++(operations_.failed(*slot.handle) ? failed : done);
      slot.handle.reset();
    }
  }
  void timer_expired(std::uint32_t, SimTime) override {}

 private:
  struct Slot {
    system::ThreadId thread{};
    std::optional<std::uint32_t> handle{};
    bool stopped = false;
  };
  workload::IoOperations& operations_;
  system::Host* host_ = nullptr;
  std::vector<Slot> slots_;
};

/// A partition's calls, counted.
class CountedCalls final : public hypervisor::EncodedVioCalls {
 public:
  CountedCalls(hypervisor::VirtualIo& virtual_io, PartitionId partition) : virtual_io_{virtual_io}, partition_{partition} {}
  hypervisor::PartitionMemory& memory() override { return virtual_io_.memory(partition_); }
  std::uint64_t allocate(std::uint32_t pages) override { return virtual_io_.allocate(partition_, pages); }
  std::map<hypervisor::Hcall, std::uint64_t> count;

 private:
  hypervisor::HcallExtension& call(hypervisor::Hcall token, std::span<const std::uint64_t> arguments) override {
    ++count[token];
    extension_.call = token;
    extension_.registers.fill(0);
    std::copy(arguments.begin(), arguments.end(), extension_.registers.begin());
    extension_.cost = {};
    extension_.status = virtual_io_.answer(partition_, extension_);
    return extension_;
  }
  hypervisor::VirtualIo& virtual_io_;
  PartitionId partition_;
  hypervisor::HcallExtension extension_;
};

struct VscsiBenchConfig {
  std::uint32_t servers = 1;
  std::uint32_t server_processors = 1;
  std::uint32_t client_processors = 2;
  std::uint32_t threads = 1;      ///< that read and write
  std::uint32_t disk_depth = 32;  ///< of the servers' disk
  vscsi::VscsiServerConfig server{};
  vscsi::BackingKind kind = vscsi::BackingKind::physical_volume;
  drivers::VscsiClientConfig client{};
  drivers::DiskConfig disk{};
  hypervisor::VioCosts costs{};
};

/// One client with one disk, which each of the servers serves.
class VscsiBench {
 public:
  explicit VscsiBench(VscsiBenchConfig config = {})
      : vio{1 + config.servers, config.costs},
        calls{vio.virtual_io, kClient},
        ledger{&records},
        device{calendar, ledger},
        disk{with_name(config.disk), ledger},
        operations{calls, ledger, nullptr},
        readers{operations, config.threads},
        client{config.client_processors, calendar} {
    for (std::uint32_t i = 0; i < config.servers; ++i) add_server(config, i);
    operations.add_disk(disk, 0);
    client.add_program(disk);
    client.add_program(operations);
    client.add_program(readers);
    vio.on_interrupt(kClient) = [this](std::uint32_t source) {
      client.interrupt(source);
    };
  }

  static constexpr PartitionId kClient{0};
  static PartitionId server_id(std::uint32_t server) { return PartitionId{1 + server}; }

  /// All servers, then the client, and time for them to find each other.
  void start() {
    for (auto& server : servers) server->processors.activate();
    client.activate();
    run(SimTime::from_ms(20));
  }
  void run(SimTime length) { client.run_until(calendar.now() + length); }
  /// The server stops; it failed, or was shut down.
  void stop(std::uint32_t server, bool failed) {
    servers[server]->processors.deactivate();
    vio.virtual_io.partition_stopped(server_id(server), failed);
  }
  void restart(std::uint32_t server) { servers[server]->processors.activate(); }
  /// `count` transfers by the first thread, one after the other; returns their records.
  std::vector<io::RequestRecord> transfers(std::uint32_t count, const workload::IoStep& step) {
    const std::size_t before = records.all.size();
    std::uint32_t left = count;
    readers.next = [&left, step](std::uint32_t thread) -> std::optional<workload::IoStep> {
      if (thread != 0 || left == 0) return std::nullopt;
      --left;
      return step;
    };
    readers.go_on(calendar.now());
    while (records.all.size() < before + count && calendar.next() < SimTime::never()) run(SimTime::from_ms(1));
    readers.next = [](std::uint32_t) {
      return std::nullopt;
    };
    return {records.all.begin() + static_cast<std::ptrdiff_t>(before), records.all.end()};
  }

  struct Server {
    Server(const vscsi::VscsiServerConfig& config, hypervisor::VirtualIo& virtual_io, PartitionId id, io::RequestLedger& request_ledger,
           std::uint32_t count, kernel::testing::ManualCalendar& server_calendar)
        : calls{virtual_io, id},
          program{config, calls, request_ledger, RandomStream{1, config.partition_name + ".vscsi"}},
          processors{count, server_calendar} {}
    CountedCalls calls;
    vscsi::VscsiServer program;
    system::testing::Processors processors;
  };

  kernel::testing::ManualCalendar calendar;
  hypervisor::testing::VioBench vio;
  CountedCalls calls;
  Records records;
  io::RequestLedger ledger;
  ServiceDisk device;
  std::deque<std::unique_ptr<Server>> servers;
  std::deque<drivers::VscsiClient> adapters;
  std::vector<std::pair<hypervisor::VirtualAdapter, hypervisor::VirtualAdapter>> pairs;
  drivers::Disk disk;
  drivers::DriverOperations operations;
  Readers readers;
  system::testing::Processors client;

 private:
  static drivers::DiskConfig with_name(drivers::DiskConfig config) {
    config.name = "hdisk0";
    return config;
  }
  void add_server(const VscsiBenchConfig& config, std::uint32_t number) {
    const PartitionId id = server_id(number);
    const auto pair = vio.virtual_io.connect(kClient, id);
    pairs.push_back(pair);
    vscsi::VscsiServerConfig server_config = config.server;
    server_config.partition_name = "vios" + std::to_string(number + 1);
    servers.push_back(std::make_unique<Server>(server_config, vio.virtual_io, id, ledger, config.server_processors, calendar));
    Server& server = *servers.back();
    const std::uint32_t device_number =
        server.program.add_disk(device, config.disk_depth, vio.virtual_io.add_physical_window(id, Bytes{1 << 30}));
    server.program.map(server.program.add_adapter(pair.second), {config.kind, device_number});
    server.processors.add_program(server.program);
    vio.on_interrupt(id) = [&server](std::uint32_t source) {
      server.processors.interrupt(source);
    };
    drivers::VscsiClientConfig client_config = config.client;
    client_config.adapter = pair.first;
    client_config.partition_name = "client";
    adapters.emplace_back(client_config, calls, ledger);
    disk.add_path(adapters.back().lun(0));
    client.add_program(adapters.back());
  }
};

}  // namespace lparsim::testing
