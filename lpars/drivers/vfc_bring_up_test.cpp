#include "lpars/drivers/vfc_bring_up.hpp"

#include <gtest/gtest.h>

#include "models/hypervisor/srp_scsi.hpp"

namespace lparsim::drivers {
namespace {

using namespace hypervisor;

constexpr Bytes kDisk{300'000'000'512};

/// Answers as a server with these targets and LUNs does, and writes down what it was asked.
struct Server {
  std::vector<VfcTargetEntry> targets{{0x020000, 0x5001}, {0x020001, 0x5002}};
  std::vector<std::uint64_t> luns{fc_lun(0), fc_lun(1)};
  std::uint64_t deaf_target = 0;  ///< PLOGI fails
  std::uint64_t dead_lun = ~0ULL;
  bool login_fails = false;
  std::vector<std::uint32_t> asked;  ///< opcodes of datagrams and commands

  void serve(VfcBringUp& bring_up) {
    while (bring_up.asking()) {
      const auto question = bring_up.question();
      std::vector<std::uint8_t> data = bring_up.data_for_question();
      if (const auto* command = std::get_if<VfcCommand>(&question)) {
        answer(bring_up, *command);
      } else {
        answer(bring_up, std::get<VfcMadUnit>(question), data);
      }
    }
  }

 private:
  void answer(VfcBringUp& bring_up, VfcMadUnit unit, std::vector<std::uint8_t> data) {
    asked.push_back(static_cast<std::uint32_t>(std::visit([](const auto& mad) { return std::decay_t<decltype(mad)>::kOpcode; }, unit)));
    VfcMadStatus status = VfcMadStatus::success;
    if (std::holds_alternative<VfcNpivLogin>(unit)) {
      EXPECT_EQ(decode_vfc_login_request(data)->maximum_commands, 100U);
      data = encode(VfcLoginResponse{.maximum_dma = 256 << 10});
      if (login_fails) status = VfcMadStatus::failed;
    }
    if (auto* discover = std::get_if<VfcDiscoverTargets>(&unit)) {
      discover->written = static_cast<std::uint32_t>(targets.size());
      data = encode(targets);
    }
    if (const auto* login = std::get_if<VfcPortLogin>(&unit); login != nullptr && login->scsi_id == deaf_target)
      status = VfcMadStatus::failed;
    bring_up.answered(unit, status, data);
  }
  void answer(VfcBringUp& bring_up, const VfcCommand& command) {
    asked.push_back(command.cdb[0]);
    if (decode_cdb(command.cdb)->operation == ScsiOperation::report_luns) return bring_up.answered(true, report_luns_data(luns));
    bring_up.answered(command.lun != dead_lun, read_capacity_data(kDisk, true));
  }
};

VfcBringUp make() {
  return VfcBringUp{{.partition_name = "web", .maximum_commands = 100, .maximum_transfer = Bytes{1 << 20}, .data = {0, 0, 16384}}};
}

TEST(VfcBringUp, AsksInTheOrderOfLinux) {
  VfcBringUp bring_up = make();
  Server server;
  server.targets.pop_back();
  bring_up.begin();
  server.serve(bring_up);
  // NPIV login, discovery, PLOGI, PRLI, query; REPORT LUNS, READ CAPACITY(16) of each.
  EXPECT_EQ(server.asked, (std::vector<std::uint32_t>{1, 2, 4, 8, 0x10, 0xA0, 0x9E, 0x9E}));
  EXPECT_FALSE(bring_up.failed());
  EXPECT_FALSE(bring_up.incomplete());
  EXPECT_EQ(bring_up.luns(), (std::vector<VfcBringUp::Lun>{{0x5001, 0x020000, 0, kDisk}, {0x5001, 0x020000, 1, kDisk}}));
  EXPECT_EQ(bring_up.maximum_transfer(), Bytes{256 << 10});
}

TEST(VfcBringUp, GivesATargetUpAfterThreeMoreAttempts) {
  VfcBringUp bring_up = make();
  Server server;
  server.deaf_target = 0x020000;
  bring_up.begin();
  server.serve(bring_up);
  EXPECT_EQ(std::count(server.asked.begin(), server.asked.end(), 4U), 1 + 3 + 1);
  EXPECT_TRUE(bring_up.incomplete());
  ASSERT_EQ(bring_up.luns().size(), 2U);
  EXPECT_EQ(bring_up.luns()[0].wwpn, 0x5002U);
}

TEST(VfcBringUp, SkipsALunThatDoesNotAnswer) {
  VfcBringUp bring_up = make();
  Server server;
  server.targets.pop_back();
  server.dead_lun = fc_lun(0);
  bring_up.begin();
  server.serve(bring_up);
  EXPECT_TRUE(bring_up.incomplete());
  ASSERT_EQ(bring_up.luns().size(), 1U);
  EXPECT_EQ(bring_up.luns()[0].number, 1U);
  server.dead_lun = ~0ULL;
  server.asked.clear();
  bring_up.rediscover();
  server.serve(bring_up);
  EXPECT_EQ(server.asked.front(), 2U);
  EXPECT_FALSE(bring_up.incomplete());
  EXPECT_EQ(bring_up.luns().size(), 2U);
}

TEST(VfcBringUp, FailsAsAWholeWithoutALogin) {
  VfcBringUp bring_up = make();
  Server server;
  server.login_fails = true;
  bring_up.begin();
  server.serve(bring_up);
  EXPECT_TRUE(bring_up.failed());
  EXPECT_EQ(server.asked.size(), 1U);
  server.login_fails = false;
  bring_up.begin();
  server.serve(bring_up);
  EXPECT_FALSE(bring_up.failed());
}

TEST(VfcBringUp, HasNothingToDoWithoutTargets) {
  VfcBringUp bring_up = make();
  Server server;
  server.targets.clear();
  bring_up.begin();
  server.serve(bring_up);
  EXPECT_FALSE(bring_up.failed());
  EXPECT_TRUE(bring_up.luns().empty());
}

}  // namespace
}  // namespace lparsim::drivers
