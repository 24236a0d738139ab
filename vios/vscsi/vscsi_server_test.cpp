// The server as a client on the other end of the queue sees it, a clause a test: LoPAR, appendix "Virtual SCSI"; Linux,
// include/scsi/viosrp.h, srp.h and drivers/scsi/ibmvscsi*.
#include "vios/vscsi/vscsi_server.hpp"

#include <gtest/gtest.h>

#include <deque>
#include <map>

#include "models/hypervisor/crq_queue.hpp"
#include "models/hypervisor/srp.hpp"
#include "models/hypervisor/srp_mad.hpp"
#include "models/hypervisor/srp_scsi.hpp"
#include "models/hypervisor/testing/vio_bench.hpp"
#include "models/system/testing/processors.hpp"
#include "sim/kernel/testing/manual_calendar.hpp"

namespace lparsim::vscsi {
namespace {

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
  Client(testing::VioBench& bench, const VirtualAdapter& adapter)
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
  explicit ServerTest(VscsiServerConfig config = {}, BackingKind kind = BackingKind::physical_volume)
      : server{config, bench.calls(PartitionId{1}), ledger, RandomStream{1, "vios.vscsi"}}, client{bench, pair.first} {
    disk_number = server.add_disk(disk, 2, bench.virtual_io.add_physical_window(PartitionId{1}, Bytes{1 << 26}));
    server.map(server.add_adapter(pair.second), {kind, disk_number});
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

  kernel::testing::ManualCalendar calendar;
  hypervisor::testing::VioBench bench{2};
  io::RequestLedger ledger{nullptr};
  ManualDisk disk;
  std::pair<VirtualAdapter, VirtualAdapter> pair = bench.virtual_io.connect(PartitionId{0}, PartitionId{1});
  VscsiServer server;
  Client client;
  system::testing::Processors processors{1, calendar};
  std::uint32_t disk_number = 0;
};

TEST_F(ServerTest, TellsItsLongestTransferWithTheAdapterInformation) {
  client.send(info_request(), 0, VscsiFormat::mad);
  const auto elements = answers();
  ASSERT_EQ(elements.size(), 1u);
  EXPECT_EQ(elements[0].format, VscsiFormat::mad);
  EXPECT_EQ(elements[0].data, 0xADu);
  EXPECT_EQ(client.mad(elements[0]).status, MadStatus::success);
  const auto bytes = client.bytes(AdapterInfo::kLength);
  const AdapterInfo info = decode_adapter_info(std::span<const std::uint8_t, AdapterInfo::kLength>{bytes});
  EXPECT_EQ(info.srp_version, "16.a");
  EXPECT_EQ(info.mad_version, 1u);
  EXPECT_EQ(info.os_type, 3u);
  EXPECT_GE(info.maximum_transfer[0], 0x40000u);
}

TEST_F(ServerTest, AnswersTheDatagramsThatItKnowsAndSaysSoOfTheOthers) {
  const std::map<std::uint32_t, MadStatus> expected{{2, MadStatus::success},
                                                    {5, MadStatus::success},
                                                    {8, MadStatus::success},
                                                    {1, MadStatus::not_supported},
                                                    {99, MadStatus::not_supported}};
  for (const auto& [type, status] : expected) {
    client.send(Mad{type, MadStatus::success, Capabilities::kLength, type, client.data}, 0, VscsiFormat::mad);
    const auto elements = answers();
    ASSERT_EQ(elements.size(), 1u) << type;
    EXPECT_EQ(client.mad(elements[0]).status, status) << type;
  }
  client.send(Mad{5, MadStatus::success, Capabilities::kLength, 5, 0xFF'FFFF'F000}, 0, VscsiFormat::mad);
  EXPECT_EQ(client.mad(answers()[0]).status, MadStatus::failed);
}

TEST_F(ServerTest, GivesAsManyCreditsAsItsLimitWithTheLogin) {
  client.send(SrpLoginRequest{1, kSrpLongestIu});
  const auto elements = answers();
  const auto login = client.answer<SrpLoginResponse>(elements[0]);
  EXPECT_EQ(login.request_limit, 510u);
  EXPECT_EQ(login.tag, 1u);
  EXPECT_TRUE(server.logged_in(0));
}

TEST_F(ServerTest, RejectsALoginThatAsksForWhatItCannotDo) {
  client.send(SrpLoginRequest{1, kSrpLongestIu + 1});
  EXPECT_EQ(client.answer<SrpLoginReject>(answers()[0]).reason, SrpLoginRejection::iu_too_long);
  client.send(SrpLoginRequest{2, kSrpLongestIu, 1});
  EXPECT_EQ(client.answer<SrpLoginReject>(answers()[0]).reason, SrpLoginRejection::unsupported_descriptor_format);
  EXPECT_FALSE(server.logged_in(0));
}

TEST_F(ServerTest, AnswersAPingAtOnce) {
  client.queue.send(encode(VscsiElement{VscsiFormat::inline_message, VscsiStatus::ping}));
  const auto elements = answers();
  ASSERT_EQ(elements.size(), 1u);
  EXPECT_EQ(elements[0].format, VscsiFormat::inline_message);
  EXPECT_EQ(elements[0].status, VscsiStatus::ping_response);
}

TEST_F(ServerTest, AnswersAReadWithItsTagAndACredit) {
  log_in();
  client.send(transfer(0xBEEF, 8192, false, 100), 3);
  run();
  ASSERT_EQ(disk.commands.size(), 1u);
  const io::BlockCommand& command = disk.commands[0].first;
  EXPECT_FALSE(command.write);
  EXPECT_EQ(command.block, 100u);
  EXPECT_EQ(command.size, Bytes{8192});
  EXPECT_EQ(server.under_way(0), 1u);
  disk.end_first(io::BlockStatus::good, calendar.now());
  const auto elements = answers();
  ASSERT_EQ(elements.size(), 1u);
  EXPECT_EQ(elements[0].data, 0xBEEFu);
  EXPECT_EQ(elements[0].length, 36);
  EXPECT_EQ(client.answer<SrpResponse>(elements[0], 3), (SrpResponse{.tag = 0xBEEF, .limit_delta = 1}));
  EXPECT_EQ(server.under_way(0), 0u);
}

TEST_F(ServerTest, GivesTheDiskAsManyCommandsAsItsQueueHolds) {
  log_in();
  for (std::uint32_t i = 0; i < 5; ++i) client.send(transfer(i + 1, 4096), i);
  run();
  EXPECT_EQ(disk.commands.size(), 2u);
  disk.end_first(io::BlockStatus::good, calendar.now());
  run();
  EXPECT_EQ(disk.commands.size(), 2u);
  EXPECT_EQ(client.take().size(), 1u);
}

TEST_F(ServerTest, AsksADiskAgainThatHadNoPlace) {
  log_in();
  client.send(transfer(1, 4096));
  run();
  disk.end_first(io::BlockStatus::queue_full, calendar.now());
  EXPECT_TRUE(disk.commands.empty());
  run();
  run();
  ASSERT_EQ(disk.commands.size(), 1u);
  disk.end_first(io::BlockStatus::good, calendar.now());
  EXPECT_EQ(only_response().status, kScsiGood);
}

TEST_F(ServerTest, TellsWhatWentWrongWithADiskBySense) {
  log_in();
  const std::map<io::BlockStatus, std::uint8_t> keys{
      {io::BlockStatus::medium_error, 3}, {io::BlockStatus::unreachable, 4}, {io::BlockStatus::aborted, 0xB}};
  for (const auto& [status, key] : keys) {
    client.send(transfer(1, 4096));
    run();
    disk.end_first(status, calendar.now());
    const SrpResponse response = only_response();
    EXPECT_EQ(response.status, kScsiCheckCondition);
    ASSERT_TRUE(response.sense);
    EXPECT_EQ(response.sense->key, key);
  }
}

TEST_F(ServerTest, RefusesTransfersThatCannotBe) {
  log_in();
  std::vector<std::pair<SrpCommand, std::uint8_t>> wrong{{transfer(1, 4096), 0x25},
                                                         {transfer(1, 4096, false, 1 << 21), 0x21},
                                                         {transfer(1, 4096, false, (1 << 21) - 1), 0x21},
                                                         {transfer(1, 0), 0x24},
                                                         {transfer(1, 0x40200), 0x24},
                                                         {transfer(1, 4096), 0x24},
                                                         {transfer(1, 4096), 0x20}};
  wrong[0].first.lun = scsi_lun(1);
  wrong[5].first.direction = SrpDirection::to_disk;
  wrong[6].first.cdb[0] = 0xEE;
  for (const auto& [command, code] : wrong) {
    client.send(command);
    const SrpResponse response = only_response();
    ASSERT_TRUE(response.sense);
    EXPECT_EQ(response.sense->key, 5);
    EXPECT_EQ(response.sense->code, code);
  }
  EXPECT_TRUE(disk.commands.empty());
}

TEST_F(ServerTest, ReportsItsLunsTheirSizeAndWhoItIs) {
  log_in();
  client.send(inquiry(ScsiOperation::report_luns));
  only_response();
  EXPECT_EQ(decode_report_luns(client.bytes(512)), std::vector<std::uint64_t>{scsi_lun(0)});
  client.send(inquiry(ScsiOperation::read_capacity));
  only_response();
  EXPECT_EQ(decode_read_capacity(client.bytes(512)), Bytes{1 << 30});
  client.send(inquiry(ScsiOperation::inquiry));
  EXPECT_EQ(only_response().residue, 512u - 36);
  EXPECT_EQ(client.bytes(512)[8], 'A');
  client.send(inquiry(ScsiOperation::inquiry, 5));
  EXPECT_EQ(only_response().sense->code, 0x25);
  SrpCommand ready = inquiry(ScsiOperation::test_unit_ready);
  client.send(ready);
  EXPECT_EQ(only_response().status, kScsiGood);
  disk.works = false;
  client.send(ready);
  EXPECT_EQ(only_response().sense->key, 4);
}

// A device that takes less than what was promised is not reported until the adapter information is asked for again.
TEST_F(ServerTest, HidesADiskThatTakesLessThanItPromisedUntilItIsAskedAgain) {
  log_in();
  ManualDisk shorter;
  shorter.maximum = Bytes{0x20000};
  server.map(
      0, {BackingKind::physical_volume, server.add_disk(shorter, 2, bench.virtual_io.add_physical_window(PartitionId{1}, Bytes{1 << 26}))});
  client.send(inquiry(ScsiOperation::report_luns));
  only_response();
  EXPECT_EQ(decode_report_luns(client.bytes(512))->size(), 1u);
  shorter.maximum = Bytes{0x40000};
  client.send(info_request(), 0, VscsiFormat::mad);
  answers();
  client.send(inquiry(ScsiOperation::report_luns));
  only_response();
  EXPECT_EQ(decode_report_luns(client.bytes(512))->size(), 2u);
}

TEST_F(ServerTest, ClosesTheQueueOfAClientThatExceedsItsLimit) {
  log_in();
  for (std::uint32_t i = 0; i < 511; ++i) client.send(transfer(i + 1, 4096), i % 64);
  run();
  client.take();
  EXPECT_EQ(client.lost, 1);
  EXPECT_EQ(server.counts().queues_closed, 1u);
  EXPECT_EQ(server.under_way(0), 0u);
}

TEST_F(ServerTest, ClosesTheQueueOfAClientThatBreaksTheRules) {
  log_in();
  const auto breaks = [&](auto&& act) {
    const int before = client.lost;
    act();
    answers();
    EXPECT_EQ(client.lost, before + 1);
    answers();
    log_in();
  };
  breaks([&] { client.queue.send(encode(VscsiElement{VscsiFormat::aix, VscsiStatus::ok, 0, 64, client.at(0)})); });
  breaks([&] { client.queue.send(encode(VscsiElement{VscsiFormat::srp, VscsiStatus::ok, 0, 300, client.at(0)})); });
  breaks([&] { client.queue.send(encode(VscsiElement{VscsiFormat::srp, VscsiStatus::ok, 0, 64, 0xFFF'F000})); });  // not mapped
  breaks([&] { client.send(SrpLoginResponse{}); });
  breaks([&] {
    SrpCommand command = transfer(1, 4096);
    command.descriptors[0].length = 512;
    client.send(command);
  });
  breaks([&] {
    SrpCommand command = transfer(1, 4096);
    command.descriptors[0].address = 0xFFF'F000;
    client.send(command);
  });
}

TEST_F(ServerTest, TakesNoCommandsBeforeTheLogin) {
  client.send(transfer(1, 4096));
  answers();
  EXPECT_EQ(client.lost, 1);
  EXPECT_TRUE(disk.commands.empty());
}

// ibmvscsi: an aborted command is not answered, its credit is the client's again.
TEST_F(ServerTest, AbortsACommandAndAnswersTheAbortOnly) {
  log_in();
  client.send(transfer(1, 4096), 1);
  run();
  client.send(SrpTaskManagement{9, scsi_lun(0), SrpTask::abort_task, 1}, 2);
  const SrpResponse response = only_response(2);
  EXPECT_EQ(response.tag, 9u);
  EXPECT_EQ(response.task_result, 0);
  EXPECT_EQ(disk.aborted.size(), 1u);
  disk.end_first(io::BlockStatus::aborted, calendar.now());
  EXPECT_TRUE(answers().empty());
  EXPECT_EQ(server.under_way(0), 0u);
  client.send(SrpTaskManagement{10, scsi_lun(0), SrpTask::abort_task, 1}, 2);
  EXPECT_EQ(only_response(2).task_result, 5);
  client.send(SrpTaskManagement{11, scsi_lun(0), SrpTask::clear_aca, 1}, 2);
  EXPECT_EQ(only_response(2).task_result, 4);
}

TEST_F(ServerTest, ResetsALunWithAllOfItsCommands) {
  log_in();
  for (std::uint32_t i = 0; i < 4; ++i) client.send(transfer(i + 1, 4096), i);
  run();
  client.send(SrpTaskManagement{9, scsi_lun(0), SrpTask::lun_reset}, 5);
  EXPECT_EQ(only_response(5).task_result, 0);
  EXPECT_EQ(disk.aborted.size(), 2u);
  while (!disk.commands.empty()) disk.end_first(io::BlockStatus::aborted, calendar.now());
  EXPECT_TRUE(answers().empty());
}

TEST_F(ServerTest, ForgetsWhatAClientWantedThatIsGone) {
  log_in();
  for (std::uint32_t i = 0; i < 4; ++i) client.send(transfer(i + 1, 4096), i);
  run();
  EXPECT_EQ(client.queue.close(), HcallStatus::success);
  run();
  EXPECT_EQ(disk.aborted.size(), 2u);
  while (!disk.commands.empty()) disk.end_first(io::BlockStatus::aborted, calendar.now());
  client.queue.open();
  run();
  client.take();
  run();
  log_in();
  client.send(transfer(77, 4096));
  run();
  disk.end_first(io::BlockStatus::good, calendar.now());
  EXPECT_EQ(only_response().tag, 77u);
}

// H_PUT_RTCE maps a page once: of two requests for the same one the second is copied.
TEST_F(ServerTest, CopiesForARequestWhosePagesAreMappedForAnother) {
  log_in();
  SrpCommand second = transfer(1, 4096);
  second.descriptors[0].address += 4096;
  for (int round = 0; round < 3; ++round) {
    client.send(second, 1);
    client.send(transfer(2, 8192), 2);
    run();
    EXPECT_EQ(disk.commands.size(), 2u);
    disk.end_first(io::BlockStatus::good, calendar.now());
    disk.end_first(io::BlockStatus::good, calendar.now());
    EXPECT_EQ(answers().size(), 2u);
  }
  // Nothing of it is left: the pages can be mapped elsewhere.
  const Liobn other = bench.virtual_io.add_physical_window(PartitionId{1}, Bytes{1 << 20});
  EXPECT_EQ(bench.calls(PartitionId{1}).put_rtce(pair.second.remote_liobn, client.data, other, 0, 2), HcallStatus::success);
  EXPECT_EQ(server.counts().queues_closed, 0u);
}

// More descriptors than a request carries lie in the client's memory.
TEST_F(ServerTest, FetchesAListThatTheRequestDoesNotCarry) {
  log_in();
  SrpCommand command = transfer(1, 64 * 1024);
  command.format = SrpFormat::indirect;
  command.data_length = 64 * 1024;
  command.count = 10;
  const std::uint64_t list = client.at(100);
  command.table = {list, 0, 16 * SrpDescriptor::kLength};
  for (std::uint32_t i = 0; i < 16; ++i) {
    // Every second page is next to nothing: sixteen ranges.
    const SrpDescriptor descriptor{client.data + (i * 3 % 64) * 4096, 0, 4096};
    if (i < 10) command.descriptors[i] = descriptor;
    std::array<std::uint8_t, SrpDescriptor::kLength> bytes{};
    encode(descriptor, bytes);
    client.area.write(list + i * SrpDescriptor::kLength, bytes);
  }
  client.send(command);
  run();
  ASSERT_EQ(disk.commands.size(), 1u);
  EXPECT_EQ(disk.commands[0].first.size, Bytes{64 * 1024});
  disk.end_first(io::BlockStatus::good, calendar.now());
  EXPECT_EQ(only_response().status, kScsiGood);
}

struct CopyingServerTest : ServerTest {
  CopyingServerTest() : ServerTest{{}, BackingKind::file} {}
};

TEST_F(CopyingServerTest, BringsWhatIsWrittenIntoItsOwnMemoryAndWhatIsReadBack) {
  log_in();
  std::vector<std::uint8_t> text(4096, 0x5A);
  client.area.write(client.data, text);
  client.send(transfer(1, 4096, true));
  run();
  disk.end_first(io::BlockStatus::good, calendar.now());
  EXPECT_EQ(only_response().status, kScsiGood);
  client.area.write(client.data, std::vector<std::uint8_t>(4096, 0));
  client.send(transfer(2, 4096));
  run();
  disk.end_first(io::BlockStatus::good, calendar.now());
  EXPECT_EQ(only_response().status, kScsiGood);
  // The staging memory still has it: nobody stores the contents of blocks.
  EXPECT_EQ(client.bytes(4096), text);
}

}  // namespace
}  // namespace lparsim::vscsi
