// The server's transfers and their ends as a client sees it, a clause a test: LoPAR, appendix "Virtual SCSI"; Linux, include/scsi/viosrp.h
// and srp.h, and drivers/scsi/ibmvscsi*.
#include <gtest/gtest.h>

#include <map>

#include "vios/vscsi/testing/server_fixture.hpp"

namespace lparsim::vscsi::testing {
namespace {

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

TEST_F(ServerTest, CopiesForARequestThatFindsNoRoomInTheWindow) {
  log_in();
  const std::uint32_t small = server.add_disk(disk, 2, bench.virtual_io.add_physical_window(PartitionId{1}, Bytes{4096}));
  SrpCommand command = transfer(1, 8192);
  command.lun = scsi_lun(server.map(0, {BackingKind::physical_volume, small}));
  client.send(command);
  run();
  ASSERT_EQ(disk.commands.size(), 1u);
  disk.end_first(io::BlockStatus::good, calendar.now());
  EXPECT_EQ(only_response().status, kScsiGood);
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
}  // namespace lparsim::vscsi::testing
