#include <fmt/format.h>

#include "lpars/workload/config.hpp"
#include "sim/config/schema.hpp"
#include "sim/scenario/schema.hpp"

namespace lparsim::scenario {
namespace {

using namespace config;
using namespace literals;

constexpr std::size_t kLongestText = 200;
constexpr SimTime kLongestMean = SimTime::from_s(86'400);
constexpr std::string_view kCalls = "(exponential|uniform|normal|lognormal|erlang|hyperexponential) *\\([^()]+\\)";

/// A step of a transaction as it is written; the keys of all kinds of steps stand side by side.
struct StepKeys {
  workload::Step step;
  operator workload::Step() const { return step; }
};

Value<Distribution> distribution(ScalarInfo info, Result<Distribution> (*parse)(std::string_view),
                                 std::function<std::optional<std::string>(const Distribution&)> problem) {
  info.form =
      "constant; exponential(mean), uniform(a, b), normal(mean, sd), lognormal(mean, cv), erlang(k, mean), hyperexponential(mean, cv)";
  return {info, [parse, problem](std::string_view text) -> Result<Distribution> {
            if (text.size() > kLongestText)
              return unexpected(fmt::format("{} is too long; allowed: {} characters", shown(text), kLongestText));
            auto parsed = parse(text);
            if (!parsed) return unexpected(escaped(parsed.error()));
            if (auto wrong = problem(*parsed)) return unexpected(fmt::format("{} {}", shown(text), *wrong));
            return parsed;
          }};
}

std::optional<std::string> time_problem(const Distribution& time) {
  if (time.in_cycles()) return "is a number of cycles; allowed: a time";
  if (time.mean() > kLongestMean) return "is too long; allowed: a mean of at most 1 d";
  return std::nullopt;
}

std::optional<std::string> demand_problem(const Distribution& demand) {
  // Below that, rounding to whole picoseconds could leave transactions without end in no time at all.
  const SimTime mean = demand.at(Hertz{1e9}).mean();
  if (mean < 1_ns) return "is too short; allowed: a mean of at least 1 ns or 1 cycle";
  if (mean > kLongestMean) return "is too long; allowed: a mean of at most 1 d, or its cycles at 1 GHz";
  return std::nullopt;
}

Value<Distribution> demand() {
  return distribution({.noun = "a time or cycles, or a distribution of them",
                       .example = "exponential(2 ms)",
                       .pattern = fmt::format("^([0-9.]+ ?[a-zA-Z]+|{})$", kCalls)},
                      parse_distribution, demand_problem);
}

Value<Distribution> think_time() {
  return distribution({.noun = "a time or a distribution of times",
                       .example = "exponential(100 ms)",
                       .pattern = fmt::format("^([0-9.]+ ?[a-z]+|{})$", kCalls)},
                      parse_distribution, time_problem);
}

Value<Distribution> arrivals() {
  auto value = distribution({.noun = "a rate or the gap between two arrivals",
                             .example = "poisson(200 /s)",
                             .pattern = fmt::format("^([0-9.]+ ?[a-z]+|(poisson|every) *\\([^()]+\\)|{})$", kCalls)},
                            parse_arrivals, time_problem);
  return value;
}

Value<std::int64_t> threads() {
  return count().at_least("1").at_most(std::to_string(workload::kMostThreads));
}

const Schema<StepKeys>& step_schema() {
  static const auto schema =
      Schema<StepKeys>("step", "One thing that a transaction does; exactly one key.")
          .optional("compute", &StepKeys::step, demand().map([](Distribution d) { return workload::Compute{d}; }),
                    "Processor time of one thread alone on a core of this server at its nominal frequency, or cycles of "
                    "that core; drawn anew for each transaction.")
          .exactly_one_key();
  return schema;
}

constexpr std::string_view kTransactionDoc = "What each transaction does, step by step, in one thread.";

}  // namespace

const Schema<workload::Config>& workload_schema() {
  static const auto spin =
      Schema<workload::Spin>("spin", "Threads that compute for ever.")
          .optional("threads", &workload::Spin::threads, threads(), "How many software threads.", {.default_text = "1"});
  static const auto open =
      Schema<workload::Open>("open", "Transactions arrive from outside, whatever state the partition is in.")
          .required("arrivals", &workload::Open::arrival_gap, arrivals(),
                    "When transactions arrive: poisson(rate), every(period), or a distribution of the gap between two of them.")
          .optional("threads", &workload::Open::threads, threads(), "Most that are served at once; the rest wait, first come first served.",
                    {.default_text = "unlimited", .example = "16"})
          .required_list("transaction", &workload::Open::transaction, step_schema(), kTransactionDoc);
  static const auto closed =
      Schema<workload::Closed>("closed", "Users who think, submit a transaction, wait for its end, and think again.")
          .required("users", &workload::Closed::users, threads(), "How many users; each has a thread of its own.")
          .required("think", &workload::Closed::think, think_time(), "How long a user thinks between two transactions.")
          .required_list("transaction", &workload::Closed::transaction, step_schema(), kTransactionDoc);
  static const auto batch =
      Schema<workload::Batch>("batch", "Jobs that are all there when the partition is activated.")
          .required("jobs", &workload::Batch::jobs, count().at_least("1").at_most("1000000000000"), "How many jobs there are.")
          .optional("threads", &workload::Batch::threads, threads(), "How many threads work on them, in their order.",
                    {.default_text = "1"})
          .required_list("transaction", &workload::Batch::transaction, step_schema(), "What each job does, step by step, in one thread.");
  static const auto schema =
      Schema<workload::Config>("workload", "Something that keeps a partition busy.")
          .required("name", &workload::Config::name, name().with_example("orders"), "What metrics call it: PARTITION.NAME.response.p99.")
          .variant("type", &workload::Config::type, "How the work comes.", {.example = "open"}, alternative("spin", spin),
                   alternative("open", open), alternative("closed", closed), alternative("batch", batch));
  return schema;
}

}  // namespace lparsim::scenario
