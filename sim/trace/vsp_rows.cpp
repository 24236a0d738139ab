#include "sim/trace/vsp_rows.hpp"

#include <cstdint>

#include "sim/trace/bulk_insert.hpp"

namespace lparsim::trace {

namespace {

std::int64_t whole(std::uint64_t value) {
  return static_cast<std::int64_t>(value);
}

}  // namespace

void vsp_call_column(sqlite3_context* to, const VspCall& c, int column) {
  const std::int64_t values[] = {number(c.server),
                                 number(c.vsp),
                                 whole(c.number),
                                 c.hook,
                                 c.role,
                                 c.function,
                                 number(c.client),
                                 c.end,
                                 c.status,
                                 c.epoch,
                                 c.sent,
                                 c.begin.ps(),
                                 (c.end_time - c.begin).ps(),
                                 (c.taken - c.begin).ps(),
                                 c.undispatched.ps(),
                                 c.client_cost.ps(),
                                 c.vsp_cost.ps(),
                                 whole(c.bytes)};
  sqlite3_result_int64(to, values[column]);
}

void vsp_ledger_column(sqlite3_context* to, const VspLedgerRow& r, int column) {
  constexpr int kFirstEnd = 6;
  constexpr int kAfterEnds = kFirstEnd + static_cast<int>(kVspCallEnds.size());
  if (column >= kFirstEnd && column < kAfterEnds)
    return sqlite3_result_int64(to, whole(r.ends[static_cast<std::size_t>(column - kFirstEnd)]));
  if (column < kFirstEnd) {
    const std::int64_t values[] = {number(r.server), number(r.vsp), number(r.client), r.hook, r.role, whole(r.calls)};
    return sqlite3_result_int64(to, values[column]);
  }
  const std::int64_t values[] = {r.latency.ps(),    r.undispatched.ps(), r.client_paid.ps(), r.vsp_paid.ps(),
                                 whole(r.messages), whole(r.doorbells),  whole(r.bytes)};
  sqlite3_result_int64(to, values[column - kAfterEnds]);
}

}  // namespace lparsim::trace
