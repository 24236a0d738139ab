#include <fmt/format.h>

#include "sim/config/schema.hpp"
#include "sim/scenario/schema.hpp"
#include "sim/scenario/schema_io.hpp"
#include "sim/scenario/schema_kernel_policy.hpp"
#include "sim/scenario/schema_vsp.hpp"

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

namespace {

/// A value of a few whole numbers.
template <class T>
Value<T> whole_number(ScalarInfo info, std::function<bool(std::int64_t)> allowed) {
  info.bare_integer = true;
  return {info, [info, allowed](std::string_view text) -> Result<T> {
            const bool negative = text.starts_with('-');
            const auto number = parse_count(text.substr(negative ? 1 : 0));
            if (!number) return unexpected(number.error());
            const auto value = negative ? -static_cast<std::int64_t>(*number) : static_cast<std::int64_t>(*number);
            if (!allowed(value)) return unexpected(fmt::format("{} is out of range; allowed: {}", shown(text), info.form));
            return static_cast<T>(value);
          }};
}

Value<std::int32_t> extra_virtual_processors() {
  return whole_number<std::int32_t>(
      {.noun = "virtual processors", .form = "-1 to 255", .example = "0", .minimum = {"-1"}, .maximum = {"255"}},
      [](std::int64_t n) { return n >= -1 && n <= 255; });
}

Value<std::uint32_t> throughput_mode() {
  return whole_number<std::uint32_t>(
      {.noun = "a throughput mode", .form = "0, 1, 2 or 4", .example = "2", .minimum = {"0"}, .maximum = {"4"}},
      [](std::int64_t n) { return n == 0 || n == 1 || n == 2 || n == 4; });
}

}  // namespace

const Schema<PartitionKeys>& partition_schema() {
  static const auto processors =
      Schema<PartitionProcessorKeys>("processors", "How a partition gets its processors.")
          .variant("mode", &PartitionProcessorKeys::mode, "Shared or dedicated.", {.default_text = "shared", .assumed = true},
                   alternative("shared", shared_schema()), alternative("dedicated", dedicated_schema()));
  static const auto guest =
      Schema<GuestKeys>("guest", "The operating system in a partition; its rules are those of the partition's type (docs/models/guest.md).")
          .optional("time_slice", &GuestKeys::time_slice, duration().at_least("100 us").at_most("10 s"),
                    "How long a thread runs while others wait for its logical processor; for AIX the length of a clock tick.",
                    {.default_text = "10 ms for AIX, 3 ms for Linux, 2 s for IBM i", .assumed = true, .example = "10 ms"})
          .optional(
              "snooze", &GuestKeys::snooze, duration().at_most("1 s"),
              "How long a virtual processor without work polls before it cedes; that time counts in physc.",
              {.default_text = "100 us for Linux (shared cede: target_residency in cpuidle-pseries.c), else 0 us", .example = "100 us"})
          .optional("balance_period", &GuestKeys::balance_period, duration().at_least("1 ms").at_most("10 s"),
                    "How soon threads are spread anew where some virtual processors have more of them than others.",
                    {.default_text = "10 ms", .assumed = true})
          .optional("vpm_xvcpus", &GuestKeys::vpm_xvcpus, extra_virtual_processors(),
                    "AIX processor folding: virtual processors kept beyond those needed; -1 turns folding off.",
                    {.default_text = "0 for AIX on shared processors, else -1", .assumed = true, .example = "0"})
          .optional("vpm_fold_threshold", &GuestKeys::vpm_fold_threshold, count().at_most("100"),
                    "A virtual processor that would be needed for less of its time, in %, is folded.",
                    {.default_text = "49", .source = "IBM POWER7 Optimization and Tuning Guide, p. 60"})
          .optional("fold_period", &GuestKeys::fold_period, duration().at_least("10 ms").at_most("1 h"), "How often folding is decided.",
                    {.default_text = "1 s", .assumed = true})
          .optional("vpm_throughput_mode", &GuestKeys::vpm_throughput_mode, throughput_mode(),
                    "Threads go to the primary hardware threads of all virtual processors first (0 and 1, raw throughput), or fill 2 or 4 "
                    "hardware threads of one before the next is used (scaled throughput).",
                    {.default_text = "0", .assumed = true, .example = "2"})
          .optional("lock_waiting", &GuestKeys::lock_waiting,
                    one_of<guest::LockWaiting>(
                        {{"spin", guest::LockWaiting::spin, "Threads try again and again."},
                         {"confer", guest::LockWaiting::confer,
                          "They spin, but give their core to the lock holder's virtual processor where that lost its own (H_CONFER)."}}),
                    "What threads do while another one holds the lock they need.", {.default_text = "confer", .assumed = true})
          .optional(
              "confer_to_ceded", &GuestKeys::confer_to_ceded, boolean(),
              "The known trap: conferring also to a virtual processor that ceded, because the lock holder sleeps. The caller does not "
              "run again before something wakes that one.",
              {.default_text = "false", .assumed = true, .example = "true"});
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
                    {.default_text = "256 KiB", .assumed = true, .example = "1 MiB"})
          .optional("state", &PartitionKeys::running,
                    one_of<bool>(
                        {{"running", true, "Activated when the simulation starts."}, {"stopped", false, "Started by an event, if ever."}}),
                    "Its state at the start.", {.default_text = "running", .assumed = true})
          .section("guest", &PartitionKeys::guest, guest, "Its operating system.")
          .list("workloads", &PartitionKeys::workloads, workload_schema(), "What keeps it busy; without any it is idle.")
          .list("adapters", &PartitionKeys::adapters, adapter_schema(), "Physical adapters of a VIOS.")
          .list("disks", &PartitionKeys::disks, disk_schema(), "Its disks: those that a VIOS serves, or those that a client uses.")
          .list("logical_volumes", &PartitionKeys::logical_volumes, volume_schema(), "Of a VIOS: parts of its disks, served as disks.")
          .list("files", &PartitionKeys::files, volume_schema(), "Of a VIOS: files in its storage pools, served as disks.")
          .list("shared_ethernet", &PartitionKeys::shared_ethernet, shared_ethernet_schema(), "Shared Ethernet Adapters of a VIOS.")
          .section("vscsi_server", &PartitionKeys::vscsi_server, vscsi_server_schema(), "The virtual SCSI server of a VIOS or IBM i.")
          .list("ethernet", &PartitionKeys::ethernet, ethernet_schema(), "Virtual Ethernet adapters.")
          .section("kernel_policy", &PartitionKeys::kernel_policy, partition_kernel_policy_schema(),
                   "Its own kernel policy, where the server has services.")
          .section("vsp", &PartitionKeys::vsp, vsp_schema(), "Of a Virtual Service Partition: what it runs, and what it may hook.")
          .check([](const PartitionKeys& keys, const Context& context) {
            if (keys.type == PartitionType::vsp && !keys.vsp)
              context.error("", "the key `vsp` is missing; allowed: what the Virtual Service Partition runs, and what it may hook");
            if (keys.type != PartitionType::vsp && keys.vsp) context.error("vsp", "of no meaning here; allowed: with `type: vsp`");
          });
  return schema;
}

}  // namespace lparsim::scenario
