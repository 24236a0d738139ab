#include "lpars/workload/transaction_runs.hpp"

#include <algorithm>

#include "sim/base/check.hpp"

namespace lparsim::workload {

using Code = TransactionProgram::Code;

TransactionRuns::TransactionRuns(TransactionKinds kinds, IoOperations* io)
    : kinds_{std::move(kinds)},
      sleeps_{kinds_.sleep()},
      io_{io},
      positions_(kinds_.names().targets.size()),
      file_positions_(kinds_.names().files.size()) {
  LPARSIM_CHECK(io != nullptr || positions_.empty(), "a transaction uses {}, and there is no driver", kinds_.names().targets[0].name);
  LPARSIM_CHECK(io != nullptr || file_positions_.empty(), "a transaction uses the file {}, and nobody has files", kinds_.names().files[0]);
}

void TransactionRuns::attach(Host& host, Program& owner, Nice nice, Statistics& statistics) {
  host_ = &host;
  owner_ = &owner;
  nice_ = nice;
  statistics_ = &statistics;
  for (const auto& target : kinds_.names().targets) targets_.push_back(target.is_disk ? io_->disk(target.name) : io_->peer(target.name));
  for (const std::string& name : kinds_.names().locks) locks_.push_back(host.lock(name));
}

std::uint32_t TransactionRuns::create_thread() {
  const auto tag = static_cast<std::uint32_t>(threads_.size());
  Thread& thread = threads_.emplace_back();
  thread.id = host_->create_thread(*owner_, tag, nice_);
  if (sleeps_) thread.timer = host_->create_timer(*owner_, kFirstTimer + tag);
  return tag;
}

void TransactionRuns::start(std::uint32_t thread, const Work& work, Cause cause, SimTime now) {
  threads_[thread].work = work;
  threads_[thread].at = 0;
  wake(thread, cause, now);
}

void TransactionRuns::go_on(std::uint32_t thread, const Work& work) {
  threads_[thread].work = work;
  threads_[thread].at = 0;
}

std::optional<Activity> TransactionRuns::next(std::uint32_t tag, SimTime now) {
  for (;;) {
    Thread& thread = threads_[tag];
    if (thread.in_io) {
      if (const auto activity = io_->next(thread.io, now)) return activity;
      end_io(thread);
    }
    const auto& next = operation(thread);
    switch (next.code) {
      case Code::compute: {
        const SimTime demand = sample(thread);
        ++thread.at;
        return Activity::compute(demand);
      }
      case Code::acquire:
        ++thread.at;
        return Activity::acquire(locks_[next.lock]);
      case Code::release:
        ++thread.at;
        return Activity::release(locks_[next.lock]);
      case Code::sleep: {
        const SimTime time = sample(thread);
        ++thread.at;
        if (time == SimTime{}) continue;
        host_->set_timer(thread.timer, now + time);
        return Activity::block();
      }
      case Code::io:
        begin_io(thread, now);
        continue;
      case Code::fork:
        fork(tag, now);
        return Activity::block();
      case Code::end:
        if (!thread.is_branch) return std::nullopt;
        join(tag, now);
        return Activity::block();
    }
  }
}

void TransactionRuns::begin_io(Thread& thread, SimTime now) {
  using IoKind = IoStep::Kind;
  const TransactionProgram& program = kinds_.program(thread.work.kind);
  const TransactionProgram::Io& io = program.io(program[thread.at]);
  IoStep step = io.step;
  switch (step.kind) {
    case IoKind::os_service:
      place_service(io, thread, step);
      break;
    case IoKind::application_event:
      break;
    case IoKind::hypervisor_call:
      step.hypervisor_call = &program.hypervisor_call(io);
      break;
    default:
      step.target = targets_[io.step.target];
      if (io.sequential) {
        step.block = positions_[io.step.target];
        positions_[io.step.target] += step.size.count / kBlock.count;
      } else if (step.kind == IoKind::disk_read || step.kind == IoKind::disk_write) {
        step.block = kinds_.block(thread.work.kind, thread.at, thread.work.key);
      }
  }
  thread.in_io = true;
  thread.io = io_->begin(step, thread.id, now);
}

/// Files are known by their names' hashes: the same one for all workloads of the partition.
void TransactionRuns::place_service(const TransactionProgram::Io& io, const Thread& thread, IoStep& step) {
  const OsService& service = kinds_.program(thread.work.kind).service(io);
  step.service = &service;
  step.target = static_cast<std::uint32_t>(stable_hash(service.file) & 0x7FFF'FFFF);
  step.seed = TransactionKinds::seed(thread.at, thread.work.key);
  if (step.size.count == 0) return;
  const std::uint64_t places = service.working_set.count / step.size.count;
  if (io.sequential) {
    std::uint64_t& position = file_positions_[io.step.target];
    step.block = position;
    position = (position + step.size.count) % (places * step.size.count);
  } else {
    step.block = step.seed % places * step.size.count;
  }
}

void TransactionRuns::end_io(Thread& thread) {
  const TransactionProgram& program = kinds_.program(thread.work.kind);
  const IoStep& step = program.io(program[thread.at]).step;
  ++thread.at;
  thread.in_io = false;
  if (io_->failed(thread.io))
    statistics_->operation_failed();
  else
    statistics_->operation_succeeded(Bytes{step.size.count + step.response.count});
}

void TransactionRuns::timer_expired(std::uint32_t timer_tag, SimTime now) {
  wake(timer_tag - kFirstTimer, Cause::timer, now);
}

/// A thread that computes next is told at once how long: that saves the guest an event.
void TransactionRuns::wake(std::uint32_t tag, Cause cause, SimTime now) {
  Thread& thread = threads_[tag];
  SimTime demand;
  if (operation(thread).code == Code::compute) {
    demand = sample(thread);
    ++thread.at;
  }
  host_->make_ready(thread.id, demand, cause, now);
}

void TransactionRuns::fork(std::uint32_t parent, SimTime now) {
  const auto& fork = operation(threads_[parent]);
  ++threads_[parent].at;
  threads_[parent].branches = fork.count;
  for (const std::uint32_t begin : kinds_.program(threads_[parent].work.kind).branches(fork)) {
    std::uint32_t tag = 0;
    if (free_branches_.empty()) {
      tag = create_thread();
      threads_[tag].is_branch = true;
    } else {
      tag = free_branches_.back();
      free_branches_.pop_back();
    }
    Thread& branch = threads_[tag];
    branch.work = threads_[parent].work;
    branch.at = begin;
    branch.parent = parent;
    wake(tag, Cause::thread, now);
  }
}

void TransactionRuns::join(std::uint32_t branch, SimTime now) {
  free_branches_.push_back(branch);
  const std::uint32_t parent = threads_[branch].parent;
  if (--threads_[parent].branches == 0) wake(parent, Cause::thread, now);
}

void TransactionRuns::reset() {
  std::ranges::fill(positions_, 0);
  std::ranges::fill(file_positions_, 0);
  for (Thread& thread : threads_) thread.in_io = false;
  free_branches_.clear();
  for (auto tag = static_cast<std::uint32_t>(threads_.size()); tag-- > 0;)
    if (threads_[tag].is_branch) free_branches_.push_back(tag);
}

}  // namespace lparsim::workload
