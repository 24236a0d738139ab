#include "models/hypervisor/vfc.hpp"

#include <gtest/gtest.h>

#include "models/hypervisor/big_endian.hpp"
#include "models/hypervisor/vfc_mad.hpp"
#include "sim/base/random.hpp"

namespace lparsim::hypervisor {
namespace {

// Offsets counted in drivers/scsi/ibmvscsi/ibmvfc.h.
std::uint64_t at(std::span<const std::uint8_t> bytes, std::size_t offset, std::size_t length) {
  return BigEndianReader{bytes}.get(offset, length);
}

TEST(Vfc, LaysAnElementOutAsLinuxDoes) {
  const CrqElement bytes = encode(VfcElement{VfcFormat::mad, 0x1122'3344'5566'7788});
  EXPECT_EQ(bytes, (CrqElement{0x80, 4, 0, 0, 0, 0, 0, 0, 0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77, 0x88}));
  EXPECT_EQ(decode_vfc(bytes), (VfcElement{VfcFormat::mad, 0x1122'3344'5566'7788}));
  EXPECT_FALSE(decode_vfc({0x80, 3}));
  EXPECT_FALSE(decode_vfc({0xC0, 1}));
}

VfcCommand command() {
  return {.tag = 7,
          .correlation = 0xABCD,
          .cancel_key = 3,
          .target = 0x010200,
          .flags = vfc_flag::kRead,
          .data = {0x10000, 0, 4096},
          .response = {0x2A0, 0, 128},
          .lun = fc_lun(5),
          .cdb = encode(ScsiRequest{ScsiOperation::read, 8, 8}),
          .transfer = 4096};
}

TEST(Vfc, LaysACommandOutAsLinuxDoes) {
  const VfcCommandBytes bytes = encode(command());
  EXPECT_EQ(at(bytes, 8, 4), 8U);         // frame_type
  EXPECT_EQ(at(bytes, 12, 4), 32U);       // payload_len
  EXPECT_EQ(at(bytes, 16, 4), 128U);      // resp_len
  EXPECT_EQ(at(bytes, 28, 2), 4U);        // flags
  EXPECT_EQ(at(bytes, 32, 4), 3U);        // cancel_key
  EXPECT_EQ(at(bytes, 56, 8), 0x10000U);  // ioba
  EXPECT_EQ(at(bytes, 68, 4), 4096U);
  EXPECT_EQ(at(bytes, 72, 8), 0x2A0U);     // resp
  EXPECT_EQ(at(bytes, 88, 8), 0xABCDU);    // correlation
  EXPECT_EQ(at(bytes, 96, 8), 0x010200U);  // tgt_scsi_id
  EXPECT_EQ(at(bytes, 104, 8), 7U);        // tag
  EXPECT_EQ(at(bytes, 128, 8), 0x0005'0000'0000'0000U);
  EXPECT_EQ(bytes[139], 2);     // add_cdb_len: IBMVFC_RDDATA
  EXPECT_EQ(bytes[140], 0x28);  // READ(10)
  EXPECT_EQ(at(bytes, 156, 4), 4096U);
  EXPECT_EQ(decode_vfc_command(bytes), command());
  EXPECT_FALSE(decode_vfc_command(std::span{bytes}.first(287)));
}

TEST(Vfc, CarriesSenseInItsResponse) {
  FcpResponse response{kScsiCheckCondition, 0, ScsiSense{3, 0x11, 0}};
  auto bytes = encode(response);
  EXPECT_EQ(bytes[10], 2);
  EXPECT_EQ(bytes[11], 2);
  EXPECT_EQ(at(bytes, 16, 4), 18U);
  EXPECT_EQ(bytes[24], 0x70);
  EXPECT_EQ(decode_fcp_response(bytes), response);
  response = {kScsiGood, 512, {}};
  bytes = encode(response);
  EXPECT_EQ(bytes[10], 8);
  EXPECT_EQ(decode_fcp_response(bytes), response);
}

TEST(Vfc, NumbersLunsFlat) {
  EXPECT_EQ(fc_lun_number(fc_lun(200)), 200U);
  EXPECT_FALSE(fc_lun_number(1));
}

TEST(Vfc, LaysAsynchronousEventsOutAsLinuxDoes) {
  const VfcAsync event{VfcAsync::kLinkDown, VfcEvent::link_down, 0x010200, 0xC050'7600'0000'0001};
  const auto bytes = encode(event);
  EXPECT_EQ(bytes[0], 0x80);
  EXPECT_EQ(bytes[1], 4);
  EXPECT_EQ(at(bytes, 8, 8), 0x100U);
  EXPECT_EQ(at(bytes, 24, 8), 0xC050'7600'0000'0001U);
  EXPECT_EQ(decode_vfc_async(bytes), event);
}

struct LaidOut {
  VfcMadUnit unit;
  std::size_t length;
  std::uint32_t opcode;
  std::vector<std::array<std::uint64_t, 3>> fields;  // offset, length, value
};

TEST(VfcMad, LaysEachDatagramOutAsLinuxDoes) {
  const SrpDescriptor buffer{0x3000, 0, 0x1000};
  const std::vector<LaidOut> table{
      {VfcNpivLogin{9, buffer}, 40, 0x1, {{24, 8, 0x3000}, {36, 4, 0x1000}}},
      {VfcNpivLogout{9}, 24, 0x800, {}},
      {VfcDiscoverTargets{9, buffer, 5, 4, 1, 6},
       80,
       0x2,
       {{24, 8, 0x3000}, {40, 4, 2}, {44, 2, 1}, {46, 2, 6}, {48, 4, 0x1000}, {52, 4, 5}, {56, 4, 4}}},
      {VfcPortLogin{9, 0x0102, 0x5005, 1, 6}, 592, 0x4, {{24, 8, 0x0102}, {44, 2, 1}, {46, 2, 6}, {568, 8, 0x5005}}},
      {VfcProcessLogin{9, 0x0102, 0x20, 1, 6},
       128,
       0x8,
       {{24, 8, 0x0102}, {32, 1, 8}, {34, 2, 0x2000}, {44, 4, 0x20}, {96, 2, 1}, {98, 2, 6}}},
      {VfcQueryTarget{9, 0x5005, 0x0102, 1, 6}, 64, 0x10, {{24, 8, 0x5005}, {32, 8, 0x0102}, {40, 2, 1}, {42, 2, 6}}},
      {VfcTaskManagement{9, 0x0102, fc_lun(1), VfcTaskManagement::kAbortTask, 3, 77},
       88,
       0x100,
       {{24, 8, 0x0102}, {32, 8, 0x0001'0000'0000'0000}, {40, 4, 2}, {44, 4, 3}, {64, 8, 77}}},
      {VfcChannelEnquiry{9, 1, 8}, 48, 0x1000, {{24, 4, 1}, {28, 4, 8}}},
      {VfcChannelSetup{9, buffer}, 40, 0x2000, {{24, 8, 0x3000}}},
  };
  for (const LaidOut& expected : table) {
    const auto bytes = encode(expected.unit, VfcMadStatus::failed);
    ASSERT_EQ(bytes.size(), expected.length) << expected.opcode;
    EXPECT_EQ(at(bytes, 0, 4), 1U);
    EXPECT_EQ(at(bytes, 8, 4), expected.opcode);
    EXPECT_EQ(at(bytes, 12, 2), 0xF7U);
    EXPECT_EQ(at(bytes, 14, 2), expected.length);
    EXPECT_EQ(at(bytes, 16, 8), 9U);
    for (const auto& [offset, length, value] : expected.fields)
      EXPECT_EQ(at(bytes, offset, length), value) << expected.opcode << '+' << offset;
    EXPECT_EQ(decode_vfc_mad(bytes), expected.unit) << expected.opcode;
    EXPECT_FALSE(decode_vfc_mad(std::span{bytes}.first(23)));
    EXPECT_EQ(decode_vfc_mad_head(bytes)->status, VfcMadStatus::failed);
  }
}

TEST(VfcMad, LaysTheLoginBuffersOutAsLinuxDoes) {
  const VfcLoginRequest request{2, 1 << 20, 5, 111, 1, {0x9000, 0, 4080}, "web", "vfchost"};
  const auto asked = encode(request);
  ASSERT_EQ(asked.size(), 856U);
  EXPECT_EQ(at(asked, 8, 8), 1U << 20);
  EXPECT_EQ(at(asked, 28, 4), 1U);
  EXPECT_EQ(at(asked, 36, 4), 111U);
  EXPECT_EQ(at(asked, 56, 8), 0x9000U);
  EXPECT_EQ(asked[72], 'w');
  EXPECT_EQ(decode_vfc_login_request(asked), request);
  const VfcLoginResponse response{0, 0, 0x80, 100, 1 << 20, 0x010203, 0xC050, 0xC051, 1600, "vios1", "vfchost0"};
  const auto answered = encode(response);
  ASSERT_EQ(answered.size(), 1360U);
  EXPECT_EQ(at(answered, 24, 4), 100U);
  EXPECT_EQ(at(answered, 40, 8), 0x010203U);
  EXPECT_EQ(at(answered, 48, 8), 0xC050U);
  EXPECT_EQ(at(answered, 64, 8), 1600U);
  EXPECT_EQ(decode_vfc_login_response(answered), response);
  EXPECT_FALSE(decode_vfc_login_response(asked));
}

TEST(VfcMad, ListsTargetsAndChannels) {
  const std::vector<VfcTargetEntry> targets{{0x010200, 0x5005'0001}, {0x010300, 0x5005'0002}};
  const auto list = encode(targets);
  EXPECT_EQ(list.size(), 32U);
  EXPECT_EQ(decode_vfc_targets(list, 2), targets);
  EXPECT_EQ(decode_vfc_targets(list, 1).size(), 1U);
  const VfcChannels channels{VfcChannels::kUseBuffer, {11, 12, 13}};
  const auto bytes = encode(channels);
  EXPECT_EQ(at(bytes, 8, 4), 3U);
  EXPECT_EQ(at(bytes, 80, 8), 11U);
  EXPECT_EQ(decode_vfc_channels(bytes), channels);
}

TEST(VfcMad, SurvivesAnyBytes) {
  KeyedStream draw{11};
  for (int i = 0; i < 20'000; ++i) {
    std::vector<std::uint8_t> bytes(draw.bits() % 700);
    for (auto& byte : bytes) byte = static_cast<std::uint8_t>(draw.bits());
    if (bytes.size() > 12 && i % 2 == 0) BigEndianWriter{bytes}.put(8, 4, std::uint64_t{1} << draw.bits() % 16);
    const auto unit = decode_vfc_mad(bytes);
    if (unit) {
      EXPECT_EQ(decode_vfc_mad(encode(*unit)), unit);
    }
    if (const auto parsed = decode_vfc_command(bytes)) {
      EXPECT_EQ(parsed->transfer, at(bytes, 156, 4));
    }
    decode_vfc_channels(bytes);
    decode_vfc_login_request(bytes);
  }
}

}  // namespace
}  // namespace lparsim::hypervisor
