#pragma once
// Columns of the tables dispatch, span and counter, for BulkInsert; private to sim/trace.
#include <sqlite3.h>

#include "sim/trace/batch.hpp"

namespace lparsim::trace {

void dispatch_column(sqlite3_context* to, const DispatchSpan& dispatch, int column);
void span_column(sqlite3_context* to, const SpanRow& span, int column);
void counter_column(sqlite3_context* to, const CounterRow& counter, int column);

}  // namespace lparsim::trace
