#include <fmt/format.h>

#include "sim/config/schema.hpp"
#include "sim/scenario/schema.hpp"

namespace lparsim::scenario {
namespace {

using namespace config;

Value<std::int64_t> format_version() {
  ScalarInfo info{.noun = "the version of the format", .example = "1", .bare_integer = true, .minimum = {"1"}, .maximum = {"1"}};
  return {info, [](std::string_view text) -> Result<std::int64_t> {
            if (text == "1") return 1;
            return unexpected(fmt::format("{} is no format version that this lparsim reads; allowed: 1", shown(text)));
          }};
}

// A server's frequency, or something of a partition.
void check_event(const EventConfig& event, const Context& context) {
  const auto partitions = [&](std::string_view key, bool given) {
    if (given) context.error(key, fmt::format("`{}` is about a partition, `frequency` about a server; allowed: an event for each", key));
  };
  if (event.frequency) {
    partitions("partition", !event.partition.empty());
    partitions("entitlement", event.entitlement.has_value());
    partitions("weight", event.weight.has_value());
    partitions("virtual", event.virtual_processors.has_value());
    partitions("capped", event.capped.has_value());
    partitions("smt", event.smt.has_value());
    partitions("virtual_processor", event.virtual_processor.has_value());
    partitions("state", event.running.has_value());
    return;
  }
  if (!event.server.empty() && !event.partition.empty())
    return context.error("server", "stands beside `partition`, whose name says enough; allowed: `server` with a `frequency`");
  if (event.partition.empty() && event.server.empty())
    return context.error("", "the key `partition` is missing; allowed: the name of a partition, or `frequency` for a server");
  if (event.virtual_processor && !event.smt)
    return context.error("virtual_processor", "says to which one `smt` applies; allowed: with `smt`");
  if (event.entitlement || event.weight || event.virtual_processors || event.capped || event.smt || event.running) return;
  context.error("", event.partition.empty()
                        ? "this event changes nothing; allowed: `frequency`"
                        : "this event changes nothing; allowed: at least one of entitlement, weight, virtual, capped, smt, state");
}

}  // namespace

const Schema<EventConfig>& event_schema() {
  static const auto schema =
      Schema<EventConfig>("event", "Something the operator does while the simulation runs; what is not given stays as it is.")
          .required("at", &EventConfig::at, duration().at_most("100 d"),
                    "Simulated time. Events at the same time are done in the order of the file.", {.example = "5 s"})
          .optional("partition", &EventConfig::partition, name(), "Which partition it is about.", {.example = "web"})
          .optional("entitlement", &EventConfig::entitlement, processing_units().at_least("0.05").at_most("256"),
                    "New entitlement; due from the next dispatch window on.", {.example = "0.8"})
          .optional("weight", &EventConfig::weight, count().at_most("255"), "New weight.", {.example = "200"})
          .optional("virtual", &EventConfig::virtual_processors, count().at_least("1").at_most("256"), "New number of virtual processors.",
                    {.example = "4"})
          .optional("capped", &EventConfig::capped, boolean(), "Capped from now on, or not.", {.example = "true"})
          .optional("smt", &EventConfig::smt, threads_per_core(),
                    "Hardware threads per core that the guest uses from now on, at most the processor's (AIX: smtctl, Linux: ppc64_cpu).",
                    {.example = "2"})
          .optional("virtual_processor", &EventConfig::virtual_processor, count().at_most("255"),
                    "To which one alone `smt` applies, counted from 0.", {.default_text = "all of them", .assumed = true, .example = "3"})
          .optional("state", &EventConfig::running,
                    one_of<bool>({{"running", true, "Activates the partition."}, {"stopped", false, "Shuts it down at once."}}),
                    "Starts or stops the partition.", {.example = "stopped"})
          .optional("server", &EventConfig::server, name().with_example("frame1"), "Whose `frequency` changes.",
                    {.default_text = "the only one"})
          .optional("frequency", &EventConfig::frequency, frequency().at_least("50 MHz").at_most("15 GHz"),
                    "Clock rate of all cores of the server from now on (power saving); 10 to 150 % of the nominal one.",
                    {.example = "3 GHz"})
          .check(check_event);
  return schema;
}

const Schema<ScenarioKeys>& scenario_schema() {
  static const auto schema =
      Schema<ScenarioKeys>("lparsim scenario", "What is simulated, for how long, and what must come out of it.")
          .required("lparsim", &ScenarioKeys::format, format_version(), "Version of the scenario format.")
          .required("name", &ScenarioKeys::name, name().with_example("two-clients"),
                    "What reports call it; the run file is called NAME.db unless another name is given.")
          .optional("description", &ScenarioKeys::description, text(), "What it shows, for people.",
                    {.example = "Two uncapped clients compete for what a third leaves over."})
          .optional("seed", &ScenarioKeys::seed, count(), "Seed of all random streams; the same seed gives the same run.",
                    {.default_text = "1", .assumed = true, .example = "7"})
          .required("duration", &ScenarioKeys::duration, duration().more_than("0 s").at_most("100 d"), "Simulated time.",
                    {.example = "20 s"})
          .optional("warmup", &ScenarioKeys::warmup, duration().at_most("100 d"), "First part of the duration, excluded from every metric.",
                    {.default_text = "0 s", .assumed = true, .example = "2 s"})
          .optional("sample_interval", &ScenarioKeys::sample_interval, duration().at_least("1 ms").at_most("1 d"),
                    "Length of the interval samples in the run file (the rows of lparstat).", {.default_text = "1 s", .assumed = true})
          .section("server", &ScenarioKeys::server, server_schema(), "The server, if there is one.")
          .list("servers", &ScenarioKeys::servers, server_schema(), "The servers, if there are several; instead of `server`.")
          .list("events", &ScenarioKeys::events, event_schema(), "Changes while the simulation runs.")
          .list_of("expect", &ScenarioKeys::expect, text().with_example("web.orders.response.p99 < 20 ms"),
                   "What must hold in the end: METRIC < | <= | > | >= | = VALUE [within TOLERANCE], or METRIC between VALUE and VALUE.");
  return schema;
}

}  // namespace lparsim::scenario
