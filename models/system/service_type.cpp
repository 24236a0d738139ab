#include "models/system/service_type.hpp"

#include <algorithm>

#include "sim/base/check.hpp"

namespace lparsim::system {

std::string_view to_string(ServiceType type) {
  switch (type) {
    case ServiceType::task_scheduler:
      return "task_scheduler";
    case ServiceType::file_system:
      return "file_system";
    case ServiceType::memory_management:
      return "memory_management";
    case ServiceType::io_scheduler:
      return "io_scheduler";
    case ServiceType::device_driver:
      return "device_driver";
    case ServiceType::interrupts_and_signals:
      return "interrupts_and_signals";
    case ServiceType::security:
      return "security";
  }
  LPARSIM_CHECK(false, "unknown service type {}", static_cast<int>(type));
}

std::optional<ServiceType> find_service_type(std::string_view name) {
  const auto* const found = std::ranges::find(kServiceTypes, name, [](ServiceType type) { return to_string(type); });
  return found == kServiceTypes.end() ? std::nullopt : std::optional{*found};
}

std::optional<ServiceType> service_type(std::uint64_t number) {
  if (number == 0 || number >= kServiceTypeNumbers) return std::nullopt;
  return static_cast<ServiceType>(number);
}

std::string_view to_string(Operation operation) {
  switch (operation) {
    case Operation::call:
      return "call";
    case Operation::read:
      return "read";
    case Operation::write:
      return "write";
    case Operation::sync:
      return "sync";
    case Operation::create:
      return "create";
    case Operation::touch:
      return "touch";
    case Operation::modify:
      return "modify";
  }
  LPARSIM_CHECK(false, "unknown operation {}", static_cast<int>(operation));
}

std::span<const Operation> operations(ServiceType type) {
  static constexpr std::array kFileSystem = {Operation::read, Operation::write, Operation::sync, Operation::create};
  static constexpr std::array kMemory = {Operation::touch, Operation::modify};
  static constexpr std::array kOther = {Operation::call};
  switch (type) {
    case ServiceType::file_system:
      return kFileSystem;
    case ServiceType::memory_management:
      return kMemory;
    default:  // schedulers are not called: they decide about threads and disk operations
      return kOther;
  }
}

}  // namespace lparsim::system
