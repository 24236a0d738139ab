#include "models/hypervisor/srp.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "models/hypervisor/srp_mad.hpp"
#include "models/hypervisor/srp_scsi.hpp"
#include "sim/base/random.hpp"

namespace lparsim::hypervisor {
namespace {

using ByteList = std::vector<std::uint8_t>;

template <class Unit>
std::optional<Unit> there_and_back(const Unit& unit) {
  SrpIu iu;
  const std::size_t length = encode(unit, iu);
  const auto decoded = decode_srp(std::span<const std::uint8_t>{iu}.first(length));
  if (!decoded || !std::holds_alternative<Unit>(*decoded)) return {};
  return std::get<Unit>(*decoded);
}

ByteList part(const SrpIu& iu, std::size_t offset, std::size_t length) {
  const auto begin = iu.begin() + static_cast<std::ptrdiff_t>(offset);
  return {begin, begin + static_cast<std::ptrdiff_t>(length)};
}

// Layout: struct viosrp_crq of Linux's include/scsi/viosrp.h.
TEST(Srp, PutsAnElementOnTheQueueAsViosrpHasIt) {
  const VscsiElement element{VscsiFormat::srp, VscsiStatus::ok, 0x003C, 0x00E4, 0x0102030405060708};
  const CrqElement bytes = encode(element);
  EXPECT_EQ(bytes, (CrqElement{0x80, 1, 0, 0, 0, 0x3C, 0, 0xE4, 1, 2, 3, 4, 5, 6, 7, 8}));
  EXPECT_EQ(decode_vscsi(bytes), element);
}

// Formats 1 to 6 exist; a ping is an inline message with status F5, answered with F6.
TEST(Srp, KnowsTheFormatsOfElementsAndNoOthers) {
  CrqElement bytes = encode(VscsiElement{VscsiFormat::inline_message, VscsiStatus::ping});
  EXPECT_EQ(bytes[1], 6);
  EXPECT_EQ(bytes[3], 0xF5);
  EXPECT_EQ(decode_vscsi(bytes)->status, VscsiStatus::ping);
  for (const int wrong : {0, 7, 255}) {
    bytes[1] = static_cast<std::uint8_t>(wrong);
    EXPECT_FALSE(decode_vscsi(bytes)) << wrong;
  }
}

// struct srp_login_rsp: 52 bytes, req_lim_delta at 4.
TEST(Srp, LaysTheLoginOutAsRevision16aHasIt) {
  SrpIu iu;
  EXPECT_EQ(encode(SrpLoginRequest{7, 0x100}, iu), 64u);
  EXPECT_EQ(part(iu, 16, 4), (ByteList{0, 0, 1, 0}));
  EXPECT_EQ(part(iu, 24, 2), (ByteList{0, 6}));
  EXPECT_EQ(encode(SrpLoginResponse{7, 510}, iu), 52u);
  EXPECT_EQ(iu[0], 0xC0);
  EXPECT_EQ(part(iu, 4, 4), (ByteList{0, 0, 1, 0xFE}));
  EXPECT_EQ(encode(SrpLoginReject{7, SrpLoginRejection::iu_too_long}, iu), 32u);
  EXPECT_EQ(iu[0], 0xC2);
  EXPECT_EQ(part(iu, 4, 4), (ByteList{0, 1, 0, 2}));
}

// struct srp_cmd: LUN at 20, CDB at 32; the descriptor of the list and the total length before the list.
TEST(Srp, LaysACommandOutAsRevision16aHasIt) {
  SrpCommand command;
  command.tag = 0x55;
  command.lun = scsi_lun(0);
  command.cdb = encode(ScsiRequest{ScsiOperation::write, 0x10, 16});
  command.direction = SrpDirection::to_disk;
  command.format = SrpFormat::indirect;
  command.count = 2;
  command.data_length = 8192;
  command.table.length = 32;
  command.descriptors[0] = {0x1000, 0, 4096};
  command.descriptors[1] = {0x3000, 0, 4096};
  SrpIu iu;
  EXPECT_EQ(encode(command, iu), 48u + 20 + 32);
  EXPECT_EQ(iu[0], 2);
  EXPECT_EQ(iu[5], 0x20);
  EXPECT_EQ(iu[6], 2);
  EXPECT_EQ(iu[7], 0);
  EXPECT_EQ(part(iu, 20, 8), (ByteList{0x81, 0, 0, 0, 0, 0, 0, 0}));
  EXPECT_EQ(part(iu, 32, 10), (ByteList{0x2A, 0, 0, 0, 0, 0x10, 0, 0, 16, 0}));
  EXPECT_EQ(part(iu, 64, 4), (ByteList{0, 0, 0x20, 0}));
  EXPECT_EQ(part(iu, 84, 16), (ByteList{0, 0, 0, 0, 0, 0, 0x30, 0, 0, 0, 0, 0, 0, 0, 0x10, 0}));
  EXPECT_EQ(there_and_back(command), command);
}

// MAX_INDIRECT_BUFS of Linux's ibmvscsi is 10: that many travel in the request, whose length is SRP_MAX_IU_LEN at most.
TEST(Srp, HasRoomForTenDescriptorsInARequestAndKnowsWhenTheListIsOutside) {
  EXPECT_GE(SrpCommand::kMostInline, 10u);
  SrpCommand command;
  command.format = SrpFormat::indirect;
  command.direction = SrpDirection::to_client;
  command.count = 10;
  command.table = {0x9000, 0, 10 * 16};
  EXPECT_LE(command.length(), kSrpLongestIu);
  EXPECT_FALSE(command.external());
  command.table.length = 11 * 16;
  EXPECT_TRUE(command.external());
  EXPECT_EQ(there_and_back(command), command);
}

// struct srp_rsp: 36 bytes, then response data, then sense data.
TEST(Srp, CarriesSenseAndTheResultOfTaskManagementInAResponse) {
  SrpIu iu;
  SrpResponse response;
  EXPECT_EQ(encode(response, iu), 36u);
  response.tag = 0x1122334455667788;
  response.status = kScsiCheckCondition;
  response.sense = ScsiSense{3, 0x11, 0};
  EXPECT_EQ(encode(response, iu), 36u + 18);
  EXPECT_EQ(iu[18], 1 << 1);
  EXPECT_EQ(iu[19], 2);
  EXPECT_EQ(iu[36], 0x70);
  EXPECT_EQ(iu[36 + 2], 3);
  EXPECT_EQ(iu[36 + 12], 0x11);
  EXPECT_EQ(there_and_back(response), response);
  response.task_result = std::uint8_t{5};
  response.residue = 512;
  response.limit_delta = -3;
  EXPECT_EQ(there_and_back(response), response);
}

TEST(Srp, BringsTaskManagementThere) {
  const SrpTaskManagement unit{1, scsi_lun(3), SrpTask::lun_reset, 99};
  EXPECT_EQ(there_and_back(unit), unit);
  SrpIu iu;
  EXPECT_EQ(encode(unit, iu), 48u);
  EXPECT_EQ(iu[30], 8);
}

// Commands for data in both directions, with more descriptors than there are bytes, or longer CDBs are refused.
TEST(Srp, RefusesCommandsThatAreNotComplete) {
  SrpCommand command;
  command.format = SrpFormat::indirect;
  command.direction = SrpDirection::to_client;
  command.count = 3;
  SrpIu iu;
  const std::size_t length = encode(command, iu);
  const std::span<const std::uint8_t> bytes{iu};
  for (std::size_t cut = 0; cut < length; ++cut) EXPECT_FALSE(decode_srp(bytes.first(cut))) << cut;
  EXPECT_TRUE(decode_srp(bytes.first(length)));
  iu[5] = 0x22;
  EXPECT_FALSE(decode_srp(bytes));
  iu[5] = 0x02;
  iu[7] = 200;
  EXPECT_FALSE(decode_srp(bytes));
  iu[7] = 3;
  iu[31] = 4;
  EXPECT_FALSE(decode_srp(bytes));
}

TEST(Srp, DecodesWhateverBytesComeAndWritesThemTheSameWayAgain) {
  RandomStream random{1, "srp"};
  int decoded = 0;
  for (int round = 0; round < 20'000; ++round) {
    SrpIu iu;
    for (auto& byte : iu) byte = static_cast<std::uint8_t>(random.bits());
    static constexpr std::array<std::uint8_t, 6> kOpcodes{0x00, 0x01, 0x02, 0xC0, 0xC1, 0xC2};
    if (round % 8 != 0) iu[0] = kOpcodes[random.bits() % kOpcodes.size()];
    if (round % 2 != 0) iu[5] = static_cast<std::uint8_t>(random.bits() % 3), iu[31] = 0, iu[7] = static_cast<std::uint8_t>(iu[7] % 12);
    const std::size_t length = random.bits() % (iu.size() + 1);
    const auto unit = decode_srp(std::span<const std::uint8_t>{iu}.first(length));
    if (!unit) continue;
    ++decoded;
    std::visit(
        [&](const auto& known) {
          SrpIu again;
          const std::size_t written = encode(known, again);
          EXPECT_EQ(decode_srp(std::span<const std::uint8_t>{again}.first(written)), unit);
        },
        *unit);
  }
  EXPECT_GT(decoded, 1'000);
}

// struct mad_common and its users.
TEST(Mad, HasTheLayoutOfViosrp) {
  SrpIu iu;
  const Mad info{static_cast<std::uint32_t>(MadType::adapter_info), MadStatus::success, AdapterInfo::kLength, 9, 0xABC000};
  EXPECT_EQ(encode(info, iu), 24u);
  EXPECT_EQ(part(iu, 0, 8), (ByteList{0, 0, 0, 3, 0, 0, 0, 148}));
  EXPECT_EQ(decode_mad(std::span<const std::uint8_t>{iu}.first(24)), info);
  EXPECT_FALSE(decode_mad(std::span<const std::uint8_t>{iu}.first(23)));
  EXPECT_EQ(encode(Mad{static_cast<std::uint32_t>(MadType::enable_fast_fail)}, iu), 16u);
  EXPECT_EQ(encode(Mad{static_cast<std::uint32_t>(MadType::empty_iu)}, iu), 28u);
}

TEST(Mad, TellsTheAdaptersInformation) {
  AdapterInfo info{"16.a", "vios1", 1, 1, 3, {262144}};
  const auto bytes = encode(info);
  EXPECT_EQ(bytes[112 + 3], 3);
  EXPECT_EQ(bytes[116 + 1], 4);  // 0x40000 of port_max_txu[0]
  EXPECT_EQ(decode_adapter_info(bytes), info);
}

TEST(Mad, TellsCapabilities) {
  const Capabilities capabilities{Capabilities::kListSupported, "vscsi0", "U9117.MMA-V3-C2", true, false};
  EXPECT_EQ(decode_capabilities(encode(capabilities)), capabilities);
}

TEST(Scsi, TakesTheShortFormWhileItFits) {
  EXPECT_EQ(encode(ScsiRequest{ScsiOperation::read, 0xFFFF'FFFF, 8})[0], 0x28);
  EXPECT_EQ(encode(ScsiRequest{ScsiOperation::read, 0x1'0000'0000, 8})[0], 0x88);
  EXPECT_EQ(encode(ScsiRequest{ScsiOperation::write, 0, 0x10000})[0], 0x8A);
  EXPECT_EQ(decode_cdb(encode(ScsiRequest{ScsiOperation::write, 0x1'0000'0000, 64}))->block, 0x1'0000'0000u);
}

TEST(Scsi, BringsEveryRequestThereAndKnowsNoOthers) {
  for (const auto& request : {ScsiRequest{ScsiOperation::test_unit_ready}, ScsiRequest{ScsiOperation::inquiry, 0, 0, 36},
                              ScsiRequest{ScsiOperation::report_luns, 0, 0, 1024},
                              ScsiRequest{ScsiOperation::read_capacity, 0, 0, 32, true}, ScsiRequest{ScsiOperation::read_capacity, 0, 0, 8},
                              ScsiRequest{ScsiOperation::read, 5, 6}, ScsiRequest{ScsiOperation::write, 5, 6, 0, true}}) {
    EXPECT_EQ(decode_cdb(encode(request)), request);
  }
  EXPECT_FALSE(decode_cdb(Cdb{0xFF}));
  EXPECT_FALSE(decode_cdb(Cdb{0x9E, 0x11}));
}

TEST(Scsi, AnswersWithDataAsDisksDo) {
  const std::vector<std::uint64_t> luns{scsi_lun(0), scsi_lun(1)};
  const auto bytes = report_luns_data(luns);
  EXPECT_EQ(bytes.size(), 24u);
  EXPECT_EQ(bytes[3], 16);
  EXPECT_EQ(decode_report_luns(bytes), luns);
  EXPECT_FALSE(decode_report_luns(std::span{bytes}.first(16)));
  EXPECT_EQ(decode_read_capacity(read_capacity_data(Bytes{1ull << 40}, true)), Bytes{1ull << 40});
  EXPECT_EQ(read_capacity_data(Bytes{1ull << 30}, false), (ByteList{0, 0x1F, 0xFF, 0xFF, 0, 0, 2, 0}));
  EXPECT_EQ(inquiry_data("AIX", "VDASD")[16], 'V');
  EXPECT_EQ(lun_number(scsi_lun(84)), 84u);
  EXPECT_FALSE(lun_number(0));
}

}  // namespace
}  // namespace lparsim::hypervisor
