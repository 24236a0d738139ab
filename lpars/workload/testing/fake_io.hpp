#pragma once
#include <algorithm>
#include <functional>
#include <string>
#include <vector>

#include "lpars/workload/host.hpp"
#include "lpars/workload/io_operations.hpp"

namespace lparsim::workload::testing {

/// Drivers without devices: an operation computes for `before` in the kernel, waits for `device`, and computes for `after`. Add it to the
/// host before the workloads.
class FakeIo final : public Program, public IoOperations {
 public:
  SimTime before = SimTime::from_us(10);
  SimTime device = SimTime::from_us(200);
  SimTime after = SimTime::from_us(5);
  /// Which of the operations, counted from 0, fail.
  std::function<bool(std::uint64_t operation)> fails;
  /// Told of every operation that begins.
  std::function<void(const IoStep&, SimTime)> watch;

  std::vector<std::string> disks, peers, services;
  std::vector<std::uint64_t> answered;
  std::uint64_t begun = 0;

  /// A request comes for the service.
  void request(std::size_t service, std::uint64_t number, SimTime now) { acceptors_[service]->accept(number, now); }

  // Program.
  void attach(Host& host) override { host_ = &host; }
  void activated(SimTime) override {}
  void deactivated(SimTime) override {
    free_.clear();
    for (std::uint32_t i = 0; i < operations_.size(); ++i) free_.push_back(i);
  }
  Activity next_activity(std::uint32_t, SimTime) override { return Activity::block(); }
  void timer_expired(std::uint32_t handle, SimTime now) override {
    host_->make_ready(operations_[handle].thread, SimTime{}, Cause::outside, now);
  }

  // IoOperations.
  std::uint32_t disk(std::string_view name) override { return number_of(name, disks); }
  std::uint32_t peer(std::string_view name) override { return number_of(name, peers); }
  std::uint32_t begin(const IoStep& step, ThreadId thread, SimTime now) override {
    if (watch) watch(step, now);
    return begin(thread);
  }
  std::optional<Activity> next(std::uint32_t handle, SimTime now) override {
    Operation& operation = operations_[handle];
    switch (operation.stage++) {
      case 0:
        return Activity::compute_in_kernel(before);
      case 1:
        host_->set_timer(operation.timer, now + device);
        return Activity::block_for_io();
      case 2:
        return Activity::compute_in_kernel(after);
      default:
        free_.push_back(handle);
        return std::nullopt;
    }
  }
  bool failed(std::uint32_t handle) const override { return fails && fails(operations_[handle].number); }
  void serve(std::string_view name, Acceptor& acceptor) override {
    services.emplace_back(name);
    acceptors_.push_back(&acceptor);
  }
  std::uint32_t answer(std::uint64_t request, ThreadId thread, SimTime) override {
    answered.push_back(request);
    return begin(thread);
  }

 private:
  struct Operation {
    ThreadId thread{};
    TimerId timer{};
    int stage = 0;
    std::uint64_t number = 0;
  };
  static std::uint32_t number_of(std::string_view name, std::vector<std::string>& names) {
    const auto found = std::ranges::find(names, name);
    if (found != names.end()) return static_cast<std::uint32_t>(found - names.begin());
    names.emplace_back(name);
    return static_cast<std::uint32_t>(names.size() - 1);
  }
  std::uint32_t begin(ThreadId thread) {
    if (free_.empty()) {
      free_.push_back(static_cast<std::uint32_t>(operations_.size()));
      operations_.push_back({.timer = host_->create_timer(*this, free_.back())});
    }
    const std::uint32_t handle = free_.back();
    free_.pop_back();
    operations_[handle].thread = thread;
    operations_[handle].stage = 0;
    operations_[handle].number = begun++;
    return handle;
  }

  Host* host_ = nullptr;
  std::vector<Operation> operations_;
  std::vector<std::uint32_t> free_;
  std::vector<Acceptor*> acceptors_;
};

}  // namespace lparsim::workload::testing
