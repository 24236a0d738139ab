#include "models/vsp/channel.hpp"

#include <gtest/gtest.h>

#include <functional>

#include "models/vsp/testing/exchange_bench.hpp"

namespace lparsim::vsp {
namespace {

using namespace testing;
constexpr PartitionId kA = Bench::kA;
constexpr Hook kService = Hook::os_service;

/// One partition that has started and may hook everything of one hook.
struct ChannelBench : Bench {
  explicit ChannelBench(const VspConfig& config = vsp(kA, {permit(kService, Role::provider)})) {
    exchange.add(config);
    exchange.started(kA, now());
  }
  ChannelState state() const { return status(kA).state; }
  lparsim_vsp_error error() { return last<lparsim_vsp_error>(kA, LPARSIM_VSP_ERROR); }
  std::vector<std::uint16_t> types() {
    std::vector<std::uint16_t> all;
    for (const Message& message : take(kA)) all.push_back(parse<lparsim_vsp_header>(message.view()).type);
    return all;
  }
};

TEST(Channel, ComesUpWhenEitherSideSaysInitAndTheOtherAnswers) {
  ChannelBench b;
  EXPECT_EQ(b.state(), ChannelState::closed);
  EXPECT_TRUE(b.types().empty());
  b.send(kA, blank<lparsim_vsp_init>(LPARSIM_VSP_INIT));
  EXPECT_EQ(b.types(), (std::vector<std::uint16_t>{LPARSIM_VSP_INIT_COMPLETE}));
  EXPECT_EQ(b.state(), ChannelState::initialized);
  b.send(kA, blank<lparsim_vsp_init>(LPARSIM_VSP_INIT));  // once too often: the platform begins again
  EXPECT_EQ(b.types(), (std::vector<std::uint16_t>{LPARSIM_VSP_ERROR, LPARSIM_VSP_INIT}));
  b.send(kA, blank<lparsim_vsp_init>(LPARSIM_VSP_INIT_COMPLETE));
  EXPECT_EQ(b.state(), ChannelState::initialized);
}

TEST(Channel, ComesUpWhenBothSayInitAtOnceWhicheverIsReadFirst) {
  for (const bool sees_the_platforms : {true, false}) {
    ChannelBench b;
    b.exchange.suspend(kA, b.now());
    b.exchange.resume(kA, b.now());
    b.send(kA, blank<lparsim_vsp_init>(LPARSIM_VSP_INIT));
    EXPECT_EQ(b.types(), (std::vector<std::uint16_t>{LPARSIM_VSP_INIT, LPARSIM_VSP_INIT_COMPLETE}));
    if (sees_the_platforms) b.send(kA, blank<lparsim_vsp_init>(LPARSIM_VSP_INIT_COMPLETE));
    b.send(kA, b.hello());
    EXPECT_EQ(b.state(), ChannelState::welcomed);
    EXPECT_EQ(b.status(kA).violations, 0u);
    b.send(kA, blank<lparsim_vsp_init>(LPARSIM_VSP_INIT_COMPLETE));  // too late
    EXPECT_EQ(b.status(kA).violations, 1u);
  }
}

TEST(Channel, RefusesAnAnswerToAnInitThatWasNotSaid) {
  ChannelBench b;
  b.send(kA, blank<lparsim_vsp_init>(LPARSIM_VSP_INIT_COMPLETE));
  EXPECT_EQ(b.error().status, LPARSIM_VSP_PROTOCOL);
  EXPECT_EQ(b.state(), ChannelState::closed);
}

TEST(Channel, ClosesAndBeginsAnewWithAnotherEpochAfterAnInitOnAnOpenChannel) {
  ChannelBench b;
  b.bring_up(kA, kService, Role::provider);
  EXPECT_EQ(b.status(kA).epoch, 1u);
  b.call(kService, 1);
  b.take(kA);
  b.send(kA, blank<lparsim_vsp_init>(LPARSIM_VSP_INIT));
  EXPECT_EQ(b.state(), ChannelState::closed);
  EXPECT_EQ(b.caller.outcome(1).decision, Decision::failed);
  const auto all = b.take(kA);
  ASSERT_EQ(all.size(), 2u);
  const auto error = parse<lparsim_vsp_error>(all[0].view());
  EXPECT_EQ(error.status, LPARSIM_VSP_PROTOCOL);
  EXPECT_EQ(error.closed, 1u);
  EXPECT_EQ(parse<lparsim_vsp_header>(all[1].view()).type, LPARSIM_VSP_INIT);
  b.bring_up(kA, kService, Role::provider);
  EXPECT_EQ(b.state(), ChannelState::ready);
  EXPECT_EQ(b.status(kA).epoch, 2u);
}

TEST(Channel, AgreesOnTheLesserMinorVersionAndIgnoresWhatALaterOneAppends) {
  ChannelBench b;
  b.initialize(kA);
  struct {
    lparsim_vsp_hello known;
    std::uint64_t later = ~0ULL;
  } hello{b.hello()};
  hello.known.minor = LPARSIM_VSP_MINOR + 1;
  hello.known.header.length = sizeof hello;
  b.send(kA, hello);
  const auto welcome = b.last<lparsim_vsp_welcome>(kA, LPARSIM_VSP_WELCOME);
  EXPECT_EQ(welcome.status, 0u);
  EXPECT_EQ(welcome.minor, LPARSIM_VSP_MINOR);
}

TEST(Channel, RefusesAnotherMajorVersionWithTheReasonAndCloses) {
  for (const std::uint16_t major : {std::uint16_t{0}, std::uint16_t{2}}) {
    ChannelBench b;
    b.initialize(kA);
    auto hello = b.hello();
    hello.major = major;
    b.send(kA, hello);
    EXPECT_EQ(b.last<lparsim_vsp_welcome>(kA, LPARSIM_VSP_WELCOME).status, 2u);
    EXPECT_EQ(b.state(), ChannelState::closed);
  }
}

TEST(Channel, NeverOffersFeaturesThatItDoesNotKnowNorTakesOnesThatItDidNotOffer) {
  ChannelBench b;
  b.initialize(kA);
  b.send(kA, b.hello(1ULL << 40 | LPARSIM_VSP_F_DEFER));
  EXPECT_EQ(b.last<lparsim_vsp_welcome>(kA, LPARSIM_VSP_WELCOME).features, std::uint64_t{LPARSIM_VSP_F_DEFER});
  auto use = b.made<lparsim_vsp_features>(kA, LPARSIM_VSP_FEATURES);
  use.features = LPARSIM_VSP_F_DEFER | LPARSIM_VSP_F_ISSUE;
  b.send(kA, use);
  auto answer = b.last<lparsim_vsp_features>(kA, LPARSIM_VSP_FEATURES_OK);
  EXPECT_EQ(answer.status, LPARSIM_VSP_INVALID);
  EXPECT_EQ(answer.features, std::uint64_t{LPARSIM_VSP_F_DEFER});
  EXPECT_EQ(b.state(), ChannelState::welcomed);
  use.features = LPARSIM_VSP_F_DEFER;
  b.send(kA, use);
  answer = b.last<lparsim_vsp_features>(kA, LPARSIM_VSP_FEATURES_OK);
  EXPECT_EQ(answer.status, 0);
  EXPECT_EQ(b.state(), ChannelState::negotiated);
}

TEST(Channel, NegotiatesAgainOnlyAfterReset) {
  ChannelBench b;
  b.bring_up(kA, kService, Role::provider);
  auto use = b.made<lparsim_vsp_features>(kA, LPARSIM_VSP_FEATURES);
  b.send(kA, use);
  EXPECT_EQ(b.error().status, LPARSIM_VSP_PROTOCOL);
  EXPECT_EQ(b.state(), ChannelState::ready);
  b.send(kA, b.made<lparsim_vsp_init>(kA, LPARSIM_VSP_RESET));
  EXPECT_EQ(b.state(), ChannelState::initialized);
  EXPECT_FALSE(b.exchange.armed(kService, Bench::kClient));
  b.send(kA, b.hello(0));  // fewer than before
  EXPECT_EQ(b.state(), ChannelState::welcomed);
  EXPECT_EQ(b.status(kA).epoch, 2u);
}

TEST(Channel, WantsTheFeaturesOfTheLastEpochAgainUnlessThatEndedInGoodOrder) {
  ChannelBench b;
  b.bring_up(kA, kService, Role::provider, LPARSIM_VSP_F_DEFER | LPARSIM_VSP_F_REISSUE);
  b.exchange.stopped(kA, true, b.now());
  b.exchange.started(kA, b.now());
  b.initialize(kA);
  b.send(kA, b.hello(LPARSIM_VSP_F_DEFER));
  EXPECT_EQ(b.last<lparsim_vsp_welcome>(kA, LPARSIM_VSP_WELCOME).status, 22u);
  EXPECT_EQ(b.state(), ChannelState::closed);
  b.send(kA, blank<lparsim_vsp_init>(LPARSIM_VSP_INIT));
  b.send(kA, b.hello(Bench::kAllFeatures));
  auto use = b.made<lparsim_vsp_features>(kA, LPARSIM_VSP_FEATURES);
  use.features = LPARSIM_VSP_F_DEFER;  // dropping one now is no better
  b.send(kA, use);
  EXPECT_EQ(b.last<lparsim_vsp_features>(kA, LPARSIM_VSP_FEATURES_OK).status, LPARSIM_VSP_INVALID);
  b.exchange.stopped(kA, false, b.now());
  b.exchange.started(kA, b.now());
  b.bring_up(kA, kService, Role::provider, 0);
  EXPECT_EQ(b.state(), ChannelState::ready);
}

TEST(Channel, GrantsTheLesserCreditsAndNeverFewerWhileTheEpochLasts) {
  VspConfig config = vsp(kA, {permit(kService, Role::provider)});
  config.most_credits = 4;
  ChannelBench b{config};
  b.bring_up(kA, kService, Role::provider, Bench::kAllFeatures, 9);
  EXPECT_EQ(b.status(kA).credits, 4u);
  for (std::uint64_t i = 1; i <= 6; ++i) b.call(kService, i);
  EXPECT_EQ(b.status(kA).under_way, 4u);
  EXPECT_EQ(b.status(kA).waiting, 2u);
  b.pass(9_ms);
  EXPECT_EQ(b.status(kA).credits, 4u);
  b.take(kA);
  for (std::uint64_t i = 1; i <= 6; ++i) b.exchange.withdraw(b.caller, i, b.now());
  EXPECT_EQ(b.status(kA).credits, 4u);
}

TEST(Channel, RefusesMessagesThatComeBeforeTheirState) {
  ChannelBench b;
  b.take(kA);
  const auto refused = [&](std::uint16_t type) {
    const auto error = b.error();
    return error.status == LPARSIM_VSP_PROTOCOL && error.type == type && error.closed == 0;
  };
  b.send(kA, b.hello());
  EXPECT_TRUE(refused(LPARSIM_VSP_HELLO));
  b.send(kA, blank<lparsim_vsp_reply>(LPARSIM_VSP_REPLY));
  EXPECT_TRUE(refused(LPARSIM_VSP_REPLY));
  b.negotiate(kA);
  b.send(kA, b.made<lparsim_vsp_reply>(kA, LPARSIM_VSP_REPLY));
  EXPECT_TRUE(refused(LPARSIM_VSP_REPLY));
  b.send(kA, b.made<lparsim_vsp_issue>(kA, LPARSIM_VSP_ISSUE));
  EXPECT_TRUE(refused(LPARSIM_VSP_ISSUE));
  b.send(kA, b.made<lparsim_vsp_init>(kA, LPARSIM_VSP_QUIESCED));
  EXPECT_TRUE(refused(LPARSIM_VSP_QUIESCED));
  EXPECT_EQ(b.state(), ChannelState::negotiated);
  EXPECT_EQ(b.status(kA).violations, 5u);
}

TEST(Channel, NamesTheFieldThatIsWrong) {
  struct Case {
    const char* what;
    std::size_t field;
    std::int32_t status;
    std::function<void(lparsim_vsp_hello&)> spoil;
  };
  const Case cases[] = {
      {"reserved", offsetof(lparsim_vsp_hello, reserved), LPARSIM_VSP_INVALID,
       [](auto& h) {
         h.reserved = 1;
       }},
      {"credits", offsetof(lparsim_vsp_hello, credits), LPARSIM_VSP_INVALID,
       [](auto& h) {
         h.credits = 0;
       }},
      {"message_max", offsetof(lparsim_vsp_hello, message_max), LPARSIM_VSP_INVALID,
       [](auto& h) {
         h.message_max = 151;
       }},
      {"name", offsetof(lparsim_vsp_hello, name), LPARSIM_VSP_INVALID,
       [](auto& h) {
         std::memset(h.name, 'x', sizeof h.name);
       }},
      {"length", offsetof(lparsim_vsp_header, length), LPARSIM_VSP_INVALID,
       [](auto& h) {
         h.header.length = 63;
       }},
      {"epoch", offsetof(lparsim_vsp_header, epoch), LPARSIM_VSP_STALE,
       [](auto& h) {
         h.header.epoch = 7;
       }},
      {"type", offsetof(lparsim_vsp_header, type), LPARSIM_VSP_UNSUPPORTED,
       [](auto& h) {
         h.header.type = 99;
       }},
      {"the platform's type", 0, LPARSIM_VSP_UNSUPPORTED,
       [](auto& h) {
         h.header.type = LPARSIM_VSP_CALL;
       }},
  };
  for (const Case& c : cases) {
    ChannelBench b;
    b.initialize(kA);
    auto hello = b.hello();
    c.spoil(hello);
    b.send(kA, hello);
    const auto error = b.error();
    EXPECT_EQ(error.status, c.status) << c.what;
    EXPECT_EQ(error.field, c.field) << c.what;
    EXPECT_EQ(b.state(), ChannelState::initialized) << c.what;
  }
}

TEST(Channel, RefusesAMessageThatIsShorterThanItsStructure) {
  ChannelBench b;
  b.bring_up(kA, kService, Role::provider);
  auto reply = b.made<lparsim_vsp_reply>(kA, LPARSIM_VSP_REPLY);
  reply.header.length = 40;
  b.exchange.send(kA, bytes_of(reply).first(40), b.spent, b.now());
  EXPECT_EQ(b.error().field, offsetof(lparsim_vsp_header, length));
  EXPECT_EQ(b.exchange.send(kA, bytes_of(reply).first(7), b.spent, b.now()), LPARSIM_VSP_INVALID);
}

TEST(Channel, RefusesAnotherEpoch) {
  ChannelBench b;
  b.bring_up(kA, kService, Role::provider);
  auto reply = b.made<lparsim_vsp_reply>(kA, LPARSIM_VSP_REPLY);
  reply.header.epoch = 9;
  b.send(kA, reply);
  const auto error = b.error();
  EXPECT_EQ(error.status, LPARSIM_VSP_STALE);
  EXPECT_EQ(error.field, offsetof(lparsim_vsp_header, epoch));
  EXPECT_EQ(b.status(kA).violations, 1u);
}

TEST(Channel, RingsOnlyWhereNothingWasWaiting) {
  ChannelBench b;
  b.bring_up(kA, kService, Role::provider);
  b.take(kA);
  b.host.rings.clear();
  for (std::uint64_t i = 1; i <= 5; ++i) b.call(kService, i);
  EXPECT_EQ(b.host.rings[kA], 1);
  b.take(kA);
  b.call(kService, 6);
  EXPECT_EQ(b.host.rings[kA], 2);
}

}  // namespace
}  // namespace lparsim::vsp
