// How a declared behaviour answers.
#include <algorithm>
#include <utility>

#include "models/vsp/wire.hpp"
#include "sim/base/random.hpp"
#include "vsp/behaviour/declared.hpp"

namespace lparsim::vsp {

namespace {

/// By lot; nothing declared: pass.
DeclaredVerdict draw(const std::vector<DeclaredVerdict>& verdicts, std::uint64_t bits) {
  double total = 0;
  for (const DeclaredVerdict& verdict : verdicts) total += verdict.share;
  double left = KeyedStream{bits}.uniform() * total;
  for (const DeclaredVerdict& verdict : verdicts) {
    left -= verdict.share;
    if (left < 0) return verdict;
  }
  return verdicts.empty() ? DeclaredVerdict{} : verdicts.back();
}

lparsim_vsp_verdict fitting(lparsim_vsp_verdict verdict, Role role) {
  if (role == Role::filter && verdict == LPARSIM_VSP_NATIVE) return LPARSIM_VSP_PASS;
  if (role == Role::provider && (verdict == LPARSIM_VSP_PASS || verdict == LPARSIM_VSP_MODIFY)) return LPARSIM_VSP_NATIVE;
  return verdict;
}

}  // namespace

void DeclaredBehaviour::called(const lparsim_vsp_call& call) {
  if (phase_ != Phase::ready) return;
  const auto role = static_cast<Role>(call.role);
  const SimTime time = config_.time.sample(KeyedStream{platform_.random()});
  platform_.compute(time + config_.per_byte * static_cast<std::int64_t>(std::min<std::uint64_t>(bytes_of_call(call), 1U << 30)));
  if ((call.flags & LPARSIM_VSP_CALL_REISSUED) != 0) ++counts_->reissued;
  if (role == Role::observer) {
    ++counts_->observed;
    if ((call.flags & LPARSIM_VSP_CALL_LOST_BEFORE) != 0) counts_->lost += call.arguments[7];
    return;
  }
  ++counts_->calls;
  DeclaredVerdict verdict = draw(config_.verdicts, platform_.random());
  verdict.verdict = fitting(verdict.verdict, role);
  const bool defers = verdict.verdict == LPARSIM_VSP_DEFER;
  if (defers && (features_ & LPARSIM_VSP_F_DEFER) == 0) {
    verdict.verdict = role == Role::filter ? LPARSIM_VSP_PASS : LPARSIM_VSP_COMPLETE;
  }
  answer(call.call, verdict, call.arguments);
  if (verdict.verdict != LPARSIM_VSP_DEFER) return;
  ++counts_->deferred;
  deferred_.emplace(next_tag_, Deferred{call.call, role, verdict.status});
  platform_.set_timer(next_tag_++, verdict.defer);
}

void DeclaredBehaviour::answer(std::uint64_t call, const DeclaredVerdict& verdict, const std::uint64_t (&arguments)[8]) {
  auto reply = blank<lparsim_vsp_reply>(LPARSIM_VSP_REPLY, epoch_);
  reply.call = call;
  reply.verdict = verdict.verdict;
  if (verdict.verdict == LPARSIM_VSP_DENY || verdict.verdict == LPARSIM_VSP_COMPLETE) reply.status = verdict.status;
  if (verdict.verdict == LPARSIM_VSP_MODIFY) std::copy_n(arguments, 8, reply.values);
  ++counts_->replies;
  platform_.send(bytes_of(reply));
}

void DeclaredBehaviour::answer_deferred(std::uint64_t tag) {
  const Deferred deferred = deferred_.extract(tag).mapped();
  DeclaredVerdict verdict;
  verdict.verdict = deferred.role == Role::filter ? LPARSIM_VSP_PASS : LPARSIM_VSP_COMPLETE;
  verdict.status = deferred.status;
  answer(deferred.call, verdict, {});
}

}  // namespace lparsim::vsp
