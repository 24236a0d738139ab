#include "models/vsp/wording.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "models/vsp/catalogue.hpp"
#include "models/vsp/layout.hpp"

namespace lparsim::vsp {
namespace {

/// INCITS SPC and SBC: those that a virtual disk gets.
constexpr Name kScsi[] = {{0x00, "TEST UNIT READY"}, {0x03, "REQUEST SENSE"}, {0x12, "INQUIRY"},    {0x1A, "MODE SENSE(6)"},
                          {0x25, "READ CAPACITY"},   {0x28, "READ(10)"},      {0x2A, "WRITE(10)"},  {0x35, "SYNCHRONIZE CACHE"},
                          {0x88, "READ(16)"},        {0x8A, "WRITE(16)"},     {0xA0, "REPORT LUNS"}};
constexpr Name kDispatch[] = {{1, "dispatched"}, {2, "preempted"}, {3, "ceded"}, {4, "conferred"}};
constexpr Name kServiceTypes[] = {{1, "task_scheduler"}, {2, "file_system"},   {3, "memory_management"},
                                  {4, "io_scheduler"},   {5, "device_driver"}, {6, "interrupts_and_signals"},
                                  {7, "security"}};
constexpr Name kOperations[] = {{1, "read"}, {2, "write"}, {3, "sync"}, {4, "create"}, {5, "touch"}, {6, "modify"}};

std::string hexadecimal(std::uint32_t number) {
  return fmt::format("0x{:X}", number);
}

std::string named_or_hexadecimal(std::span<const Name> names, std::uint32_t number) {
  const auto found = std::find_if(names.begin(), names.end(), [&](const Name& n) { return n.number == number; });
  return found == names.end() ? hexadecimal(number) : std::string{found->name};
}

std::string token(std::uint32_t number) {
  for (const SpecialFunction& special : description_of(Hook::hypervisor_call)->special)
    if (special.function == number) return std::string{special.name};
  return hexadecimal(number);
}

}  // namespace

std::string brief(SimTime time) {
  return fmt::format("{:.6g} ms", time.milliseconds());
}

std::string function_text(Hook hook, std::uint32_t function) {
  switch (hook) {
    case Hook::hypervisor_call:
      return token(function);
    case Hook::dispatch:
      return name_in(kDispatch, function);
    case Hook::switch_frame:
    case Hook::sea_forward:
      return fmt::format("VLAN {}", function);
    case Hook::vscsi_command:
      return named_or_hexadecimal(kScsi, function);
    case Hook::os_service: {
      const std::string type = named_or_hexadecimal(kServiceTypes, function >> 8);
      if (type.starts_with("0x")) return hexadecimal(function);
      return (function & 0xFF) == 0 ? type : fmt::format("{} {}", type, name_in(kOperations, function & 0xFF));
    }
    case Hook::crq_send:
      return hexadecimal(function);
    default:
      return std::to_string(function);
  }
}

std::string functions_text(Hook hook, std::uint32_t first, std::uint32_t last) {
  if (first == 0 && last == ~0U) return "all functions";
  if (first == last) return function_text(hook, first);
  if (hook == Hook::os_service && (first & 0xFF) == 0 && last == first + 0xFF) return function_text(hook, first);
  return fmt::format("{} to {}", function_text(hook, first), function_text(hook, last));
}

std::string registration_text(std::uint16_t hook, std::uint16_t role, std::uint32_t first, std::uint32_t last) {
  const std::string_view role_name = to_string(static_cast<Role>(role));
  const HookDescription* description = description_of(static_cast<Hook>(hook));
  return fmt::format("{} of {}, {}", role_name == "none" ? fmt::format("role {}", role) : std::string{role_name},
                     description == nullptr ? fmt::format("hook {}", hook) : std::string{description->name},
                     functions_text(static_cast<Hook>(hook), first, last));
}

std::string field_text(std::uint16_t type, std::uint16_t offset) {
  const Layout* layout = layout_of(type);
  if (offset == 0 || layout == nullptr) return "";
  const auto found = std::find_if(layout->fields.begin(), layout->fields.end(), [&](const Field& f) { return f.offset == offset; });
  return found == layout->fields.end() ? "" : fmt::format(", field `{}`", found->name);
}

}  // namespace lparsim::vsp
