#include "sim/scenario/precision.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "sim/base/nearest.hpp"
#include "sim/base/text.hpp"
#include "sim/report/quantity.hpp"
#include "sim/scenario/metric_names.hpp"

namespace lparsim::scenario {
namespace {

bool is_idle_below_maximum(std::string_view metric, const ScenarioConfig& scenario) {
  for (std::size_t i = 0; i < scenario.servers.size(); ++i) {
    for (const PoolConfig& pool : scenario.servers[i].pools)
      if (pool.maximum && metric == pool_label(scenario, i, pool.name) + ".idle") return true;
  }
  return false;
}

}  // namespace

Result<PrecisionGoal> parse_precision(std::string_view text) {
  const std::size_t sign = text.find('=');
  const auto refuse = [&] {
    return unexpected(
        fmt::format("{} is not METRIC=SHARE; allowed: like web.orders.response.mean=2%, the share between 0 and 100 %", shown(text)));
  };
  if (sign == std::string_view::npos || sign == 0) return refuse();
  const Result<report::Quantity> share = report::parse_quantity(text.substr(sign + 1));
  if (!share || share->unit != "%" || share->value <= 0 || share->value >= 100) return refuse();
  return PrecisionGoal{std::string{text.substr(0, sign)}, share->value};
}

Result<void> check_precision(const PrecisionGoal& goal, const ScenarioConfig& scenario) {
  const report::MetricTable known = metric_names(scenario);
  if (known.find(goal.metric) == nullptr) {
    std::vector<std::string> names;
    for (const trace::MetricValue& m : known.all()) {
      if (may_have_interval(m.name, scenario)) names.push_back(m.name);
    }
    const auto near = nearest(goal.metric, names);
    return unexpected(
        fmt::format("unknown metric {}; {}", shown(goal.metric),
                    near ? fmt::format("did you mean `{}`?", *near) : fmt::format("metrics are named like `{}`", names.front())));
  }
  if (!may_have_interval(goal.metric, scenario))
    return unexpected(fmt::format("{} never has a confidence interval; allowed: rates, means, percentiles", shown(goal.metric)));
  return {};
}

bool may_have_interval(std::string_view metric, const ScenarioConfig& scenario) {
  constexpr std::string_view kCounts[] = {"denied", "failed", "opened", "dropped", "timeouts", "violations", "ejections"};
  for (const std::string_view count : kCounts)
    if (metric.ends_with(fmt::format(".vsp.{}", count))) return false;
  return !metric.ends_with(".max") && !metric.ends_with(".completed") && !metric.ends_with(".errors") &&
         !is_idle_below_maximum(metric, scenario);
}

bool reached(const PrecisionGoal& goal, const report::MetricTable& metrics) {
  const trace::MetricValue* const metric = metrics.find(goal.metric);
  // Not a number compares false.
  return metric != nullptr && metric->ci95 <= std::abs(metric->value) * goal.percent / 100;
}

std::string remark_on(const PrecisionGoal& goal, const report::MetricTable& metrics, SimTime limit) {
  const trace::MetricValue* const metric = metrics.find(goal.metric);
  std::string so_far = "no interval yet";
  if (metric != nullptr && std::isfinite(metric->ci95)) {
    so_far = metric->value != 0 ? fmt::format("±{:.2g} %", 100 * metric->ci95 / std::abs(metric->value))
                                : fmt::format("±{:.3g} {}", metric->ci95, metric->unit);
  }
  if (reached(goal, metrics)) return fmt::format("{}: known to {}, {:g} % was asked for", goal.metric, so_far, goal.percent);
  return fmt::format("{}: the precision of {:g} % was NOT reached within {:g} s ({})", goal.metric, goal.percent, limit.seconds(), so_far);
}

SimTime next_look(SimTime now, SimTime warmup, SimTime limit) {
  constexpr SimTime kStep = SimTime::from_ms(1);
  const SimTime measured = now - warmup;
  const SimTime next = warmup + measured + measured / 4;
  return std::min(limit, kStep * ((next + kStep - SimTime::from_ps(1)) / kStep));
}

}  // namespace lparsim::scenario
