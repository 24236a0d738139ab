#include "vsp/kit/trial.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "models/vsp/catalogue.hpp"
#include "models/vsp/layout.hpp"
#include "models/vsp/wire.hpp"

namespace lparsim::vsp::kit {

const Profile::Registration* Profile::blocking() const {
  const auto found =
      std::find_if(registrations.begin(), registrations.end(), [](const Registration& r) { return r.role != Role::observer; });
  return found == registrations.end() ? nullptr : &*found;
}

const Profile::Registration* Profile::of(Role role) const {
  const auto found = std::find_if(registrations.begin(), registrations.end(), [&](const Registration& r) { return r.role == role; });
  return found == registrations.end() ? nullptr : &*found;
}

Profile profile_of(const BehaviourFactory& behaviour, const CheckOptions& options, std::vector<Trial::Seen>& seen) {
  Bench bench{&behaviour, options.seed, nullptr};
  std::vector<HookPermit> permits = options.permits;
  for (HookPermit& permit : permits) permit.clients.clear();
  for (const HookDescription& hook : catalogue())
    for (const Role role : {Role::observer, Role::filter, Role::provider})
      if (options.permits.empty() && any_hookable(hook.hook, role, 0, ~0U)) {
        permits.emplace_back();
        permits.back().hook = hook.hook;
        permits.back().role = role;
      }
  bench.add_subject(Trial::config(Bench::kSubject, permits));
  bench.start_subject();
  Profile profile;
  profile.created = bench.subject().running();
  if (!profile.created) return profile;
  profile.ready = bench.run_until([&] { return bench.subject_ready(); }, options.patience);
  if (!profile.ready)
    for (const Breach& breach : bench.monitor().breaches()) seen.push_back({breach, bench.transcript()});
  if (!profile.ready) return profile;
  bench.run_for(SimTime::from_ms(100));
  profile.features = bench.monitor().features();
  profile.credits = bench.status(Bench::kSubject).credits;
  for (const auto& [from, message] : bench.heard()) {
    const auto request = read_as<lparsim_vsp_register>(message.view());
    if (!request || request->header.type != LPARSIM_VSP_REGISTER) continue;
    const auto answered = [&](std::int32_t status) {
      return std::any_of(bench.said().begin(), bench.said().end(), [&](const auto& said) {
        const auto answer = read_as<lparsim_vsp_registered>(said.second.view());
        return answer && answer->header.type == LPARSIM_VSP_REGISTERED && answer->registration == request->registration &&
               answer->status == status;
      });
    };
    if (answered(LPARSIM_VSP_NOT_PERMITTED)) profile.refused = main_fields(message.view());
    if (answered(LPARSIM_VSP_OK))
      profile.registrations.push_back(
          {static_cast<Hook>(request->hook), static_cast<Role>(request->role), request->function_first, request->function_last});
  }
  if (const Profile::Registration* r = profile.blocking()) {
    for (std::size_t i = 0; i < 4; ++i) {
      const Call call = example_call(r->hook, r->first, r->last, Bench::kClient, i);
      fill(bench.memory(), call);
      bench.call(call);
      bench.run_for(SimTime::from_ms(50));
    }
    profile.prompt = bench.status(Bench::kSubject).timeouts == 0 && bench.all_answered();
  }
  for (const Breach& breach : bench.monitor().breaches()) seen.push_back({breach, bench.transcript()});
  return profile;
}

Bench& Trial::bench() {
  close();
  bench_ = std::make_unique<Bench>(&behaviour_, options_.seed, options_.tamper);
  return *bench_;
}

void Trial::close() {
  if (!bench_) return;
  for (const Breach& breach : bench_->monitor().breaches()) seen_.push_back({breach, bench_->transcript()});
  bench_.reset();
}

std::vector<Trial::Seen> Trial::take_seen() {
  close();
  return std::move(seen_);
}

VspConfig Trial::config(PartitionId partition, std::vector<HookPermit> permits) {
  VspConfig config;
  config.name = fmt::format("vsp{}", index(partition));
  config.partition = partition;
  config.permits = std::move(permits);
  return config;
}

VspConfig Trial::config(PartitionId partition, Hook hook, Role role) {
  HookPermit permit;
  permit.hook = hook;
  permit.role = role;
  return config(partition, {permit});
}

VspConfig Trial::subject_config() const {
  std::vector<HookPermit> permits;
  for (const Profile::Registration& r : profile_.registrations) {
    const bool there =
        std::any_of(permits.begin(), permits.end(), [&](const HookPermit& p) { return p.hook == r.hook && p.role == r.role; });
    if (there) continue;
    permits.emplace_back();
    permits.back().hook = r.hook;
    permits.back().role = r.role;
  }
  return config(Bench::kSubject, permits);
}

bool Trial::up(const VspConfig& config) {
  bench_->add_subject(config);
  bench_->start_subject();
  return wait_ready();
}

bool Trial::wait_ready() {
  return expect(bench_->run_until([&] { return bench_->subject_ready(); }, patience()),
                fmt::format("It is not ready {} s after it began: its channel is {}", patience().seconds(),
                            to_string(bench_->status(Bench::kSubject).state)));
}

Call Trial::example(std::size_t n, PartitionId client) const {
  const Profile::Registration* r = profile_.blocking();
  if (r == nullptr) r = &profile_.registrations.front();
  return example_call(r->hook, r->first, r->last, client, n);
}

std::size_t Trial::call(std::size_t n, PartitionId client) {
  const Call call = example(n, client);
  fill(bench_->memory(), call);
  return bench_->call(call);
}

Hook Trial::partner_hook() const {
  for (const Hook hook : {Hook::application_event, Hook::os_service, Hook::hypervisor_call}) {
    const auto& all = profile_.registrations;
    if (std::none_of(all.begin(), all.end(), [&](const Profile::Registration& r) { return r.hook == hook; })) return hook;
  }
  return Hook::crq_send;
}

Call Trial::partner_call(std::size_t n, PartitionId client) const {
  Call call = example_call(partner_hook(), 0, ~0U, client, n);
  const std::uint64_t place = 0x80000 + (n % 64) * 0x400;
  call.buffers = {Buffer{place, Bytes{256}, true, false}, Buffer{place + 0x200, Bytes{256}, false, true}};
  return call;
}

bool Trial::only_observes() {
  if (blocks()) return false;
  not_applicable("It holds no call up: it only observes. The platform's part passed");
  return true;
}

void Trial::bystander() {
  up(subject_config());
}

void Trial::undisturbed() {
  if (failed() || profile_.registrations.empty()) return;
  const std::size_t call = this->call(50);
  bench_->run_until([&] { return bench_->answered(call); }, SimTime::from_s(1));
  expect(bench_->called(call).answers == 1 && bench_->subject_ready(),
         "What happened at another partition disturbed it: a call of its own client was not answered within 1 s");
}

bool Trial::unrefused(std::string_view when) {
  return expect(bench_->status(Bench::kSubject).violations == 0 || !bench_->monitor().breaches().empty(),
                fmt::format("What it said was refused by the platform {}", when));
}

bool Trial::in_time(std::string_view when) {
  return expect(!profile_.prompt || bench_->status(Bench::kSubject).timeouts == 0,
                fmt::format("It let calls pass their deadline {}, and answers single ones in time", when));
}

bool Trial::all_answered(SimTime limit, std::string_view when) {
  bench_->run_until([&] { return bench_->all_answered(); }, limit);
  for (std::size_t i = 0; i < bench_->calls().size(); ++i) {
    const ClientCall& call = bench_->called(i);
    if (!call.withdrawn && call.answers != 1)
      return expect(false, fmt::format("Call {} of a client was answered {} times {}", i, call.answers, when));
    if (call.withdrawn && call.answers != 0 && !call.outcome)
      return expect(false, fmt::format("Call {} of a client was answered although it was withdrawn {}", i, when));
  }
  return true;
}

bool Trial::expect(bool holds, std::string sentence) {
  if (holds || failed()) return holds;
  reason_ = std::move(sentence);
  if (bench_) {
    bench_->transcript().violation(bench_->now(), Bench::kPlatformActor, reason_);
    transcript_ = bench_->transcript();
  }
  return false;
}

CheckResult Trial::result(const CheckDescription& description) {
  close();
  for (const Seen& seen : seen_)
    if (!failed() && seen.breach.check == number_) {
      reason_ = seen.breach.text;
      transcript_ = seen.transcript;
    }
  CheckResult result{description, Verdict::passed, "", std::nullopt};
  if (failed()) {
    result.verdict = Verdict::failed;
    result.reason = reason_;
    result.transcript = transcript_;
  } else if (!skipped_.empty()) {
    result.verdict = Verdict::not_applicable;
    result.reason = skipped_;
  }
  return result;
}

}  // namespace lparsim::vsp::kit
