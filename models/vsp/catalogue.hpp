#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "models/vsp/config.hpp"
#include "models/vsp/hooks.hpp"

namespace lparsim::vsp {

/// Whether a single function of a hook is as all others of it.
enum class Standing : std::uint8_t {
  observe,  ///< may be observed only: an answer later would be another call
  never,    ///< may not be hooked: the interface's own calls
};
struct SpecialFunction {
  std::uint32_t function = 0;
  Standing standing{};
  std::string_view name;
};

/// An entry of the hook catalogue of docs/vsp/interface.md. Texts are for people.
struct HookDescription {
  Hook hook{};
  std::string_view name;   ///< as in scenarios: `hypervisor.call`
  std::string_view where;  ///< hypervisor, VIOS, operating system, application
  std::string_view client;
  std::string_view function;
  std::uint8_t roles = 0;  ///< bit n: Role n
  std::span<const std::string_view> arguments;
  std::span<const std::string_view> results;
  std::span<const std::string_view> buffers;
  std::span<const SpecialFunction> special;  ///< by number
  std::string_view native;                   ///< empty: there is nothing to be done natively, only to be observed
  std::string_view denied;
  std::string_view failed;
  std::string_view idempotent;
};

/// By number, from 1.
std::span<const HookDescription> catalogue();
/// Nothing where there is no such hook.
const HookDescription* description_of(Hook hook);
std::optional<Hook> hook_named(std::string_view name);
/// `hypervisor.call`; `none` of 0 and what there is not.
std::string_view to_string(Hook hook);
std::string_view to_string(Role role);

/// Whether a function may be hooked in a role at all, whatever the management console permits. Within a wider range those that may not are
/// left out.
bool hookable(Hook hook, Role role, std::uint32_t function);
/// Whether any of a range may; also false where `first` is above `last`. A REGISTER for which it is false is UNSUPPORTED.
bool any_hookable(Hook hook, Role role, std::uint32_t first, std::uint32_t last);

}  // namespace lparsim::vsp
