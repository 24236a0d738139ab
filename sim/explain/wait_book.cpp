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

void WaitBook::settle_others(ShareClocks& clocks) {
  const std::size_t partitions = clocks.occupancy().partitions();
  if (seen_.empty()) {
    seen_.resize(partitions);
    open_weights_.resize(partitions);
    closed_weights_.resize(partitions);
  }
  for (std::size_t p = 0; p < partitions; ++p) {
    for (std::size_t s = 0; s < kSplits; ++s) {
      const double reading = clocks.reading(id_of<PartitionId>(p), static_cast<Split>(s));
      const double gone = reading - seen_[p][s];
      seen_[p][s] = reading;
      if (s < kWithheldSplits)
        open_weights_[p][s] += gone * static_cast<double>(withheld_);
      else
        closed_weights_[p][s] += gone * static_cast<double>(queued_);
    }
  }
}

void WaitBook::close(ShareClocks& clocks, Verdict verdict) {
  settle_others(clocks);
  for (std::size_t c = 0; c < kCauses; ++c) {
    Cause cause = static_cast<Cause>(c);
    if (verdict == Verdict::out_of_entitlement) cause = Cause::out_of_entitlement;
    if (verdict == Verdict::pool_maximum) cause = Cause::pool_maximum;
    if (verdict == Verdict::as_seen && cause == Cause::pool_maximum && !limited_) cause = Cause::unknown;
    closed_[static_cast<std::size_t>(cause)] += open_[c];
    open_[c] = {};
  }
  for (std::size_t p = 0; p < open_weights_.size(); ++p) {
    for (std::size_t s = 0; s < kWithheldSplits; ++s) {
      if (verdict == Verdict::as_seen) closed_weights_[p][s] += open_weights_[p][s];
      open_weights_[p][s] = 0;
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
      for (std::size_t p = 0; p < closed_weights_.size(); ++p) {
        if (closed_weights_[p][s] > 0) parts.push_back({{kSplitCauses[s].cause, id_of<PartitionId>(p), {}}, closed_weights_[p][s]});
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
