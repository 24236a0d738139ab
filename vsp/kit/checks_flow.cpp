#include <fmt/format.h>

#include <algorithm>

#include "vsp/kit/checks.hpp"
#include "vsp/kit/puppet.hpp"

namespace lparsim::vsp::kit {

void credits(Trial& t) {
  Bench& platform = t.bench();
  Puppet puppet{platform, Bench::kPartner};
  t.expect(puppet.serve(t.partner_config(), t.partner_hook(), Role::provider, ~std::uint64_t{0}, 2), "A provider did not come up");
  t.expect(puppet.credits() == 2, "WELCOME gave other credits than were asked for, and the console allows more");
  for (std::size_t i = 0; i < 4; ++i) t.call_partner(i);
  t.expect(platform.said_to(Bench::kPartner, LPARSIM_VSP_CALL) == 2 && puppet.status().under_way == 2,
           "More or fewer calls than credits were under way");
  if (const auto call = puppet.next_call()) puppet.reply(call->call, LPARSIM_VSP_COMPLETE);
  t.expect(platform.said_to(Bench::kPartner, LPARSIM_VSP_CALL) == 3, "A reply did not let the next call through");
  platform.native_time = SimTime::from_ms(1);
  auto issue = puppet.blank<lparsim_vsp_issue>(LPARSIM_VSP_ISSUE);
  issue.registration = 1;
  issue.client = static_cast<std::uint32_t>(index(Bench::kClient));
  for (issue.issue = 101; issue.issue <= 103; ++issue.issue) puppet.send(issue);
  const auto refused = puppet.next_as<lparsim_vsp_outcome>(LPARSIM_VSP_ISSUED);
  t.expect(refused && refused->call == 103 && refused->status == LPARSIM_VSP_NO_CREDIT, "An issue beyond the credits was not refused");
  platform.run_for(SimTime::from_ms(2));
  t.expect(puppet.next(LPARSIM_VSP_ISSUED) && puppet.next(LPARSIM_VSP_ISSUED), "Issues within the credits were not answered");

  Bench& bench = t.bench();
  if (!t.up(t.subject_config())) return;
  for (std::size_t i = 0; i < std::size_t{t.profile().credits} + 4; ++i) t.call(i, i % 2 == 0 ? Bench::kClient : Bench::kOtherClient);
  t.all_answered(SimTime::from_s(2), fmt::format("when {} came at once and it holds {}", bench.calls().size(), t.profile().credits));
  t.in_time(fmt::format("when as many came at once as it said that it can hold, {}", t.profile().credits));
}

void completions(Trial& t) {
  Bench& platform = t.bench();
  Puppet puppet{platform, Bench::kPartner};
  t.expect(puppet.serve(t.partner_config(), t.partner_hook(), Role::provider), "A provider did not come up");
  t.call_partner(0);
  if (const auto call = puppet.next_call()) {
    puppet.reply(call->call, LPARSIM_VSP_COMPLETE, 1);
    puppet.reply(call->call, LPARSIM_VSP_COMPLETE, 2);
    t.expect(puppet.error() == LPARSIM_VSP_STALE, "A second reply to a call was not refused by STALE");
  }
  t.expect(platform.answered(0) && platform.called(0).outcome->status == 1, "Another reply than the first counted");
  puppet.reply(0x7777'7777, LPARSIM_VSP_COMPLETE);
  t.expect(puppet.error() != 0, "A reply to a call that never was made was not refused");
  t.call_partner(1);
  if (const auto call = puppet.next_call()) {
    auto stale = puppet.blank<lparsim_vsp_reply>(LPARSIM_VSP_REPLY);
    stale.header.epoch = puppet.epoch() + 7;
    stale.call = call->call;
    stale.verdict = LPARSIM_VSP_COMPLETE;
    puppet.send(stale);
    t.expect(puppet.error() == LPARSIM_VSP_STALE && !platform.answered(1), "A reply of another epoch counted, or was not refused by STALE");
    puppet.reply(call->call, LPARSIM_VSP_COMPLETE);
  }
  t.call_partner(2);
  if (const auto call = puppet.next_call()) {
    platform.withdraw(2);
    t.expect(puppet.next(LPARSIM_VSP_CANCEL).has_value(), "A partition was not told that nobody waits for a call any more");
    const std::uint64_t violations = puppet.status().violations;
    puppet.reply(call->call, LPARSIM_VSP_COMPLETE);
    t.expect(puppet.status().violations == violations, "A reply that was on its way when its call was withdrawn counts as a violation");
  }
  t.all_answered(SimTime::from_ms(1), "after replies that were double, unknown, stale and late");

  Bench& bench = t.bench();
  if (!t.up(t.subject_config())) return;
  for (std::size_t i = 0; i < 12; ++i) {
    t.call(i);
    bench.run_for(SimTime::from_ns(700));
    if (i % 4 == 3 && !bench.answered(i)) bench.withdraw(i);
  }
  t.all_answered(SimTime::from_s(2), "when some were withdrawn");
  bench.run_for(SimTime::from_ms(50));
  t.unrefused("when some calls were withdrawn");
}

void doorbell(Trial& t) {
  constexpr std::size_t kIdle = 16;
  Bench& bench = t.bench();
  Puppet puppet{bench, Bench::kPartner};
  VspConfig config = t.partner_config();
  t.expect(puppet.serve(config, t.partner_hook(), Role::provider), "A provider did not come up");
  puppet.drop();
  const unsigned before = bench.doorbells(Bench::kPartner);
  for (std::size_t i = 0; i < 8; ++i) t.call_partner(i);
  t.expect(bench.doorbells(Bench::kPartner) == before + 1,
           fmt::format("{} interrupts came for 8 messages that were not read", bench.doorbells(Bench::kPartner) - before));
  puppet.drop();
  t.call_partner(8);
  t.expect(bench.doorbells(Bench::kPartner) == before + 2, "No interrupt came for a message to an empty queue");
  // A storm of messages is ended, and the penalty has an end.
  for (std::uint32_t i = 0; i <= config.most_violations; ++i) {
    auto nonsense = puppet.blank<lparsim_vsp_init>(LPARSIM_VSP_INIT);
    nonsense.header.type = 999;
    puppet.send(nonsense);
  }
  t.expect(puppet.state() == ChannelState::backing_off, "A partition that sends nonsense without end was not ejected");
  bench.run_for(config.quarantine + SimTime::from_ms(1));
  puppet.drop();
  t.expect(puppet.state() == ChannelState::closed, "The penalty for a storm of messages did not end within the quarantine");

  Bench& own = t.bench();
  if (!t.up(t.subject_config())) return;
  for (std::size_t i = 0; i < 4; ++i) t.call(i);
  own.run_for(SimTime::from_ms(100));
  own.subject().starve(own.now());
  for (std::size_t i = 4; i < 12; ++i) t.call(i);
  own.subject().feed(own.now());
  t.all_answered(SimTime::from_s(2), "when several came while its processor was away");
  own.run_for(SimTime::from_ms(100));
  const std::uint64_t sent = own.monitor().messages_sent();
  own.run_for(SimTime::from_s(1));
  t.expect(own.monitor().messages_sent() - sent <= kIdle,
           fmt::format("It sent {} messages within 1 s in which nobody had called it", own.monitor().messages_sent() - sent));
}

void observer_overflow(Trial& t) {
  constexpr std::size_t kQueue = 16, kMore = 10;
  const auto flood = [&](Bench& bench, PartitionId vsp, const std::function<void(std::size_t)>& make, std::string_view who) {
    const std::uint64_t dropped = bench.status(vsp).dropped;
    for (std::size_t i = 0; i < kQueue + kMore; ++i) {
      make(i);
      t.expect(bench.answered(i) && bench.called(i).outcome->decision == Decision::native, fmt::format("A call waited for {}", who));
    }
    t.expect(bench.status(vsp).dropped - dropped == kMore, fmt::format("Copies beyond the queue of {} were not dropped and counted", who));
  };
  Bench& platform = t.bench();
  Puppet puppet{platform, Bench::kPartner};
  VspConfig config = t.partner_config(Bench::kPartner, Role::observer);
  config.observer_queue = kQueue;
  t.expect(puppet.serve(config, t.partner_hook(), Role::observer), "An observer did not come up");
  puppet.drop();
  flood(
      platform, Bench::kPartner, [&](std::size_t i) { t.call_partner(i); }, "an observer");
  puppet.drop();
  t.call_partner(40);
  const auto copy = puppet.next_call();
  t.expect(copy && (copy->flags & LPARSIM_VSP_CALL_LOST_BEFORE) != 0 && copy->arguments[7] == kMore,
           "The next copy did not say how many had been lost");

  const Profile::Registration* mine = t.profile().of(Role::observer);
  if (mine == nullptr) return t.not_applicable("It is no observer. The platform's part passed");
  Bench& bench = t.bench();
  VspConfig own = Trial::config(Bench::kSubject, mine->hook, Role::observer);
  own.observer_queue = kQueue;
  bench.add_subject(own);
  bench.start_subject();
  if (!t.wait_ready()) return;
  bench.subject().starve(bench.now());
  flood(
      bench, Bench::kSubject, [&](std::size_t i) { bench.call(example_call(mine->hook, mine->first, mine->last, Bench::kClient, i)); },
      "it, an observer without a processor");
  bench.subject().feed(bench.now());
  bench.run_for(SimTime::from_ms(10));
  bench.call(example_call(mine->hook, mine->first, mine->last, Bench::kClient, 0));
  bench.run_for(SimTime::from_s(1));
  t.expect(bench.subject_ready(), "It did not get over the loss of copies");
}

void deadlock(Trial& t) {
  // Each of two partitions serves the other, and both wait.
  Bench& bench = t.bench();
  t.bystander();
  const Hook hook = t.partner_hook();
  Puppet first{bench, Bench::kPartner}, second{bench, Bench::kRival};
  VspConfig a = Trial::config(Bench::kPartner, hook, Role::provider), b = Trial::config(Bench::kRival, hook, Role::provider);
  a.permits[0].clients = {Bench::kRival};
  b.permits[0].clients = {Bench::kPartner};
  a.permits[0].wall_limit = b.permits[0].wall_limit = SimTime::from_s(100);
  t.expect(first.serve(a, hook, Role::provider) && second.serve(b, hook, Role::provider), "Two providers did not come up");
  const std::size_t elder = t.call_partner(0, Bench::kRival), younger = t.call_partner(1, Bench::kPartner);
  t.expect(first.next_call() && second.next_call(), "The calls of two partitions that serve each other did not come");
  bench.set_on_core(Bench::kPartner, false);
  bench.set_on_core(Bench::kRival, false);
  t.expect(bench.run_until([&] { return bench.answered(younger); }, SimTime::from_s(1)) &&
               bench.called(younger).outcome->decision == Decision::failed && !bench.answered(elder),
           "Two partitions waited for each other, and the younger call was not ended");
  t.expect(bench.count(VspEventKind::deadlock, Bench::kRival) + bench.count(VspEventKind::deadlock, Bench::kPartner) > 0,
           "A circle of calls was not reported");
  t.undisturbed();
}

}  // namespace lparsim::vsp::kit
