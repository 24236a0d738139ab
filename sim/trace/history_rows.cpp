#include "sim/trace/history_rows.hpp"

#include <cstdint>

#include "sim/trace/bulk_insert.hpp"

namespace lparsim::trace {

void dispatch_column(sqlite3_context* to, const DispatchSpan& d, int column) {
  const auto value = [&]() -> std::int64_t {
    switch (column) {
      case 0:
        return number(d.server);
      case 1:
        return number(d.core);
      case 2:
        return number(d.partition);
      case 3:
        return d.vp;
      case 4:
        return d.begin.ps();
      case 5:
        return (d.end - d.begin).ps();
      case 6:
        return (d.begin - d.enqueue).ps();
      case 7:
        return (d.enqueue - d.ready).ps();
      case 8:
        return (d.ready - d.waiting).ps();
      case 9:
        return (d.end - d.begin - d.entitled).ps();
      case 10:
        return d.dispatch_reason;
      default:
        return d.preempt_reason;
    }
  };
  sqlite3_result_int64(to, value());
}

void span_column(sqlite3_context* to, const SpanRow& s, int column) {
  if (column == 4) return sqlite3_result_double(to, s.value);
  const std::int64_t values[] = {number(s.track), number(s.name), s.begin.ps(), (s.end - s.begin).ps()};
  sqlite3_result_int64(to, values[column]);
}

void counter_column(sqlite3_context* to, const CounterRow& c, int column) {
  if (column == 3) return sqlite3_result_double(to, c.value);
  const std::int64_t values[] = {number(c.track), number(c.name), c.at.ps()};
  sqlite3_result_int64(to, values[column]);
}

}  // namespace lparsim::trace
