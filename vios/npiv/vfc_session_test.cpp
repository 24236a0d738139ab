#include "vios/npiv/vfc_session.hpp"

#include <gtest/gtest.h>

#include "models/io/disk.hpp"
#include "sim/kernel/testing/manual_calendar.hpp"

namespace lparsim::npiv {
namespace {

using namespace hypervisor;

struct Bench {
  kernel::testing::ManualCalendar calendar;
  io::RequestLedger ledger{nullptr};
  io::Disk disk{"lun", {}, 1, calendar, ledger};
  VfcSession session{{.partition_name = "vios1",
                      .device_name = "vfchost0",
                      .names = {0xC050'7600'0000'0000, 0xC050'7600'0000'0001},
                      .scsi_id = 0x010005,
                      .link_speed = 1600,
                      .maximum_commands = 80,
                      .maximum_dma = Bytes{1 << 20}}};
  Bench() {
    const std::uint32_t target = session.add_target(0x5001, 0x020000);
    session.add_lun(target, disk);
    session.add_target(0x5002, 0x020001);
  }
  VfcMadStatus ask(VfcMadUnit unit, bool online = true) {
    answer = unit;
    return session.answer(answer, online);
  }
  VfcMadUnit answer;
};

TEST(VfcSession, AnswersALoginWithWhatBothSidesTake) {
  Bench bench;
  const VfcLoginResponse response = bench.session.log_in({.maximum_dma = 512 << 10, .maximum_commands = 111});
  EXPECT_EQ(response.maximum_commands, 80U);
  EXPECT_EQ(response.maximum_dma, 512U << 10);
  EXPECT_EQ(response.port_name, 0xC050'7600'0000'0000U);  // the first name; the second one is for moving
  EXPECT_EQ(response.scsi_id, 0x010005U);
  EXPECT_EQ(response.link_speed, 1600U);
  EXPECT_EQ(response.partition_name, "vios1");
}

TEST(VfcSession, LetsNobodyInWhoHasNotLoggedIn) {
  Bench bench;
  EXPECT_EQ(bench.ask(VfcDiscoverTargets{}), VfcMadStatus::failed);
  EXPECT_EQ(bench.ask(VfcPortLogin{.scsi_id = 0x020000}), VfcMadStatus::failed);
  bench.session.log_in({});
  EXPECT_EQ(bench.session.logged_into(0x020000), nullptr);
  EXPECT_EQ(bench.ask(VfcProcessLogin{.scsi_id = 0x020000}), VfcMadStatus::failed);
  EXPECT_EQ(std::get<VfcProcessLogin>(bench.answer).error, vfc_error::kLoginRequired);
  EXPECT_EQ(bench.ask(VfcPortLogin{.scsi_id = 0x020000}), VfcMadStatus::success);
  EXPECT_EQ(bench.session.logged_into(0x020000), nullptr);
  EXPECT_EQ(bench.ask(VfcProcessLogin{.scsi_id = 0x020000}), VfcMadStatus::success);
  EXPECT_EQ(std::get<VfcProcessLogin>(bench.answer).service, VfcProcessLogin::kTarget);
  ASSERT_NE(bench.session.logged_into(0x020000), nullptr);
  EXPECT_EQ(bench.session.logged_into(0x020001), nullptr);
}

TEST(VfcSession, ListsAsManyTargetsAsTheBufferHolds) {
  Bench bench;
  bench.session.log_in({});
  EXPECT_EQ(bench.ask(VfcDiscoverTargets{.buffer = {0, 0, 31}}), VfcMadStatus::success);
  EXPECT_EQ(std::get<VfcDiscoverTargets>(bench.answer).available, 2U);
  EXPECT_EQ(std::get<VfcDiscoverTargets>(bench.answer).written, 1U);
  EXPECT_EQ(bench.session.targets()[1], (VfcTargetEntry{0x020001, 0x5002}));
}

TEST(VfcSession, FindsATargetByItsName) {
  Bench bench;
  bench.session.log_in({});
  EXPECT_EQ(bench.ask(VfcQueryTarget{.wwpn = 0x5002}), VfcMadStatus::success);
  EXPECT_EQ(std::get<VfcQueryTarget>(bench.answer).scsi_id, 0x020001U);
  EXPECT_EQ(bench.ask(VfcQueryTarget{.wwpn = 0x5003}), VfcMadStatus::failed);
}

TEST(VfcSession, SaysThatTheLinkIsDown) {
  Bench bench;
  bench.session.log_in({});
  EXPECT_EQ(bench.ask(VfcDiscoverTargets{}, false), VfcMadStatus::failed);
  EXPECT_EQ(std::get<VfcDiscoverTargets>(bench.answer).outcome, vfc_status::kFabricMapped);
  EXPECT_EQ(std::get<VfcDiscoverTargets>(bench.answer).error, vfc_error::kLinkDown);
  EXPECT_EQ(bench.ask(VfcPortLogin{.scsi_id = 0x020000}, false), VfcMadStatus::failed);
}

TEST(VfcSession, HasNoSubQueues) {
  Bench bench;
  EXPECT_EQ(bench.ask(VfcChannelEnquiry{.scsi_channels = 8}), VfcMadStatus::success);
  EXPECT_EQ(std::get<VfcChannelEnquiry>(bench.answer).scsi_channels, 0U);
  EXPECT_EQ(bench.ask(VfcChannelSetup{}), VfcMadStatus::not_supported);
}

TEST(VfcSession, ForgetsAllWhenItLogsOut) {
  Bench bench;
  bench.session.log_in({});
  bench.ask(VfcPortLogin{.scsi_id = 0x020000});
  bench.ask(VfcProcessLogin{.scsi_id = 0x020000});
  EXPECT_EQ(bench.ask(VfcTaskManagement{.scsi_id = 0x020000}), VfcMadStatus::success);
  EXPECT_EQ(bench.ask(VfcNpivLogout{}), VfcMadStatus::success);
  EXPECT_FALSE(bench.session.logged_in());
  EXPECT_EQ(bench.ask(VfcTaskManagement{.scsi_id = 0x020000}), VfcMadStatus::failed);
  bench.session.log_in({});
  EXPECT_EQ(bench.session.logged_into(0x020000), nullptr);
}

TEST(VfcSession, KnowsTheLunsOfATarget) {
  Bench bench;
  bench.session.log_in({});
  bench.ask(VfcPortLogin{.scsi_id = 0x020000});
  bench.ask(VfcProcessLogin{.scsi_id = 0x020000});
  const VfcSession::Target& target = *bench.session.logged_into(0x020000);
  EXPECT_EQ(VfcSession::lun(target, fc_lun(0)), &bench.disk);
  EXPECT_EQ(VfcSession::lun(target, fc_lun(1)), nullptr);
  EXPECT_EQ(VfcSession::lun(target, 1), nullptr);
}

}  // namespace
}  // namespace lparsim::npiv
