#pragma once
#include <filesystem>
#include <optional>
#include <string>

#include "sim/report/metric_table.hpp"
#include "sim/trace/reader.hpp"
#include "sim/trace/records.hpp"

namespace lparsim::validation {

/// Reads, simulates and measures a scenario given as text, through the same code as `lparsim run`. Once a process. Throws
/// std::runtime_error with the diagnostics when the text is not a scenario.
report::MetricTable run_text(const std::string& yaml, trace::Level level = trace::Level::off);

/// The same, for claims that look into the run file, which lives as long as this does.
class TextRun {
 public:
  TextRun(const std::string& yaml, trace::Level level);
  ~TextRun();
  TextRun(const TextRun&) = delete;
  TextRun& operator=(const TextRun&) = delete;

  const trace::Reader& reader() const { return *reader_; }
  report::MetricTable metrics() const;

 private:
  std::filesystem::path path_;
  std::optional<trace::Reader> reader_;
};

/// The value of a metric of such a run; a metric that does not exist is an error of the caller (CHECK).
double value_of(const report::MetricTable& metrics, const std::string& name);

}  // namespace lparsim::validation
