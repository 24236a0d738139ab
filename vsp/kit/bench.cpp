#include "vsp/kit/bench.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "models/vsp/catalogue.hpp"
#include "models/vsp/wire.hpp"

namespace lparsim::vsp::kit {

namespace {

constexpr std::uint64_t kNativeDone = 0, kIssueDone = std::uint64_t{1} << 62, kOperated = std::uint64_t{1} << 61;
constexpr unsigned kHookNumbers = static_cast<unsigned>(kHooks);

std::string_view name_of(Decision decision) {
  static constexpr std::string_view kNames[] = {"native", "denied", "completed", "failed"};
  return kNames[static_cast<std::size_t>(decision)];
}

std::string who(const Call& call) {
  return fmt::format("{} {:#x}", to_string(call.hook), call.function);
}

}  // namespace

Bench::Bench(const BehaviourFactory* factory, std::uint64_t seed, Tamper* tamper)
    : tamper_{tamper != nullptr ? *tamper : none_}, transcript_{{"client", "platform", "VSP", "partner", "rival"}} {
  ExchangeHost& host = *this;
  ExchangeObserver* const observer = this;
  exchange_ = std::make_unique<Exchange>(VspCosts{}, host, calendar_, observer);
  ServiceLink& link = *this;
  if (factory != nullptr) service_ = std::make_unique<Service>(*factory, link, calendar_, seed);
  for (unsigned hook = 1; hook < kHookNumbers; ++hook) exchange_->add_native(static_cast<Hook>(hook), *this);
}

Bench::~Bench() = default;

VspStatus Bench::status(PartitionId vsp) {
  VspStatus status = exchange_->status(vsp, now());
  tamper_.status(status);
  return status;
}

void Bench::run_for(SimTime time) {
  calendar_.run_until(now() + time);
}

bool Bench::run_until(const std::function<bool()>& holds, SimTime patience) {
  const SimTime end = now() + patience;
  while (!holds()) {
    if (calendar_.next() > end) {
      calendar_.run_until(end);
      return holds();
    }
    calendar_.run_until(calendar_.next());
  }
  return true;
}

std::size_t Bench::actor(PartitionId vsp) const {
  return index(vsp) - index(kSubject) + kSubjectActor;
}

// ---- The partition that is checked

void Bench::add_subject(const VspConfig& config) {
  exchange_->add(config);
  if (service_) exchange_->on_callers_time(kSubject, *service_);
}

void Bench::start_subject() {
  transcript_.note(now(), kSubjectActor, "starts");
  monitor_.started(now());
  exchange_->started(kSubject, now());
  if (!service_->start(now())) transcript_.violation(now(), kSubjectActor, "cannot be created");
}

void Bench::stop_subject(bool failed) {
  transcript_.note(now(), kSubjectActor, failed ? "crashes" : "stops");
  service_->stop(now());
  exchange_->stopped(kSubject, failed, now());
}

void Bench::suspend_subject() {
  transcript_.note(now(), kPlatformActor, "suspends the VSP");
  exchange_->suspend(kSubject, now());
}

void Bench::resume_subject() {
  transcript_.note(now(), kPlatformActor, "resumes the VSP");
  exchange_->resume(kSubject, now());
}

void Bench::shut_down_subject() {
  transcript_.note(now(), kPlatformActor, "shuts the VSP down");
  exchange_->shut_down(kSubject, now());
}

void Bench::inject(std::span<const std::uint8_t> message) {
  transcript_.note(now(), kSubjectActor, "in its name, behind its back:");
  send_as(kSubject, message);
}

// ---- Clients

std::size_t Bench::call(const Call& call) {
  const std::size_t number = calls_.size();
  calls_.push_back({call, now(), {}, {}, 0, false});
  transcript_.say(now(), kClientActor, kPlatformActor, fmt::format("call {}", number), who(call));
  for (const Buffer& buffer : call.buffers) memory_.lend(call.owner, buffer.address, buffer.length, number);
  const std::optional<Outcome> outcome = exchange_->call(calls_[number].call, *this, number, now());
  if (outcome) settle(number, *outcome, now());
  return number;
}

bool Bench::all_answered() const {
  return std::all_of(calls_.begin(), calls_.end(), [](const ClientCall& c) { return c.outcome || c.withdrawn; });
}

void Bench::withdraw(std::size_t i) {
  transcript_.say(now(), kClientActor, kPlatformActor, fmt::format("withdraws {}", i), "");
  calls_[i].withdrawn = true;
  memory_.give_back(i);
  exchange_->withdraw(*this, i, now());
}

void Bench::tell(const Call& event) {
  transcript_.say(now(), kClientActor, kPlatformActor, "event", who(event));
  exchange_->tell(event, now());
}

void Bench::client_writes(PartitionId client, std::uint64_t address, std::span<const std::uint8_t> bytes) {
  if (memory_.write_own(client, address, bytes)) return;
  ++lent_writes_;
  transcript_.violation(now(), kClientActor,
                        fmt::format("client {} writes {} bytes into a buffer that a call of its has lent", index(client), bytes.size()));
}

void Bench::decided(std::uint64_t ticket, const Outcome& outcome, SimTime now) {
  settle(ticket, outcome, now);
}

void Bench::settle(std::uint64_t ticket, Outcome outcome, SimTime now) {
  tamper_.outcome(outcome);
  ClientCall& call = calls_[ticket];
  const unsigned times = tamper_.answers();
  call.answers += times;
  if (times == 0) return;
  if (call.answers > 1 || call.withdrawn) {
    transcript_.violation(now, kClientActor,
                          fmt::format("call {} is answered {}", ticket, call.withdrawn ? "although it was withdrawn" : "again"));
    return;
  }
  call.outcome = outcome;
  call.answered = now;
  memory_.give_back(ticket);
  transcript_.say(now, kPlatformActor, kClientActor, fmt::format("call {}", ticket),
                  fmt::format("{}{}", name_of(outcome.decision), outcome.status == 0 ? "" : fmt::format(", {}", outcome.status)));
  if (outcome.decision == Decision::native) calendar_.call(*this, kNativeDone | ticket, now + native_time);
}

bool Bench::issue(const Call& call, NativeListener& listener, std::uint64_t ticket, SimTime now) {
  transcript_.note(now, kPlatformActor, fmt::format("native function: {}", who(call)));
  issues_.push_back({&listener, ticket});
  calendar_.call(*this, kIssueDone | (issues_.size() - 1), now + native_time);
  return true;
}

void Bench::rings(std::uint64_t argument, SimTime now) {
  if (const auto vsp = id_of<PartitionId>(argument & ~kOperated); (argument & kOperated) != 0) {
    if (status(vsp).state == ChannelState::off)
      vsp == kSubject ? stop_subject(false) : stop_partner(vsp, false);
    else if (vsp == kSubject && status(vsp).state != ChannelState::suspended)
      service_->feed(now);
    return;
  }
  if ((argument & kIssueDone) != 0) {
    const Issue& issue = issues_[argument & ~kIssueDone];
    issue.listener->native_ended(issue.ticket, native_status, {}, now);
    return;
  }
  ++natives_;
  exchange_->ended(*this, argument, native_status, now);
}

// ---- The exchange's host

void Bench::ring(PartitionId vsp, SimTime now) {
  for (unsigned i = tamper_.rings(); i > 0; --i) {
    ++doorbells_[vsp];
    if (vsp == kSubject && service_) service_->ring(now);
  }
}

SimTime Bench::unstarved(PartitionId vsp, SimTime now) const {
  if (vsp == kSubject && service_) return service_->unstarved(now);
  const auto found = on_core_.find(vsp);
  if (found == on_core_.end()) return SimTime{};
  return found->second.sum + (found->second.on ? now - found->second.since : SimTime{});
}

// Suspended, it keeps its place and gets no processor.
void Bench::suspend(PartitionId vsp, SimTime now) {
  if (vsp != kSubject) return set_on_core(vsp, false);
  if (service_) service_->starve(now);
}

// It goes on, or ends, when the exchange has done what it was at.
void Bench::resume(PartitionId vsp, SimTime now) {
  if (vsp != kSubject) set_on_core(vsp, true);
  calendar_.call(*this, kOperated | index(vsp), now);
}

void Bench::stop(PartitionId vsp, SimTime now) {
  calendar_.call(*this, kOperated | index(vsp), now);
}

bool Bench::read(PartitionId owner, std::uint64_t address, std::span<std::uint8_t> bytes) const {
  return memory_.read(owner, address, bytes);
}

bool Bench::write(PartitionId owner, std::uint64_t address, std::span<const std::uint8_t> bytes) {
  return memory_.write(owner, address, bytes);
}

void Bench::set_on_core(PartitionId partner, bool on_core) {
  OnCore& core = on_core_[partner];
  if (core.on == on_core) return;
  core.on = on_core;
  if (on_core)
    core.since = now();
  else
    core.sum += now() - core.since;
}

// ---- What is said

void Bench::happened(const VspEvent& happened) {
  VspEvent event = happened;
  tamper_.event(event);
  transcript_.note(event.at, kPlatformActor, fmt::format("{}: {}", to_string(event.kind), event.text));
  events_.push_back(std::move(event));
}

std::size_t Bench::count(VspEventKind kind, PartitionId vsp) const {
  return static_cast<std::size_t>(
      std::count_if(events_.begin(), events_.end(), [&](const VspEvent& e) { return e.kind == kind && e.vsp == vsp; }));
}

std::size_t Bench::said_to(PartitionId vsp, std::uint16_t type) const {
  return static_cast<std::size_t>(
      std::count_if(said_.begin(), said_.end(), [&](const auto& s) { return s.first == vsp && type_of(s.second.view()) == type; }));
}

void Bench::message(PartitionId vsp, bool to_vsp, std::span<const std::uint8_t> bytes, SimTime now) {
  const std::size_t there = actor(vsp);
  transcript_.say(now, to_vsp ? kPlatformActor : there, to_vsp ? there : kPlatformActor, kit::name_of(bytes), main_fields(bytes));
  (to_vsp ? said_ : heard_).emplace_back(vsp, to_message(bytes));
}

std::int32_t Bench::send_as(PartitionId vsp, std::span<const std::uint8_t> message) {
  SimTime cost;
  return exchange_->send(vsp, message, cost, now());
}

std::optional<Message> Bench::receive_as(PartitionId vsp) {
  for (SimTime cost; std::optional<Message> message = exchange_->receive(vsp, cost, now());)
    if (tamper_.message(vsp, *message)) return message;
  return std::nullopt;
}

std::int32_t Bench::copy_as(PartitionId vsp, std::uint64_t grant, std::uint32_t offset, std::span<std::uint8_t> to,
                            std::span<const std::uint8_t> from) {
  SimTime cost;
  return tamper_.copied(to.empty() ? exchange_->write(vsp, grant, offset, from, cost, now())
                                   : exchange_->read(vsp, grant, offset, to, cost, now()));
}

void Bench::start_partner(PartitionId partner) {
  transcript_.note(now(), actor(partner), "starts");
  set_on_core(partner, true);
  exchange_->started(partner, now());
}

void Bench::stop_partner(PartitionId partner, bool failed) {
  transcript_.note(now(), actor(partner), failed ? "crashes" : "stops");
  set_on_core(partner, false);
  exchange_->stopped(partner, failed, now());
}

// ---- The service's link

void Bench::show_breaches(std::size_t before) {
  for (std::size_t i = before; i < monitor_.breaches().size(); ++i)
    transcript_.violation(monitor_.breaches()[i].at, kSubjectActor, monitor_.breaches()[i].text);
}

std::int32_t Bench::send(std::span<const std::uint8_t> message, SimTime now) {
  (void)now;
  const std::size_t before = monitor_.breaches().size();
  monitor_.sent(message, calendar_.now());
  show_breaches(before);
  return send_as(kSubject, message);
}

std::optional<Message> Bench::receive(SimTime now) {
  std::optional<Message> message = receive_as(kSubject);
  while (message && swallow && swallow(*message)) message = receive_as(kSubject);
  if (!message) return message;
  if (alter) {
    const Message before = *message;
    alter(*message);
    if (before.length != message->length || before.bytes != message->bytes)
      transcript_.note(now, kSubjectActor,
                       fmt::format("receives it as {} {}", kit::name_of(message->view()), main_fields(message->view())));
  }
  monitor_.received(message->view(), now);
  return message;
}

std::int32_t Bench::read(std::uint64_t grant, std::uint32_t offset, std::span<std::uint8_t> bytes, SimTime now) {
  const std::int32_t status = copy_as(kSubject, grant, offset, bytes, {});
  const std::size_t before = monitor_.breaches().size();
  monitor_.copied(grant, offset, static_cast<std::uint32_t>(bytes.size()), false, status, now);
  show_breaches(before);
  return status;
}

std::int32_t Bench::write(std::uint64_t grant, std::uint32_t offset, std::span<const std::uint8_t> bytes, SimTime now) {
  const std::int32_t status = copy_as(kSubject, grant, offset, {}, bytes);
  const std::size_t before = monitor_.breaches().size();
  monitor_.copied(grant, offset, static_cast<std::uint32_t>(bytes.size()), true, status, now);
  show_breaches(before);
  return status;
}

void Bench::logged(std::string_view text, SimTime now) {
  transcript_.note(now, kSubjectActor, fmt::format("logs: {}", text));
}

}  // namespace lparsim::vsp::kit
