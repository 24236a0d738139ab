#pragma once
#include <cstdint>
#include <vector>

#include "models/vsp/records.hpp"

namespace lparsim::vsp {

/// The sums of calls' records, by partition, client, hook and role, in that order.
class Ledger {
 public:
  void add(const CallRecord& record, std::uint32_t messages, std::uint32_t doorbells);
  const std::vector<LedgerEntry>& entries() const { return entries_; }

 private:
  LedgerEntry& entry(const CallRecord& record);
  std::vector<LedgerEntry> entries_;
};

}  // namespace lparsim::vsp
