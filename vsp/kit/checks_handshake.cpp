#include <fmt/format.h>

#include <algorithm>

#include "models/vsp/layout.hpp"
#include "vsp/kit/checks.hpp"
#include "vsp/kit/puppet.hpp"

namespace lparsim::vsp::kit {

namespace {

constexpr std::uint64_t kSomeFeatures = LPARSIM_VSP_F_DEFER | LPARSIM_VSP_F_ISSUE;
constexpr std::size_t kHammering = 100;  // messages in a second

lparsim_vsp_hello hello_of(std::uint16_t major, std::uint16_t minor, std::uint64_t features) {
  auto hello = blank<lparsim_vsp_hello>(LPARSIM_VSP_HELLO, 0);
  hello.major = major;
  hello.minor = minor;
  hello.message_max = LPARSIM_VSP_MESSAGE_MAX;
  hello.features = features;
  hello.credits = 4;
  return hello;
}

/// INIT both ways.
void initialize(Puppet& puppet) {
  puppet.say(LPARSIM_VSP_INIT);
  if (puppet.next(LPARSIM_VSP_INIT)) puppet.say(LPARSIM_VSP_INIT_COMPLETE);
  puppet.drop();
}

}  // namespace

void init_race(Trial& t) {
  Bench& platform = t.bench();
  Puppet puppet{platform, Bench::kPartner};
  puppet.start(t.partner_config());
  initialize(puppet);
  t.expect(puppet.state() == ChannelState::initialized, "The channel is not initialized after INIT went both ways at once");
  puppet.say(LPARSIM_VSP_INIT);
  const auto error = puppet.next_as<lparsim_vsp_error>(LPARSIM_VSP_ERROR);
  t.expect(error && error->status == LPARSIM_VSP_PROTOCOL && error->closed == 1,
           "INIT on a channel that was up was not answered by ERROR PROTOCOL that closes it");
  t.expect(puppet.state() == ChannelState::closed && puppet.next(LPARSIM_VSP_INIT),
           "The platform did not begin again with INIT after it had closed the channel");
  puppet.say(LPARSIM_VSP_INIT_COMPLETE);
  t.expect(puppet.state() == ChannelState::initialized, "The channel did not come up when the platform's INIT was answered");
  puppet.say(LPARSIM_VSP_INIT);
  puppet.drop();
  // Its own INIT is on its way when the platform's comes.
  const std::uint64_t violations = puppet.status().violations;
  puppet.say(LPARSIM_VSP_INIT);
  t.expect(puppet.next(LPARSIM_VSP_INIT_COMPLETE).has_value(), "INIT that crossed the platform's was not answered");
  puppet.say(LPARSIM_VSP_INIT_COMPLETE);
  t.expect(puppet.state() == ChannelState::initialized && puppet.status().violations == violations,
           "INIT that crossed the platform's counts as a violation, or the channel did not come up");

  Bench& bench = t.bench();
  if (!t.up(t.subject_config())) return;
  bench.inject(bytes_of(blank<lparsim_vsp_init>(LPARSIM_VSP_INIT, 0)));
  t.expect(!bench.subject_ready(), "The platform took INIT on a channel that was up");
  t.expect(bench.run_until([&] { return bench.subject_ready(); }, t.patience()),
           "It did not come up again after its channel had been closed by an INIT out of order");
}

void before_ready(Trial& t) {
  Bench& bench = t.bench();
  Puppet puppet{bench, Bench::kPartner};
  puppet.start(t.partner_config());
  puppet.next(LPARSIM_VSP_INIT);
  const auto refused = [&](lparsim_vsp_type type, std::string_view when) {
    puppet.drop();
    if (type == LPARSIM_VSP_REGISTER) {
      t.expect(puppet.enter(1, t.partner_hook(), Role::provider) == LPARSIM_VSP_PROTOCOL,
               fmt::format("REGISTER {} was not refused by PROTOCOL", when));
      return;
    }
    if (type == LPARSIM_VSP_REPLY)
      puppet.reply(1, LPARSIM_VSP_COMPLETE);
    else
      puppet.say(type);
    t.expect(puppet.error() == LPARSIM_VSP_PROTOCOL, fmt::format("{} {} was not refused by PROTOCOL", message_name(type), when));
  };
  refused(LPARSIM_VSP_REGISTER, "before INIT");
  refused(LPARSIM_VSP_READY, "before INIT");
  puppet.say(LPARSIM_VSP_INIT_COMPLETE);
  refused(LPARSIM_VSP_REPLY, "before HELLO");
  t.expect(puppet.connect(), "The platform did not come to FEATURES_OK");
  t.expect(puppet.enter(1, t.partner_hook(), Role::provider) == LPARSIM_VSP_OK, "REGISTER was refused although it is permitted");
  refused(LPARSIM_VSP_REPLY, "before READY");
  const std::size_t early = t.call_partner(0);
  t.expect(bench.said_to(Bench::kPartner, LPARSIM_VSP_CALL) == 0, "A call was given to a partition that was not ready");
  t.expect(bench.answered(early) && bench.called(early).outcome->decision == Decision::native,
           "A call was held up for a partition that was not ready, and its policy is to go native");
  puppet.ready();
  t.call_partner(1);
  t.expect(puppet.next_call().has_value(), "No call came after READY");

  t.bench();
  t.up(t.subject_config());
}

void features(Trial& t) {
  Bench& platform = t.bench();
  Puppet puppet{platform, Bench::kPartner};
  puppet.start(t.partner_config());
  initialize(puppet);
  puppet.send(hello_of(LPARSIM_VSP_MAJOR, LPARSIM_VSP_MINOR, kSomeFeatures | std::uint64_t{1} << 40));
  const auto welcome = puppet.next_as<lparsim_vsp_welcome>(LPARSIM_VSP_WELCOME);
  t.expect(welcome && welcome->features == kSomeFeatures, "WELCOME has a feature that nobody knows, or that was not offered");
  if (!welcome) return;
  const auto ask = [&](std::uint64_t bits) {
    auto wanted = blank<lparsim_vsp_features>(LPARSIM_VSP_FEATURES, welcome->header.epoch);
    wanted.features = bits;
    puppet.send(wanted);
    return puppet.next_as<lparsim_vsp_features>(LPARSIM_VSP_FEATURES_OK);
  };
  const auto refused = ask(LPARSIM_VSP_F_DEFER | LPARSIM_VSP_F_NOTICE);
  t.expect(refused && refused->status == LPARSIM_VSP_INVALID && (refused->features & LPARSIM_VSP_F_NOTICE) == 0,
           "A feature that was not offered was enabled");
  const auto agreed = ask(LPARSIM_VSP_F_DEFER);
  t.expect(agreed && agreed->status == LPARSIM_VSP_OK && agreed->features == LPARSIM_VSP_F_DEFER, "A subset of WELCOME was refused");
  t.expect(!ask(kSomeFeatures) && puppet.error() == LPARSIM_VSP_PROTOCOL, "Features were agreed twice without RESET");

  // A platform that has none of the features: the behaviour may give up, but not use them.
  Bench& poor = t.bench();
  poor.alter = [](Message& m) {
    if (type_of(m.view()) == LPARSIM_VSP_WELCOME) std::fill_n(m.bytes.begin() + offsetof(lparsim_vsp_welcome, features), 8, 0);
  };
  poor.add_subject(t.subject_config());
  poor.start_subject();
  if (poor.run_until([&] { return poor.subject_ready(); }, t.patience()))
    for (std::size_t i = 0; i < 4; ++i) t.call(i);
  poor.run_for(SimTime::from_ms(100));

  Bench& bench = t.bench();
  if (!t.up(t.subject_config())) return;
  const std::uint64_t active = bench.monitor().features();
  bench.stop_subject(true);
  bench.run_for(SimTime::from_s(1));
  const std::size_t before = bench.heard().size();
  bench.start_subject();
  if (!t.wait_ready()) return;
  for (std::size_t i = before; i < bench.heard().size(); ++i)
    if (const auto hello = read_as<lparsim_vsp_hello>(bench.heard()[i].second.view()); hello && hello->header.type == LPARSIM_VSP_HELLO)
      t.expect((hello->features & active) == active,
               fmt::format("After a crash it offered {:#x}; {:#x} was active", hello->features, active));
}

void structures(Trial& t) {
  Bench& platform = t.bench();
  Puppet puppet{platform, Bench::kPartner};
  puppet.start(t.partner_config());
  initialize(puppet);
  const auto refused = [&](std::span<const std::uint8_t> message, std::size_t field, std::string_view what) {
    platform.send_as(Bench::kPartner, message);
    const auto error = puppet.next_as<lparsim_vsp_error>(LPARSIM_VSP_ERROR);
    t.expect(error && error->status == LPARSIM_VSP_INVALID && error->field == field,
             fmt::format("{} was not refused by INVALID for the field at {}", what, field));
  };
  auto hello = hello_of(LPARSIM_VSP_MAJOR, LPARSIM_VSP_MINOR, 0);
  hello.reserved = 1;
  refused(bytes_of(hello), offsetof(lparsim_vsp_hello, reserved), "HELLO with a bit in `reserved`");
  hello.reserved = 0;
  hello.header.length = sizeof hello - 8;
  refused(bytes_of(hello).first(sizeof hello - 8), offsetof(lparsim_vsp_header, length), "A HELLO that is too short");
  refused(bytes_of(hello), offsetof(lparsim_vsp_header, length), "HELLO that says another length");
  t.expect(puppet.connect(), "The platform did not come to FEATURES_OK");
  struct {
    lparsim_vsp_register known;
    std::uint64_t later;
  } longer{puppet.blank<lparsim_vsp_register>(LPARSIM_VSP_REGISTER), ~std::uint64_t{0}};
  longer.known.header.length = sizeof longer;
  longer.known.registration = 7;
  longer.known.hook = static_cast<std::uint16_t>(t.partner_hook());
  longer.known.role = LPARSIM_VSP_PROVIDER;
  longer.known.function_last = LPARSIM_VSP_ANY_FUNCTION_LAST;
  puppet.send(longer);
  const auto answer = puppet.next_as<lparsim_vsp_registered>(LPARSIM_VSP_REGISTERED);
  t.expect(answer && answer->status == LPARSIM_VSP_OK, "A REGISTER of a later minor version, which is longer, was not taken");

  // A platform of a later minor version: everything that it says is longer.
  Bench& bench = t.bench();
  bench.alter = [](Message& m) {
    constexpr std::uint32_t kMore = 16;
    std::fill_n(m.bytes.begin() + m.length, kMore, std::uint8_t{0xA5});
    m.length += kMore;
    m.bytes[2] = static_cast<std::uint8_t>(m.length);
    m.bytes[3] = static_cast<std::uint8_t>(m.length >> 8);
  };
  bench.add_subject(t.subject_config());
  bench.start_subject();
  t.expect(bench.run_until([&] { return bench.subject_ready(); }, t.patience()),
           "It is not ready when the platform's messages are longer than it knows");
  if (t.failed()) return;
  for (std::size_t i = 0; i < 4; ++i) t.call(i);
  t.all_answered(SimTime::from_s(2), "when messages were longer than it knows");
  t.in_time("when messages were longer than it knows");
}

void version_skew(Trial& t) {
  Bench& platform = t.bench();
  Puppet puppet{platform, Bench::kPartner};
  puppet.start(t.partner_config());
  for (const int major : {LPARSIM_VSP_MAJOR + 1, LPARSIM_VSP_MAJOR - 1}) {
    initialize(puppet);
    puppet.send(hello_of(static_cast<std::uint16_t>(major), 0, 0));
    const auto welcome = puppet.next_as<lparsim_vsp_welcome>(LPARSIM_VSP_WELCOME);
    t.expect(welcome && welcome->status == static_cast<std::uint32_t>(-LPARSIM_VSP_UNSUPPORTED) && welcome->major == LPARSIM_VSP_MAJOR,
             fmt::format("Version {} was not refused by WELCOME with UNSUPPORTED and the platform's own", major));
    t.expect(puppet.state() == ChannelState::closed, "The channel stays open after versions did not fit");
  }
  initialize(puppet);
  puppet.send(hello_of(LPARSIM_VSP_MAJOR, LPARSIM_VSP_MINOR + 1, 0));
  const auto welcome = puppet.next_as<lparsim_vsp_welcome>(LPARSIM_VSP_WELCOME);
  t.expect(welcome && welcome->status == 0 && welcome->minor == LPARSIM_VSP_MINOR,
           "A later minor version was not welcomed with the lesser of both");

  // A platform of another version: the behaviour must not go on as if it were of its own.
  Bench& bench = t.bench();
  bench.alter = [](Message& m) {
    if (type_of(m.view()) != LPARSIM_VSP_WELCOME) return;
    auto refusal = *read_as<lparsim_vsp_welcome>(m.view());
    refusal.major = LPARSIM_VSP_MAJOR + 1;
    refusal.header.epoch = 0;
    refusal.status = -LPARSIM_VSP_UNSUPPORTED;
    m = to_message(bytes_of(refusal));
  };
  bench.add_subject(t.subject_config());
  bench.start_subject();
  bench.run_for(SimTime::from_s(1));
  t.expect(bench.monitor().messages_sent() <= kHammering,
           fmt::format("It sent {} messages within 1 s to a platform that had refused its version", bench.monitor().messages_sent()));
  t.expect(!bench.subject_ready(), "It went on to READY although WELCOME had refused its version");
}

}  // namespace lparsim::vsp::kit
