// Each bad citizen, by what it does.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "vsp/examples/testing/example.hpp"

namespace lparsim::vsp {
namespace {

using namespace literals;
using namespace testing;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;

/// A bad citizen with a client that needs its service now and then, for a while.
void annoy(Example& citizen, SimTime time) {
  for (SimTime end = citizen.now() + time; citizen.now() < end; citizen.run_for(5_ms)) {
    citizen.frame(100);
    citizen.command(kRead, 1);
  }
  citizen.run_for(6_s);
}

struct Sin {
  const char* plugin;
  const char* configuration;
};
void PrintTo(const Sin& sin, std::ostream* out) {
  *out << sin.plugin << ' ' << sin.configuration;
}
class BadCitizen : public ::testing::TestWithParam<Sin> {};

TEST_P(BadCitizen, IsNoticedAndHurtsNoClient) {
  Example citizen{GetParam().plugin, GetParam().configuration};
  annoy(citizen, 100_ms);
  EXPECT_GT(citizen.refusals() + citizen.count(VspEventKind::timed_out), 0U);
  EXPECT_EQ(citizen.answers(), 40U);
  EXPECT_EQ(citizen.doubles(), 0U);
  EXPECT_THAT(citizen.log, Not(Contains(HasSubstr("memory that it was not given"))));
}
INSTANTIATE_TEST_SUITE_P(Sins, BadCitizen,
                         ::testing::Values(Sin{"bad_handshake", "early"}, Sin{"bad_handshake", "init"}, Sin{"bad_handshake", "unoffered"},
                                           Sin{"bad_handshake", "renegotiate"}, Sin{"bad_replies", "duplicate"},
                                           Sin{"bad_replies", "unknown"}, Sin{"bad_replies", "late"}, Sin{"bad_replies", "stale"},
                                           Sin{"bad_replies", "verdict"}, Sin{"bad_replies", "defer"}, Sin{"bad_messages", "length"},
                                           Sin{"bad_messages", "short"}, Sin{"bad_messages", "padding"}, Sin{"bad_messages", "type"},
                                           Sin{"bad_messages", "role"}, Sin{"bad_quitter", "hang"}, Sin{"bad_quitter", "spin"},
                                           Sin{"bad_quitter", "cancel"}, Sin{"bad_quitter", "gone"}),
                         [](const auto& test) { return std::string{test.param.plugin} + "_" + test.param.configuration; });

TEST(BadCitizens, OfAnotherVersionAreNotWelcome) {
  Example citizen{"bad_messages", "version"};
  EXPECT_EQ(citizen.state(), ChannelState::closed);
  EXPECT_EQ(citizen.decision(citizen.frame(100)), Decision::native);
}

TEST(BadCitizens, ThatWantMoreFeaturesThanThereAreGetThoseThatThereAre) {
  Example citizen{"bad_handshake", "unoffered"};
  EXPECT_EQ(citizen.state(), ChannelState::ready);
  EXPECT_EQ(std::ranges::count(citizen.messages, std::pair{false, std::uint16_t{LPARSIM_VSP_FEATURES}}), 2);
}

TEST(BadCitizens, ThatInsistOnWhatTheyMayNotAreRefusedEachTime) {
  Example citizen{"bad_handshake", "insist", {permit_all(Hook::sea_forward, Role::observer)}};
  citizen.run_for(20_ms);
  EXPECT_EQ(citizen.state(), ChannelState::negotiated);
  EXPECT_GT(std::ranges::count(citizen.messages, std::pair{false, std::uint16_t{LPARSIM_VSP_REGISTER}}), 30);
  EXPECT_EQ(citizen.decision(citizen.frame(100)), Decision::native);
}

TEST(BadCitizens, ReachNoMemoryThatTheyWereNotGiven) {
  for (const char* sin : {"beyond", "direction", "guess", "after"}) {
    Example citizen{"bad_memory", sin};
    for (int i = 0; i < 10; ++i) {
      const std::uint64_t ticket = citizen.command(i % 2 == 0 ? kRead : kWrite, 3);
      EXPECT_EQ(citizen.decision(ticket), Decision::native);
    }
    citizen.run_for(10_ms);
    EXPECT_TRUE(citizen.log.empty()) << sin << ": " << citizen.log[0];
    EXPECT_TRUE(std::ranges::all_of(citizen.memory[testing::Server::kClient], [](std::uint8_t byte) { return byte == 0; }));
  }
}

TEST(BadCitizens, ThatDoNotQuiesceAreSuspendedInTime) {
  Example citizen{"bad_quitter", "notice"};
  citizen.exchange.suspend(testing::Server::kVsp, citizen.now());
  citizen.run_for(99_ms);
  EXPECT_EQ(citizen.state(), ChannelState::quiescing);
  citizen.run_for(2_ms);
  EXPECT_EQ(citizen.state(), ChannelState::suspended);
}

}  // namespace
}  // namespace lparsim::vsp
