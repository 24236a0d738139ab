#pragma once
#include <sqlite3.h>

#include "sim/trace/vsp_records.hpp"

namespace lparsim::trace {

// Column `column` of tables vsp_call and vsp_ledger, for BulkInsert; private to sim/trace.

void vsp_call_column(sqlite3_context* to, const VspCall& call, int column);
void vsp_ledger_column(sqlite3_context* to, const VspLedgerRow& row, int column);

}  // namespace lparsim::trace
