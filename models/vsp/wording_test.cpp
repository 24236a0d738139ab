#include "models/vsp/wording.hpp"

#include <gtest/gtest.h>
#include <lparsim/vsp.h>

namespace lparsim::vsp {
namespace {

using namespace literals;

TEST(Wording, GivesTimesTheDigitsThatSomebodyReads) {
  EXPECT_EQ(brief(SimTime::from_ps(10'656'547'312)), "10.6565 ms");
  EXPECT_EQ(brief(2_s), "2000 ms");
}

TEST(Wording, NamesFunctionsAsTheirHooksDo) {
  EXPECT_EQ(function_text(Hook::vscsi_command, 0x28), "READ(10)");
  EXPECT_EQ(function_text(Hook::vscsi_command, 0x7F), "0x7F");
  EXPECT_EQ(function_text(Hook::hypervisor_call, 0xE0), "H_CEDE");
  EXPECT_EQ(function_text(Hook::dispatch, 2), "preempted");
  EXPECT_EQ(function_text(Hook::sea_forward, 20), "VLAN 20");
  EXPECT_EQ(function_text(Hook::os_service, 0x202), "file_system write");
  EXPECT_EQ(function_text(Hook::os_service, 0x5), "0x5");
  EXPECT_EQ(function_text(Hook::application_event, 7), "7");
}

TEST(Wording, NamesRangesAndWhatIsRegistered) {
  EXPECT_EQ(functions_text(Hook::os_service, 0x200, 0x2FF), "file_system");
  EXPECT_EQ(registration_text(6, 2, 0, ~0U), "filter of sea.forward, all functions");
  EXPECT_EQ(registration_text(7, 3, 0x28, 0x35), "provider of vscsi.command, READ(10) to SYNCHRONIZE CACHE");
  EXPECT_EQ(registration_text(77, 9, 1, 1), "role 9 of hook 77, 1");
}

TEST(Wording, NamesFieldsByTheirOffsets) {
  EXPECT_EQ(field_text(LPARSIM_VSP_REPLY, 16), ", field `verdict`");
  EXPECT_EQ(field_text(LPARSIM_VSP_REPLY, 17), "");
  EXPECT_EQ(field_text(99, 8), "");
}

}  // namespace
}  // namespace lparsim::vsp
