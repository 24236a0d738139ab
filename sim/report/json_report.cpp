#include <nlohmann/json.hpp>

#include "sim/report/format.hpp"

namespace lparsim::report {

std::string json_report(const RunReport& report) {
  using Json = nlohmann::ordered_json;
  // NaN becomes null. Put behind each other without a search for the name, which would cost a comparison with every metric before.
  Json::object_t metrics;
  for (const trace::MetricValue& m : report.metrics.all())
    metrics.push_back({m.name, Json{{"value", m.value}, {"unit", m.unit}, {"ci95", m.ci95}}});
  Json expectations = Json::array();
  for (const trace::ExpectationResult& e : report.expectations) {
    Json one = {{"text", e.text}, {"passed", e.passed.value_or(false)}, {"actual", e.actual}, {"unit", e.unit}};
    if (!e.reason.empty()) one["reason"] = e.reason;
    expectations.push_back(std::move(one));
  }
  const Json json = {
      {"scenario", report.run.scenario_name},
      {"seed", report.run.seed},
      {"version", report.run.version},
      {"state", trace::name_of(report.state)},
      {"duration_s", report.run.duration.seconds()},
      {"warmup_s", report.run.warmup.seconds()},
      {"simulated_s", report.simulated.seconds()},
      {"metrics", std::move(metrics)},
      {"expectations", std::move(expectations)},
      {"remarks", report.remarks},
      {"assumptions", report.run.assumptions},
      {"simulator", {{"wall_s", report.host.wall_seconds}, {"events", report.host.events}, {"dispatches", report.host.dispatches}}},
  };
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace lparsim::report
