#include "sim/scenario/schema_kernel_policy.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "sim/base/nearest.hpp"
#include "sim/base/text.hpp"

namespace lparsim::scenario {
namespace {

using namespace config;
using services::ServiceType;

bool is_identifier(std::string_view text) {
  const auto letter = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  };
  return !text.empty() && text.size() <= 63 && letter(text.front()) && text.back() != ' ' &&
         std::ranges::all_of(text, [&](char c) { return letter(c) || std::string_view{" /+_.-"}.find(c) != std::string_view::npos; });
}

Value<std::string> service_identifier() {
  const ScalarInfo info{.noun = "a service identifier",
                        .form = "a letter or digit, then letters, digits, blanks and / + _ . -, at most 63 in all",
                        .example = "UFS Service",
                        .pattern = "^[A-Za-z0-9][A-Za-z0-9 /+_.-]{0,62}$"};
  return {info, [info](std::string_view text) -> Result<std::string> {
            if (is_identifier(text)) return std::string(text);
            return unexpected(fmt::format("{} is no service identifier; allowed: {}", shown(text), info.form));
          }};
}

Value<TableEntryKey> table_entry() {
  const ScalarInfo info{.noun = "a service",
                        .form = "SERVICE, or `SERVICE, fetched from NODE`, or `SERVICE, performed by NODE`, or none",
                        .example = "UFS Service",
                        .pattern = "^[A-Za-z0-9][A-Za-z0-9 /+_.-]{0,62}(, (fetched from|performed by) [A-Za-z][A-Za-z0-9_-]{0,62})?$"};
  return {info, [info](std::string_view text) -> Result<TableEntryKey> {
            TableEntryKey entry;
            if (text == "none") return entry;
            const auto comma = text.find(", ");
            entry.service = text.substr(0, comma);
            bool good = is_identifier(entry.service);
            if (good && comma != std::string_view::npos) {
              static constexpr std::string_view kFetched = "fetched from ", kPerformed = "performed by ";
              const std::string_view how = text.substr(comma + 2);
              const bool performed = how.starts_with(kPerformed);
              good = performed || how.starts_with(kFetched);
              const auto node = good ? name().parse(how.substr(kFetched.size())) : Result<std::string>{};
              good = good && node.has_value();
              if (good) entry.node = *node;
              entry.use = performed ? services::Use::perform : services::Use::fetch;
            }
            if (good) return entry;
            return unexpected(fmt::format("{} is no service; allowed: {}", shown(text), info.form));
          }};
}

Value<ServiceType> implemented_type() {
  return one_of<ServiceType>({{"task_scheduler", ServiceType::task_scheduler, "Which thread runs when."},
                              {"file_system", ServiceType::file_system, "Files: read, write, sync, create."},
                              {"memory_management", ServiceType::memory_management, "Which pages are in memory."},
                              {"io_scheduler", ServiceType::io_scheduler, "Which disk operation goes to its driver next."}});
}

std::vector<std::string> implementation_table() {
  std::vector<std::string> rows;
  for (const services::Implementation& i : services::implementations())
    rows.push_back(fmt::format("{:<20}{:<16}{}", to_string(i.type), i.name, i.doc));
  return rows;
}

/// Which figures an implementation has.
void check_figures(const KernelServiceKeys& keys, const Context& context) {
  const auto belongs = [&](const char* key, bool here, std::string_view whose) {
    if (context.given(key) && !here)
      context.error(key,
                    fmt::format("of no meaning for `{}` of type {}; allowed: with {}", keys.implementation, to_string(keys.type), whose));
  };
  const bool files = keys.type == ServiceType::file_system;
  const bool memory = keys.type == ServiceType::memory_management;
  const bool disk = keys.type == ServiceType::io_scheduler;
  for (const char* key : {"volume", "file_size", "block"}) belongs(key, files, "a file system");
  belongs("cluster", keys.implementation == "ufs", "`ufs`");
  belongs("segment", keys.implementation == "log_structured", "`log_structured`");
  for (const char* key : {"memory", "page"}) belongs(key, memory, "memory management");
  belongs("outstanding", disk, "an I/O scheduler");
  belongs("rate", keys.implementation == "limited", "`limited`");
  belongs("time_slice", keys.type == ServiceType::task_scheduler, "a task scheduler");
  belongs("call", keys.type != ServiceType::task_scheduler, "all but task schedulers, which cost what the operating system's own costs");
}

void check_service(const KernelServiceKeys& keys, const Context& context) {
  if (services::find_implementation(keys.type, keys.implementation) == nullptr) {
    std::vector<std::string> names;
    for (const services::Implementation& i : services::implementations())
      if (i.type == keys.type) names.emplace_back(i.name);
    context.error("implementation",
                  fmt::format("there is no {} {}; {}", to_string(keys.type), shown(keys.implementation), hint(keys.implementation, names)));
    return;
  }
  check_figures(keys, context);
  const auto whole = [&](const char* key, const std::optional<Bytes>& bytes, Bytes unit) {
    if (bytes && bytes->count % unit.count != 0)
      context.error(key, fmt::format("{} are no multiple of {}; allowed: whole ones", format(*bytes), format(unit)));
  };
  for (const auto& [key, bytes] : {std::pair{"block", keys.block}, std::pair{"page", keys.page}}) whole(key, bytes, workload::kBlock);
  const Bytes block = keys.block.value_or(Bytes{keys.implementation == "ufs" ? 8192U : 4096U});
  whole("file_size", keys.file_size, block);
  whole("cluster", keys.cluster, block);
  whole("segment", keys.segment, block);
  const services::ServiceConfig usual;
  if (keys.implementation != "log_structured") return;
  const std::uint64_t segment = keys.segment.value_or(usual.file_system.segment).count;
  if (segment < 8 * block.count) context.error("segment", "is too short; allowed: at least 8 blocks");
  if (keys.volume.value_or(usual.file_system.volume).count < 64 * segment)
    context.error("volume", "is too small; allowed: at least 64 segments");
}

const Schema<KernelServiceKeys>& service_schema() {
  using Keys = KernelServiceKeys;
  static const auto schema =
      Schema<Keys>("service", "An operating system service: an implementation of a service type, under a name of its own.")
          .required("name", &Keys::name, service_identifier(), "Its identifier, which kernel policies name.")
          .required("type", &Keys::type, implemented_type(), "What it does.", {.example = "file_system"})
          .required("implementation", &Keys::implementation, name().with_example("ufs"), "How (docs/models/kernel-policy.md).",
                    {.table = implementation_table()})
          .optional("code_size", &Keys::code, bytes().at_least("1 B").at_most("1 GiB"), "Its instructions: retrieved where it is fetched.",
                    {.default_text = "256 KiB", .assumed = true, .example = "1 MiB"})
          .optional("volume", &Keys::volume, bytes().at_least("16 MiB").at_most("16 TiB"), "A file system's part of the disk.",
                    {.default_text = "1 GiB", .assumed = true})
          .optional("file_size", &Keys::file_size, bytes().at_least("64 KiB").at_most("1 TiB"), "Length of each of its files.",
                    {.default_text = "64 MiB", .assumed = true})
          .optional("block", &Keys::block, bytes().at_least("512 B").at_most("1 MiB"), "Of a file system's books.",
                    {.default_text = "8 KiB; log_structured: 4 KiB",
                     .source = "McKusick and others, 1984; Rosenblum and Ousterhout, 1992",
                     .example = "4 KiB"})
          .optional("cluster", &Keys::cluster, bytes().at_least("4 KiB").at_most("1 MiB"), "What sequential readers are given at once.",
                    {.default_text = "128 KiB", .source = "McVoy and Kleiman, USENIX Winter 1991: up to 120 KiB", .example = "64 KiB"})
          .optional("segment", &Keys::segment, bytes().at_least("16 KiB").at_most("16 MiB"), "What is appended to the log at once.",
                    {.default_text = "512 KiB", .source = "Rosenblum and Ousterhout, ACM TOCS 10(1), 1992", .example = "1 MiB"})
          .optional("memory", &Keys::memory, bytes().at_least("4 KiB").at_most("64 GiB"), "Frames for pages.",
                    {.default_text = "16 MiB", .assumed = true})
          .optional("page", &Keys::page, bytes().at_least("512 B").at_most("16 MiB"), "Of memory.",
                    {.default_text = "4 KiB", .source = "IBM Docs, AIX: Multiple page size support", .example = "64 KiB"})
          .optional("outstanding", &Keys::outstanding, count().at_least("1").at_most("65536"),
                    "Disk operations given to the driver at once.", {.default_text = "4", .assumed = true, .example = "1"})
          .optional("rate", &Keys::rate, event_rate(), "Disk operations a second, at most.",
                    {.default_text = "no limit", .example = "100 /s"})
          .optional("time_slice", &Keys::time_slice, duration().at_least("10 us").at_most("10 s"), "How long a thread runs at a time.",
                    {.default_text = "the operating system's own", .example = "10 ms"})
          .optional("call", &Keys::call, duration().at_most("1 s"),
                    "Processor time of a call (file systems), a page fault (memory management) or a decision (I/O schedulers).",
                    {.default_text = "5 us; I/O schedulers: 300 ns", .assumed = true, .example = "2 us"})
          .check(check_service);
  return schema;
}

const Schema<KernelNodeKeys>& node_schema() {
  using Keys = KernelNodeKeys;
  static const auto schema =
      Schema<Keys>("node", "A service node: has services that other nodes fetch, or that it performs for them.")
          .required("name", &Keys::name, name().with_example("library"), "What tables call it.")
          .optional("link", &Keys::link, data_rate().at_least("1 Mb/s"), "Its link, each direction.",
                    {.default_text = "10 Gb/s", .assumed = true, .example = "1 Gb/s"})
          .optional("delay", &Keys::delay, duration().at_most("10 s"), "To it, one way.", {.default_text = "50 us", .assumed = true})
          .optional("threads", &Keys::threads, count().at_least("1").at_most("65536"), "Requests that it performs at once.",
                    {.default_text = "4", .assumed = true})
          .optional("disk_time", &Keys::disk_time, duration().at_most("10 s"), "Of each operation of its own disk, one at a time.",
                    {.default_text = "5 ms", .assumed = true})
          .optional("disk_rate", &Keys::disk_rate, data_rate().at_least("1 Mb/s"), "And what its bytes take.",
                    {.default_text = "1600 Mb/s", .assumed = true})
          .required_list("services", &Keys::services, service_schema(), "What it has.");
  return schema;
}

}  // namespace

const Schema<KernelTableKeys>& kernel_table_schema() {
  using Keys = KernelTableKeys;
  static const auto schema =
      Schema<Keys>("table", "Which service answers which type; `none` removes an entry.")
          .optional("task_scheduler", &Keys::task_scheduler, table_entry().with_example("Fair Share"), "Runs the threads.")
          .optional("file_system", &Keys::file_system, table_entry(), "Has the files.")
          .optional("memory_management", &Keys::memory_management,
                    table_entry().with_example("Round Robin MM Algorithm, fetched from library"), "Has the memory.")
          .optional("io_scheduler", &Keys::io_scheduler, table_entry().with_example("Limited I/O Access"), "Orders disk operations.");
  return schema;
}

const Schema<KernelPolicyKeys>& kernel_policy_schema() {
  using Keys = KernelPolicyKeys;
  static const auto schema =
      Schema<Keys>("kernel_policy", "Operating system services that the hypervisor's kernel proxy chooses by a table.")
          .list("services", &Keys::services, service_schema(), "Those that are here.")
          .list("nodes", &Keys::nodes, node_schema(), "Where others are.")
          .section("policy", &Keys::policy, kernel_table_schema(), "The kernel policy of its partitions.")
          .section("default", &Keys::defaults, kernel_table_schema(), "Services, here, for what the policy does not name or reach.")
          .optional("cache", &Keys::cache, bytes().at_least("1 KiB").at_most("1 TiB"), "For instructions of fetched services.",
                    {.default_text = "64 MiB", .assumed = true, .example = "16 MiB"})
          .optional("timeout", &Keys::timeout, duration().at_least("1 us").at_most("1 h"), "A node that is silent for so long is lost.",
                    {.default_text = "10 ms", .assumed = true, .example = "100 ms"})
          .optional("retry_after", &Keys::retry_after, duration().at_most("1 d"), "Then it is not asked for so long.",
                    {.default_text = "1 s", .assumed = true, .example = "10 s"})
          .optional("lookup", &Keys::lookup, duration().at_most("1 s"), "Processor time of each call through the kernel proxy.",
                    {.default_text = "200 ns", .assumed = true, .example = "1 us"});
  return schema;
}

const Schema<PartitionKernelPolicyKeys>& partition_kernel_policy_schema() {
  using Keys = PartitionKernelPolicyKeys;
  static const auto schema = Schema<Keys>("kernel_policy", "What the partition's kernel policy has instead of its server's entries.")
                                 .section("policy", &Keys::policy, kernel_table_schema(), "Its own entries.")
                                 .optional("disk", &Keys::disk, name().with_example("hdisk1"), "Where its files and pages are.",
                                           {.default_text = "its first disk", .example = "hdisk1"});
  return schema;
}

}  // namespace lparsim::scenario
