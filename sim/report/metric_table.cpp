#include "sim/report/metric_table.hpp"

#include <utility>

#include "sim/base/check.hpp"

namespace lparsim::report {

MetricTable::MetricTable(std::vector<trace::MetricValue> metrics) {
  for (trace::MetricValue& m : metrics) add(std::move(m.name), m.value, std::move(m.unit), std::move(m.description), m.ci95);
}

void MetricTable::add(std::string name, double value, std::string unit, std::string description, double ci95) {
  const bool is_new = places_.emplace(name, metrics_.size()).second;
  LPARSIM_CHECK(is_new, "the metric {} is there twice", name);
  metrics_.push_back({std::move(name), value, std::move(unit), std::move(description), ci95});
}

const trace::MetricValue* MetricTable::find(std::string_view name) const {
  const auto place = places_.find(std::string{name});
  return place == places_.end() ? nullptr : &metrics_[place->second];
}

}  // namespace lparsim::report
