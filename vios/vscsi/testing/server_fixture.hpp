#pragma once
// A client without an operating system at the other end of the server's queue.
#include <gtest/gtest.h>

#include <deque>
#include <optional>
#include <utility>
#include <variant>
#include <vector>

#include "models/hypervisor/crq_queue.hpp"
#include "models/hypervisor/srp.hpp"
#include "models/hypervisor/srp_mad.hpp"
#include "models/hypervisor/srp_scsi.hpp"
#include "models/hypervisor/testing/vio_bench.hpp"
#include "models/system/testing/processors.hpp"
#include "sim/kernel/testing/manual_calendar.hpp"
#include "vios/vscsi/vscsi_server.hpp"

namespace lparsim::vscsi::testing {

using namespace lparsim::literals;
using namespace lparsim::hypervisor;

/// Ends a command whenever it is told to.
class ManualDisk final : public io::BlockDevice {
 public:
  void submit(const io::BlockCommand& command, io::BlockClient& client, SimTime) override { commands.push_back({command, &client}); }
  void abort(std::uint32_t number, io::BlockClient&, SimTime) override { aborted.push_back(number); }
  Bytes capacity() const override { return Bytes{1 << 30}; }
  Bytes maximum_transfer() const override { return maximum; }
  bool reachable() const override { return works; }
  void end_first(io::BlockStatus status, SimTime now) {
    const auto [command, client] = commands.front();
    commands.pop_front();
    client->command_ended(command.number, status, now);
  }
  Bytes maximum{1 << 20};
  bool works = true;
  std::deque<std::pair<io::BlockCommand, io::BlockClient*>> commands;
  std::vector<std::uint32_t> aborted;
};

/// A client without an operating system: writes information units into its window and looks into its queue.
class Client {
 public:
  Client(hypervisor::testing::VioBench& bench, const VirtualAdapter& adapter)
      : calls_{bench.calls(PartitionId{0})}, area{calls_, adapter}, queue{calls_, adapter, area, 2} {
    units_ = area.reserve_pages(16);
    data = area.reserve_pages(64);
    area.map();
  }
  /// The element for unit `slot`.
  template <class Unit>
  void send(const Unit& unit, std::uint32_t slot = 0, VscsiFormat format = VscsiFormat::srp) {
    SrpIu bytes;
    VscsiElement element{format};
    element.length = static_cast<std::uint16_t>(encode(unit, bytes));
    element.data = at(slot);
    area.write(at(slot), bytes);
    EXPECT_EQ(queue.send(encode(element)), HcallStatus::success);
  }
  /// Takes what has come, and digests it.
  std::vector<VscsiElement> take() {
    std::vector<VscsiElement> elements;
    while (const auto bytes = queue.take()) {
      const CrqNews news = queue.digest(*bytes);
      if (news == CrqNews::lost) ++lost;
      if ((*bytes)[0] == kCrqCommand) elements.push_back(*decode_vscsi(*bytes));
    }
    queue.end_of_interrupt();
    return elements;
  }
  template <class Unit>
  Unit answer(const VscsiElement& element, std::uint32_t slot = 0) {
    SrpIu bytes;
    area.read(at(slot), bytes);
    return std::get<Unit>(*decode_srp(std::span<const std::uint8_t>{bytes}.first(element.length)));
  }
  Mad mad(const VscsiElement& element) {
    SrpIu bytes;
    area.read(at(0), bytes);
    return *decode_mad(std::span<const std::uint8_t>{bytes}.first(element.length));
  }
  std::vector<std::uint8_t> bytes(std::size_t length) {
    std::vector<std::uint8_t> read(length);
    area.read(data, read);
    return read;
  }
  std::uint64_t at(std::uint32_t slot) const { return units_ + slot * kSrpLongestIu; }

 private:
  VioCalls& calls_;

 public:
  DmaArea area;
  CrqQueue queue;
  std::uint64_t data = 0;
  int lost = 0;

 private:
  std::uint64_t units_ = 0;
};

struct ServerTest : ::testing::Test {
  explicit ServerTest(VscsiServerConfig config = {}, BackingKind kind = BackingKind::physical_volume,
                      std::optional<PartitionId> hooked = std::nullopt, lparsim::kernel::testing::ManualCalendar* shared = nullptr)
      : calendar{shared != nullptr ? *shared : own_calendar},
        server{config, bench.calls(PartitionId{1}), ledger, RandomStream{1, "vios.vscsi"}},
        client{bench, pair.first} {
    disk_number = server.add_disk(disk, 2, bench.virtual_io.add_physical_window(PartitionId{1}, Bytes{1 << 26}));
    server.map(server.add_adapter(pair.second, hooked), {kind, disk_number});
    processors.add_program(server);
    bench.on_interrupt(PartitionId{1}) = [this](std::uint32_t source) {
      processors.interrupt(source);
    };
    processors.activate();
    run();
    client.queue.open();
    run();
    client.take();
    run();
  }
  void run() { processors.run_until(calendar.now() + 1_ms); }
  std::vector<VscsiElement> answers() {
    run();
    return client.take();
  }
  /// Adapter information and login.
  void log_in() {
    client.send(info_request(), 0, VscsiFormat::mad);
    answers();
    client.send(SrpLoginRequest{1, kSrpLongestIu});
    ASSERT_EQ(answers().size(), 1u);
  }
  Mad info_request() const {
    return {static_cast<std::uint32_t>(MadType::adapter_info), MadStatus::success, AdapterInfo::kLength, 0xAD, client.data};
  }
  SrpCommand transfer(std::uint64_t tag, std::uint32_t bytes, bool write = false, std::uint64_t block = 0) const {
    SrpCommand command;
    command.tag = tag;
    command.lun = scsi_lun(0);
    command.cdb = encode(ScsiRequest{write ? ScsiOperation::write : ScsiOperation::read, block, bytes / 512});
    command.direction = write ? SrpDirection::to_disk : SrpDirection::to_client;
    command.format = SrpFormat::direct;
    command.count = 1;
    command.descriptors[0] = {client.data, 0, bytes};
    return command;
  }
  SrpCommand inquiry(ScsiOperation operation, std::uint32_t lun = 0) const {
    SrpCommand command = transfer(7, 512);
    command.lun = scsi_lun(lun);
    command.cdb = encode(ScsiRequest{operation, 0, 0, 512, operation == ScsiOperation::read_capacity});
    return command;
  }
  SrpResponse only_response(std::uint32_t slot = 0) {
    const auto elements = answers();
    EXPECT_EQ(elements.size(), 1u);
    return elements.empty() ? SrpResponse{} : client.answer<SrpResponse>(elements[0], slot);
  }

  lparsim::kernel::testing::ManualCalendar own_calendar;
  lparsim::kernel::testing::ManualCalendar& calendar;  ///< its own, or one that others use, too
  hypervisor::testing::VioBench bench{2};
  io::RequestLedger ledger{nullptr};
  ManualDisk disk;
  std::pair<VirtualAdapter, VirtualAdapter> pair = bench.virtual_io.connect(PartitionId{0}, PartitionId{1});
  VscsiServer server;
  Client client;
  lparsim::system::testing::Processors processors{1, calendar};
  std::uint32_t disk_number = 0;
};

struct CopyingServerTest : ServerTest {
  CopyingServerTest() : ServerTest{{}, BackingKind::file} {}
};

}  // namespace lparsim::vscsi::testing
