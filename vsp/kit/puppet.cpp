#include "vsp/kit/puppet.hpp"

#include <algorithm>

namespace lparsim::vsp::kit {

void Puppet::start(const VspConfig& config) {
  bench_.exchange().add(config);
  bench_.start_partner(partition_);
}

void Puppet::restart(bool failed) {
  bench_.stop_partner(partition_, failed);
  epoch_ = 0;
  kept_.clear();
  bench_.start_partner(partition_);
}

void Puppet::take() {
  while (std::optional<Message> message = bench_.receive_as(partition_)) kept_.push_back(*message);
}

void Puppet::drop() {
  take();
  kept_.clear();
}

std::optional<Message> Puppet::next(std::uint16_t type) {
  take();
  const auto found = std::find_if(kept_.begin(), kept_.end(), [&](const Message& m) { return type_of(m.view()) == type; });
  if (found == kept_.end()) return std::nullopt;
  const Message message = *found;
  kept_.erase(found);
  return message;
}

std::int32_t Puppet::error() {
  const auto error = next_as<lparsim_vsp_error>(LPARSIM_VSP_ERROR);
  return error ? error->status : 0;
}

std::int32_t Puppet::say(lparsim_vsp_type type) {
  return send(blank<lparsim_vsp_init>(type));
}

bool Puppet::connect(std::uint64_t features, std::uint32_t credits) {
  epoch_ = 0;
  // The platform's INIT may be there already; both orders are the same to it.
  if (next(LPARSIM_VSP_INIT)) {
    say(LPARSIM_VSP_INIT_COMPLETE);
  } else {
    say(LPARSIM_VSP_INIT);
    if (next(LPARSIM_VSP_INIT)) say(LPARSIM_VSP_INIT_COMPLETE);
  }
  drop();
  auto hello = vsp::blank<lparsim_vsp_hello>(LPARSIM_VSP_HELLO, 0);
  hello.major = LPARSIM_VSP_MAJOR;
  hello.minor = LPARSIM_VSP_MINOR;
  hello.message_max = LPARSIM_VSP_MESSAGE_MAX;
  hello.features = features;
  hello.credits = credits;
  std::copy_n("puppet", 6, hello.name);
  send(hello);
  const auto welcome = next_as<lparsim_vsp_welcome>(LPARSIM_VSP_WELCOME);
  if (!welcome || welcome->status != 0) return false;
  epoch_ = welcome->header.epoch;
  credits_ = welcome->credits;
  features_ = welcome->features;
  auto wanted = blank<lparsim_vsp_features>(LPARSIM_VSP_FEATURES);
  // On a caller's time it could not be led step by step.
  wanted.features = features_ & ~std::uint64_t{LPARSIM_VSP_F_CALLERS_TIME};
  send(wanted);
  const auto agreed = next_as<lparsim_vsp_features>(LPARSIM_VSP_FEATURES_OK);
  return agreed && agreed->status == 0;
}

std::int32_t Puppet::enter(std::uint32_t registration, std::uint16_t hook, std::uint16_t role, std::uint32_t first, std::uint32_t last) {
  auto request = blank<lparsim_vsp_register>(LPARSIM_VSP_REGISTER);
  request.registration = registration;
  request.hook = hook;
  request.role = role;
  request.function_first = first;
  request.function_last = last;
  send(request);
  if (const auto answer = next_as<lparsim_vsp_registered>(LPARSIM_VSP_REGISTERED)) return answer->status;
  return error();
}

bool Puppet::serve(const VspConfig& config, Hook hook, Role role, std::uint64_t features, std::uint32_t credits) {
  start(config);
  if (!connect(features, credits) || enter(1, hook, role) != LPARSIM_VSP_OK) return false;
  ready();
  return state() == ChannelState::ready;
}

void Puppet::reply(std::uint64_t call, lparsim_vsp_verdict verdict, std::int32_t status, std::uint32_t flags) {
  auto answer = blank<lparsim_vsp_reply>(LPARSIM_VSP_REPLY);
  answer.call = call;
  answer.verdict = verdict;
  answer.status = status;
  answer.flags = flags;
  send(answer);
}

}  // namespace lparsim::vsp::kit
