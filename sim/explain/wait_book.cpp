#include "sim/explain/wait_book.hpp"

#include <algorithm>
#include <cmath>

namespace lparsim::explain {
namespace {

constexpr std::size_t kWithheldSplits = 3;  ///< the first ones of Split

struct SplitCause {
  Cause cause;   ///< what it is called
  Cause ledger;  ///< where its time is kept
};
constexpr std::array<SplitCause, kSplits> kSplitCauses = {{{Cause::lost_excess, Cause::lost_excess},
                                                           {Cause::no_excess_left, Cause::no_excess_left},
                                                           {Cause::dedicated_taken, Cause::dedicated_taken},
                                                           {Cause::core_on_entitlement, Cause::core_on_entitlement},
                                                           {Cause::core_on_excess, Cause::core_on_entitlement},
                                                           {Cause::core_taken_back, Cause::core_taken_back}}};

bool is_divided(Cause cause) {
  return std::ranges::any_of(kSplitCauses, [&](const SplitCause& s) { return s.ledger == cause; });
}

struct Part {
  Reason reason;
  double weight;
};

/// Divides `whole` by the parts' weights, to the picosecond.
void divide(SimTime whole, std::vector<Part>& parts) {
  double total = 0;
  for (const Part& part : parts) total += part.weight;
  double sum = 0;
  SimTime given;
  for (Part& part : parts) {
    sum += part.weight;
    const double until = total > 0 ? static_cast<double>(whole.ps()) * (sum / total) : 0;
    const SimTime up_to = &part == &parts.back() ? whole : std::min(whole, SimTime::from_ps(std::llround(until)));
    part.reason.time = std::max(SimTime{}, up_to - given);
    given += part.reason.time;
  }
}

}  // namespace

void WaitBook::make_room(const ShareClocks& clocks) {
  if (!seen_[0].empty()) return;
  for (auto* weights : {&seen_, &open_weights_, &closed_weights_}) {
    for (std::vector<double>& split : *weights) split.assign(clocks.partitions(), 0.0);
  }
}

void WaitBook::withheld(const ShareClocks& clocks, std::int64_t more) {
  make_room(clocks);
  for (std::size_t c = 0; c < kCauses; ++c) open_[c] += (clocks.withheld()[c] - withheld_seen_[c]) * withheld_;
  withheld_seen_ = clocks.withheld();
  for (std::size_t s = 0; s < kWithheldSplits; ++s)
    clocks.read(static_cast<Split>(s), static_cast<double>(withheld_), seen_[s], open_weights_[s]);
  withheld_ += more;
}

void WaitBook::queued(const ShareClocks& clocks, std::int64_t more) {
  make_room(clocks);
  for (std::size_t c = 0; c < kCauses; ++c) closed_[c] += (clocks.queued()[c] - queued_seen_[c]) * queued_;
  queued_seen_ = clocks.queued();
  for (std::size_t s = kWithheldSplits; s < kSplits; ++s)
    clocks.read(static_cast<Split>(s), static_cast<double>(queued_), seen_[s], closed_weights_[s]);
  queued_ += more;
}

void WaitBook::close(const ShareClocks& clocks, Verdict verdict) {
  withheld(clocks, 0);
  for (std::size_t c = 0; c < kCauses; ++c) {
    Cause cause = static_cast<Cause>(c);
    if (verdict == Verdict::out_of_entitlement) cause = Cause::out_of_entitlement;
    if (verdict == Verdict::pool_maximum) cause = Cause::pool_maximum;
    if (verdict == Verdict::as_seen && cause == Cause::pool_maximum && !limited_) cause = Cause::unknown;
    closed_[static_cast<std::size_t>(cause)] += open_[c];
    open_[c] = {};
  }
  for (std::size_t s = 0; s < kWithheldSplits; ++s) {
    for (std::size_t p = 0; p < open_weights_[s].size(); ++p) {
      if (verdict == Verdict::as_seen) closed_weights_[s][p] += open_weights_[s][p];
      open_weights_[s][p] = 0;
    }
  }
}

std::vector<Reason> WaitBook::reasons() const {
  std::vector<Reason> found;
  for (std::size_t c = 0; c < kCauses; ++c) {
    const Cause cause = static_cast<Cause>(c);
    if (closed_[c] == SimTime{}) continue;
    if (!is_divided(cause)) {
      found.push_back({cause, std::nullopt, closed_[c]});
      continue;
    }
    std::vector<Part> parts;
    for (std::size_t s = 0; s < kSplits; ++s) {
      if (kSplitCauses[s].ledger != cause) continue;
      for (std::size_t p = 0; p < closed_weights_[s].size(); ++p) {
        if (closed_weights_[s][p] > 0) parts.push_back({{kSplitCauses[s].cause, id_of<PartitionId>(p), {}}, closed_weights_[s][p]});
      }
    }
    if (parts.empty()) parts.push_back({{Cause::unknown, std::nullopt, {}}, 1});
    divide(closed_[c], parts);
    for (const Part& part : parts) {
      if (part.reason.time > SimTime{}) found.push_back(part.reason);
    }
  }
  std::ranges::stable_sort(found, std::ranges::greater{}, &Reason::time);
  return found;
}

}  // namespace lparsim::explain
