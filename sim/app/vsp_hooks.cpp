#include <fmt/format.h>

#include "models/vsp/catalogue.hpp"
#include "sim/app/requests.hpp"
#include "sim/report/text_table.hpp"

namespace lparsim::app {
namespace {

using report::TextTable;

constexpr std::size_t kWidth = 100;

std::string roles_of(const vsp::HookDescription& hook) {
  std::vector<std::string_view> roles;
  for (const vsp::Role role : {vsp::Role::observer, vsp::Role::filter, vsp::Role::provider})
    if ((hook.roles >> static_cast<unsigned>(role) & 1) != 0) roles.push_back(to_string(role));
  return fmt::format("{}", fmt::join(roles, ", "));
}

std::string numbered(std::string_view heading, std::span<const std::string_view> texts) {
  if (texts.empty()) return "";
  std::string out = fmt::format("{}: ", heading);
  for (std::size_t i = 0; i < texts.size(); ++i) out += fmt::format("{}[{}] {}", i == 0 ? "" : "; ", i, texts[i]);
  return report::wrapped(out, kWidth, 4);
}

std::string named(std::string_view heading, std::string_view text) {
  return text.empty() ? "" : report::wrapped(fmt::format("{}: {}", heading, text), kWidth, 4);
}

std::string exceptions(const vsp::HookDescription& hook, vsp::Standing standing) {
  std::vector<std::string> names;
  for (const vsp::SpecialFunction& special : hook.special)
    if (special.standing == standing) names.push_back(fmt::format("{} (0x{:X})", special.name, special.function));
  return fmt::format("{}", fmt::join(names, ", "));
}

}  // namespace

ExitCode print_vsp_hooks(Console& console) {
  TextTable table;
  table.add_column("no");
  for (const char* column : {"hook", "in the", "roles"}) table.add_column(column, TextTable::Align::left);
  for (const vsp::HookDescription& hook : vsp::catalogue())
    table.add_row({std::to_string(static_cast<int>(hook.hook)), std::string(hook.name), std::string(hook.where), roles_of(hook)});
  std::string out = "What a Virtual Service Partition may hook (docs/vsp/interface.md, \"Hook catalogue\")\n" + table.text();
  for (const vsp::HookDescription& hook : vsp::catalogue()) {
    out += fmt::format("\n{}\n", hook.name);
    out += named("client", hook.client) + named("function", hook.function) + numbered("arguments", hook.arguments) +
           numbered("results", hook.results) + numbered("memory", hook.buffers) + named("natively", hook.native) +
           named("denied", hook.denied) + named("failed", hook.failed) + named("may be done twice", hook.idempotent) +
           named("may be observed only", exceptions(hook, vsp::Standing::observe)) +
           named("may not be hooked", exceptions(hook, vsp::Standing::never));
  }
  console.print(out);
  return ExitCode::all_hold;
}

}  // namespace lparsim::app
