#include <fmt/format.h>

#include <algorithm>

#include "vsp/kit/checks.hpp"
#include "vsp/kit/puppet.hpp"

namespace lparsim::vsp::kit {

namespace {

constexpr InFlightPolicy kPolicies[] = {InFlightPolicy::abort, InFlightPolicy::reissue, InFlightPolicy::fail};
constexpr SimTime kFreeze = SimTime::from_s(1);

std::string_view name_of(InFlightPolicy policy) {
  static constexpr std::string_view kNames[] = {"abort", "reissue", "fail"};
  return kNames[static_cast<std::size_t>(policy)];
}

VspConfig with_policy(VspConfig config, InFlightPolicy policy) {
  for (HookPermit& permit : config.permits) {
    permit.in_flight = policy;
    permit.freeze_limit = kFreeze;
  }
  return config;
}

/// Two calls taken, one of them not idempotent, and one not yet received; then it crashes and comes back.
void crash_partner(Trial& t, InFlightPolicy policy, std::uint64_t features) {
  const std::string when = fmt::format("with the policy {}{}", name_of(policy), features == 0 ? " and no features" : "");
  Bench& bench = t.bench();
  Puppet puppet{bench, Bench::kPartner};
  t.expect(puppet.serve(with_policy(t.partner_config(), policy), t.partner_hook(), Role::provider, features), "A provider did not come up");
  const std::size_t once = t.call_partner(0);
  Call twice = t.partner_call(1);
  twice.idempotent = false;
  const std::size_t not_twice = bench.call(twice);
  t.expect(puppet.next_call() && puppet.next_call(), "Calls did not come");
  const std::size_t queued = t.call_partner(2);
  const auto decision = [&](std::size_t i) {
    return bench.answered(i) ? std::optional{bench.called(i).outcome->decision} : std::nullopt;
  };
  puppet.restart(true);
  switch (policy) {
    case InFlightPolicy::abort:
      t.expect(decision(once) == Decision::failed && decision(not_twice) == Decision::failed,
               fmt::format("Calls that it had taken did not fail at the crash {}", when));
      t.expect(decision(queued) == Decision::native, fmt::format("A call that it had not taken was not routed again {}", when));
      break;
    case InFlightPolicy::fail:
      for (const std::size_t i : {once, not_twice, queued})
        t.expect(decision(i) == Decision::failed, fmt::format("Call {} did not fail at the crash {}", i, when));
      break;
    case InFlightPolicy::reissue: {
      t.expect(!decision(once) && !decision(queued), fmt::format("Calls were answered although they were to wait {}", when));
      const bool again = (features & LPARSIM_VSP_F_REISSUE) != 0;
      t.expect(again != (decision(not_twice) == Decision::failed),
               fmt::format("A call that must not be done twice was {} {}", again ? "not kept" : "kept", when));
      t.expect(puppet.connect(features) && puppet.enter(1, t.partner_hook(), Role::provider) == 0,
               fmt::format("It could not come back {}", when));
      puppet.ready();
      for (int expected = again ? 3 : 2; expected > 0; --expected) {
        const auto call = puppet.next_call();
        if (!t.expect(call.has_value(), fmt::format("A call was not given again {}", when))) return;
        const bool was_queued = expected == 1;
        t.expect(((call->flags & LPARSIM_VSP_CALL_REISSUED) != 0) != was_queued,
                 fmt::format("A call given again was not marked as such, or a new one was {}", when));
        puppet.reply(call->call, LPARSIM_VSP_COMPLETE);
      }
      t.expect(!puppet.next_call(), fmt::format("A call came once too often {}", when));
    }
  }
  t.all_answered(SimTime::from_ms(1), when);
}

}  // namespace

void crash_everywhere(Trial& t) {
  for (const InFlightPolicy policy : kPolicies) {
    crash_partner(t, policy, ~std::uint64_t{0});
    crash_partner(t, policy, 0);
  }
  for (const InFlightPolicy policy : kPolicies)
    for (const ChannelState state :
         {ChannelState::closed, ChannelState::initialized, ChannelState::welcomed, ChannelState::negotiated, ChannelState::ready}) {
      Bench& bench = t.bench();
      const std::string when = fmt::format("after a crash in the state {} with the policy {}", to_string(state), name_of(policy));
      bench.add_subject(with_policy(t.subject_config(), policy));
      bench.start_subject();
      if (!t.expect(bench.run_until([&] { return bench.status(Bench::kSubject).state >= state; }, t.patience()),
                    fmt::format("It did not come to the state {}", to_string(state))))
        return;
      if (state == ChannelState::ready) {
        for (std::size_t i = 0; i < 3; ++i) t.call(i);
        bench.run_for(SimTime::from_ns(700));
        for (std::size_t i = 3; i < 5; ++i) t.call(i);
      }
      bench.stop_subject(true);
      t.call(5);
      bench.run_for(SimTime::from_ms(10));
      bench.start_subject();
      if (!t.expect(bench.run_until([&] { return bench.subject_ready(); }, t.patience()), fmt::format("It was not ready again {}", when)))
        return;
      t.call(6);
      t.all_answered(SimTime::from_s(5), when);
      if (t.failed()) return;
    }
}

void replay(Trial& t) {
  Bench& bench = t.bench();
  Puppet puppet{bench, Bench::kPartner};
  t.expect(puppet.serve(with_policy(t.partner_config(), InFlightPolicy::reissue), t.partner_hook(), Role::provider),
           "A provider did not come up");
  for (std::size_t i = 0; i < 4; ++i) t.call_partner(i);
  std::vector<std::uint64_t> numbers;
  while (const auto call = puppet.next_call()) numbers.push_back(call->call);
  if (!t.expect(numbers.size() == 4, "Calls did not come")) return;
  // Out of order, so that "the last one answered" says nothing about the others.
  puppet.reply(numbers[3], LPARSIM_VSP_COMPLETE);
  puppet.reply(numbers[1], LPARSIM_VSP_COMPLETE);
  puppet.restart(true);
  t.expect(puppet.connect() && puppet.enter(1, t.partner_hook(), Role::provider) == 0, "It could not come back");
  puppet.ready();
  std::vector<std::uint64_t> again;
  while (const auto call = puppet.next_call()) {
    t.expect((call->flags & LPARSIM_VSP_CALL_REISSUED) != 0, "A call was given again without saying so");
    again.push_back(call->arguments[0]);
    puppet.reply(call->call, LPARSIM_VSP_COMPLETE);
  }
  const std::vector<std::uint64_t> expected{bench.called(0).call.arguments[0], bench.called(2).call.arguments[0]};
  t.expect(again == expected,
           fmt::format("{} calls were given again, or others than those not answered, or in another order", again.size()));
  t.all_answered(SimTime::from_ms(1), "after a restart");

  if (t.only_observes()) return;
  Bench& own = t.bench();
  if (!t.up(with_policy(t.subject_config(), InFlightPolicy::reissue))) return;
  for (std::size_t i = 0; i < 8; ++i) t.call(i);
  own.run_until([&] { return own.answered(0) || own.answered(1); }, SimTime::from_ms(100));
  own.stop_subject(true);
  own.start_subject();
  if (!t.wait_ready()) return;
  t.all_answered(SimTime::from_s(5), "when they were given to it again");
  t.in_time("when they were given to it again");
  own.run_for(SimTime::from_ms(10));
  t.unrefused("when calls were given to it again");
}

void long_outage(Trial& t) {
  const auto outage = [&](Bench& bench, const std::function<void(bool)>& run) {
    run(false);
    for (int hour = 0; hour < 3; ++hour) {
      bench.run_for(SimTime::from_s(3600));
      bench.call(t.blocks() ? t.example(static_cast<std::size_t>(hour)) : t.partner_call(static_cast<std::size_t>(hour)));
    }
    run(true);
  };
  Bench& platform = t.bench();
  Puppet puppet{platform, Bench::kPartner};
  t.expect(puppet.serve(t.partner_config(), t.partner_hook(), Role::provider), "A provider did not come up");
  outage(platform, [&](bool on) { on ? platform.start_partner(Bench::kPartner) : platform.stop_partner(Bench::kPartner, true); });
  t.expect(puppet.connect() && puppet.enter(1, t.partner_hook(), Role::provider) == 0, "A provider could not come back after three hours");
  puppet.ready();
  t.call_partner(9);
  const auto call = puppet.next_call();
  t.expect(call.has_value(), "A provider that came back after three hours is not called");
  if (call) puppet.reply(call->call, LPARSIM_VSP_COMPLETE);
  t.all_answered(SimTime::from_ms(1), "during or after an outage of three hours");

  Bench& bench = t.bench();
  if (!t.up(t.subject_config())) return;
  outage(bench, [&](bool on) { on ? bench.start_subject() : bench.stop_subject(true); });
  if (!t.wait_ready()) return;
  const std::size_t before = bench.said_to(Bench::kSubject, LPARSIM_VSP_CALL);
  t.call(9);
  t.all_answered(SimTime::from_s(2), "during or after an outage of three hours");
  t.expect(bench.said_to(Bench::kSubject, LPARSIM_VSP_CALL) > before, "It came back after three hours and registered for less than before");
}

void crash_noticed(Trial& t) {
  Bench& platform = t.bench();
  Puppet puppet{platform, Bench::kPartner};
  t.expect(puppet.serve(t.partner_config(), t.partner_hook(), Role::provider), "A provider did not come up");
  const std::size_t taken = t.call_partner(0);
  t.expect(puppet.next_call().has_value(), "A call did not come");
  platform.stop_partner(Bench::kPartner, true);
  t.expect(platform.answered(taken), "A call was not answered at the instant at which its provider crashed");
  const std::size_t after = t.call_partner(1);
  t.expect(platform.answered(after), "A call waited for a provider that had crashed before");
  t.expect(puppet.state() == ChannelState::off, "The channel of a crashed partition is not off");

  Bench& bench = t.bench();
  if (!t.up(t.subject_config())) return;
  bench.subject().starve(bench.now());
  const std::size_t queued = t.call(0);
  bench.stop_subject(true);
  t.expect(bench.answered(queued), "A call was not answered at the instant at which the partition crashed");
  bench.start_subject();
  t.wait_ready();
}

/// What the platform does with a partition that is resumed before it stands still, and with one that is shut down.
void end_of_quiescing(Trial& t, Bench& platform, Puppet& puppet, const VspConfig& config) {
  const std::uint32_t epoch = puppet.epoch();
  platform.exchange().suspend(Bench::kPartner, platform.now());
  platform.exchange().resume(Bench::kPartner, platform.now());
  puppet.say(LPARSIM_VSP_QUIESCED);
  platform.run_for(SimTime::from_ms(1));
  t.expect(puppet.connect() && puppet.epoch() != epoch && puppet.enter(1, t.partner_hook(), Role::provider) == 0,
           "A resumption that came while the partition quiesced was lost");
  puppet.ready();
  platform.exchange().shut_down(Bench::kPartner, platform.now());
  const auto notice = puppet.next_as<lparsim_vsp_notice>(LPARSIM_VSP_NOTICE);
  t.expect(notice && notice->reason == LPARSIM_VSP_SHUTDOWN && notice->time == static_cast<std::uint64_t>(config.notice.ps() / 1000),
           "No notice, or one with another time, came before the shutdown");
  platform.run_for(config.notice + SimTime::from_ms(1));
  t.expect(puppet.state() == ChannelState::off, "The platform waited longer than it had said before it shut the partition down");
}

void suspension(Trial& t) {
  Bench& platform = t.bench();
  Puppet puppet{platform, Bench::kPartner};
  VspConfig config = with_policy(t.partner_config(), InFlightPolicy::reissue);
  t.expect(puppet.serve(config, t.partner_hook(), Role::provider), "A provider did not come up");
  t.call_partner(0);
  const auto call = puppet.next_call();
  platform.set_on_core(Bench::kPartner, false);
  platform.exchange().suspend(Bench::kPartner, platform.now());
  const auto notice = puppet.next_as<lparsim_vsp_notice>(LPARSIM_VSP_NOTICE);
  t.expect(notice && notice->reason == LPARSIM_VSP_SUSPEND && notice->time == static_cast<std::uint64_t>(config.notice.ps() / 1000),
           "No notice, or one with another time, came before the suspension");
  t.expect(puppet.state() == ChannelState::quiescing, "The channel is not quiescing after the notice");
  platform.run_for(config.notice + SimTime::from_ms(1));
  t.expect(puppet.state() == ChannelState::suspended, "The platform waited longer than it had said for QUIESCED");
  platform.exchange().resume(Bench::kPartner, platform.now());
  const std::uint32_t old = puppet.epoch();
  t.expect(puppet.connect() && puppet.epoch() != old && puppet.enter(1, t.partner_hook(), Role::provider) == 0,
           "A resumed partition did not come back in a new epoch");
  puppet.ready();
  if (call) {
    auto late = puppet.blank<lparsim_vsp_reply>(LPARSIM_VSP_REPLY);
    late.header.epoch = old;
    late.call = call->call;
    late.verdict = LPARSIM_VSP_COMPLETE;
    puppet.send(late);
    t.expect(!platform.answered(0), "A reply from before the suspension completed a call");
  }
  const auto again = puppet.next_call();
  t.expect(again && (again->flags & LPARSIM_VSP_CALL_REISSUED) != 0, "A call under way was not given again after the resumption");
  if (again) puppet.reply(again->call, LPARSIM_VSP_COMPLETE);
  t.all_answered(SimTime::from_ms(1), "over a suspension");
  end_of_quiescing(t, platform, puppet, config);

  Bench& bench = t.bench();
  const VspConfig own = with_policy(t.subject_config(), InFlightPolicy::reissue);
  if (!t.up(own)) return;
  for (std::size_t i = 0; i < 3; ++i) t.call(i);
  bench.suspend_subject();
  bench.run_for(own.notice + SimTime::from_ms(1));
  const auto quiesced = [&] {
    return std::count_if(bench.heard().begin(), bench.heard().end(),
                         [](const auto& h) { return h.first == Bench::kSubject && type_of(h.second.view()) == LPARSIM_VSP_QUIESCED; });
  };
  const bool wants_notice = t.profile().has(LPARSIM_VSP_F_NOTICE);
  if (wants_notice) t.expect(quiesced() == 1, "It asked for notice and did not answer it by QUIESCED within its time");
  bench.run_for(SimTime::from_ms(100));
  bench.resume_subject();
  if (!t.wait_ready()) return;
  t.call(3);
  t.all_answered(SimTime::from_s(5), "over a suspension");
  bench.shut_down_subject();
  bench.run_for(own.notice + SimTime::from_ms(1));
  if (wants_notice) t.expect(quiesced() == 2, "It asked for notice and did not answer that of its shutdown by QUIESCED within its time");
  bench.start_subject();
  t.wait_ready();
}

}  // namespace lparsim::vsp::kit
