// The server's connections, datagrams and logins as a client sees it, a clause a test: LoPAR, appendix "Virtual SCSI"; Linux,
// include/scsi/viosrp.h and srp.h, and drivers/scsi/ibmvscsi*.
#include <gtest/gtest.h>

#include <map>

#include "vios/vscsi/testing/server_fixture.hpp"

namespace lparsim::vscsi::testing {
namespace {

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

// A client that has moved says INITIALIZE on the queue it had (H_ENABLE_CRQ): what it wanted before, it wants again.
TEST_F(ServerTest, BeginsAnewWithAClientThatInitialisesAgain) {
  log_in();
  client.send(transfer(1, 4096));
  run();
  ASSERT_EQ(disk.commands.size(), 1u);
  bench.virtual_io.transport_event(PartitionId{0}, pair.first.unit, TransportEvent::partner_suspended);
  client.take();
  EXPECT_EQ(client.queue.reenable(), HcallStatus::success);
  run();
  client.take();
  EXPECT_EQ(server.under_way(0), 0u);
  EXPECT_EQ(disk.aborted.size(), 1u);
  // The pages are free, although the device has still to end the command.
  const Liobn other = bench.virtual_io.add_physical_window(PartitionId{1}, Bytes{1 << 20});
  hypervisor::VioCalls& calls = bench.calls(PartitionId{1});
  EXPECT_EQ(calls.put_rtce(pair.second.remote_liobn, client.data, other, 0, 1), HcallStatus::success);
  EXPECT_EQ(calls.remove_rtce(pair.second.remote_liobn, client.data, other, 0, 1), HcallStatus::success);
  disk.end_first(io::BlockStatus::aborted, calendar.now());
  EXPECT_TRUE(answers().empty());
  log_in();
  client.send(transfer(2, 4096));
  run();
  disk.end_first(io::BlockStatus::good, calendar.now());
  EXPECT_EQ(only_response().tag, 2u);
  EXPECT_EQ(calls.put_rtce(pair.second.remote_liobn, client.data, other, 0, 1), HcallStatus::success);
}

}  // namespace
}  // namespace lparsim::vscsi::testing
