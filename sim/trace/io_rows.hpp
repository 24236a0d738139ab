#pragma once
#include <sqlite3.h>

#include "sim/trace/batch.hpp"

namespace lparsim::trace {

// Column `column` of tables io_request and io_interval, for BulkInsert; private to sim/trace.

/// `row.all_steps` is set.
void io_request_column(sqlite3_context* to, const IoRequestRow& row, int column);
void io_interval_column(sqlite3_context* to, const IoIntervalSample& sample, int column);

}  // namespace lparsim::trace
