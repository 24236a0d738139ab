#pragma once
#include <gtest/gtest.h>

#include <array>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "lpars/services/os_services.hpp"
#include "lpars/workload/testing/fake_io.hpp"
#include "lpars/workload/testing/processors.hpp"

namespace lparsim::services::testing {

using namespace literals;
using workload::Batch;
using workload::IoStep;
using workload::OsService;
using workload::testing::FakeIo;
using workload::testing::Processors;

/// Who answers hooks as the test says.
class FakeHooks final : public vsp::Hooks {
 public:
  vsp::Outcome outcome{};
  SimTime later;  ///< 0: at once
  kernel::testing::ManualCalendar* calendar = nullptr;
  std::function<void(std::array<std::uint64_t, 8>& values)> change = [](auto&) {
  };
  std::vector<vsp::Call> calls;
  std::vector<std::int64_t> ends;
  std::uint64_t withdrawn = 0;
  std::map<std::uint64_t, vsp::Caller*> waiting;

  void arm(vsp::Hook hook) { armed_[static_cast<std::size_t>(hook)] = ~std::uint64_t{0}; }
  std::optional<vsp::Outcome> call(const vsp::Call& call, vsp::Caller& caller, std::uint64_t ticket, SimTime) override {
    calls.push_back(call);
    if (later > SimTime{}) {
      waiting[ticket] = &caller;
      return std::nullopt;
    }
    return answer(call);
  }
  vsp::Outcome answer(const vsp::Call& call) const {
    vsp::Outcome given = outcome;
    if (given.decision == vsp::Decision::native) given.values = call.arguments;
    change(given.values);
    return given;
  }
  void ended(const vsp::Caller&, std::uint64_t, std::int64_t status, SimTime) override { ends.push_back(status); }
  void withdraw(const vsp::Caller&, std::uint64_t, SimTime) override { ++withdrawn; }
  void tell(const vsp::Call&, SimTime) override {}
  void add_native(vsp::Hook, vsp::NativeFunction&) override {}
};

inline ServiceConfig service(std::string name, ServiceType type, std::string implementation) {
  ServiceConfig config;
  config.name = std::move(name);
  config.type = type;
  config.implementation = std::move(implementation);
  config.code = Bytes{1'000'000};
  config.io_scheduler.decision = {};
  return config;
}

struct Bench {
  KernelConfig config;
  kernel::testing::ManualCalendar calendar;
  FakeIo drivers;
  FakeHooks hooks;
  Processors host;
  std::unique_ptr<KernelProxy> proxy;
  std::unique_ptr<OsServices> services;
  std::vector<IoStep> accesses;
  std::vector<const ServiceConfig*> schedulers;
  std::vector<std::string> said;

  explicit Bench(std::uint32_t processors = 1) : host{processors, calendar} {
    config.services = {
        service("UFS Service", ServiceType::file_system, "ufs"), service("Log Service", ServiceType::file_system, "log_structured"),
        service("LRU", ServiceType::memory_management, "lru"), service("One at a time", ServiceType::io_scheduler, "limited"),
        service("Fair", ServiceType::task_scheduler, "fair_share")};
    config.services[3].io_scheduler.outstanding = 1;
    NodeConfig node;
    node.name = "library";
    node.link = {8'000'000'000};
    node.services = {service("Round Robin MM Algorithm", ServiceType::memory_management, "round_robin"),
                     service("Remote files", ServiceType::file_system, "ufs"),
                     service("Turns", ServiceType::task_scheduler, "round_robin")};
    config.nodes = {node};
    drivers.watch = [this](const IoStep& step, SimTime) {
      accesses.push_back(step);
    };
    host.add_program(drivers);
  }
  void establish(bool with_hooks = false) {
    proxy = std::make_unique<KernelProxy>(config, calendar);
    OsServicesConfig own;
    own.disk = "hdisk0";
    own.schedule = [this](const ServiceConfig* scheduler, SimTime) {
      schedulers.push_back(scheduler);
    };
    services = std::make_unique<OsServices>(own, OsSurroundings{&drivers, proxy.get(), with_hooks ? &hooks : nullptr, nullptr, &calendar});
    services->chosen = [this](ServiceType type, const std::string& why, SimTime) {
      said.push_back(std::string(to_string(type)) + ": " + why);
    };
    host.add_program(*services);
  }
  workload::Workload& add(std::uint64_t jobs, std::uint32_t threads, workload::Transaction transaction) {
    const workload::Config config_of{"w" + std::to_string(host.workloads().size()), Batch{jobs, threads, std::move(transaction)}};
    EXPECT_EQ(workload::problem_of(config_of), std::nullopt);
    return host.add(config_of, 1, services.get());
  }
  const ServiceStatistics& of(ServiceType type) { return services->statistics(type); }
};

inline OsService file(Operation operation, std::uint64_t size = 8192) {
  OsService step;
  step.operation = operation;
  step.size = Bytes{system::has_size(operation) ? size : 0};
  return step;
}
inline OsService touch(std::uint64_t pages, std::uint64_t working_set = 1 << 20) {
  OsService step;
  step.type = ServiceType::memory_management;
  step.operation = Operation::touch;
  step.size = Bytes{pages * 4096};
  step.working_set = Bytes{working_set};
  step.access = OsService::Access::sequential;
  return step;
}

}  // namespace lparsim::services::testing
