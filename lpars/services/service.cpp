#include "lpars/services/service.hpp"

#include <algorithm>
#include <array>

#include "lpars/services/log_structured.hpp"
#include "lpars/services/ufs.hpp"
#include "sim/base/check.hpp"
#include "sim/base/random.hpp"

namespace lparsim::services {
namespace {

constexpr std::array kImplementations = {
    Implementation{ServiceType::file_system, "ufs", "In place: data written through, metadata at once, clusters for sequential readers."},
    Implementation{ServiceType::file_system, "log_structured", "Appends segments to a log and cleans it."},
    Implementation{ServiceType::memory_management, "round_robin", "Frames give up their pages in circular order."},
    Implementation{ServiceType::memory_management, "lru", "The page goes that was not referred to for longest."},
    Implementation{ServiceType::io_scheduler, "fifo", "In the order in which operations come."},
    Implementation{ServiceType::io_scheduler, "elevator", "By address, upwards, then from the lowest again (C-SCAN)."},
    Implementation{ServiceType::io_scheduler, "limited", "In order, so many at once, so many a second."},
    Implementation{ServiceType::task_scheduler, "round_robin", "Threads take turns, a slice each, whatever their nice value."},
    Implementation{ServiceType::task_scheduler, "fair_share", "By virtual time: processor time over the weight of the nice value."},
};

}  // namespace

std::span<const Implementation> implementations() {
  return kImplementations;
}

const Implementation* find_implementation(ServiceType type, std::string_view name) {
  const auto* const found =
      std::ranges::find_if(kImplementations, [&](const Implementation& i) { return i.type == type && i.name == name; });
  return found == kImplementations.end() ? nullptr : found;
}

std::uint64_t references(const ServiceRequest& request, const MemoryConfig& config) {
  return std::clamp<std::uint64_t>((request.size + config.page.count - 1) / config.page.count, 1, kMostReferences);
}

ServiceInstance::ServiceInstance(const ServiceConfig& config) : config_{&config} {
  LPARSIM_CHECK(find_implementation(config.type, config.implementation) != nullptr, "{} is no implementation of {}", config.implementation,
                to_string(config.type));
  if (config.implementation == "ufs") file_system_ = std::make_unique<Ufs>(config.file_system);
  if (config.implementation == "log_structured") file_system_ = std::make_unique<LogStructured>(config.file_system);
  if (config.type == ServiceType::memory_management && config.implementation == "round_robin")
    memory_ = std::make_unique<RoundRobinMemory>(config.memory);
  if (config.implementation == "lru") memory_ = std::make_unique<LruMemory>(config.memory);
  if (config.implementation == "fifo") io_scheduler_ = std::make_unique<FifoIo>(config.io_scheduler);
  if (config.implementation == "elevator") io_scheduler_ = std::make_unique<ElevatorIo>(config.io_scheduler);
  if (config.implementation == "limited") io_scheduler_ = std::make_unique<LimitedIo>(config.io_scheduler);
}

bool ServiceInstance::carry_out(const ServiceRequest& request, Plan& plan) {
  if (memory_) return refer(request, plan);
  if (!file_system_) return false;
  switch (request.operation) {
    case Operation::read:
      file_system_->read({request.target, request.offset, request.size}, plan);
      return true;
    case Operation::write:
      file_system_->write({request.target, request.offset, request.size}, plan);
      return true;
    case Operation::sync:
      file_system_->sync(plan);
      return true;
    case Operation::create:
      file_system_->create(request.target, plan);
      return true;
    default:
      return false;
  }
}

bool ServiceInstance::refer(const ServiceRequest& request, Plan& plan) {
  if (request.operation != Operation::touch && request.operation != Operation::modify) return false;
  const std::uint64_t page = config_->memory.page.count;
  const std::uint64_t pages = std::max<std::uint64_t>(request.working_set / page, 1);
  const std::uint64_t count = references(request, config_->memory);
  KeyedStream random{request.seed};
  for (std::uint64_t i = 0; i < count; ++i) {
    std::uint64_t at = 0;
    switch (request.access) {
      case ServiceRequest::Access::sequential:
        at = (request.offset / page + i) % pages;
        break;
      case ServiceRequest::Access::random:
        at = random.bits() % pages;
        break;
      case ServiceRequest::Access::skewed: {  // four of five references go to a fifth of the pages
        const bool hot = random.bits() % 5 != 0;
        const std::uint64_t few = std::max<std::uint64_t>(pages / 5, 1);
        at = hot || few == pages ? random.bits() % few : few + random.bits() % (pages - few);
        break;
      }
    }
    // Address spaces lie far apart.
    memory_->refer((request.target << 28) + at, request.operation == Operation::modify, plan);
  }
  return true;
}

}  // namespace lparsim::services
