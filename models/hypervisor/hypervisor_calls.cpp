#include "models/hypervisor/hypervisor_calls.hpp"

#include <algorithm>
#include <limits>

#include "models/vsp/catalogue.hpp"
#include "sim/base/check.hpp"

namespace lparsim::hypervisor {

namespace {

// Reading twice is reading once.
bool idempotent(Hcall call) {
  switch (call) {
    case Hcall::get_ppp:
    case Hcall::purr:
    case Hcall::pic:
    case Hcall::poll_pending:
      return true;
    default:
      return false;
  }
}

}  // namespace

bool HypervisorCalls::allowed(std::uint64_t token) {
  constexpr std::uint64_t kMost = std::numeric_limits<std::uint32_t>::max();
  return token > kMost || vsp::hookable(vsp::Hook::hypervisor_call, vsp::Role::provider, static_cast<std::uint32_t>(token));
}

std::optional<HypervisorCallResult> HypervisorCalls::begin(std::uint64_t token, std::span<const std::uint64_t> arguments, std::uint32_t vp,
                                                           HypervisorCallListener& listener, std::uint64_t ticket, SimTime now) {
  Pending call{token, {}, vp, &listener, ticket};
  LPARSIM_CHECK(allowed(token) && arguments.size() <= call.arguments.size(), "a thread makes hypervisor call {:#x} with {} arguments",
                token, arguments.size());
  std::copy(arguments.begin(), arguments.end(), call.arguments.begin());
  if (hooks_ == nullptr || !hooks_->armed(vsp::Hook::hypervisor_call, partition_)) return natively(call, false);
  vsp::Call asked;
  asked.hook = vsp::Hook::hypervisor_call;
  asked.function = static_cast<std::uint32_t>(token);
  asked.client = asked.owner = partition_;
  asked.processor = vp;
  asked.arguments = call.arguments;
  asked.idempotent = idempotent(static_cast<Hcall>(token));
  asked.caller_computes = true;
  const std::uint64_t number = calls_++;
  if (const auto outcome = hooks_->call(asked, *this, number, now)) return result_of(call, number, *outcome, now);
  pending_.emplace(number, call);
  return std::nullopt;
}

void HypervisorCalls::decided(std::uint64_t number, const vsp::Outcome& outcome, SimTime now) {
  const auto found = pending_.find(number);
  LPARSIM_CHECK(found != pending_.end(), "hypervisor call {} of partition {} is decided and does not wait", number, index(partition_));
  const Pending call = found->second;
  pending_.erase(found);
  call.listener->call_answered(call.ticket, result_of(call, number, outcome, now), now);
}

HypervisorCallResult HypervisorCalls::result_of(const Pending& call, std::uint64_t number, const vsp::Outcome& outcome, SimTime now) {
  HypervisorCallResult result;
  switch (outcome.decision) {
    case vsp::Decision::native: {
      Pending as_decided = call;
      as_decided.arguments = outcome.values;
      result = natively(as_decided, true);
      hooks_->ended(*this, number, static_cast<std::int64_t>(result.status), now);
      break;
    }
    case vsp::Decision::denied:
      // Who denies a call without a word has not let it succeed.
      result.status = outcome.status == 0 ? HcallStatus::authority : static_cast<HcallStatus>(outcome.status);
      break;
    case vsp::Decision::completed:
      result.status = static_cast<HcallStatus>(outcome.status);
      result.values = outcome.values;
      break;
    case vsp::Decision::failed:
      result.status = HcallStatus::hardware;
      break;
  }
  result.cost += outcome.cost;
  return result;
}

HypervisorCallResult HypervisorCalls::natively(const Pending& call, bool asked) {
  const HcallExtension& answer = port_->call(call.vp, static_cast<Hcall>(call.token), std::span{call.arguments}, true, asked);
  HypervisorCallResult result{answer.status, {}, answer.cost};
  std::copy_n(answer.registers.begin(), result.values.size(), result.values.begin());
  return result;
}

void HypervisorCalls::forget_all(SimTime now) {
  for (const auto& [number, call] : pending_) hooks_->withdraw(*this, number, now);
  pending_.clear();
}

}  // namespace lparsim::hypervisor
