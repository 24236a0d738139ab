#include "sim/report/expectation.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <utility>
#include <vector>

#include "sim/base/nearest.hpp"

namespace lparsim::report {

namespace {

constexpr double kRounding = 1e-9;

bool is_blank(char c) {
  return c == ' ' || c == '\t';
}

std::string_view without_blanks(std::string_view text) {
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  return text;
}

/// Splits at a word that stands between blanks; the second part is empty when the word is not there.
std::pair<std::string_view, std::optional<std::string_view>> split_at_word(std::string_view text, std::string_view word) {
  for (std::size_t at = text.find(word); at != std::string_view::npos; at = text.find(word, at + 1)) {
    const std::size_t end = at + word.size();
    if ((at == 0 || is_blank(text[at - 1])) && (end == text.size() || is_blank(text[end]))) return {text.substr(0, at), text.substr(end)};
  }
  return {text, std::nullopt};
}

struct Sign {
  std::string_view text;
  Relation relation;
};
// Longer signs first, so that `<` does not hide `<=`.
constexpr std::array kSigns{Sign{"<=", Relation::at_most}, Sign{">=", Relation::at_least}, Sign{"<", Relation::less},
                            Sign{">", Relation::greater}, Sign{"=", Relation::equal}};

bool is_word(std::string_view text, std::string_view word) {
  return text.substr(0, word.size()) == word && (text.size() == word.size() || is_blank(text[word.size()]));
}

Result<Expectation> parse_between(Expectation expectation, std::string_view rest) {
  expectation.relation = Relation::between;
  const auto [low, high] = split_at_word(rest, "and");
  if (!high) return unexpected(fmt::format("`{}`: `between` needs two values, like `between 0.9 and 1.1`", expectation.text));
  Result<Quantity> from = parse_quantity(low);
  if (!from) return unexpected(fmt::format("`{}`: {}", expectation.text, from.error()));
  Result<Quantity> to = parse_quantity(*high);
  if (!to) return unexpected(fmt::format("`{}`: {}", expectation.text, to.error()));
  // `between 1 and 2 ms` is what people say.
  if (from->unit.empty()) from->unit = to->unit;
  if (const Result<double> upper = convert(*to, from->unit.empty() ? "1" : from->unit); upper && *upper < from->value)
    return unexpected(fmt::format("`{}`: the first value of `between` is the smaller one", expectation.text));
  expectation.value = *std::move(from);
  expectation.upper = *std::move(to);
  return expectation;
}

Result<Expectation> parse_comparison(Expectation expectation, std::string_view rest) {
  const auto* const sign =
      std::find_if(kSigns.begin(), kSigns.end(), [&](const Sign& s) { return rest.substr(0, s.text.size()) == s.text; });
  if (sign == kSigns.end()) return unexpected(fmt::format("`{}`: after the metric comes one of < <= > >= = between", expectation.text));
  expectation.relation = sign->relation;
  const auto [value, tolerance] = split_at_word(rest.substr(sign->text.size()), "within");
  Result<Quantity> quantity = parse_quantity(value);
  if (!quantity) return unexpected(fmt::format("`{}`: {}", expectation.text, quantity.error()));
  expectation.value = *std::move(quantity);
  if (tolerance) {
    Result<Quantity> within = parse_quantity(*tolerance);
    if (!within) return unexpected(fmt::format("`{}`: {}", expectation.text, within.error()));
    if (within->value < 0) return unexpected(fmt::format("`{}`: a tolerance is not negative", expectation.text));
    expectation.tolerance = *std::move(within);
  }
  return expectation;
}

/// The values of an expectation in the unit of its metric.
struct Limits {
  double value = 0;
  double upper = 0;
  double tolerance = 0;
};

Result<Limits> limits_in(const Expectation& expectation, const std::string& unit) {
  Limits limits;
  const Result<double> value = convert(expectation.value, unit);
  if (!value) return unexpected(value.error());
  limits.value = *value;
  if (expectation.relation == Relation::between) {
    const Result<double> upper = convert(expectation.upper, unit);
    if (!upper) return unexpected(upper.error());
    limits.upper = *upper;
  }
  if (expectation.tolerance) {
    if (expectation.tolerance->unit == "%") {
      limits.tolerance = std::abs(limits.value) * expectation.tolerance->value / 100;
    } else {
      const Result<double> tolerance = convert(*expectation.tolerance, unit);
      if (!tolerance) return unexpected(tolerance.error());
      limits.tolerance = *tolerance;
    }
  }
  return limits;
}

bool same(double a, double b) {
  return std::abs(a - b) <= kRounding * std::max(std::abs(a), std::abs(b));
}
bool at_most(double a, double b) {
  return a <= b || same(a, b);
}
bool less(double a, double b) {
  return a < b && !same(a, b);
}

bool holds(Relation relation, double actual, const Limits& limits) {
  switch (relation) {
    case Relation::less:
      return less(actual, limits.value + limits.tolerance);
    case Relation::at_most:
      return at_most(actual, limits.value + limits.tolerance);
    case Relation::greater:
      return less(limits.value - limits.tolerance, actual);
    case Relation::at_least:
      return at_most(limits.value - limits.tolerance, actual);
    case Relation::equal:
      return at_most(limits.value - limits.tolerance, actual) && at_most(actual, limits.value + limits.tolerance);
    case Relation::between:
      break;
  }
  return at_most(limits.value, actual) && at_most(actual, limits.upper);
}

}  // namespace

Result<Expectation> parse_expectation(std::string_view text) {
  text = without_blanks(text);
  Expectation expectation;
  expectation.text = text;
  const std::size_t name_end = std::min(text.find_first_of(" \t<>="), text.size());
  expectation.metric = text.substr(0, name_end);
  if (expectation.metric.empty()) return unexpected(fmt::format("`{}`: it begins with the name of a metric, like `web.physc < 0.5`", text));
  const std::string_view rest = without_blanks(text.substr(name_end));
  if (is_word(rest, "between")) return parse_between(std::move(expectation), rest.substr(7));
  return parse_comparison(std::move(expectation), rest);
}

Result<void> check_names(const Expectation& expectation, const MetricTable& known) {
  const trace::MetricValue* const metric = known.find(expectation.metric);
  if (metric == nullptr) {
    std::vector<std::string> names;
    for (const trace::MetricValue& m : known.all()) names.push_back(m.name);
    const auto near = nearest(expectation.metric, names);
    std::string hint = near ? fmt::format("did you mean `{}`?", *near) : std::string{};
    if (!near) hint = names.empty() ? "this run has no metrics" : fmt::format("metrics are named like `{}`", names.front());
    return unexpected(fmt::format("unknown metric `{}`; {}", expectation.metric, hint));
  }
  if (const Result<Limits> limits = limits_in(expectation, metric->unit); !limits)
    return unexpected(fmt::format("`{}`: {}", expectation.text, limits.error()));
  return {};
}

trace::ExpectationResult judge(const Expectation& expectation, const MetricTable& metrics) {
  trace::ExpectationResult result{expectation.text, expectation.metric, false, std::numeric_limits<double>::quiet_NaN(), "", ""};
  const trace::MetricValue* const metric = metrics.find(expectation.metric);
  if (metric == nullptr) {
    result.reason = "there is no such metric in this run";
    return result;
  }
  result.actual = metric->value;
  result.unit = metric->unit;
  const Result<Limits> limits = limits_in(expectation, metric->unit);
  if (!limits)
    result.reason = limits.error();
  else if (!std::isfinite(metric->value))
    result.reason = "there is no sample of it in the measured part of the run";
  else
    result.passed = holds(expectation.relation, metric->value, *limits);
  return result;
}

}  // namespace lparsim::report
