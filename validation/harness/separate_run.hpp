#pragma once
#include <filesystem>
#include <optional>
#include <string>

#include "sim/report/metric_table.hpp"
#include "sim/trace/reader.hpp"
#include "sim/trace/records.hpp"

namespace lparsim::validation {

/// A scenario given as text, simulated in a process of its own, for claims that compare several: a process simulates only once. Throws
/// std::runtime_error if the simulation fails; its words are on standard error.
class SeparateRun {
 public:
  explicit SeparateRun(const std::string& yaml, trace::Level level = trace::Level::summary);
  ~SeparateRun();
  SeparateRun(const SeparateRun&) = delete;
  SeparateRun& operator=(const SeparateRun&) = delete;

  const trace::Reader& reader() const { return *reader_; }
  const report::MetricTable& metrics() const { return metrics_; }
  /// A metric that does not exist is an error of the caller (CHECK).
  double operator[](const std::string& name) const;

 private:
  std::filesystem::path path_;
  std::optional<trace::Reader> reader_;
  report::MetricTable metrics_;
};

}  // namespace lparsim::validation
