#pragma once
#include <string>
#include <string_view>

#include "sim/base/result.hpp"
#include "sim/report/metric_table.hpp"
#include "sim/scenario/document.hpp"

namespace lparsim::scenario {

/// `METRIC=2%`: the share is more than 0 and less than 100 %.
Result<PrecisionGoal> parse_precision(std::string_view text);

/// Whether this run has the metric and can give an interval for it. Unknown names get a did-you-mean.
Result<void> check_precision(const PrecisionGoal& goal, const ScenarioConfig& scenario);

/// Whether the metric of that name ever has a confidence interval: not the greatest of something, not a mere count, and not what is left
/// below a pool's maximum.
bool may_have_interval(std::string_view metric, const ScenarioConfig& scenario);

/// Whether half the interval is no more than the share of the value that was asked for.
bool reached(const PrecisionGoal& goal, const report::MetricTable& metrics);

/// How far the run has come with it, as a sentence for the report; `limit` is why it did not go on.
std::string remark_on(const PrecisionGoal& goal, const report::MetricTable& metrics, SimTime limit);

/// When to look again: the measured part grows by a quarter from look to look, whole milliseconds, no further than `limit`.
SimTime next_look(SimTime now, SimTime warmup, SimTime limit);

}  // namespace lparsim::scenario
