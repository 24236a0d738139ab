#include "vsp/behaviour/fault_plan.hpp"

#include <algorithm>
#include <utility>

namespace lparsim::vsp {

namespace {

constexpr std::array<std::string_view, kFaultKinds> kKindNames = {"crash", "hang",      "spin",      "slow",   "wrong",
                                                                  "late",  "duplicate", "violation", "restart"};
constexpr std::array<std::string_view, kViolations> kViolationNames = {"any",
                                                                       "unknown_call",
                                                                       "stale_epoch",
                                                                       "bad_length",
                                                                       "non_zero_reserved",
                                                                       "message_before_ready",
                                                                       "init_when_established",
                                                                       "unoffered_feature",
                                                                       "foreign_hook"};

template <class Enum, std::size_t kCount>
std::optional<Enum> find(const std::array<std::string_view, kCount>& names, std::string_view name) {
  const auto found = std::ranges::find(names, name);
  if (found == names.end()) return std::nullopt;
  return static_cast<Enum>(found - names.begin());
}

bool ends_the_partition(FaultKind kind) {
  return kind == FaultKind::crash || kind == FaultKind::restart;
}

}  // namespace

std::string_view to_string(FaultKind kind) {
  return kKindNames[static_cast<std::size_t>(kind)];
}
std::string_view to_string(Violation violation) {
  return kViolationNames[static_cast<std::size_t>(violation)];
}
std::optional<FaultKind> fault_kind_of(std::string_view name) {
  return find<FaultKind>(kKindNames, name);
}
std::optional<Violation> violation_of(std::string_view name) {
  return find<Violation>(kViolationNames, name);
}

FaultPlan::FaultPlan(std::vector<Fault> faults, RandomStream random) : random_{random} {
  for (const Fault& fault : faults) entries_.push_back({fault});
}

void FaultPlan::inject(const Fault& fault, SimTime now) {
  entries_.push_back({fault});
  entries_.back().fault.from = std::max(fault.from, now);
}

std::optional<FaultKind> FaultPlan::due(SimTime now) {
  std::optional<FaultKind> kind;
  for (Entry& entry : entries_) {
    const Fault& fault = entry.fault;
    if (entry.over || !ends_the_partition(fault.kind) || fault.probability < 1 || now < fault.from) continue;
    entry.over = true;
    kind = fault.kind;
  }
  return kind;
}

const Fault* FaultPlan::always(FaultKind kind, SimTime now) const {
  const Fault* found = nullptr;
  for (const Entry& entry : entries_) {
    if (entry.fault.kind == kind && entry.fault.probability >= 1 && entry.fault.holds(now)) found = &entry.fault;
  }
  return found;
}

const Fault* FaultPlan::strikes(FaultKind kind, SimTime now) {
  const Fault* struck = nullptr;
  for (Entry& entry : entries_) {
    const Fault& fault = entry.fault;
    if (fault.kind != kind || !fault.holds(now)) continue;
    if (fault.probability >= 1) {
      if (!ends_the_partition(kind)) struck = &fault;
    } else if (random_.uniform() < fault.probability) {
      struck = &fault;
    }
  }
  return struck;
}

SimTime FaultPlan::next_change(SimTime now) const {
  SimTime next = SimTime::never();
  for (const Entry& entry : entries_) {
    if (entry.fault.from > now) next = std::min(next, entry.fault.from);
    if (entry.fault.until > now) next = std::min(next, entry.fault.until);
  }
  return next;
}

}  // namespace lparsim::vsp
