#include "sim/trace/io_rows.hpp"

#include <fmt/compile.h>
#include <fmt/format.h>

#include <cstdint>
#include <iterator>

namespace lparsim::trace {

namespace {

/// The steps of a request as table io_request has them: [[stage, ps], ...].
void steps_result(sqlite3_context* to, const IoRequestRow& row) {
  fmt::memory_buffer text;
  text.push_back('[');
  for (std::size_t i = 0; i < row.steps; ++i) {
    const IoStep& step = row.all_steps[row.first_step + i];
    fmt::format_to(std::back_inserter(text), FMT_COMPILE("{}[{},{}]"), i == 0 ? "" : ",", step.stage, step.length.ps());
  }
  text.push_back(']');
  sqlite3_result_text(to, text.data(), static_cast<int>(text.size()), SQLITE_TRANSIENT);
}

}  // namespace

void io_request_column(sqlite3_context* to, const IoRequestRow& row, int column) {
  constexpr int kFirstStage = 9;
  constexpr int kSteps = kFirstStage + static_cast<int>(kIoStageCount);
  const IoRequest& r = row.request;
  if (column == kSteps) return steps_result(to, row);
  if (column >= kFirstStage) return sqlite3_result_int64(to, r.stages[static_cast<std::size_t>(column - kFirstStage)].ps());
  const std::int64_t values[kFirstStage] = {static_cast<std::int64_t>(r.number),
                                            r.target,
                                            static_cast<std::int64_t>(r.kind),
                                            static_cast<std::int64_t>(r.outcome),
                                            static_cast<std::int64_t>(r.bytes),
                                            r.path,
                                            r.attempts,
                                            r.begin.ps(),
                                            (r.end - r.begin).ps()};
  sqlite3_result_int64(to, values[column]);
}

void io_interval_column(sqlite3_context* to, const IoIntervalSample& i, int column) {
  constexpr int kFirstStage = 9;
  if (column >= kFirstStage) return sqlite3_result_int64(to, i.stages[static_cast<std::size_t>(column - kFirstStage)].ps());
  const std::int64_t values[kFirstStage] = {i.target,
                                            static_cast<std::int64_t>(i.kind),
                                            i.begin.ps(),
                                            (i.end - i.begin).ps(),
                                            static_cast<std::int64_t>(i.requests),
                                            static_cast<std::int64_t>(i.failed),
                                            static_cast<std::int64_t>(i.bytes),
                                            i.latency.ps(),
                                            i.in_flight.ps()};
  sqlite3_result_int64(to, values[column]);
}

}  // namespace lparsim::trace
