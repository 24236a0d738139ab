#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace lparsim::system {

/// What an operating system's kernel does for programs, by types with an interface each. Numbers are those of the hook
/// os.service (docs/vsp/interface.md).
enum class ServiceType : std::uint8_t {
  task_scheduler = 1,
  file_system,
  memory_management,
  io_scheduler,
  device_driver,
  interrupts_and_signals,
  security,
};
inline constexpr std::array kServiceTypes = {ServiceType::task_scheduler, ServiceType::file_system,   ServiceType::memory_management,
                                             ServiceType::io_scheduler,   ServiceType::device_driver, ServiceType::interrupts_and_signals,
                                             ServiceType::security};
/// For tables that are indexed by type; 0 is none.
inline constexpr std::size_t kServiceTypeNumbers = kServiceTypes.size() + 1;

constexpr std::size_t number(ServiceType type) {
  return static_cast<std::size_t>(type);
}

/// `file_system`.
std::string_view to_string(ServiceType type);
std::optional<ServiceType> find_service_type(std::string_view name);
/// Of its number, such as in a hypervisor call.
std::optional<ServiceType> service_type(std::uint64_t number);

/// What programs may ask services for; each type has some of them.
enum class Operation : std::uint8_t {
  call = 0,  ///< of a type whose interface is nobody's here: only a Virtual Service Partition can answer it
  read = 1,
  write = 2,
  sync = 3,    ///< everything written so far is on the disk
  create = 4,  ///< a new, empty file
  touch = 5,   ///< refers to pages, reading them
  modify = 6,  ///< the same, writing them
};
std::string_view to_string(Operation operation);
std::span<const Operation> operations(ServiceType type);
/// Whether it says how much.
constexpr bool has_size(Operation operation) {
  return operation == Operation::read || operation == Operation::write || operation == Operation::touch || operation == Operation::modify;
}

/// The function of the hook os_service.
constexpr std::uint32_t function(ServiceType type, Operation operation) {
  return static_cast<std::uint32_t>(type) << 8 | static_cast<std::uint32_t>(operation);
}

}  // namespace lparsim::system
