#include <fmt/format.h>

#include <array>
#include <charconv>
#include <cmath>
#include <optional>
#include <vector>

#include "sim/base/distribution.hpp"
#include "sim/base/quantity.hpp"
#include "sim/base/text.hpp"

namespace lparsim {
namespace {

using Unit = Distribution::Unit;
using Shape = Distribution::Shape;

constexpr std::string_view kAllowed =
    "a value such as 5 ms, exponential(mean), uniform(a, b), normal(mean, sd), lognormal(mean, cv), erlang(k, mean) or "
    "hyperexponential(mean, cv)";

/// `name(first, second)` taken apart; a text without brackets has no name and one argument.
struct Call {
  std::string_view name;
  std::vector<std::string_view> arguments;
};

Result<Call> parse_call(std::string_view text) {
  text = trimmed(text);
  const auto open = text.find('(');
  if (open == std::string_view::npos) {
    if (text.find_first_of("),") != std::string_view::npos) return unexpected{fmt::format("\"{}\" has no opening bracket", text)};
    return Call{{}, {text}};
  }
  if (text.back() != ')') return unexpected{fmt::format("\"{}\" lacks its closing bracket at the end", text)};
  Call call{trimmed(text.substr(0, open)), {}};
  if (call.name.empty()) return unexpected{fmt::format("\"{}\" has brackets but no name before them", text)};
  auto inner = text.substr(open + 1, text.size() - open - 2);
  if (inner.find_first_of("()") != std::string_view::npos) return unexpected{fmt::format("\"{}\" has brackets within brackets", text)};
  for (;;) {
    const auto comma = inner.find(',');
    call.arguments.push_back(trimmed(inner.substr(0, comma)));
    if (comma == std::string_view::npos) return call;
    inner.remove_prefix(comma + 1);
  }
}

/// One argument as a length: a duration in picoseconds or a number of cycles.
struct Length {
  double value;
  Unit unit;
};

Result<Length> parse_length(std::string_view text) {
  if (text.ends_with("cycles")) return parse_cycles(text).map([](Cycles c) { return Length{c.count, Unit::cycles}; });
  return parse_time(text).map([](SimTime t) { return Length{static_cast<double>(t.ps()), Unit::time}; });
}

std::optional<double> shape_number(std::string_view text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, std::chars_format::fixed);
  if (error != std::errc{} || end != text.data() + text.size() || !std::isfinite(value)) return std::nullopt;
  return value;
}

std::optional<int> phase_count(std::string_view text) {
  int value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

Result<Distribution> with_mean(const Call& call, std::string_view mean, auto&& shape_of) {
  const auto length = parse_length(mean);
  if (!length) return unexpected{fmt::format("{} needs its mean with a unit; {}", call.name, length.error())};
  return Distribution{shape_of(length->value), length->unit};
}

Result<Distribution> with_two_lengths(const Call& call, std::string_view what, auto&& shape_of) {
  const auto first = parse_length(call.arguments[0]);
  const auto second = parse_length(call.arguments[1]);
  if (!first) return unexpected{fmt::format("{} needs {}; {}", call.name, what, first.error())};
  if (!second) return unexpected{fmt::format("{} needs {}; {}", call.name, what, second.error())};
  if (first->unit != second->unit) return unexpected{fmt::format("{} needs {} both in time or both in cycles", call.name, what)};
  return Distribution{shape_of(first->value, second->value), first->unit};
}

Result<Distribution> parse_uniform(const Call& call) {
  auto parsed = with_two_lengths(call, "its least and its greatest value", [](double a, double b) { return Shape{Uniform{a, b}}; });
  if (!parsed) return parsed;
  const auto& uniform = std::get<Uniform>(parsed->shape());
  if (uniform.low > uniform.high) {
    return unexpected{fmt::format("uniform needs its least value first; {} is more than {}", call.arguments[0], call.arguments[1])};
  }
  return parsed;
}

Result<Distribution> parse_normal(const Call& call) {
  return with_two_lengths(call, "its mean and its standard deviation", [](double m, double sd) { return Shape{Normal{m, sd}}; });
}

/// A coefficient of variation beyond 1000 has no use, and the logarithms stay finite below it.
std::optional<double> parse_cv(std::string_view text, double least) {
  const auto cv = shape_number(text);
  return cv && *cv >= least && *cv <= 1000 ? cv : std::nullopt;
}

Result<Distribution> parse_lognormal(const Call& call) {
  const auto cv = parse_cv(call.arguments[1], 0);
  if (!cv) return unexpected{fmt::format("lognormal needs a coefficient of variation from 0 to 1000; \"{}\" is not", call.arguments[1])};
  return with_mean(call, call.arguments[0], [&](double mean) { return Shape{Lognormal{mean, *cv}}; });
}

Result<Distribution> parse_hyperexponential(const Call& call) {
  const auto cv = parse_cv(call.arguments[1], 1);
  if (!cv) {
    return unexpected{fmt::format("hyperexponential needs a coefficient of variation from 1 to 1000; \"{}\" is not", call.arguments[1])};
  }
  return with_mean(call, call.arguments[0], [&](double mean) { return Shape{Hyperexponential{mean, *cv}}; });
}

Result<Distribution> parse_erlang(const Call& call) {
  const auto phases = phase_count(call.arguments[0]);
  if (!phases || *phases < 1 || *phases > 1000) {
    return unexpected{fmt::format("erlang needs a whole number of phases from 1 to 1000; \"{}\" is not", call.arguments[0])};
  }
  return with_mean(call, call.arguments[1], [&](double mean) { return Shape{Erlang{*phases, mean}}; });
}

Result<Distribution> parse_exponential(const Call& call) {
  return with_mean(call, call.arguments[0], [](double mean) { return Shape{Exponential{mean}}; });
}

struct Known {
  std::string_view name;
  std::string_view arguments;
  std::size_t count;
  Result<Distribution> (*parse)(const Call&);
};
constexpr std::array<Known, 6> kKnown{{{"exponential", "(mean)", 1, parse_exponential},
                                       {"uniform", "(a, b)", 2, parse_uniform},
                                       {"normal", "(mean, sd)", 2, parse_normal},
                                       {"lognormal", "(mean, cv)", 2, parse_lognormal},
                                       {"erlang", "(k, mean)", 2, parse_erlang},
                                       {"hyperexponential", "(mean, cv)", 2, parse_hyperexponential}}};

}  // namespace

Result<Distribution> parse_distribution(std::string_view text) {
  const auto call = parse_call(text);
  if (!call) return unexpected{fmt::format("{}; write {}", call.error(), kAllowed)};
  if (call->name.empty() && call->arguments.size() == 1) {
    const auto length = parse_length(call->arguments[0]);
    if (!length) return unexpected{length.error()};
    return Distribution{Constant{length->value}, length->unit};
  }
  for (const auto& known : kKnown) {
    if (known.name != call->name) continue;
    if (call->arguments.size() != known.count) {
      return unexpected{
          fmt::format("{} takes {} argument{}: {}{}", known.name, known.count, known.count == 1 ? "" : "s", known.name, known.arguments)};
    }
    return known.parse(*call);
  }
  return unexpected{fmt::format("\"{}\" is not a distribution; write {}", call->name, kAllowed)};
}

Result<Distribution> parse_arrivals(std::string_view text) {
  const auto call = parse_call(text);
  if (call && call->name == "poisson") {
    const auto rate =
        call->arguments.size() == 1 ? parse_event_rate(call->arguments[0]) : Result<EventRate>{unexpected<std::string>{"it has one"}};
    if (!rate) return unexpected{fmt::format("poisson needs its rate, such as poisson(200 /s); {}", rate.error())};
    if (!(rate->per_second >= 1e-6)) return unexpected{std::string{"poisson needs a rate of at least 0.000001 /s"}};
    return Distribution{Exponential{1e12 / rate->per_second}};
  }
  const bool every = call && call->name == "every";
  if (every && call->arguments.size() != 1) return unexpected{std::string{"every takes 1 argument: every(period)"}};
  auto gap = parse_distribution(every ? call->arguments[0] : text);
  if (!gap) return unexpected{fmt::format("{}; arrivals are poisson(rate), every(period) or a distribution of the gap", gap.error())};
  if (gap->in_cycles()) return unexpected{std::string{"arrivals are apart by a time, not by cycles"}};
  if (gap->mean() <= SimTime{}) return unexpected{std::string{"arrivals need a gap longer than 0"}};
  return gap;
}

}  // namespace lparsim
