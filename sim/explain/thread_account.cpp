#include "sim/explain/thread_account.hpp"

#include <algorithm>

#include "sim/explain/vain_wait.hpp"
#include "sim/trace/span_names.hpp"

namespace lparsim::explain {
namespace {

VpState state_at(std::span<const trace::DispatchSpan> rows, std::uint32_t vp, SimTime at) {
  const trace::DispatchSpan* last = nullptr;
  for (const trace::DispatchSpan& row : rows) {
    if (row.vp != vp) continue;
    if (row.begin <= at && at < row.end) return VpState::running;
    if (row.ready <= at && at < row.begin) return VpState::waiting;
    if (row.end <= at && (last == nullptr || row.end > last->end)) last = &row;
  }
  return last == nullptr ? VpState::asleep : after(*last);
}

std::uint32_t folded_at(std::span<const trace::TrackEvent> folded, SimTime at) {
  return static_cast<std::uint32_t>(std::ranges::count_if(folded, [&](const trace::TrackEvent& f) { return f.begin <= at && at < f.end; }));
}

bool is_folded_at(std::span<const trace::TrackEvent> folded, std::uint32_t vp, SimTime at) {
  return std::ranges::any_of(folded, [&](const trace::TrackEvent& f) { return f.vp == vp && f.begin <= at && at < f.end; });
}

}  // namespace

bool is_thread_wait(const trace::TrackEvent& span) {
  return span.vp ? span.name.starts_with(trace::kSpin) : span.name == trace::kThreadWaits;
}

ThreadAccount account_for(const Frame& frame, const trace::TrackEvent& span, std::span<const trace::DispatchSpan> rows,
                          std::span<const trace::TrackEvent> spans) {
  ThreadAccount account;
  account.spinning = span.vp.has_value();
  account.begin = span.begin;
  account.end = span.end;
  const auto value = static_cast<std::int64_t>(span.value);
  if (account.spinning)
    account.spin = {span.name.substr(trace::kSpin.size()), *span.vp, value};
  else
    account.spin.vp = value < 0 ? 0 : static_cast<std::uint32_t>(value);

  std::vector<trace::DispatchSpan> own;
  for (const trace::DispatchSpan& row : rows) {
    if (row.partition == span.partition && row.ready < span.end) own.push_back(row);
  }
  for (const trace::TrackEvent& s : spans) {
    if (s.partition == span.partition && is_vain_wait(s)) own.push_back(vain_wait(s));
  }
  std::vector<trace::TrackEvent> folded;
  for (const trace::TrackEvent& s : spans) {
    if (s.partition == span.partition && s.vp && s.name == trace::kFolded) folded.push_back(s);
  }
  std::vector<SimTime> cuts = {span.end};
  for (const trace::DispatchSpan& row : own) cuts.insert(cuts.end(), {row.ready, row.begin, row.end});
  for (const trace::TrackEvent& f : folded) cuts.insert(cuts.end(), {f.begin, f.end});
  std::ranges::sort(cuts);
  SimTime at = span.begin;
  for (const SimTime cut : cuts) {
    if (cut <= at || cut > span.end) continue;
    const std::uint32_t some_folded = folded_at(folded, at);
    account.most_folded = std::max(account.most_folded, some_folded);
    const VpState holder = account.spin.holder < 0 ? VpState::running : state_at(own, static_cast<std::uint32_t>(account.spin.holder), at);
    const VpState state = state_at(own, account.spin.vp, at);
    const ThreadCause cause = account.spinning ? ThreadBook::of_spin(state, holder)
                                               : ThreadBook::of_wait(state, is_folded_at(folded, account.spin.vp, at), some_folded > 0);
    const auto same = std::ranges::find(account.reasons, cause, &ThreadReason::cause);
    (same != account.reasons.end() ? *same : account.reasons.emplace_back(ThreadReason{cause, {}})).time += cut - at;
    at = cut;
  }
  const std::int64_t matters = account.spinning ? account.spin.holder : account.spin.vp;
  for (trace::DispatchSpan row : own) {
    if (row.vp != matters) continue;
    // Only the part that falls into the thread's wait.
    row.ready = std::max(row.ready, span.begin);
    row.enqueue = std::clamp(row.enqueue, row.ready, std::max(row.ready, std::min(row.begin, span.end)));
    row.begin = std::min(row.begin, span.end);
    if (row.begin > row.ready) account.processor_waits.push_back(explain::account_for(frame, row, rows));
  }
  return account;
}

}  // namespace lparsim::explain
