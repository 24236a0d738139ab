#include <fmt/format.h>

#include "sim/config/schema.hpp"
#include "sim/scenario/schema.hpp"

namespace lparsim::scenario {
namespace {

using namespace config;
using hypervisor::SharingMode;

const Schema<SharedKeys>& shared_schema() {
  static const auto schema =
      Schema<SharedKeys>("shared", "Virtual processors that are dispatched on the shared cores (micro-partitioning).")
          .required(
              "entitlement", &SharedKeys::entitlement, processing_units().at_least("0.05").at_most("256"),
              "Guaranteed in every dispatch window. At least 0.10 PU a virtual processor up to POWER7, 0.05 PU from POWER7+ on, and at "
              "most 1 PU (IBM Power 750 and 760 Technical Overview, p. 124).",
              {.example = "0.5"})
          .optional("virtual", &SharedKeys::virtual_processors, count().at_least("1").at_most("256"),
                    "Virtual processors; each can use one core at most. Up to POWER6 64 for AIX and Linux (IBM Docs, Implementation of "
                    "Micro-Partitioning), 256 later.",
                    {.default_text = "the entitlement, rounded up", .assumed = true, .example = "2"})
          .optional("capped", &SharedKeys::capped, boolean(), "Never gets more than its entitlement.",
                    {.default_text = "false", .assumed = true, .example = "true"})
          .optional("weight", &SharedKeys::weight, count().at_most("255"),
                    "Share of the capacity that nobody is entitled to, among those who want some; 0 acts as capped (LoPAR). Of no effect "
                    "while capped.",
                    {.default_text = "128", .source = "HMC V7R340 help, Add/Remove Processors: Weight", .example = "200"})
          .optional("pool", &SharedKeys::pool, name().with_example("databases"), "Name of its shared processor pool.",
                    {.default_text = "default", .source = "IBM Power 750 and 760 Technical Overview, p. 129"});
  return schema;
}

const Schema<DedicatedKeys>& dedicated_schema() {
  static const auto schema =
      Schema<DedicatedKeys>("dedicated", "Whole cores of its own, one virtual processor each.")
          .required("cores", &DedicatedKeys::cores, count().at_least("1").at_most("256"),
                    "How many cores; they stay reserved while it is stopped.")
          .optional("donate", &DedicatedKeys::donate, boolean(),
                    "Short for sharing_mode: true is share_idle_procs_always, false is keep_idle_procs.",
                    {.default_text = "as sharing_mode", .example = "true"})
          .optional("sharing_mode", &DedicatedKeys::sharing_mode,
                    one_of<SharingMode>(
                        {{"keep_idle_procs", SharingMode::keep_idle_procs, "Never lends its cores."},
                         {"share_idle_procs", SharingMode::share_idle_procs, "Lends them while the partition is stopped."},
                         {"share_idle_procs_active", SharingMode::share_idle_procs_active, "Lends idle ones while it runs."},
                         {"share_idle_procs_always", SharingMode::share_idle_procs_always, "Lends idle ones and while stopped."}}),
                    "What happens to its idle cores, by the HMC's word.", {.default_text = "share_idle_procs", .assumed = true})
          .check([](const DedicatedKeys& keys, const Context& context) {
            if (keys.donate && keys.sharing_mode)
              context.error("donate", "stands beside sharing_mode, which says the same; allowed: one of the two");
          });
  return schema;
}

}  // namespace

Value<std::uint32_t> threads_per_core() {
  ScalarInfo info{
      .noun = "threads per core", .form = "1, 2, 4 or 8", .example = "4", .bare_integer = true, .minimum = {"1"}, .maximum = {"8"}};
  return {info, [](std::string_view text) -> Result<std::uint32_t> {
            const auto number = parse_count(text);
            if (!number) return unexpected(number.error());
            if (*number != 1 && *number != 2 && *number != 4 && *number != 8)
              return unexpected(fmt::format("{} is no number of threads per core; allowed: 1, 2, 4 or 8", shown(text)));
            return static_cast<std::uint32_t>(*number);
          }};
}

const Schema<PartitionKeys>& partition_schema() {
  static const auto processors =
      Schema<PartitionProcessorKeys>("processors", "How a partition gets its processors.")
          .variant("mode", &PartitionProcessorKeys::mode, "Shared or dedicated.", {.default_text = "shared", .assumed = true},
                   alternative("shared", shared_schema()), alternative("dedicated", dedicated_schema()));
  static const auto guest =
      Schema<GuestKeys>("guest", "The operating system in a partition.")
          .optional("time_slice", &GuestKeys::time_slice, duration().at_least("100 us").at_most("1 s"),
                    "How long a thread runs while others wait for its processor.", {.default_text = "10 ms", .source = "AIX's clock tick"});
  static const auto schema =
      Schema<PartitionKeys>("partition", "A logical partition (LPAR).")
          .required("name", &PartitionKeys::name, name(),
                    "What metrics and other keys call it; unique in the whole scenario, and neither `pool` nor `server`, with which other "
                    "metrics begin.")
          .optional("type", &PartitionKeys::type,
                    one_of<PartitionType>({{"aix", PartitionType::aix, "AIX."},
                                           {"ibmi", PartitionType::ibmi, "IBM i."},
                                           {"linux", PartitionType::linux_, "Linux."},
                                           {"vios", PartitionType::vios, "Virtual I/O Server."},
                                           {"vsp", PartitionType::vsp, "Virtual Service Partition."}}),
                    "What runs in it; reports follow its customs.", {.default_text = "linux", .assumed = true})
          .required_section("processors", &PartitionKeys::processors, processors, "Its processors.")
          .optional("memory", &PartitionKeys::memory, bytes().at_least("128 MiB").at_most("64 TiB"),
                    "Its memory; all that run must fit into the server's.", {.default_text = "1 GiB", .assumed = true, .example = "8 GiB"})
          .optional("smt", &PartitionKeys::smt, threads_per_core(), "Hardware threads per core that the guest uses.",
                    {.default_text = "those of the processor", .example = "4"})
          .optional("cache_footprint", &PartitionKeys::cache_footprint, bytes().at_most("1 GiB"),
                    "What each of its virtual processors keeps in its core's cache and fetches again after a switch, at most the cache; "
                    "for `hypervisor.cache_model: refill`.",
                    {.default_text = "256 KiB", .assumed = true})
          .optional("state", &PartitionKeys::running,
                    one_of<bool>(
                        {{"running", true, "Activated when the simulation starts."}, {"stopped", false, "Started by an event, if ever."}}),
                    "Its state at the start.", {.default_text = "running", .assumed = true})
          .section("guest", &PartitionKeys::guest, guest, "Its operating system.")
          .list("workloads", &PartitionKeys::workloads, workload_schema(), "What keeps it busy; without any it is idle.");
  return schema;
}

}  // namespace lparsim::scenario
