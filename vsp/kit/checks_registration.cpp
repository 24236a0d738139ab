#include <fmt/format.h>

#include <algorithm>

#include "models/vsp/catalogue.hpp"
#include "models/vsp/dependencies.hpp"
#include "vsp/kit/checks.hpp"
#include "vsp/kit/puppet.hpp"

namespace lparsim::vsp::kit {

namespace {

constexpr std::size_t kHammering = 100;  // messages in a second
constexpr std::int32_t kFailed = -5;

std::size_t heard_from_subject(const Bench& bench) {
  return static_cast<std::size_t>(
      std::count_if(bench.heard().begin(), bench.heard().end(), [](const auto& h) { return h.first == Bench::kSubject; }));
}

}  // namespace

void second_provider(Trial& t) {
  Bench& platform = t.bench();
  Puppet first{platform, Bench::kPartner}, second{platform, Bench::kRival};
  t.expect(first.serve(t.partner_config(), t.partner_hook(), Role::provider), "The first provider did not come up");
  second.start(t.partner_config(Bench::kRival));
  second.connect();
  t.expect(second.enter(1, t.partner_hook(), Role::provider) == LPARSIM_VSP_HOOK_BUSY, "A second provider did not get HOOK_BUSY");
  t.call_partner(0);
  t.expect(first.next_call().has_value(), "The first provider lost its hook to the second");

  const Profile::Registration* mine = t.profile().of(Role::provider);
  if (mine == nullptr) return t.not_applicable("It is no provider. The platform's part passed");
  Bench& bench = t.bench();
  Puppet rival{bench, Bench::kRival};
  rival.serve(Trial::config(Bench::kRival, mine->hook, Role::provider), mine->hook, Role::provider);
  bench.add_subject(t.subject_config());
  bench.start_subject();
  bench.run_for(SimTime::from_s(1));
  t.expect(heard_from_subject(bench) <= kHammering,
           fmt::format("It sent {} messages within 1 s of being told HOOK_BUSY", heard_from_subject(bench)));
  bench.call(example_call(mine->hook, mine->first, mine->last, Bench::kClient, 0));
  t.expect(rival.next_call().has_value(), "It took a hook that had a provider");
}

void own_calls(Trial& t) {
  Bench& bench = t.bench();
  Puppet puppet{bench, Bench::kPartner};
  std::vector<HookPermit> permits(4);
  permits[0].hook = permits[1].hook = permits[2].hook = Hook::hypervisor_call;
  permits[1].role = Role::filter;
  permits[2].role = Role::provider;
  permits[3].hook = Hook::application_event;
  permits[3].role = Role::provider;
  puppet.start(Trial::config(Bench::kPartner, permits));
  puppet.connect();
  for (const std::uint32_t token : {0xF100U, 0xF104U, 0xF108U})
    for (const Role role : {Role::observer, Role::filter, Role::provider})
      t.expect(puppet.enter(token, Hook::hypervisor_call, role, token, token) == LPARSIM_VSP_UNSUPPORTED,
               fmt::format("The interface's own call {:#x} could be hooked as {}", token, to_string(role)));
  t.expect(puppet.enter(1, Hook::hypervisor_call, Role::filter) == LPARSIM_VSP_OK, "A range around its own calls was refused");
  t.expect(puppet.enter(2, Hook::application_event, Role::provider) == LPARSIM_VSP_OK, "A permitted hook was refused");
  puppet.ready();
  for (const Hook hook : {Hook::hypervisor_call, Hook::application_event}) {
    Call own = example_call(hook, 0, ~0U, Bench::kPartner, 1);
    if (hook == Hook::hypervisor_call) own.function = 0xF100;
    const std::size_t made = bench.call(own);
    t.expect(bench.answered(made) && bench.called(made).outcome->decision == Decision::native,
             fmt::format("Its own {} was held up", to_string(hook)));
  }
  Call others = example_call(Hook::hypervisor_call, 0, ~0U, Bench::kClient, 2);
  others.function = 0xF104;
  bench.call(others);
  t.expect(bench.said_to(Bench::kPartner, LPARSIM_VSP_CALL) == 0, "It was given its own calls, or those of the interface");

  Bench& own = t.bench();
  if (!t.up(t.subject_config())) return;
  const std::size_t calls = own.said_to(Bench::kSubject, LPARSIM_VSP_CALL);
  t.call(0, Bench::kSubject);
  own.run_for(SimTime::from_ms(10));
  t.expect(own.said_to(Bench::kSubject, LPARSIM_VSP_CALL) == calls, "It was given a call that it had made itself");
}

void filter_order(Trial& t) {
  Bench& bench = t.bench();
  const Profile::Registration* mine = t.profile().of(Role::filter);
  const Hook hook = mine != nullptr ? mine->hook : t.partner_hook();
  Puppet first{bench, Bench::kPartner}, last{bench, Bench::kRival};
  VspConfig early = Trial::config(Bench::kPartner, hook, Role::filter), late = Trial::config(Bench::kRival, hook, Role::filter);
  early.permits[0].order = 10;
  late.permits[0].order = 90;
  // The last one registers first: the console's order counts.
  t.expect(last.serve(late, hook, Role::filter) && first.serve(early, hook, Role::filter), "Two filters did not come up");
  if (mine != nullptr) {
    VspConfig between = t.subject_config();
    for (HookPermit& permit : between.permits) permit.order = 50;
    if (!t.up(between)) return;
  }
  const auto make = [&](std::size_t n) {
    return mine != nullptr ? t.call(n) : t.call_partner(n);
  };
  const auto come = [&](Puppet& puppet, std::size_t made) {
    if (auto there = puppet.next_call()) return there;
    const std::size_t before = bench.said_to(puppet.partition(), LPARSIM_VSP_CALL);
    bench.run_until([&] { return bench.answered(made) || bench.said_to(puppet.partition(), LPARSIM_VSP_CALL) > before; },
                    SimTime::from_s(2));
    return puppet.next_call();
  };
  const std::size_t modified = make(0);
  auto call = first.next_call();
  t.expect(call && !last.next_call(), "The filter with the lower order was not asked first, and alone");
  if (!call) return;
  auto change = first.blank<lparsim_vsp_reply>(LPARSIM_VSP_REPLY);
  change.call = call->call;
  change.verdict = LPARSIM_VSP_MODIFY;
  std::copy(std::begin(call->arguments), std::end(call->arguments), change.values);
  change.values[7] ^= 0x55;
  first.send(change);
  // The behaviour, in between, may end the call itself; else its last filter sees the change.
  if (const auto next = come(last, modified)) {
    if (mine == nullptr)
      t.expect(next->arguments[7] == change.values[7], "A filter did not get the arguments as the one before had modified them");
    bench.native_status = kFailed;
    last.reply(next->call, LPARSIM_VSP_PASS);
    bench.run_for(SimTime::from_ms(1));
    const auto outcome = first.next_as<lparsim_vsp_outcome>(LPARSIM_VSP_OUTCOME);
    t.expect(outcome && outcome->call == call->call && outcome->status == kFailed,
             "A filter did not learn that what it had let pass failed");
    bench.native_status = 0;
  } else {
    t.expect(mine != nullptr && bench.answered(modified), "A call that the first filter had let pass came to nobody");
  }
  first.drop();
  last.drop();
  const std::size_t denied = make(1);
  if ((call = first.next_call())) first.reply(call->call, LPARSIM_VSP_DENY, kFailed);
  bench.run_for(SimTime::from_ms(1));
  t.expect(bench.answered(denied) && bench.called(denied).outcome->decision == Decision::denied &&
               bench.called(denied).outcome->status == kFailed,
           "DENY by a filter did not end the call with its status");
  t.expect(!last.next_call() && !last.next(LPARSIM_VSP_OUTCOME), "A filter was asked, or told, about a call that one before it had denied");
  const std::size_t deferred = make(2);
  if ((call = first.next_call())) {
    first.reply(call->call, LPARSIM_VSP_DEFER);
    bench.run_for(SimTime::from_ms(20));
    t.expect(!bench.answered(deferred) && bench.count(VspEventKind::timed_out, Bench::kPartner) == 0,
             "The deadline of a deferred call went on, or the call did not wait");
    first.reply(call->call, LPARSIM_VSP_COMPLETE);
    bench.run_for(SimTime::from_ms(1));
    t.expect(bench.answered(deferred) && bench.called(deferred).outcome->decision == Decision::completed,
             "A deferred call was not answered by the reply that followed");
  }
  if (mine == nullptr) {
    t.bench();
    t.bystander();
    for (std::size_t i = 0; i < 8 && !t.failed(); ++i) t.undisturbed();
  }
}

void dependency_circle(Trial& t) {
  // The behaviour as configured, and a VIOS that it serves and that serves it.
  const auto circle_in = [&](std::vector<Dependency> all) {
    t.tamper().dependencies(all);
    return vsp::circle_in(all);
  };
  const PartitionId all[] = {Bench::kVios, Bench::kClient, Bench::kSubject};
  VspConfig config = t.subject_config();
  if (!t.blocks()) config = Trial::config(Bench::kSubject, Hook::sea_forward, Role::filter);
  std::vector<Dependency> dependencies = dependencies_of(config, all);
  t.expect(!dependencies.empty(), "Clients of a filter or provider do not count as depending on it");
  t.expect(circle_in(dependencies).empty(), "A circle was found where there is none");
  dependencies.push_back({Bench::kSubject, Bench::kVios, "its disks"});
  t.expect(circle_in(dependencies).size() == 2, "A VSP that serves the VIOS that serves it was not refused");
  VspConfig other = Trial::config(Bench::kPartner, Hook::os_service, Role::provider);
  other.permits[0].clients = {Bench::kSubject};
  HookPermit back;
  back.hook = Hook::application_event;
  back.role = Role::provider;
  back.clients = {Bench::kPartner};
  config.permits.push_back(back);
  std::vector<Dependency> both = dependencies_of(config, all);
  for (const Dependency& d : dependencies_of(other, all)) both.push_back(d);
  t.expect(!circle_in(both).empty(), "Two VSPs that provide for each other were not refused");
}

void rescind(Trial& t) {
  Bench& platform = t.bench();
  Puppet puppet{platform, Bench::kPartner};
  t.expect(puppet.serve(t.partner_config(), t.partner_hook(), Role::provider, ~std::uint64_t{0}, 1), "A provider did not come up");
  const std::size_t taken = t.call_partner(0), waiting = t.call_partner(1);
  const auto call = puppet.next_call();
  t.expect(call.has_value(), "A call did not come");
  if (!call) return;
  auto away = puppet.blank<lparsim_vsp_register>(LPARSIM_VSP_UNREGISTER);
  away.registration = 1;
  puppet.send(away);
  t.expect(platform.answered(waiting) && platform.called(waiting).outcome->decision == Decision::native,
           "A call that waited for an unregistered provider was not routed again");
  puppet.reply(call->call, LPARSIM_VSP_COMPLETE);
  t.expect(platform.answered(taken), "A call that was under way at UNREGISTER could not be answered");
  t.expect(!platform.exchange().armed(t.partner_hook(), Bench::kClient), "The hook is armed after the last registration has gone");
  puppet.say(LPARSIM_VSP_RESET);
  t.expect(puppet.state() == ChannelState::initialized && puppet.connect() && puppet.enter(1, t.partner_hook(), Role::provider) == 0,
           "A registration outlived RESET");
  puppet.ready();
  t.call_partner(2);
  const auto last = puppet.next_call();
  platform.stop_partner(Bench::kPartner, false);
  std::uint8_t byte = 0;
  t.expect(last && puppet.read(last->grants[0].id, 0, {&byte, 1}) != LPARSIM_VSP_OK, "A grant outlived its partition");
  t.expect(puppet.status().under_way == 0 && puppet.status().waiting == 0, "Calls are kept for a partition that was removed");
  t.all_answered(SimTime::from_s(10), "after the partition was removed");

  for (const ChannelState state : {ChannelState::initialized, ChannelState::negotiated, ChannelState::ready}) {
    Bench& bench = t.bench();
    bench.add_subject(t.subject_config());
    bench.start_subject();
    if (!t.expect(bench.run_until([&] { return bench.status(Bench::kSubject).state >= state; }, t.patience()),
                  fmt::format("It did not come to the state {}", to_string(state))))
      return;
    if (state == ChannelState::ready)
      for (std::size_t i = 0; i < 4; ++i) t.call(i);
    bench.stop_subject(false);
    const VspStatus status = bench.status(Bench::kSubject);
    t.expect(status.state == ChannelState::off && status.under_way == 0 && status.waiting == 0,
             fmt::format("It was removed in the state {} and left calls behind", to_string(state)));
    const std::size_t after = t.call(9);
    t.expect(bench.answered(after), "A call was held up for a partition that was removed");
    t.all_answered(SimTime::from_s(10), "after the partition was removed");
  }
}

void permissions(Trial& t) {
  Bench& bench = t.bench();
  Puppet puppet{bench, Bench::kPartner};
  VspConfig config = Trial::config(Bench::kPartner, Hook::os_service, Role::filter);
  config.permits[0].function_last = 0x2FF;
  config.permits.push_back(config.permits[0]);
  config.permits[1].hook = Hook::hypervisor_call;
  config.permits[1].function_last = ~0U;
  puppet.start(config);
  puppet.connect();
  std::uint32_t n = 0;
  const auto is = [&](std::int32_t wanted, std::uint16_t hook, std::uint16_t role, std::uint32_t first, std::uint32_t last,
                      std::string_view what) {
    const std::int32_t status = puppet.enter(++n, hook, role, first, last);
    t.expect(status == wanted, fmt::format("{} got status {}, not {}", what, status, wanted));
  };
  is(LPARSIM_VSP_NOT_PERMITTED, LPARSIM_VSP_HOOK_SWITCH_FRAME, LPARSIM_VSP_FILTER, 0, 9, "A hook that no permit has");
  is(LPARSIM_VSP_NOT_PERMITTED, LPARSIM_VSP_HOOK_OS_SERVICE, LPARSIM_VSP_PROVIDER, 0, 9, "A role that no permit has");
  is(LPARSIM_VSP_NOT_PERMITTED, LPARSIM_VSP_HOOK_OS_SERVICE, LPARSIM_VSP_FILTER, 0, 0x300, "A range wider than the permit");
  is(LPARSIM_VSP_UNSUPPORTED, 99, LPARSIM_VSP_FILTER, 0, 9, "A hook that does not exist");
  is(LPARSIM_VSP_UNSUPPORTED, LPARSIM_VSP_HOOK_DISPATCH, LPARSIM_VSP_FILTER, 1, 4, "A role that the hook does not have");
  is(LPARSIM_VSP_UNSUPPORTED, LPARSIM_VSP_HOOK_HYPERVISOR_CALL, LPARSIM_VSP_FILTER, 0xE0, 0xE0, "H_CEDE, which may be observed only,");
  is(LPARSIM_VSP_OK, LPARSIM_VSP_HOOK_OS_SERVICE, LPARSIM_VSP_FILTER, 0, 0x2FF, "What is permitted");

  Bench& poor = t.bench();
  poor.add_subject(Trial::config(Bench::kSubject, std::vector<HookPermit>{}));
  poor.start_subject();
  poor.run_for(SimTime::from_s(1));
  const std::size_t heard = heard_from_subject(poor);
  t.expect(heard <= kHammering, fmt::format("It sent {} messages within 1 s of being told NOT_PERMITTED", heard));
  t.expect(t.profile().refused.empty(), fmt::format("It registers for what it is not permitted: {}", t.profile().refused));
  t.expect(poor.status(Bench::kSubject).ejections == 0, "It was ejected because nothing was permitted to it");
}

}  // namespace lparsim::vsp::kit
