#include <fmt/format.h>

#include <algorithm>

#include "models/vsp/catalogue.hpp"
#include "vsp/kit/checks.hpp"
#include "vsp/kit/puppet.hpp"

namespace lparsim::vsp::kit {

namespace {

constexpr SimTime kDeadline = SimTime::from_ms(10);
constexpr SimTime kWall = SimTime::from_ms(200);
constexpr std::size_t kMostHangs = 32;  // calls that a hanging partition is given before the check gives up

VspConfig limited(VspConfig config) {
  for (HookPermit& permit : config.permits) {
    permit.deadline = kDeadline;
    permit.wall_limit = kWall;
  }
  return config;
}

/// Calls a partner that answers nothing until it is ejected. False: it never is.
bool eject(Trial& t, Bench& bench, Puppet& puppet) {
  for (std::size_t i = 0; i < kMostHangs && puppet.state() == ChannelState::ready; ++i) {
    t.call_partner(i);
    puppet.next_call();
    bench.run_for(kDeadline + SimTime::from_ms(1));
  }
  return puppet.state() == ChannelState::backing_off;
}

/// Replies that were never asked for, in the behaviour's name, until it is ejected.
bool eject_subject(Bench& bench, const VspConfig& config) {
  for (std::uint32_t i = 0; i < config.most_violations && bench.subject_ready(); ++i) {
    auto reply = blank<lparsim_vsp_reply>(LPARSIM_VSP_REPLY, bench.status(Bench::kSubject).epoch);
    reply.call = 0x7000'0000 + i;
    reply.verdict = LPARSIM_VSP_COMPLETE;
    bench.inject(bytes_of(reply));
  }
  return bench.status(Bench::kSubject).state == ChannelState::backing_off;
}

}  // namespace

void hang_or_starvation(Trial& t) {
  Bench& platform = t.bench();
  Puppet puppet{platform, Bench::kPartner};
  t.expect(puppet.serve(limited(t.partner_config()), t.partner_hook(), Role::provider), "A provider did not come up");
  platform.set_on_core(Bench::kPartner, false);
  const std::size_t starved = t.call_partner(0);
  puppet.next_call();
  platform.run_for(kWall / 2);
  t.expect(!platform.answered(starved), "The deadline counted time in which the partition had no processor");
  platform.run_for(kWall);
  t.expect(platform.answered(starved), "A call outlived the wall limit");
  t.expect(puppet.status().ejections == 0, "A partition was ejected because it had no processor");
  platform.set_on_core(Bench::kPartner, true);
  t.expect(eject(t, platform, puppet), "A partition that computes and answers nothing was never ejected");
  t.all_answered(SimTime::from_s(2), "by a partition that starved and then hung");

  if (t.only_observes()) return;
  Bench& bench = t.bench();
  if (!t.up(limited(t.subject_config()))) return;
  bench.subject().starve(bench.now());
  t.call(0);
  bench.run_for(kWall * 2);
  t.expect(bench.status(Bench::kSubject).ejections == 0, "It was ejected because it had no processor");
  bench.subject().feed(bench.now());
  bench.run_for(SimTime::from_ms(50));
  const std::size_t made = t.call(1);
  bench.run_until([&] { return bench.answered(made); }, SimTime::from_s(1));
  t.expect(bench.subject_ready() && bench.answered(made), "It did not go on when it got its processor back");
  t.expect(bench.count(VspEventKind::timed_out, Bench::kSubject) <= 1,
           "It had a processor all the time and did not answer within the deadline: it hangs");
}

void ejection_damped(Trial& t) {
  Bench& platform = t.bench();
  Puppet puppet{platform, Bench::kPartner};
  const VspConfig config = limited(t.partner_config());
  t.expect(puppet.serve(config, t.partner_hook(), Role::provider), "A provider did not come up");
  SimTime last;
  const SimTime begin = platform.now();
  for (std::uint32_t n = 1; n <= config.ejections_to_quarantine && !t.failed(); ++n) {
    t.expect(eject(t, platform, puppet), fmt::format("It was not ejected for the {}. time", n));
    const auto notice = puppet.next_as<lparsim_vsp_notice>(LPARSIM_VSP_NOTICE);
    t.expect(notice && notice->reason == LPARSIM_VSP_EJECTED, "It was ejected without notice");
    if (!notice) return;
    const SimTime away = SimTime::from_ns(static_cast<std::int64_t>(notice->time));
    t.expect(away > last && away <= config.quarantine, "The back-off did not grow, or has no bound");
    last = away;
    puppet.say(LPARSIM_VSP_INIT);
    t.expect(puppet.state() == ChannelState::backing_off, "It came back during its back-off");
    t.expect(platform.run_until([&] { return puppet.state() == ChannelState::closed; }, away + SimTime::from_ms(1)),
             "The channel was not opened when the back-off was over");
    t.expect(puppet.connect() && puppet.enter(1, t.partner_hook(), Role::provider) == 0, "It could not come back after its back-off");
    puppet.ready();
  }
  t.expect(platform.count(VspEventKind::quarantined, Bench::kPartner) > 0 && platform.now() - begin >= config.quarantine,
           "Ejection after ejection did not lead to quarantine");
  t.all_answered(SimTime::from_s(2), "around ejections");

  Bench& bench = t.bench();
  const VspConfig own = t.subject_config();
  if (!t.up(own)) return;
  t.expect(eject_subject(bench, own), "Violations did not lead to its ejection");
  bench.run_for(own.backoff + SimTime::from_ms(1));
  t.expect(bench.run_until([&] { return bench.subject_ready(); }, t.patience()), "It did not come back after its back-off");
  t.call(0);
  t.all_answered(SimTime::from_s(2), "after an ejection");
}

void absent_or_slow(Trial& t) {
  for (const bool absent_fails : {false, true}) {
    const auto policies = [&](VspConfig config) {
      for (HookPermit& permit : config.permits) {
        permit.when_absent = absent_fails ? FaultPolicy::closed : FaultPolicy::open;
        permit.when_slow = absent_fails ? FaultPolicy::open : FaultPolicy::closed;
      }
      return limited(config);
    };
    const Decision when_absent = absent_fails ? Decision::failed : Decision::native;
    const Decision when_slow = absent_fails ? Decision::native : Decision::failed;
    const auto is = [&](Bench& bench, std::size_t call, Decision wanted, std::string_view when) {
      t.expect(bench.answered(call) && bench.called(call).outcome->decision == wanted,
               fmt::format("A call {} did not {}", when, wanted == Decision::native ? "go native" : "fail"));
    };
    Bench& platform = t.bench();
    Puppet puppet{platform, Bench::kPartner};
    puppet.start(policies(t.partner_config()));
    is(platform, t.call_partner(0), when_absent, "without a provider");
    puppet.connect();
    puppet.enter(1, t.partner_hook(), Role::provider);
    puppet.ready();
    platform.set_on_core(Bench::kPartner, false);
    const std::size_t slow = t.call_partner(1);
    platform.run_for(kWall + SimTime::from_ms(1));
    is(platform, slow, when_slow, "to a slow provider");

    if (t.only_observes()) continue;
    Bench& bench = t.bench();
    const VspConfig own = policies(t.subject_config());
    bench.add_subject(own);
    is(bench, t.call(0), when_absent, "before it was there");
    bench.start_subject();
    if (!t.wait_ready()) return;
    bench.subject().starve(bench.now());
    const std::size_t late = t.call(1);
    bench.run_for(kWall + SimTime::from_ms(1));
    is(bench, late, when_slow, "while it was slow");
    bench.subject().feed(bench.now());
    bench.run_for(SimTime::from_ms(50));
    t.expect(bench.subject_ready() || !t.profile().prompt, "It did not get over a call that had been taken from it");
    t.unrefused("after a call had been taken from it");
  }
}

void late_provider(Trial& t) {
  const auto freezing = [](VspConfig config) {
    for (HookPermit& permit : config.permits) permit.when_absent = FaultPolicy::freeze;
    return config;
  };
  Bench& platform = t.bench();
  Puppet puppet{platform, Bench::kPartner};
  const VspConfig config = freezing(t.partner_config());
  platform.exchange().add(config);
  const std::size_t early = t.call_partner(0);
  platform.run_for(SimTime::from_ms(100));
  t.expect(!platform.answered(early), "A call that was to wait for its provider did not");
  platform.start_partner(Bench::kPartner);
  puppet.connect();
  puppet.enter(1, t.partner_hook(), Role::provider);
  puppet.ready();
  const auto call = puppet.next_call();
  t.expect(call && (call->flags & LPARSIM_VSP_CALL_REISSUED) == 0,
           "A call that had waited for its provider was not given to it as a new one");
  if (call) puppet.reply(call->call, LPARSIM_VSP_COMPLETE, 3);
  t.expect(platform.answered(early) && platform.called(early).outcome->status == 3,
           "A call that had waited did not get its provider's answer");
  platform.stop_partner(Bench::kPartner, false);
  const std::size_t never = t.call_partner(1);
  platform.run_for(config.permits[0].freeze_limit + SimTime::from_ms(1));
  t.expect(platform.answered(never), "A call waited for its provider beyond the freeze limit");

  if (t.only_observes()) return;
  Bench& bench = t.bench();
  bench.add_subject(freezing(t.subject_config()));
  for (std::size_t i = 0; i < 3; ++i) t.call(i);
  bench.run_for(SimTime::from_ms(1));
  bench.start_subject();
  if (!t.wait_ready()) return;
  bench.run_for(SimTime::from_s(2));
  t.expect(bench.said_to(Bench::kSubject, LPARSIM_VSP_CALL) >= 3, "Calls from before it was ready were not given to it");
  t.all_answered(SimTime::from_s(10), "from before it was ready");
  t.in_time("that were made before it was ready");
  for (const ClientCall& made : bench.calls())
    t.expect(made.outcome && made.outcome->decision != Decision::failed, "A call from before it was ready failed instead of being delayed");
}

void ejection_dump(Trial& t) {
  const auto dumped = [&](Bench& bench, PartitionId vsp, const std::vector<std::string>& words) {
    const auto found = std::find_if(bench.events().begin(), bench.events().end(),
                                    [&](const VspEvent& e) { return e.kind == VspEventKind::ejected && e.vsp == vsp; });
    if (!t.expect(found != bench.events().end(), "An ejection was not reported")) return;
    for (const std::string& word : words)
      t.expect(found->text.find(word) != std::string::npos, fmt::format("The dump does not say '{}': {}", word, found->text));
  };
  Bench& platform = t.bench();
  Puppet puppet{platform, Bench::kPartner};
  const VspConfig config = limited(t.partner_config());
  t.expect(puppet.serve(config, t.partner_hook(), Role::provider), "A provider did not come up");
  t.call_partner(0, Bench::kOtherClient);
  std::vector<std::string> words{std::string{to_string(t.partner_hook())}, fmt::format("client {}", index(Bench::kOtherClient)), " ago"};
  for (std::size_t i = 1; i < kMostHangs && puppet.state() == ChannelState::ready; ++i) {
    t.call_partner(i, Bench::kOtherClient);
    const auto call = puppet.next_call();
    if (call) puppet.drop();
    platform.run_for(kDeadline / 4);
  }
  platform.run_for(kWall);
  const auto ejected =
      std::find_if(platform.events().begin(), platform.events().end(), [](const VspEvent& e) { return e.kind == VspEventKind::ejected; });
  if (ejected != platform.events().end()) words.push_back(fmt::format("call {}", ejected->call));
  dumped(platform, Bench::kPartner, words);
  t.expect(ejected == platform.events().end() || (ejected->call != 0 && ejected->client == Bench::kOtherClient),
           "The report of the ejection does not name call and client");

  Bench& bench = t.bench();
  const VspConfig own = t.subject_config();
  if (!t.up(own)) return;
  bench.subject().starve(bench.now());
  if (t.blocks()) t.call(0);
  t.expect(eject_subject(bench, own), "Violations did not lead to its ejection");
  dumped(
      bench, Bench::kSubject,
      t.blocks() ? std::vector<std::string>{fmt::format("client {}", index(Bench::kClient)), " ago"} : std::vector<std::string>{"epoch"});
  bench.subject().feed(bench.now());
  t.expect(bench.run_until([&] { return bench.subject_ready(); }, t.patience()), "It did not come back after it had been ejected");
}

}  // namespace lparsim::vsp::kit
