#include "models/vsp/ledger.hpp"

#include <algorithm>
#include <tuple>

namespace lparsim::vsp {
namespace {

template <class T>
auto key(const T& of) {
  return std::tuple{of.vsp, of.client, of.hook, of.role};
}

}  // namespace

LedgerEntry& Ledger::entry(const CallRecord& record) {
  const auto at = std::lower_bound(entries_.begin(), entries_.end(), key(record),
                                   [](const LedgerEntry& entry, const auto& wanted) { return key(entry) < wanted; });
  if (at != entries_.end() && key(*at) == key(record)) return *at;
  LedgerEntry fresh;
  fresh.vsp = record.vsp;
  fresh.client = record.client;
  fresh.hook = record.hook;
  fresh.role = record.role;
  return *entries_.insert(at, fresh);
}

void Ledger::add(const CallRecord& record, std::uint32_t messages, std::uint32_t doorbells) {
  LedgerEntry& e = entry(record);
  ++e.calls;
  ++e.ends[static_cast<std::size_t>(record.end)];
  // An observer's copy holds nobody up.
  if (record.role != Role::observer) {
    e.latency += record.end_time - record.begin;
    e.undispatched += record.undispatched;
  }
  e.client_paid += record.client_cost;
  e.vsp_paid += record.vsp_cost;
  e.messages += messages;
  e.doorbells += doorbells;
  e.bytes_copied += record.bytes_copied;
}

}  // namespace lparsim::vsp
