#include <fmt/format.h>

#include <algorithm>

#include "sim/base/text.hpp"
#include "sim/scenario/schema_workload.hpp"

namespace lparsim::scenario {

using namespace config;
using namespace literals;

namespace {

constexpr std::size_t kLongestText = 200;
constexpr SimTime kLongestMean = SimTime::from_s(86'400);
constexpr std::string_view kCalls = "(exponential|uniform|normal|lognormal|erlang|hyperexponential) *\\([^()]+\\)";

/// A step of a transaction as it is written; the keys of all kinds of steps stand side by side.
struct StepKeys {
  std::optional<Distribution> compute;
  std::optional<Distribution> sleep;
  std::optional<std::string> lock;
  std::vector<workload::Transaction> parallel;

  operator workload::Step() const {
    if (!parallel.empty()) return workload::Parallel{parallel};
    if (lock) return workload::Locked{*lock, compute.value_or(Distribution{}), sleep};
    if (sleep) return workload::Sleep{*sleep};
    return workload::Compute{compute.value_or(Distribution{})};
  }
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

/// How many lists of steps this one stands in, by its path: `...parallel.1.0.parallel.0.2`.
int depth_of(std::string_view path) {
  int depth = 0;
  // Only keys and numbers follow it, no names.
  path = path.substr(path.rfind(".transaction."));
  for (auto at = path.find(".parallel."); at != std::string_view::npos; at = path.find(".parallel.", at + 1)) ++depth;
  return depth;
}

void check_step(const StepKeys& step, const Context& context) {
  const bool parallel = context.given("parallel");
  if (parallel && (step.compute || step.sleep || step.lock)) {
    context.error("parallel", "stands beside other keys; allowed: a step of its own");
  } else if (parallel && depth_of(context.path()) >= workload::kMostDepth) {
    context.error("parallel", fmt::format("stands too deep in others of its kind; allowed: {} in each other", workload::kMostDepth));
  } else if (step.lock && !step.compute) {
    context.error("", "the key `compute` is missing; allowed: how long the lock is held, such as `20 us`");
  } else if (step.compute && step.sleep && !step.lock) {
    context.error("sleep", "stands beside compute without a lock; allowed: a step of its own");
  } else if (!parallel && !step.compute && !step.sleep && std::ranges::all_of(context.node().children, &Node::is_null)) {
    context.error("", "nothing is given; allowed: compute, sleep, lock (with compute), or parallel");
  }
}

const Schema<StepKeys>& step_schema() {
  static const auto schema =
      Schema<StepKeys>("step", "One thing that a transaction does: compute, sleep, lock with compute, or parallel.")
          .optional("compute", &StepKeys::compute, demand(),
                    "Processor time of one thread alone on a core of this server at its nominal frequency, or cycles of "
                    "that core; drawn anew for each transaction.")
          .optional("sleep", &StepKeys::sleep, pause(),
                    "Off the processor for so long, waiting for something outside. Beside lock and compute: then, still holding the lock.")
          .optional("lock", &StepKeys::lock, name().with_example("accounts"),
                    "A lock of the partition that this thread takes, holds while it computes, and gives up; who has to wait for it spins.")
          .lists_of_itself("parallel", &StepKeys::parallel, step_schema,
                           "Lists of steps that are done at once, by a thread each; the next step begins when all have ended.")
          .check(check_step);
  return schema;
}

const Schema<workload::Kind>& kind_schema() {
  static const auto schema = Schema<workload::Kind>("kind", "One kind of transaction in a mix.")
                                 .required("name", &workload::Kind::name, name().with_example("read"),
                                           "What metrics call it: PARTITION.WORKLOAD.NAME.response.p99.")
                                 .required("probability", &workload::Kind::probability, number().at_most("1").with_example("0.8"),
                                           "How often a transaction is of this kind; those of a mix add up to 1.")
                                 .required_list("transaction", &workload::Kind::transaction, step_schema(), "What it does, step by step.");
  return schema;
}

template <class T>
void check_work(const T& type, const Context& context) {
  const bool mix = context.given("mix");
  if (mix && context.given("transaction")) {
    context.error("mix", "stands beside transaction; allowed: one of the two");
  } else if (type.transaction.empty() && context.given("transaction")) {
    context.error("transaction", "the list is empty; allowed: at least one element");
  } else if (!mix && type.transaction.empty()) {
    context.error("", "the key `transaction` is missing; allowed: a list of steps, or a `mix` of several kinds of transactions");
  } else if (mix && type.mix.empty()) {
    context.error("mix", "the list is empty; allowed: at least one kind of transaction");
  } else if (mix) {
    // A name that is taken twice has been reported where the list was read.
    double sum = 0;
    for (const workload::Kind& kind : type.mix) sum += kind.probability;
    if (const auto problem = workload::problem_of_sum(sum)) context.error("mix", *problem);
  }
}

template <class T>
Schema<T>& add_work_to(Schema<T>& schema, std::string_view doc) {
  return schema.list("transaction", &T::transaction, step_schema(), doc)
      .list("mix", &T::mix, kind_schema(), "Instead of `transaction`: several kinds of them, each with its probability.")
      .check(check_work<T>);
}

}  // namespace

Schema<workload::Open>& add_work(Schema<workload::Open>& schema, std::string_view doc) {
  return add_work_to(schema, doc);
}
Schema<workload::Closed>& add_work(Schema<workload::Closed>& schema, std::string_view doc) {
  return add_work_to(schema, doc);
}
Schema<workload::Batch>& add_work(Schema<workload::Batch>& schema, std::string_view doc) {
  return add_work_to(schema, doc);
}

Value<Distribution> pause() {
  return distribution({.noun = "a time or a distribution of times",
                       .example = "exponential(100 ms)",
                       .pattern = fmt::format("^([0-9.]+ ?[a-z]+|{})$", kCalls)},
                      parse_distribution, time_problem);
}

Value<Distribution> arrivals() {
  return distribution({.noun = "a rate or the gap between two arrivals",
                       .example = "poisson(200 /s)",
                       .pattern = fmt::format("^([0-9.]+ ?[a-z]+|(poisson|every) *\\([^()]+\\)|{})$", kCalls)},
                      parse_arrivals, time_problem);
}

}  // namespace lparsim::scenario
