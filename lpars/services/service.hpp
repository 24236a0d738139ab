#pragma once
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "lpars/services/file_system.hpp"
#include "lpars/services/io_scheduler.hpp"
#include "lpars/services/memory_management.hpp"
#include "lpars/workload/config.hpp"
#include "models/system/service_type.hpp"
#include "sim/base/units.hpp"

namespace lparsim::services {

using system::Operation;
using system::ServiceType;

/// An implementation of a service type that lparsim has.
struct Implementation {
  ServiceType type;
  std::string_view name;
  std::string_view doc;
};
std::span<const Implementation> implementations();
/// Null: the type has none of this name.
const Implementation* find_implementation(ServiceType type, std::string_view name);

/// A service as an operator knows it: an identifier such as `UFS Service`, which implementation it is, and with which figures. Only those
/// of its type matter.
struct ServiceConfig {
  std::string name;
  ServiceType type = ServiceType::file_system;
  std::string implementation;
  Bytes code{std::uint64_t{256} * 1024};  ///< its instructions: what is retrieved where it is fetched
  FileSystemConfig file_system;
  MemoryConfig memory;
  IoSchedulerConfig io_scheduler;
  SimTime time_slice;  ///< of a task scheduler; 0: the operating system's own
};

/// What is asked for in one call. File systems: a part of a file. Memory management: `size` bytes' worth of pages of an address space.
struct ServiceRequest {
  using Access = workload::OsService::Access;
  Operation operation{};
  std::uint64_t target = 0;  ///< file or address space
  std::uint64_t offset = 0;  ///< bytes; of files, and of sequential references
  std::uint64_t size = 0;
  Access access = Access::random;
  std::uint64_t working_set = 0;  ///< bytes; memory: where random references go
  std::uint64_t seed = 0;         ///< of these
};

/// How many references to pages one call may make: more would be one call of many milliseconds.
inline constexpr std::uint64_t kMostReferences = 4096;

/// The references to pages that a request is.
std::uint64_t references(const ServiceRequest& request, const MemoryConfig& config);

/// A service at work, with its own memory of what happened. Of types that are called; schedulers are asked by themselves.
class ServiceInstance {
 public:
  explicit ServiceInstance(const ServiceConfig& config);  ///< which outlives it
  /// Adds to `plan`. False: it does not know the operation.
  bool carry_out(const ServiceRequest& request, Plan& plan);
  /// Null where it is another type.
  FileSystem* file_system() { return file_system_.get(); }
  MemoryManagement* memory() { return memory_.get(); }
  IoScheduler* io_scheduler() { return io_scheduler_.get(); }
  const ServiceConfig& config() const { return *config_; }

 private:
  bool refer(const ServiceRequest& request, Plan& plan);

  const ServiceConfig* config_;
  std::unique_ptr<FileSystem> file_system_;
  std::unique_ptr<MemoryManagement> memory_;
  std::unique_ptr<IoScheduler> io_scheduler_;
};

}  // namespace lparsim::services
