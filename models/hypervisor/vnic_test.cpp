#include "models/hypervisor/vnic.hpp"

#include <gmock/gmock.h>

#include "models/hypervisor/testing/vio_end.hpp"

namespace lparsim::hypervisor {
namespace {

using ::testing::ElementsAre;
using testing::VioEnd;

TEST(VnicCodec, LaysMessagesOutAsLinuxDoes) {
  VnicMessage capability;
  capability.command = VnicCommand::request_capability;
  capability.capability = VnicCapability::req_mtu;
  capability.number = 0x0102'0304;
  EXPECT_THAT(encode(capability), ElementsAre(0x80, 0x03, 0, 21, 0, 0, 0, 0, 1, 2, 3, 4, 0, 0, 0, 0));
  capability.answer = true;
  capability.status = VnicStatus::partial_success;
  EXPECT_THAT(encode(capability), ElementsAre(0x80, 0x83, 0, 21, 0, 0, 0, 0, 1, 2, 3, 4, 1, 0, 0, 0));
  VnicMessage login;
  login.command = VnicCommand::login;
  login.ioba = 0x1000;
  login.length = 48;
  EXPECT_THAT(encode(login), ElementsAre(0x80, 0x04, 0, 0, 0, 0, 0, 0, 0, 0, 0x10, 0, 0, 0, 0, 48));
  VnicMessage map;
  map.command = VnicCommand::request_map;
  map.map_id = 2;
  map.ioba = 0x2000;
  map.length = 0x10'0000;
  EXPECT_THAT(encode(map), ElementsAre(0x80, 0x1E, 0, 2, 0, 0, 0x20, 0, 0, 0x10, 0, 0, 0, 0, 0, 0));
  VnicMessage link;
  link.command = VnicCommand::logical_link_state;
  link.answer = link.logical_link = true;
  EXPECT_THAT(encode(link), ElementsAre(0x80, 0x8C, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0));
  for (const VnicMessage& message : {capability, login, map, link}) EXPECT_EQ(decode_vnic(encode(message)), message);
  EXPECT_EQ(decode_vnic({0x80, 0x15}), std::nullopt);
  EXPECT_EQ(decode_vnic({0xC0, 0x01}), std::nullopt);
}

TEST(VnicCodec, LaysDescriptorsOutAsLinuxDoes) {
  const SubCrqElement send = encode(VnicSend{7, 1, 65'000, 0x12'3456, 1448});
  EXPECT_THAT(send, ElementsAre(0x80, 0x10, 1, 1, 0xA0, 0, 0x05, 0xA8, 0, 0, 0, 0, 0, 0, 0, 7, 0, 0, 0, 1, 0, 0, 0xFD, 0xE8, 0, 0, 0, 0, 0,
                                0x12, 0x34, 0x56));
  EXPECT_EQ(decode_vnic_send(send), (VnicSend{7, 1, 65'000, 0x12'3456, 1448}));
  VnicSent sent;
  sent.count = 2;
  sent.statuses = {VnicStatus::success, VnicStatus::aborted};
  sent.correlators = {3, 0x0405};
  const SubCrqElement told = encode(sent);
  EXPECT_EQ(told[1], 2);
  EXPECT_EQ(told[5], 6);
  EXPECT_EQ(told[15], 3);
  EXPECT_EQ(told[18], 4);
  EXPECT_EQ(decode_vnic_sent(told), sent);
  const VnicBuffer buffer{9, 0x5000, 2, 2048};
  const SubCrqElement empty = encode(buffer);
  EXPECT_EQ(empty[15], 9);
  EXPECT_EQ(empty[18], 0x50);
  EXPECT_EQ(empty[20], 2);
  EXPECT_EQ(empty[22], 8);
  EXPECT_EQ(decode_vnic_buffer(empty), buffer);
  const VnicReceived received{0, 1514, 9, VnicStatus::success};
  const SubCrqElement full = encode(received);
  EXPECT_EQ(full[1], 0x20);
  EXPECT_EQ(full[6], 0x05);
  EXPECT_EQ(decode_vnic_received(full), received);
}

TEST(VnicCodec, ReadsNoListBeyondALoginBuffer) {
  const VnicLogin login{{1, 2}, {3}, 0x800, 300};
  auto bytes = encode(login);
  EXPECT_EQ(bytes.size(), 56U);
  EXPECT_EQ(decode_vnic_login(bytes), login);
  for (std::size_t length = 0; length < bytes.size(); ++length)
    EXPECT_EQ(decode_vnic_login(std::span{bytes}.first(length)), std::nullopt) << length;
  bytes[8] = 0xFF;
  EXPECT_EQ(decode_vnic_login(bytes), std::nullopt);
  const VnicLoginAnswer answer{{4}, {5}, {2048}};
  EXPECT_EQ(decode_vnic_login_answer(encode(answer)), answer);
}

/// A client with two servers.
struct Three {
  static constexpr PartitionId kClient{0};
  testing::VioBench bench{3};
  std::pair<VirtualAdapter, VirtualAdapter> adapters = bench.virtual_io.connect(kClient, PartitionId{1});
  VirtualAdapter standby = bench.virtual_io.add_standby(kClient, adapters.first, PartitionId{2});
  VioEnd client{bench, kClient, adapters.first};
  VioEnd one{bench, PartitionId{1}, adapters.second};
  VioEnd other{bench, PartitionId{2}, standby};
};

TEST(DeviceFailover, AStandbyServerRegistersAndIsNotConnected) {
  Three three;
  EXPECT_EQ(three.one.reg(), HcallStatus::closed);
  EXPECT_EQ(three.client.reg(), HcallStatus::success);
  EXPECT_EQ(three.other.reg(), HcallStatus::closed);
  EXPECT_EQ(three.other.send(kCrqCommand), HcallStatus::closed);
  EXPECT_EQ(three.client.send(kCrqCommand), HcallStatus::success);
  EXPECT_EQ(three.one.header(0), kCrqCommand);
  EXPECT_EQ(three.other.header(0), kCrqFree);
}

TEST(DeviceFailover, TheClientSeesEvent08AndMustEnableItsQueueAndTheOldServerIsToldThatItHasGone) {
  Three three;
  three.one.reg();
  three.client.reg();
  three.other.reg();
  three.bench.virtual_io.switch_partner(Three::kClient, three.client.adapter.unit, PartitionId{2}, three.other.adapter.unit);
  EXPECT_EQ(three.client.header(0), kCrqTransportEvent);
  EXPECT_EQ(three.client.format(0), 0x08);
  EXPECT_EQ(three.one.header(0), kCrqTransportEvent);
  EXPECT_EQ(three.one.format(0), 0x02);
  EXPECT_EQ(three.client.send(kCrqCommand), HcallStatus::closed);
  EXPECT_EQ(three.other.send(kCrqCommand), HcallStatus::closed);
  EXPECT_EQ(three.client.calls.enable_crq(three.client.adapter.unit), HcallStatus::success);
  EXPECT_EQ(three.client.send(kCrqCommand), HcallStatus::success);
  EXPECT_EQ(three.other.header(0), kCrqCommand);
  EXPECT_EQ(three.one.send(kCrqCommand), HcallStatus::closed);
}

TEST(DeviceFailover, TheOldServerNoLongerReachesTheClientsMemory) {
  Three three;
  three.one.reg();
  three.client.reg();
  three.other.reg();
  const Liobn window = three.bench.virtual_io.add_physical_window(PartitionId{1}, Bytes{1 << 20});
  const auto ioba = three.client.data;
  ASSERT_EQ(three.one.calls.put_rtce(three.one.adapter.remote_liobn, ioba, window, 0, 1), HcallStatus::success);
  std::array<std::uint8_t, 4> bytes{1, 2, 3, 4};
  EXPECT_TRUE(three.bench.virtual_io.device_writes(window, 0, bytes));
  EXPECT_EQ(three.client.word(ioba) >> 32, 0x0102'0304U);
  three.bench.virtual_io.switch_partner(Three::kClient, three.client.adapter.unit, PartitionId{2}, three.other.adapter.unit);
  EXPECT_FALSE(three.bench.virtual_io.device_writes(window, 0, bytes));
  EXPECT_FALSE(three.bench.virtual_io.device_reads(window, 0, bytes));
}

TEST(DeviceFailover, ServersReportThatTheyAreAliveAndClientsMayNot) {
  Three three;
  three.other.reg();
  const std::array<std::uint64_t, 0> nothing{};
  EXPECT_EQ(three.other.calls.vioctl(three.other.adapter.unit, kVnicServerStatus, nothing, {}), HcallStatus::success);
  EXPECT_EQ(three.client.calls.vioctl(three.client.adapter.unit, kVnicServerStatus, nothing, {}), HcallStatus::parameter);
  const VnicServerStatus status = three.bench.virtual_io.server_status(PartitionId{2}, three.other.adapter.unit);
  EXPECT_TRUE(status.registered);
  EXPECT_EQ(status.heartbeats, 1U);
}

}  // namespace
}  // namespace lparsim::hypervisor
