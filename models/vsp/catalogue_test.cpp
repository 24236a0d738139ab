#include "models/vsp/catalogue.hpp"

#include <gtest/gtest.h>
#include <lparsim/vsp.h>

#include <array>
#include <cstring>

#include "models/vsp/layouts.hpp"
#include "models/vsp/records.hpp"

namespace lparsim::vsp {
namespace {

template <class Structure>
std::span<const std::uint8_t> bytes_of(const Structure& s) {
  return {reinterpret_cast<const std::uint8_t*>(&s), sizeof s};
}

TEST(Catalogue, FindsEveryHookByNumberAndName) {
  EXPECT_EQ(catalogue().size(), kHooks - 1);
  for (const HookDescription& hook : catalogue()) {
    EXPECT_EQ(description_of(hook.hook), &hook);
    EXPECT_EQ(hook_named(hook.name), hook.hook);
    EXPECT_EQ(to_string(hook.hook), hook.name);
    EXPECT_LE(hook.arguments.size(), 8U);
    EXPECT_LE(hook.buffers.size(), 2U);
  }
  EXPECT_EQ(hook_named("vscsi.command"), Hook::vscsi_command);
  EXPECT_EQ(hook_named("vscsi"), std::nullopt);
  EXPECT_EQ(description_of(Hook{}), nullptr);
  EXPECT_EQ(to_string(Hook{10}), "none");
}

TEST(Catalogue, LetsCallsThatGiveTheProcessorAwayBeObservedOnly) {
  for (const std::uint32_t token : {0x64U, 0xDCU, 0xE0U, 0xE4U, 0xE8U, 0x298U}) {
    EXPECT_TRUE(hookable(Hook::hypervisor_call, Role::observer, token));
    EXPECT_FALSE(hookable(Hook::hypervisor_call, Role::filter, token));
    EXPECT_FALSE(hookable(Hook::hypervisor_call, Role::provider, token));
  }
  EXPECT_TRUE(hookable(Hook::hypervisor_call, Role::provider, 0xEC));
}

TEST(Catalogue, LetsNobodyHookTheInterfacesOwnCalls) {
  for (const std::uint32_t token : {0xF100U, 0xF104U, 0xF108U})
    for (const Role role : {Role::observer, Role::filter, Role::provider}) EXPECT_FALSE(hookable(Hook::hypervisor_call, role, token));
  EXPECT_TRUE(any_hookable(Hook::hypervisor_call, Role::observer, 0xF100, 0xF104)) << "0xF101 is nobody's";
  EXPECT_TRUE(any_hookable(Hook::hypervisor_call, Role::filter, 0, LPARSIM_VSP_ANY_FUNCTION_LAST));
}

TEST(Catalogue, RefusesRolesThatAHookDoesNotHave) {
  EXPECT_TRUE(any_hookable(Hook::dispatch, Role::observer, 1, 4));
  EXPECT_FALSE(any_hookable(Hook::dispatch, Role::filter, 1, 4));
  EXPECT_FALSE(any_hookable(Hook::accounting, Role::provider, 1, 1));
  EXPECT_FALSE(any_hookable(Hook::os_service, Role{}, 0, 9));
  EXPECT_FALSE(any_hookable(Hook::os_service, Role::filter, 9, 0));
  EXPECT_FALSE(any_hookable(Hook{77}, Role::observer, 0, 9));
}

TEST(Layout, ReadsFieldsOfAMessageByName) {
  lparsim_vsp_call call{};
  call.header = {LPARSIM_VSP_CALL, sizeof call, 7};
  call.call = 0x1122334455667788;
  call.arguments[7] = 9;
  call.grants[1].length = 4096;
  EXPECT_EQ(layout_of(bytes_of(call))->name, "CALL");
  EXPECT_EQ(number_in(bytes_of(call), "epoch"), 7U);
  EXPECT_EQ(number_in(bytes_of(call), "call"), 0x1122334455667788U);
  EXPECT_EQ(number_in(bytes_of(call), "arguments", 7), 9U);
  EXPECT_EQ(number_in(bytes_of(call), "arguments", 8), 0U);
  EXPECT_EQ(number_in(bytes_of(call), "grants[1].length"), 4096U);
  EXPECT_EQ(number_in(bytes_of(call), "verdict"), 0U);
  EXPECT_EQ(number_in(bytes_of(call).first(20), "arguments"), 0U);
  lparsim_vsp_error error{};
  error.header = {LPARSIM_VSP_ERROR, sizeof error, 0};
  error.status = LPARSIM_VSP_STALE;
  EXPECT_EQ(static_cast<std::int64_t>(number_in(bytes_of(error), "status")), -116);
  EXPECT_EQ(layout_of(bytes_of(error).first(7)), nullptr);
}

TEST(Layout, HasEveryMessageOnceInItsOrder) {
  std::uint16_t last = 0;
  for (const Layout& layout : kMessages) {
    EXPECT_LT(last, layout.type);
    last = layout.type;
    EXPECT_EQ(layout_of(layout.type), &layout);
    EXPECT_NE(layout.legal_from | layout.legal_to, 0) << layout.name;
    EXPECT_LT(layout.legal_from | layout.legal_to, 1 << kChannelStates) << layout.name;
    EXPECT_LE(layout.length, LPARSIM_VSP_MESSAGE_MAX);
  }
  EXPECT_EQ(layout_of(std::uint16_t{99}), nullptr);
}

TEST(Layout, NamesNumbers) {
  EXPECT_EQ(message_name(LPARSIM_VSP_FEATURES_OK), "FEATURES_OK");
  EXPECT_EQ(message_name(99), "type 99");
  EXPECT_EQ(status_name(-16), "HOOK_BUSY");
  EXPECT_EQ(status_name(5), "5");
  EXPECT_EQ(verdict_name(6), "DEFER");
  EXPECT_EQ(name_in(kHookNames, 3), "hypervisor.accounting");
}

TEST(Layout, StatesAreThoseOfTheChannel) {
  // The description's order of states is that of ChannelState: one message that is legal in each tells them apart.
  const auto from = [](std::uint16_t type, ChannelState state) {
    return (layout_of(type)->legal_from >> static_cast<unsigned>(state) & 1) != 0;
  };
  EXPECT_TRUE(from(LPARSIM_VSP_INIT, ChannelState::closed));
  EXPECT_TRUE(from(LPARSIM_VSP_HELLO, ChannelState::initialized));
  EXPECT_TRUE(from(LPARSIM_VSP_FEATURES, ChannelState::welcomed));
  EXPECT_TRUE(from(LPARSIM_VSP_READY, ChannelState::negotiated));
  EXPECT_TRUE(from(LPARSIM_VSP_ISSUE, ChannelState::ready));
  EXPECT_TRUE(from(LPARSIM_VSP_QUIESCED, ChannelState::quiescing));
  for (const Layout& layout : kMessages)
    for (const ChannelState state : {ChannelState::off, ChannelState::suspended, ChannelState::backing_off})
      EXPECT_FALSE(from(layout.type, state)) << layout.name;
}

}  // namespace
}  // namespace lparsim::vsp
