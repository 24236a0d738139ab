#pragma once
#include <cstddef>
#include <limits>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "sim/trace/records.hpp"

namespace lparsim::report {

/// The metrics of a run in their order, found by name. Also serves as the list of the metrics that a run is going to have: then the values
/// are NaN.
class MetricTable {
 public:
  MetricTable() = default;
  explicit MetricTable(std::vector<trace::MetricValue> metrics);
  /// A name comes once.
  void add(std::string name, double value, std::string unit, std::string description,
           double ci95 = std::numeric_limits<double>::quiet_NaN());

  const trace::MetricValue* find(std::string_view name) const;
  const std::vector<trace::MetricValue>& all() const { return metrics_; }

 private:
  std::vector<trace::MetricValue> metrics_;
  std::unordered_map<std::string, std::size_t> places_;
};

}  // namespace lparsim::report
