#include "models/vsp/catalogue.hpp"

#include <algorithm>

#include "models/vsp/catalogue_table.hpp"

namespace lparsim::vsp {

namespace {

bool left_out(const SpecialFunction& special, Role role) {
  return special.standing == Standing::never || role != Role::observer;
}

bool has_role(const HookDescription& hook, Role role) {
  return (hook.roles >> static_cast<unsigned>(role) & 1) != 0;
}

}  // namespace

std::span<const HookDescription> catalogue() {
  return kCatalogue;
}

const HookDescription* description_of(Hook hook) {
  const auto number = static_cast<std::size_t>(hook);
  return number == 0 || number > std::size(kCatalogue) ? nullptr : &kCatalogue[number - 1];
}

std::optional<Hook> hook_named(std::string_view name) {
  const auto* found = std::find_if(std::begin(kCatalogue), std::end(kCatalogue), [&](const auto& h) { return h.name == name; });
  return found == std::end(kCatalogue) ? std::nullopt : std::optional{found->hook};
}

std::string_view to_string(Hook hook) {
  const HookDescription* found = description_of(hook);
  return found == nullptr ? "none" : found->name;
}

std::string_view to_string(Role role) {
  static constexpr std::string_view kNames[] = {"none", "observer", "filter", "provider"};
  const auto number = static_cast<std::size_t>(role);
  return number < std::size(kNames) ? kNames[number] : kNames[0];
}

bool hookable(Hook hook, Role role, std::uint32_t function) {
  return any_hookable(hook, role, function, function);
}

bool any_hookable(Hook hook, Role role, std::uint32_t first, std::uint32_t last) {
  const HookDescription* found = description_of(hook);
  if (found == nullptr || !has_role(*found, role) || first > last) return false;
  std::uint64_t without = 0;
  for (const SpecialFunction& special : found->special)
    if (special.function >= first && special.function <= last && left_out(special, role)) ++without;
  return without < std::uint64_t{last} - first + 1;
}

}  // namespace lparsim::vsp
