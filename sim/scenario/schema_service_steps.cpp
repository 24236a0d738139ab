// Steps that ask operating system services, and that make hypervisor calls.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "models/hypervisor/hypervisor_calls.hpp"
#include "sim/base/nearest.hpp"
#include "sim/base/text.hpp"
#include "sim/scenario/hcall_names.hpp"
#include "sim/scenario/schema_kernel_policy.hpp"
#include "sim/scenario/schema_workload.hpp"

namespace lparsim::scenario {

using namespace config;
using services::Operation;
using services::ServiceType;

namespace {

Value<std::uint64_t> register_value(std::string_view example) {
  const ScalarInfo info{.noun = "a number of 64 bits",
                        .form = "a whole number, also in hexadecimal",
                        .example = std::string(example),
                        .pattern = "^0x[0-9A-Fa-f]{1,16}$",
                        .bare_integer = true};
  return {info, [info](std::string_view text) -> Result<std::uint64_t> {
            const bool hexadecimal = text.starts_with("0x");
            const std::string_view digits = text.substr(hexadecimal ? 2 : 0);
            std::uint64_t number = 0;
            const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number, hexadecimal ? 16 : 10);
            if (error == std::errc{} && end == digits.data() + digits.size() && !digits.empty()) return number;
            return unexpected(fmt::format("{} is no number of 64 bits; allowed: {}", shown(text), info.form));
          }};
}

Value<std::uint64_t> token() {
  const Value<std::uint64_t> number = register_value("0xF300");
  const ScalarInfo info{.noun = "a hypervisor call",
                        .form = "its name, or its token as a whole number, also in hexadecimal",
                        .example = "H_GET_PPP",
                        .pattern = "^(0x[0-9A-Fa-f]{1,8}|H_[A-Z0-9_]+)$",
                        .bare_integer = true,
                        .maximum = {"4294967295"}};
  return {info, [info, number](std::string_view text) -> Result<std::uint64_t> {
            if (text == "H_KERNEL_POLICY") return 0xF200;
            if (text.starts_with("H_")) {
              const auto found = hcall_token(text);
              if (!found) return unexpected(fmt::format("there is no hypervisor call {}; {}", shown(text), hint(text, hcall_names())));
              if (hypervisor::HypervisorCalls::allowed(*found)) return *found;
              return unexpected(fmt::format("{} is the operating system's own; allowed: other calls", text));
            }
            const auto read = number.parse(text);
            if (!read || *read > UINT32_MAX)
              return unexpected(fmt::format("{} is no hypervisor call; allowed: {}", shown(text), info.form));
            if (hypervisor::HypervisorCalls::allowed(*read)) return read;
            return unexpected(fmt::format("{} is the operating system's own; allowed: other calls", text));
          }};
}

void check_os_service(const OsServiceKeys& keys, const Context& context) {
  const auto known = system::operations(keys.type);
  if (std::ranges::find(known, keys.operation) == known.end()) {
    std::vector<std::string> names;
    for (const Operation operation : known) names.emplace_back(to_string(operation));
    return context.error("operation", fmt::format("a {} has no operation `{}`; {}", to_string(keys.type), to_string(keys.operation),
                                                  hint(to_string(keys.operation), names)));
  }
  const bool sized = system::has_size(keys.operation);
  if (sized && !keys.size) return context.error("", "the key `size` is missing; allowed: bytes such as `64 KiB`");
  for (const char* key : {"size", "access", "working_set"})
    if (context.given(key) && !sized)
      context.error(key, fmt::format("of no meaning with `{}`; allowed: with read, write, touch or modify", to_string(keys.operation)));
  if (!sized) return;
  const bool files = keys.type == ServiceType::file_system;
  if (files && keys.size->count % workload::kBlock.count != 0)
    context.error("size", fmt::format("{} are no whole blocks; allowed: multiples of {}", format(*keys.size), format(workload::kBlock)));
  if (keys.working_set < *keys.size)
    context.error("working_set", fmt::format("{} are less than the operation's {}; allowed: at least these", format(keys.working_set),
                                             format(*keys.size)));
  if (files && keys.access == workload::OsService::Access::skewed)
    context.error("access", "is that of memory; allowed: random or sequential for files");
}

}  // namespace

const Schema<OsServiceKeys>& os_service_schema() {
  using Keys = OsServiceKeys;
  using Access = workload::OsService::Access;
  static const auto schema =
      Schema<Keys>("os_service", "What a thread asks of its operating system's kernel.")
          .required("type", &Keys::type,
                    one_of<ServiceType>({{"task_scheduler", ServiceType::task_scheduler},
                                         {"file_system", ServiceType::file_system, "read, write, sync, create"},
                                         {"memory_management", ServiceType::memory_management, "touch, modify"},
                                         {"io_scheduler", ServiceType::io_scheduler},
                                         {"device_driver", ServiceType::device_driver, "Only Virtual Service Partitions answer: call."},
                                         {"interrupts_and_signals", ServiceType::interrupts_and_signals, "Likewise."},
                                         {"security", ServiceType::security, "Likewise."}}),
                    "Which type of service.", {.example = "file_system"})
          .required("operation", &Keys::operation,
                    one_of<Operation>({{"call", Operation::call, "Whatever a Virtual Service Partition makes of it."},
                                       {"read", Operation::read},
                                       {"write", Operation::write},
                                       {"sync", Operation::sync, "What was written is on the disk."},
                                       {"create", Operation::create, "A new, empty file."},
                                       {"touch", Operation::touch, "Refers to pages."},
                                       {"modify", Operation::modify, "The same, changing them."}}),
                    "What is asked of it.", {.example = "read"})
          .optional("size", &Keys::size, message(), "How much; of files whole blocks of 512 B.", {.example = "64 KiB"})
          .optional("file", &Keys::file, name(), "Which file, or which address space; the same for all workloads of the partition.",
                    {.default_text = "data", .assumed = true, .example = "journal"})
          .optional("access", &Keys::access,
                    one_of<Access>({{"random", Access::random, "Anywhere in the working set."},
                                    {"sequential", Access::sequential, "Behind the last sequential one of this workload there."},
                                    {"skewed", Access::skewed, "Memory: four of five references to a fifth of the pages."}}),
                    "Where.", {.default_text = "random", .assumed = true, .example = "sequential"})
          .optional("working_set", &Keys::working_set, bytes().at_least("512 B").at_most("1 TiB"),
                    "The part of the file or address space that is used, from its beginning on.",
                    {.default_text = "64 MiB", .assumed = true, .example = "32 MiB"})
          .check(check_os_service);
  return schema;
}

const Schema<HypervisorCallKeys>& hypervisor_call_schema() {
  using Keys = HypervisorCallKeys;
  static const auto schema =
      Schema<Keys>("hypervisor_call", "A hypervisor call by its number, made on the thread.")
          .required("call", &Keys::token, token(), "Which: LoPAR's name or a token; H_KERNEL_POLICY (0xF200) changes the kernel policy.")
          .list_of("arguments", &Keys::arguments, register_value("0x10"), "Registers 4 and on, at most 8.", {.example = "[1, 0x10]"})
          .check([](const HypervisorCallKeys& keys, const Context& context) {
            if (keys.arguments.size() > workload::kMostArguments)
              context.error("arguments", fmt::format("{} arguments; allowed: at most {}", keys.arguments.size(), workload::kMostArguments));
          });
  return schema;
}

}  // namespace lparsim::scenario
