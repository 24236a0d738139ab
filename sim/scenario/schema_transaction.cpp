#include <fmt/format.h>

#include <algorithm>

#include "sim/base/quantity.hpp"
#include "sim/base/text.hpp"
#include "sim/scenario/schema_kernel_policy.hpp"
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
  std::optional<std::string> disk_read;
  std::optional<std::string> disk_write;
  std::optional<std::string> send;
  std::optional<std::string> call;
  std::optional<OsServiceKeys> os_service;
  std::optional<std::string> event;
  std::optional<HypervisorCallKeys> hypervisor_call;
  std::optional<Bytes> size;
  std::optional<Bytes> request;
  std::optional<Bytes> response;
  std::optional<workload::DiskIo::Access> access;

  /// Of what must stand alone, with keys of its own.
  std::size_t io_steps() const {
    return static_cast<std::size_t>(disk_read.has_value()) + static_cast<std::size_t>(disk_write.has_value()) +
           static_cast<std::size_t>(send.has_value()) + static_cast<std::size_t>(call.has_value());
  }
  bool asks() const { return os_service || event || hypervisor_call; }

  operator workload::Step() const {
    using Direction = workload::DiskIo::Direction;
    if (disk_read || disk_write)
      return workload::DiskIo{disk_read ? Direction::read : Direction::write, disk_read ? *disk_read : *disk_write, size.value_or(Bytes{}),
                              access.value_or(workload::DiskIo::Access::random)};
    if (send) return workload::Send{*send, size.value_or(Bytes{})};
    if (call) return workload::Call{*call, request.value_or(Bytes{}), response.value_or(Bytes{})};
    if (os_service)
      return workload::OsService{os_service->type,   os_service->operation,  os_service->file, os_service->size.value_or(Bytes{}),
                                 os_service->access, os_service->working_set};
    if (event) return workload::ApplicationEvent{*event};
    if (hypervisor_call) return workload::HypervisorCall{hypervisor_call->token, hypervisor_call->arguments};
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

/// A step of I/O stands alone, with the keys that say how much.
void check_io_step(const StepKeys& step, const Context& context) {
  const std::string_view what = step.disk_read ? "disk_read" : step.disk_write ? "disk_write" : step.send ? "send" : "call";
  for (const char* other : {"compute", "sleep", "lock", "parallel", "disk_read", "disk_write", "send", "call"})
    if (context.given(other) && other != what)
      return context.error(other, fmt::format("stands beside `{}`; allowed: a step of its own", what));
  const auto belongs = [&](const char* key, bool here, const char* of) {
    if (context.given(key) && !here) context.error(key, fmt::format("of no meaning with `{}`; allowed: with {}", what, of));
    if (!context.given(key) && here) context.error("", fmt::format("the key `{}` is missing; allowed: bytes such as `4 KiB`", key));
  };
  belongs("size", !step.call, "disk_read, disk_write or send");
  belongs("request", step.call.has_value(), "call");
  belongs("response", step.call.has_value(), "call");
  if (context.given("access") && !step.disk_read && !step.disk_write)
    context.error("access", fmt::format("of no meaning with `{}`; allowed: with disk_read or disk_write", what));
  if ((step.disk_read || step.disk_write) && step.size && (step.size->count % workload::kBlock.count != 0))
    context.error("size", fmt::format("{} are no whole blocks; allowed: multiples of {}", format(*step.size), format(workload::kBlock)));
}

/// A step that asks the kernel, or tells it something, has one key.
void check_asking_step(const StepKeys& step, const Context& context) {
  const std::string_view what = step.os_service ? "os_service" : step.event ? "event" : "hypervisor_call";
  for (const char* other : {"compute", "sleep", "lock", "parallel", "disk_read", "disk_write", "send", "call", "os_service", "event",
                            "hypervisor_call", "size", "request", "response", "access"})
    if (context.given(other) && other != what)
      return context.error(other, fmt::format("stands beside `{}`; allowed: a step of its own", what));
}

void check_step(const StepKeys& step, const Context& context) {
  if (step.asks()) return check_asking_step(step, context);
  if (step.io_steps() > 0) return check_io_step(step, context);
  for (const char* key : {"size", "request", "response", "access"}) {
    if (context.given(key)) return context.error(key, "says nothing of what is done; allowed: with disk_read, disk_write, send or call");
  }
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
    context.error("",
                  "nothing is given; allowed: compute, sleep, lock (with compute), parallel, disk_read, disk_write, send, call, "
                  "os_service, event or hypervisor_call");
  }
}

Value<std::string> event_name() {
  const Value<std::string> word = name();
  const ScalarInfo info{.noun = "an event",
                        .form = "a name, or its number from 0 to 4294967295",
                        .example = "checkout",
                        .pattern = "^([A-Za-z][A-Za-z0-9_-]{0,62}|[0-9]{1,10})$"};
  return {info, [info, word](std::string_view text) -> Result<std::string> {
            const auto number = parse_count(text);
            if (word.parse(text) || (number && *number <= UINT32_MAX)) return std::string(text);
            return unexpected(fmt::format("{} is no event; allowed: {}", shown(text), info.form));
          }};
}

const Schema<StepKeys>& step_schema() {
  static const auto schema =
      Schema<StepKeys>(
          "step",
          "One thing that a transaction does: compute, sleep, lock with compute, parallel, disk_read, disk_write, send, call, os_service, "
          "event or hypervisor_call.")
          .optional("compute", &StepKeys::compute, demand(),
                    "Processor time of one thread alone on a core of this server at its nominal frequency, or cycles of "
                    "that core; drawn anew for each transaction.")
          .optional("sleep", &StepKeys::sleep, pause(),
                    "Off the processor for so long, waiting for something outside. Beside lock and compute: then, still holding the lock.")
          .optional("lock", &StepKeys::lock, name().with_example("accounts"),
                    "A lock of the partition that this thread takes, holds while it computes, and gives up; who has to wait for it spins.")
          .lists_of_itself("parallel", &StepKeys::parallel, step_schema,
                           "Lists of steps that are done at once, by a thread each; the next step begins when all have ended.")
          .optional("disk_read", &StepKeys::disk_read, name().with_example("hdisk0"), "Reads `size` bytes of this disk of the partition.",
                    {.example = "hdisk0"})
          .optional("disk_write", &StepKeys::disk_write, name().with_example("hdisk0"), "Writes them.", {.example = "hdisk0"})
          .optional("send", &StepKeys::send, peer(), "Sends `size` bytes there; over when the operating system has taken them.",
                    {.example = "gateway"})
          .optional("call", &StepKeys::call, peer(), "Sends a request there and waits for the answer.", {.example = "db.queries"})
          .optional("size", &StepKeys::size, message(), "Of what is read, written (multiples of 512 bytes) or sent.", {.example = "4 KiB"})
          .optional("access", &StepKeys::access,
                    one_of<workload::DiskIo::Access>(
                        {{"random", workload::DiskIo::Access::random, "Anywhere on the disk."},
                         {"sequential", workload::DiskIo::Access::sequential, "Behind the last sequential one of this workload there."}}),
                    "Where on the disk.", {.default_text = "random", .assumed = true, .example = "sequential"})
          .optional("request", &StepKeys::request, message(), "Bytes of a call's request.", {.example = "200 B"})
          .optional("response", &StepKeys::response, message(), "Bytes of its answer.", {.example = "4 KiB"})
          .section("os_service", &StepKeys::os_service, os_service_schema(),
                   "Asks the operating system's kernel for a service; who answers is the kernel policy's to say, or a Virtual Service "
                   "Partition's.")
          .optional("event", &StepKeys::event, event_name(),
                    "Something has happened in the application: Virtual Service Partitions that hook application.event learn of it.",
                    {.example = "checkout"})
          .section("hypervisor_call", &StepKeys::hypervisor_call, hypervisor_call_schema(), "Makes a hypervisor call.")
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

Schema<workload::Service>& add_work(Schema<workload::Service>& schema, std::string_view doc) {
  return add_work_to(schema, doc);
}
Schema<workload::Open>& add_work(Schema<workload::Open>& schema, std::string_view doc) {
  return add_work_to(schema, doc);
}
Schema<workload::Closed>& add_work(Schema<workload::Closed>& schema, std::string_view doc) {
  return add_work_to(schema, doc);
}
Schema<workload::Batch>& add_work(Schema<workload::Batch>& schema, std::string_view doc) {
  return add_work_to(schema, doc);
}

Value<std::string> peer() {
  const Value<std::string> part = name();
  ScalarInfo info{.noun = "a service of a partition, or a host",
                  .form = "PARTITION.WORKLOAD or HOST",
                  .example = "db.queries",
                  .pattern = "^[A-Za-z][A-Za-z0-9_-]{0,62}(\\.[A-Za-z][A-Za-z0-9_-]{0,62})?$"};
  return {info, [part](std::string_view text) -> Result<std::string> {
            const auto point = text.find('.');
            const bool good = part.parse(text.substr(0, point)) && (point == std::string_view::npos || part.parse(text.substr(point + 1)));
            if (good) return std::string(text);
            return unexpected(fmt::format(
                "{} is no peer; allowed: a service of a partition such as `db.queries`, or a host such as `gateway`", shown(text)));
          }};
}

Value<Bytes> message() {
  return bytes().at_least("1 B").at_most("1 GiB");
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
