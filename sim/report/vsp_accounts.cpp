#include "sim/report/vsp_accounts.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace lparsim::report {

namespace {

/// docs/vsp/interface.md, section 4: by number, from 1.
constexpr std::array<std::string_view, 7> kServiceTypes{
    "task_scheduler", "file_system", "memory_management", "io_scheduler", "device_driver", "interrupts_and_signals", "security"};
constexpr std::size_t kObserved = 8, kDropped = 9;
static_assert(trace::kVspCallEnds[kObserved] == "observed" && trace::kVspCallEnds[kDropped] == "dropped");

std::string name_of(const trace::RunInfo& run, ServerId server, PartitionId partition) {
  const auto found = std::ranges::find_if(run.partitions, [&](const auto& p) { return p.server == server && p.partition == partition; });
  return found == run.partitions.end() ? "?" : found->name;
}

}  // namespace

std::uint64_t VspAccount::held_up() const {
  return row.calls - row.ends[kObserved] - row.ends[kDropped];
}

std::string_view VspHistory::state() const {
  return events.empty() ? "" : trace::name_in(trace::kVspStates, events.back().state);
}

Result<std::vector<VspHistory>> read_vsps(const trace::Reader& reader, const trace::RunInfo& run) {
  std::vector<VspHistory> all;
  const auto history = [&](ServerId server, PartitionId partition) -> VspHistory& {
    const auto found = std::ranges::find_if(all, [&](const auto& v) { return v.server == server && v.partition == partition; });
    if (found != all.end()) return *found;
    return all.emplace_back(VspHistory{server, partition, name_of(run, server, partition), {}, {}, {}});
  };
  for (const trace::VspHookFacts& hook : run.vsp_hooks) history(hook.server, hook.vsp).hooks.push_back(hook);
  auto ledger = reader.vsp_ledger();
  if (!ledger) return unexpected(ledger.error());
  for (const trace::VspLedgerRow& row : *ledger)
    history(row.server, row.vsp).accounts.push_back({name_of(run, row.server, row.client), row});
  auto events = reader.vsp_events();
  if (!events) return unexpected(events.error());
  for (trace::VspEvent& event : *events) history(event.server, event.vsp).events.push_back(std::move(event));
  return all;
}

std::string kind_text(const trace::VspEvent& event) {
  std::string text{trace::name_in(trace::kVspEventKinds, event.kind)};
  std::ranges::replace(text, '_', ' ');
  return text;
}

std::string hook_text(const trace::VspHookFacts& hook) {
  const std::string name{trace::name_in(trace::kVspHooks, hook.hook)};
  if (hook.function_first == 0 && hook.function_last == ~0U) return name;
  if (name == "os.service" && (hook.function_first & 0xFF) == 0 && hook.function_last == hook.function_first + 0xFF) {
    const std::uint32_t type = hook.function_first >> 8;
    if (type > 0 && type <= kServiceTypes.size()) return fmt::format("{} {}", name, kServiceTypes[type - 1]);
  }
  const bool tokens = name == "hypervisor.call" || name == "vscsi.command";
  const auto number = [&](std::uint32_t function) {
    return tokens ? fmt::format("0x{:X}", function) : std::to_string(function);
  };
  if (hook.function_first == hook.function_last) return fmt::format("{} {}", name, number(hook.function_first));
  return fmt::format("{} {}-{}", name, number(hook.function_first), number(hook.function_last));
}

}  // namespace lparsim::report
