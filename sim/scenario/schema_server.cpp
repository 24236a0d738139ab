#include <fmt/format.h>

#include <algorithm>

#include "sim/base/nearest.hpp"
#include "sim/config/schema.hpp"
#include "sim/scenario/schema.hpp"
#include "sim/scenario/schema_kernel_policy.hpp"
#include "sim/scenario/schema_vsp.hpp"

namespace lparsim::scenario {
namespace {

using namespace config;
using hypervisor::ShareExcessBy;

Value<core::Generation> generation() {
  std::vector<Word> words;
  for (const auto generation : core::kGenerations) words.push_back({std::string(core::generation_facts(generation).name), ""});
  words.push_back({"Power10", "The same as POWER10."});
  const ScalarInfo info = words_info(std::move(words));
  return {info, [info](std::string_view text) -> Result<core::Generation> {
            if (const auto found = core::find_generation(text)) return *found;
            return unexpected(find_word(info, text).error());
          }};
}

Value<const core::Machine*> model() {
  ScalarInfo info = words_info({});
  std::vector<std::string> names;
  for (const auto& machine : core::machine_catalogue()) {
    const std::string model(machine.model);
    const std::string doc = fmt::format("{}, {}, {} cores at {} MHz.", machine.product, core::generation_facts(machine.generation).name,
                                        machine.most_cores, machine.megahertz);
    if (std::ranges::find(names, model) == names.end()) {
      names.push_back(model);
      info.words.push_back({model, doc});
    }
    info.words.push_back({machine.name(), doc});
  }
  for (const auto& machine : core::machine_catalogue()) names.push_back(machine.name());
  info.noun = "a model of the machine catalogue";
  return {info, [names](std::string_view text) -> Result<const core::Machine*> {
            if (const auto* machine = core::find_machine(text)) return machine;
            return unexpected(fmt::format("the model {} is not in the machine catalogue; {}", shown(text), hint(text, names)));
          }};
}

// The figures that a generation's table is made of, and where they are from.
std::vector<std::string> throughput_table() {
  std::vector<std::string> rows{fmt::format("{:<14}{:<8}{:<8}{:<8}{}", "busy threads", 1, 2, 4, 8)};
  std::vector<std::string> sources;
  for (const auto generation : core::kGenerations) {
    const auto name = core::generation_facts(generation).name;
    std::string row = fmt::format("{:<14}", name);
    std::string_view last;
    for (const core::SmtFigure& figure : core::smt_figures(generation)) {
      row += fmt::format("{:<8}", fmt::format("{}{}", figure.throughput, figure.assumed ? " *" : ""));
      if (figure.threads > 1 && figure.source != last)
        sources.push_back(fmt::format("{}{}: {}", name, figure.assumed ? " *" : "", figure.source));
      last = figure.source;
    }
    rows.push_back(row.substr(0, row.find_last_not_of(' ') + 1));
  }
  rows.emplace_back("* assumed");
  rows.insert(rows.end(), sources.begin(), sources.end());
  return rows;
}

const Schema<ProcessorKeys>& processor_schema() {
  static const auto schema =
      Schema<ProcessorKeys>("processor", "The cores of a server. With a `model` each key is optional and overrides the catalogue's figure.")
          .optional("generation", &ProcessorKeys::generation, generation(),
                    "Generation of the processor; decides the least entitlement a virtual processor and the most threads per core.",
                    {.default_text = "the model's", .example = "POWER9"})
          .optional("cores", &ProcessorKeys::cores, count().at_least("1").at_most("256"),
                    "Active cores; at most 256, those of the largest Power server (POWER7 Optimization and Tuning Guide, table 2-1).",
                    {.default_text = "the model's", .example = "4"})
          .optional("cores_per_chip", &ProcessorKeys::cores_per_chip, count().at_least("1").at_most("64"),
                    "Cores on one chip; a virtual processor that moves prefers its chip.",
                    {.default_text = "the model's, or the most of the generation in the catalogue", .example = "12"})
          .optional("frequency", &ProcessorKeys::frequency, frequency().at_least("500 MHz").at_most("10 GHz"), "Nominal clock rate.",
                    {.default_text = "the model's", .example = "3.8 GHz"})
          .optional("smt", &ProcessorKeys::smt, threads_per_core(), "Hardware threads per core.",
                    {.default_text = "the most of the generation", .example = "8"})
          .list_of("smt_throughput", &ProcessorKeys::smt_throughput, number().with_example("1.45"),
                   "What a core does with 1, 2, 4 and 8 busy threads, in terms of what it does with one: begins with 1, never falls, and "
                   "no thread gets faster by company. Counts in between are interpolated. At most as many figures as `smt` has use for.",
                   {.default_text = "the table of the generation", .example = "[1, 1.45, 1.89, 2]", .table = throughput_table()});
  return schema;
}

const Schema<PoolConfig>& pool_schema() {
  static const auto schema =
      Schema<PoolConfig>("pool", "A shared processor pool.")
          .required("name", &PoolConfig::name, name().with_example("databases"),
                    "What partitions refer to; `default` is the pool of all others.")
          .optional("maximum", &PoolConfig::maximum, processing_units().at_least("0.05").at_most("256"),
                    "Most that its partitions use together, in PU; at least their entitlements and the reserve.",
                    {.default_text = "all shared cores", .assumed = true, .example = "2"})
          .optional("reserved", &PoolConfig::reserved, processing_units().at_most("256"),
                    "Guaranteed to its uncapped partitions together, beyond their entitlements.",
                    {.default_text = "0 PU", .source = "IBM Power 750 and 760 Technical Overview, p. 129", .example = "0.5"});
  return schema;
}

const Schema<core::CacheRefillConfig>& cache_schema() {
  using Cache = core::CacheRefillConfig;
  static const auto schema =
      Schema<Cache>("cache", "A core's cache, and how fast it is filled again (docs/models/cache-refill.md).")
          .optional(
              "size", &Cache::cache, bytes().at_least("1 KiB").at_most("1 GiB"), "What a core has to itself.",
              {.default_text = "256 KiB", .source = "L2 of POWER7: POWER7 Optimization and Tuning Guide, table 2-6", .example = "512 KiB"})
          .optional(
              "line_transfer", &Cache::line_transfer, duration().at_least("1 ns").at_most("100 us"),
              "Time in which a line of 128 bytes comes from another core of the chip.",
              {.default_text = "173 ns", .source = "github.com/nviennot/core-to-core-latency, two POWER7 of 3.3 GHz", .example = "100 ns"})
          .optional(
              "line_transfer_other_chip", &Cache::line_transfer_other_chip, duration().at_least("1 ns").at_most("100 us"),
              "The same from another chip.",
              {.default_text = "443 ns", .source = "github.com/nviennot/core-to-core-latency, two POWER7 of 3.3 GHz", .example = "300 ns"})
          .optional("overlapping_misses", &Cache::overlapping_misses, count().at_least("1").at_most("1024"),
                    "Lines that are under way at the same time.", {.default_text = "8", .assumed = true});
  return schema;
}

const Schema<hypervisor::VioCosts>& virtual_io_schema() {
  using Costs = hypervisor::VioCosts;
  static const auto schema =
      Schema<Costs>("virtual_io",
                    "Processor time that calls for virtual I/O take from whoever makes them; no latency of hypervisor calls is "
                    "published (docs/models/virtual-io-transports.md).")
          .optional("call", &Costs::call, duration().at_most("1 ms"), "Any call.",
                    {.default_text = "500 ns", .assumed = true, .example = "1 us"})
          .optional("copy_call", &Costs::copy_call, duration().at_most("1 ms"), "Beside: one that copies between partitions.",
                    {.default_text = "500 ns", .assumed = true, .example = "1 us"})
          .optional("copy_per_kib", &Costs::copy_per_kib, duration().at_most("1 ms"), "Beside: each KiB that it copies.",
                    {.default_text = "100 ns", .assumed = true, .example = "50 ns"})
          .optional("lan_send", &Costs::lan_send, duration().at_most("1 ms"), "Beside: each frame that the virtual switch delivers.",
                    {.default_text = "1500 ns", .assumed = true, .example = "1 us"});
  return schema;
}

const Schema<HypervisorKeys>& hypervisor_schema() {
  static const auto schema =
      Schema<HypervisorKeys>("hypervisor", "How the hypervisor dispatches virtual processors.")
          .optional("dispatch_window", &HypervisorKeys::dispatch_window, duration().at_least("1 ms").at_most("1 s"),
                    "In each window every partition gets its entitlement.",
                    {.default_text = "10 ms", .source = "IBM Power 770 and 780 Technical Overview, p. 132"})
          .optional(
              "dispatch_cost", &HypervisorKeys::dispatch_cost, duration().at_most("1 ms"),
              "Time lost on a core at every switch-in, charged to the virtual processor that is switched in. No figure is published for a "
              "busy machine.",
              {.default_text = "0 s",
               .source = "Linux, Documentation/arch/powerpc/vpa-dtl.rst: 0.3 to 0.5 us from enqueued to dispatched on an idle machine",
               .example = "5 us"})
          .optional("excess_slice", &HypervisorKeys::excess_slice, duration().at_least("10 us").at_most("1 s"),
                    "How long a virtual processor runs on capacity that it is not entitled to before the choice is made anew.",
                    {.default_text = "1 ms", .assumed = true})
          .optional("cache_model", &HypervisorKeys::cache_model,
                    one_of<CacheModel>({{"none", CacheModel::none, "Caches are always warm."},
                                        {"refill", CacheModel::refill,
                                         "A virtual processor that comes to another core, or back after others, waits for its lines."}}),
                    "What a switch does to the caches.", {.default_text = "none", .assumed = true})
          .section("cache", &HypervisorKeys::cache, cache_schema(), "Figures of `cache_model: refill`.")
          .section("virtual_io", &HypervisorKeys::virtual_io, virtual_io_schema(), "What calls for virtual I/O cost.")
          .section("vsp_costs", &HypervisorKeys::vsp_costs, vsp_costs_schema(), "What calls of Virtual Service Partitions cost.")
          .optional("share_excess_by", &HypervisorKeys::share_excess_by,
                    one_of<ShareExcessBy>({{"partition", ShareExcessBy::partition, "Each partition competes with its weight."},
                                           {"virtual_processor", ShareExcessBy::virtual_processor,
                                            "Each virtual processor competes with the weight of its partition."}}),
                    "Who competes for the capacity that nobody is entitled to.",
                    {.default_text = "partition", .source = "LoPAR, Virtual Processor Preempt/Dispatch, R1-4"});
  return schema;
}

}  // namespace

const Schema<ServerKeys>& server_schema() {
  static const auto schema =
      Schema<ServerKeys>("server", "A physical server (frame).")
          .optional("name", &ServerKeys::name, name().with_example("frame1"), "What metrics call it.",
                    {.default_text = "server", .assumed = true})
          .optional(
              "model", &ServerKeys::model, model(),
              "An entry of the machine catalogue, which fills in processor and memory; also with the frequency where a model exists with "
              "several processors (`9119-FHB 3.7 GHz`).",
              {.example = "9009-42A"})
          .section("processor", &ServerKeys::processor, processor_schema(), "Its cores. Needed without a `model`.")
          .optional("memory", &ServerKeys::memory, bytes().at_least("1 GiB").at_most("64 TiB"), "Installed memory.",
                    {.default_text = "the model's, or what the partitions take together", .example = "256 GiB"})
          .list("pools", &ServerKeys::pools, pool_schema(), "Shared processor pools besides `default`; at most 63.")
          .list_of("virtual_switches", &ServerKeys::virtual_switches, name().with_example("ETHERNET0"), "Its virtual Ethernet switches.",
                   {.default_text = "[ETHERNET0]",
                    .source = "the name of the switch that every managed system has (IBM Docs, Virtual switches)",
                    .example = "[ETHERNET0, STORAGE]"})
          .section("hypervisor", &ServerKeys::hypervisor, hypervisor_schema(), "Its hypervisor.")
          .section("kernel_policy", &ServerKeys::kernel_policy, kernel_policy_schema(),
                   "Operating system services that its hypervisor chooses (docs/models/kernel-policy.md).")
          .required_list("partitions", &ServerKeys::partitions, partition_schema(),
                         "Its partitions; more than 1000 draw a warning (assumed).");
  return schema;
}

}  // namespace lparsim::scenario
