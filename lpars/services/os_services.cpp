// Operations from their beginning to their end, and who else may answer them.
#include "lpars/services/os_services.hpp"

#include <algorithm>

#include "sim/base/check.hpp"

namespace lparsim::services {

using Kind = workload::IoStep::Kind;
using system::Activity;
using CallResult = hypervisor::HypervisorCallResult;

namespace {

bool is_disk(const workload::IoStep& step) {
  return step.kind == Kind::disk_read || step.kind == Kind::disk_write;
}

}  // namespace

OsServices::OsServices(OsServicesConfig config, const OsSurroundings& around) : config_{std::move(config)}, around_{around} {
  LPARSIM_CHECK(around.proxy == nullptr || around.calendar != nullptr, "a kernel proxy without a calendar");
  if (around.proxy != nullptr) turns_.emplace(static_cast<TurnTaker&>(*this), *around.calendar);
}

void OsServices::attach(system::Host& host) {
  host_ = &host;
  if (around_.drivers != nullptr && !config_.disk.empty()) disk_ = around_.drivers->disk(config_.disk);
}

void OsServices::activated(SimTime now) {
  active_ = true;
  schedule_tasks(now);
}

void OsServices::deactivated(SimTime now) {
  active_ = false;
  ++scheduling_;
  if (around_.calls != nullptr) around_.calls->forget_all(now);
  for (std::uint32_t i = 0; i < operations_.size(); ++i) {
    Job& operation = operations_[i];
    if (!operation.used) continue;
    if (operation.phase == Phase::asked && !operation.there) around_.hooks->withdraw(*this, ticket(i), now);
    // Who let it pass, or asked to be told, still is.
    if (operation.hooked && operation.phase != Phase::ended) around_.hooks->ended(*this, ticket(i), vsp::kAborted, now);
    operation = {};
    free_.push_back(i);
  }
  instances_.clear();
  if (turns_) turns_->reset();
}

void OsServices::reset_statistics() {
  for (ServiceStatistics& statistics : statistics_) statistics.reset();
}

std::uint32_t OsServices::allocate(system::ThreadId thread) {
  if (free_.empty()) {
    free_.push_back(static_cast<std::uint32_t>(operations_.size()));
    operations_.emplace_back();
  }
  const std::uint32_t handle = free_.back();
  free_.pop_back();
  Job& operation = operations_[handle];
  operation.plan.clear();
  operation.thread = thread;
  operation.generation = ++generations_;
  operation.used = operation.good = true;
  operation.waiting = operation.blocked = operation.there = operation.hooked = operation.own_disk = operation.has_turn = false;
  operation.accessed = 0;
  operation.result.reset();
  return handle;
}

std::uint32_t OsServices::begin(const workload::IoStep& step, system::ThreadId thread, SimTime now) {
  const std::uint32_t handle = allocate(thread);
  Job& operation = operations_[handle];
  operation.step = step;
  operation.begun = now;
  switch (step.kind) {
    case Kind::os_service:
      operation.phase = Phase::ask;
      operation.request = {step.service->operation,         step.target, step.block, step.size.count, step.service->access,
                           step.service->working_set.count, step.seed};
      break;
    case Kind::application_event:
      operation.phase = Phase::ask;
      break;
    case Kind::hypervisor_call:
      operation.phase = Phase::call;
      break;
    default:
      operation.own_disk = is_disk(step);
      if (operation.own_disk && turns_) {
        to_disk(operation, now);
      } else {
        operation.phase = Phase::driver;
        operation.driver = around_.drivers->begin(step, thread, now);
      }
  }
  return handle;
}

std::uint32_t OsServices::answer(std::uint64_t request, system::ThreadId thread, SimTime now) {
  const std::uint32_t handle = allocate(thread);
  operations_[handle].step = {.kind = Kind::send, .size = {}};
  operations_[handle].phase = Phase::driver;
  operations_[handle].driver = around_.drivers->answer(request, thread, now);
  return handle;
}

/// Waiting for an I/O scheduler's instructions is part of waiting for its turn.
void OsServices::to_disk(Job& operation, SimTime now) {
  operation.phase = Phase::turn;
  operation.turn_begun = now;
}

/// What takes no time is done at once.
OsServices::Next OsServices::compute(SimTime time) const {
  if (time <= SimTime{}) return std::nullopt;
  return Activity::compute_in_kernel(time);
}

OsServices::Next OsServices::wait(Job& operation, bool for_io) const {
  operation.blocked = true;
  return for_io ? Activity::block_for_io() : Activity::block();
}

std::optional<Activity> OsServices::next(std::uint32_t handle, SimTime now) {
  while (operations_[handle].phase != Phase::ended) {
    Job& operation = operations_[handle];
    if (operation.waiting && !operation.there) return wait(operation, operation.phase == Phase::turned);
    operation.waiting = operation.there = false;
    if (const auto activity = step_on(handle, now)) return activity;
  }
  operations_[handle].used = false;
  free_.push_back(handle);
  return std::nullopt;
}

/// Goes on by one phase; nothing: it can be asked again at once, unless it waits.
OsServices::Next OsServices::step_on(std::uint32_t handle, SimTime now) {
  Job& operation = operations_[handle];
  switch (operation.phase) {
    case Phase::driver: {
      if (const auto activity = around_.drivers->next(operation.driver, now)) return activity;
      const bool good = !around_.drivers->failed(operation.driver);
      operation.good = operation.good && good;
      if (operation.has_turn) turns_->ended(operation.queue, now);
      operation.has_turn = false;
      if (operation.step.kind == Kind::os_service)
        operation.phase = Phase::access;
      else
        operation.phase = Phase::ended;
      return std::nullopt;
    }
    case Phase::ask:
      operation.phase = Phase::asked;
      operation.waiting = !ask_hooks(handle, now);
      return std::nullopt;
    case Phase::asked:
      operation.phase = Phase::decided;
      return compute(operation.outcome.cost);
    case Phase::decided:
      decide(handle, now);
      return std::nullopt;
    case Phase::call:
      operation.phase = Phase::called;
      operation.waiting = !call_hypervisor(handle, now);
      return std::nullopt;
    case Phase::called: {
      const CallResult result = *operation.result;
      end(handle, static_cast<std::int64_t>(result.status) >= 0, now);
      return compute(result.cost);
    }
    case Phase::lookup:
      operation.phase = Phase::resolve;
      return around_.proxy == nullptr ? std::nullopt : compute(around_.proxy->config().lookup);
    case Phase::resolve:
      resolve(handle, now);
      return std::nullopt;
    case Phase::fetching:
      // Its instructions are there, or their node was silent: then the proxy names another one.
      operation.phase = operation.good ? Phase::plan : Phase::lookup;
      operation.good = true;
      return std::nullopt;
    case Phase::at_node:
      operation.phase = operation.good ? Phase::access : Phase::lookup;
      operation.good = true;
      return std::nullopt;
    case Phase::plan:
      run(operation);
      return compute(operation.plan.compute());
    case Phase::access:
      if (operation.accessed == operation.plan.accesses().size())
        end(handle, operation.good, now);
      else
        to_disk(operation, now);
      return std::nullopt;
    case Phase::turn:
      if (!turns_) {
        access_disk(handle, now);
        return std::nullopt;
      }
      if (const auto scheduler = io_scheduler(handle, now)) {
        operation.phase = Phase::turned;
        if (*scheduler == nullptr) return std::nullopt;
        operation.waiting = true;
        const DiskAccess access = operation.own_disk
                                      ? DiskAccess{operation.step.kind == Kind::disk_write, operation.step.block, operation.step.size}
                                      : operation.plan.accesses()[operation.accessed];
        operation.queue = turns_->wait(**scheduler, {handle, access.write, access.block, access.size}, now);
        return compute((*scheduler)->io_scheduler.decision);
      }
      return std::nullopt;
    case Phase::turned:
      access_disk(handle, now);
      return std::nullopt;
    case Phase::ended:
      return std::nullopt;
  }
  return std::nullopt;
}

bool OsServices::ask_hooks(std::uint32_t handle, SimTime now) {
  Job& operation = operations_[handle];
  operation.outcome = {};
  const bool service = operation.step.kind == Kind::os_service;
  const vsp::Hook hook = service ? vsp::Hook::os_service : vsp::Hook::application_event;
  if (around_.hooks == nullptr || !around_.hooks->armed(hook, config_.partition)) return true;
  vsp::Call call;
  call.hook = hook;
  call.client = call.owner = config_.partition;
  call.arguments[6] = static_cast<std::uint64_t>(operation.thread);
  call.caller_computes = true;
  if (service) {
    const ServiceRequest& request = operation.request;
    call.function = system::function(operation.step.service->type, request.operation);
    call.arguments[0] = request.target;
    call.arguments[1] = request.offset;
    call.arguments[2] = request.size;
    call.arguments[3] = static_cast<std::uint64_t>(request.access);
    call.arguments[4] = request.working_set;
    const bool to = request.operation == Operation::write;
    if (to || request.operation == Operation::read) call.buffers[to ? 0 : 1] = {config_.buffers, Bytes{request.size}, to, !to};
    call.idempotent = request.operation != Operation::create && request.operation != Operation::call;  // nobody knows what that does
  } else {
    call.function = operation.step.target;
  }
  if (const auto outcome = around_.hooks->call(call, *this, ticket(handle), now)) {
    operations_[handle].outcome = *outcome;
    operations_[handle].hooked = outcome->decision == vsp::Decision::native;
    return true;
  }
  return false;
}

void OsServices::decide(std::uint32_t handle, SimTime now) {
  Job& operation = operations_[handle];
  const bool service = operation.step.kind == Kind::os_service;
  if (operation.outcome.decision == vsp::Decision::native) {
    if (!service) return end(handle, true, now);
    if (operation.hooked) {  // filters may have changed what is asked for
      constexpr std::uint64_t kBlock = workload::kBlock.count;
      operation.request.target = operation.outcome.values[0];
      operation.request.offset = operation.outcome.values[1] / kBlock * kBlock;
      operation.request.size = std::min(operation.outcome.values[2], workload::kMostBytes.count) / kBlock * kBlock;
      using Access = ServiceRequest::Access;
      if (const auto access = operation.outcome.values[3]; access <= static_cast<std::uint64_t>(Access::skewed))
        operation.request.access = static_cast<Access>(access);
      operation.request.working_set = operation.outcome.values[4];
    }
    operation.phase = Phase::lookup;
    return;
  }
  const bool good = operation.outcome.decision == vsp::Decision::completed && operation.outcome.status >= 0;
  if (service) {
    ServiceStatistics& statistics = statistics_of(operation.step.service->type);
    ++statistics.calls;
    ++statistics.elsewhere;
    if (!good) ++statistics.failed;
    statistics.latency.record(now - operation.begun);
  }
  operation.good = good;
  operation.phase = Phase::ended;
}

/// An operation that was done here. Where somebody hooked it, he is told.
void OsServices::end(std::uint32_t handle, bool good, SimTime now) {
  Job& operation = operations_[handle];
  operation.good = good;
  operation.phase = Phase::ended;
  if (operation.step.kind == Kind::os_service) count(operation.step.service->type, operation.resolution.way, now - operation.begun, good);
  if (operation.hooked) around_.hooks->ended(*this, ticket(handle), good ? 0 : vsp::kIoError, now);
}

bool OsServices::call_hypervisor(std::uint32_t handle, SimTime now) {
  Job& operation = operations_[handle];
  const workload::HypervisorCall& call = *operation.step.hypervisor_call;
  if (call.token == kKernelPolicyCall) {
    operation.result = kernel_policy_call(call.arguments, now);
  } else if (around_.calls == nullptr) {
    operation.result.emplace().status = hypervisor::HcallStatus::function;
  } else {
    // Threads do not know their virtual processors: the first one makes the call.
    const auto result = around_.calls->begin(call.token, call.arguments, 0, *this, ticket(handle), now);
    operations_[handle].result = result;
    return result.has_value();
  }
  return true;
}

/// Somebody has answered. Tickets of operations that are gone mean nothing.
void OsServices::come(std::uint64_t ticket, SimTime now, const std::function<void(Job&)>& how) {
  const auto handle = static_cast<std::uint32_t>(ticket);
  if (handle >= operations_.size() || !operations_[handle].used || operations_[handle].generation != ticket >> 32) return;
  Job& operation = operations_[handle];
  how(operation);
  operation.there = true;
  const bool blocked = operation.blocked;
  operation.blocked = false;
  if (blocked) host_->make_ready(operation.thread, SimTime{}, system::Cause::thread, now);
}

void OsServices::decided(std::uint64_t ticket, const vsp::Outcome& outcome, SimTime now) {
  come(ticket, now, [&](Job& operation) {
    operation.outcome = outcome;
    operation.hooked = outcome.decision == vsp::Decision::native;
  });
}

void OsServices::call_answered(std::uint64_t ticket, const CallResult& result, SimTime now) {
  come(ticket, now, [&](Job& operation) { operation.result = result; });
}

}  // namespace lparsim::services
