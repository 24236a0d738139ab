#include "models/io/request_ledger.hpp"

#include <algorithm>

#include "sim/base/check.hpp"

namespace lparsim::io {

namespace {

// A tag: generation in the upper half, place plus one in the lower.
constexpr std::uint64_t kPlace = 0xFFFF'FFFF;

}  // namespace

std::string_view to_string(Stage stage) {
  static constexpr std::array<std::string_view, kStages> kNames{"client_queue",
                                                                "client_processing",
                                                                "client_dispatch",
                                                                "transport",
                                                                "vios_dispatch",
                                                                "vios_queue",
                                                                "vios_processing",
                                                                "adapter_queue",
                                                                "device",
                                                                "network",
                                                                "copy",
                                                                "remote",
                                                                "recovery",
                                                                "service"};
  return kNames[static_cast<std::size_t>(stage)];
}

RequestTag RequestLedger::begin(std::uint32_t target, RequestKind kind, std::uint64_t bytes, Stage stage, SimTime now) {
  if (free_.empty()) {
    free_.push_back(static_cast<std::uint32_t>(entries_.size()));
    entries_.emplace_back();
  }
  const std::uint32_t place = free_.back();
  free_.pop_back();
  Entry& entry = entries_[place];
  entry.used = true;
  entry.stage = stage;
  entry.since = now;
  entry.record = {};
  entry.steps.clear();
  entry.record.number = begun_;
  entry.record.target = target;
  entry.record.kind = kind;
  entry.record.bytes = bytes;
  entry.record.attempts = 0;
  entry.record.begin = now;
  ++begun_;
  ++under_way_;
  if (observer_ != nullptr) observer_->request_began(target, kind, now);
  return RequestTag{std::uint64_t{entry.generation} << 32 | (place + std::uint64_t{1})};
}

void RequestLedger::enter(RequestTag tag, Stage stage, SimTime now) {
  enter(tag, stage, now, stage, SimTime{});
}

void RequestLedger::enter(RequestTag tag, Stage stage, SimTime now, Stage other, SimTime part) {
  Entry* entry = find(tag);
  if (entry == nullptr) return;
  const SimTime there = now - entry->since;
  part = std::min(part, there);
  entry->record.stages[static_cast<std::size_t>(entry->stage)] += there - part;
  entry->record.stages[static_cast<std::size_t>(other)] += part;
  if (with_steps_) {
    if (part > SimTime{}) entry->steps.push_back({other, part});
    if (there > SimTime{}) entry->steps.push_back({entry->stage, there - part});
  }
  entry->stage = stage;
  entry->since = now;
}

void RequestLedger::sent(RequestTag tag, std::uint32_t path) {
  Entry* entry = find(tag);
  if (entry == nullptr) return;
  entry->record.path = path;
  ++entry->record.attempts;
}

const RequestRecord& RequestLedger::end(RequestTag tag, Outcome outcome, SimTime now) {
  Entry* entry = find(tag);
  LPARSIM_CHECK(entry != nullptr, "a request that has ended ends again at {} ps", now.ps());
  enter(tag, entry->stage, now);
  entry->record.outcome = outcome;
  entry->record.end = now;
  entry->used = false;
  ++entry->generation;
  free_.push_back(static_cast<std::uint32_t>(entry - entries_.data()));
  --under_way_;
  last_ = entry->record;
  last_steps_.swap(entry->steps);
  last_.steps = last_steps_;
  if (observer_ != nullptr) observer_->request_ended(last_);
  return last_;
}

bool RequestLedger::known(RequestTag tag) const {
  return find(tag) != nullptr;
}

SimTime RequestLedger::began(RequestTag tag) const {
  const Entry* entry = find(tag);
  LPARSIM_CHECK(entry != nullptr, "a request that has ended is asked when it began");
  return entry->record.begin;
}

std::vector<RequestLedger::Unended> RequestLedger::unended(SimTime before) const {
  std::vector<Unended> all;
  for (const Entry& entry : entries_) {
    if (!entry.used || entry.record.begin > before) continue;
    const auto found = std::ranges::lower_bound(all, entry.record.target, {}, &Unended::target);
    if (found == all.end() || found->target != entry.record.target) {
      all.insert(found, {entry.record.target, 1, entry.record.begin});
    } else {
      ++found->requests;
      found->oldest = std::min(found->oldest, entry.record.begin);
    }
  }
  return all;
}

RequestLedger::Entry* RequestLedger::find(RequestTag tag) {
  return const_cast<Entry*>(static_cast<const RequestLedger*>(this)->find(tag));
}

const RequestLedger::Entry* RequestLedger::find(RequestTag tag) const {
  const auto place = static_cast<std::uint64_t>(tag) & kPlace;
  if (place == 0 || place > entries_.size()) return nullptr;
  const Entry& entry = entries_[place - 1];
  return entry.used && entry.generation == static_cast<std::uint64_t>(tag) >> 32 ? &entry : nullptr;
}

}  // namespace lparsim::io
