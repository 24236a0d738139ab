#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "sim/base/result.hpp"
#include "sim/report/metric_table.hpp"
#include "sim/report/quantity.hpp"

namespace lparsim::report {

enum class Relation : std::uint8_t { less, at_most, greater, at_least, equal, between };

/// One line of a scenario's `expect`:
///   METRIC < | <= | > | >= | = VALUE [within TOLERANCE]
///   METRIC between VALUE and VALUE
/// A tolerance in % is a share of VALUE (for metrics in % too), any other is a distance. It widens `=` to both sides and gives the other
/// relations that much more room. Values that differ by less than one part in 10^9 count as equal, so that rounding decides nothing.
struct Expectation {
  std::string text;
  std::string metric;
  Relation relation = Relation::equal;
  Quantity value;
  Quantity upper;  ///< of `between`
  std::optional<Quantity> tolerance;
};

Result<Expectation> parse_expectation(std::string_view text);

/// Whether `known` (values do not matter) has the metric and whether the units fit it. Unknown names get a did-you-mean.
Result<void> check_names(const Expectation& expectation, const MetricTable& known);

/// A metric that is missing or has no sample fails, with the reason.
trace::ExpectationResult judge(const Expectation& expectation, const MetricTable& metrics);

}  // namespace lparsim::report
