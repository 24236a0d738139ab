#include "lpars/drivers/driver_operations.hpp"

#include "sim/base/check.hpp"

namespace lparsim::drivers {

namespace {

/// Of handles that are the network's; its own lie below.
constexpr std::uint32_t kNetwork = 0x8000'0000;

bool is_disk(const workload::IoStep& step) {
  return step.kind == workload::IoStep::Kind::disk_read || step.kind == workload::IoStep::Kind::disk_write;
}

}  // namespace

std::uint32_t DriverOperations::disk(std::string_view name) {
  for (std::uint32_t i = 0; i < disks_.size(); ++i) {
    if (disks_[i].disk->name() == name) return i;
  }
  LPARSIM_CHECK(false, "there is no disk {}", name);
  return 0;
}

std::uint32_t DriverOperations::peer(std::string_view name) {
  LPARSIM_CHECK(network_ != nullptr, "there is no network to {}", name);
  return network_->peer(name);
}

void DriverOperations::serve(std::string_view name, Acceptor& acceptor) {
  LPARSIM_CHECK(network_ != nullptr, "there is no network for {}", name);
  network_->serve(name, acceptor);
}

std::uint32_t DriverOperations::answer(std::uint64_t request, system::ThreadId thread, SimTime now) {
  return kNetwork | network_->answer(request, thread, now);
}

std::uint32_t DriverOperations::begin(const workload::IoStep& step, system::ThreadId thread, SimTime now) {
  if (!is_disk(step)) return kNetwork | network_->begin(step, thread, now);
  if (free_.empty()) {
    free_.push_back(static_cast<std::uint32_t>(operations_.size()));
    operations_.emplace_back();
  }
  const std::uint32_t handle = free_.back();
  free_.pop_back();
  const auto kind = step.kind == workload::IoStep::Kind::disk_write ? io::RequestKind::write : io::RequestKind::read;
  const io::RequestTag tag = ledger_.begin(disks_[step.target].number, kind, step.size.count, io::Stage::client_processing, now);
  Operation& operation = operations_[handle];
  operation = {};
  operation.step = step;
  operation.thread = thread;
  operation.tag = tag;
  operation.phase = Phase::entry;
  operation.used = true;
  operation.clock = host_->undispatched(now);
  return handle;
}

std::optional<system::Activity> DriverOperations::next(std::uint32_t handle, SimTime now) {
  if (handle >= kNetwork) return network_->next(handle - kNetwork, now);
  Operation& operation = operations_[handle];
  Disk& disk = *disks_[operation.step.target].disk;
  switch (operation.phase) {
    case Phase::entry:
      operation.phase = Phase::submit;
      return system::Activity::compute_in_kernel(disk.submission());
    case Phase::submit: {
      operation.phase = Phase::wait;
      processed(operation, now);
      calls_.take_cost();
      const bool write = operation.step.kind == workload::IoStep::Kind::disk_write;
      disk.submit({operation.tag, handle, write, operation.step.block, operation.step.size}, *this, now);
      if (const SimTime cost = calls_.take_cost(); cost > SimTime{}) return system::Activity::compute_in_kernel(cost);
      [[fallthrough]];
    }
    case Phase::wait:
      if (!operation.answered) {
        operation.blocked = true;
        return system::Activity::block_for_io();
      }
      processed(operation, now);
      ledger_.end(operation.tag, operation.good ? io::Outcome::done : io::Outcome::failed, now);
      operation.phase = Phase::ended;
      operation.used = false;
      free_.push_back(handle);
      [[fallthrough]];
    case Phase::ended:
      return std::nullopt;
  }
  return std::nullopt;
}

void DriverOperations::processed(Operation& operation, SimTime now) {
  const SimTime clock = host_->undispatched(now);
  ledger_.enter(operation.tag, io::Stage::client_processing, now, io::Stage::client_dispatch, clock - operation.clock);
  operation.clock = clock;
}

void DriverOperations::transfer_ended(std::uint32_t number, bool good, SimTime now) {
  Operation& operation = operations_[number];
  operation.answered = true;
  operation.good = good;
  ledger_.enter(operation.tag, io::Stage::client_processing, now);
  operation.clock = host_->undispatched(now);
  if (operation.blocked) host_->make_ready(operation.thread, SimTime{}, system::Cause::thread, now);
  operation.blocked = false;
}

bool DriverOperations::failed(std::uint32_t handle) const {
  return handle >= kNetwork ? network_->failed(handle - kNetwork) : !operations_[handle].good;
}

void DriverOperations::deactivated(SimTime now) {
  for (std::uint32_t i = 0; i < operations_.size(); ++i) {
    if (!operations_[i].used) continue;
    ledger_.end(operations_[i].tag, io::Outcome::dropped, now);
    operations_[i] = {};
    free_.push_back(i);
  }
}

}  // namespace lparsim::drivers
