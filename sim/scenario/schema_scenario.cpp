#include <fmt/format.h>

#include "sim/config/schema.hpp"
#include "sim/scenario/schema.hpp"
#include "sim/scenario/schema_io.hpp"

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

}  // namespace

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
          .list("storage", &ScenarioKeys::storage, storage_schema(), "Disks and logical units that VIOSes serve.")
          .list("shared_storage_pools", &ScenarioKeys::shared_storage_pools, storage_pool_schema(), "Storage that several VIOSes share.")
          .section("network", &ScenarioKeys::network, network_schema(), "The network outside of the servers.")
          .list("events", &ScenarioKeys::events, event_schema(), "Changes while the simulation runs.")
          .list_of("expect", &ScenarioKeys::expect, text().with_example("web.orders.response.p99 < 20 ms"),
                   "What must hold in the end: METRIC < | <= | > | >= | = VALUE [within TOLERANCE], or METRIC between VALUE and VALUE.");
  return schema;
}

}  // namespace lparsim::scenario
