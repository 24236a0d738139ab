// Guest: what the platform tells it and what programs ask for.
#include "lpars/guest/guest.hpp"

#include <algorithm>
#include <bit>
#include <utility>

#include "sim/base/check.hpp"

namespace lparsim::guest {
namespace {

using hypervisor::DispatchReason;
using workload::Cause;

DispatchReason reason_of(Cause cause) {
  switch (cause) {
    case Cause::boot:
      return DispatchReason::boot;
    case Cause::outside:
      return DispatchReason::external_interrupt;
    case Cause::timer:
      return DispatchReason::decrementer;
    case Cause::thread:
      return DispatchReason::doorbell;
  }
  LPARSIM_CHECK(false, "unknown cause {}", static_cast<int>(cause));
}

}  // namespace

Guest::Guest(hypervisor::ProcessorControl& control, const Config& config, Workloads workloads, Observer* observer, Services services)
    : control_{control},
      config_{config},
      speed_{config.throughput},
      scheduler_{make_scheduler(config)},
      one_queue_{scheduler_->one_queue()},
      workloads_{std::move(workloads)},
      services_{std::move(services)},
      observer_{observer},
      mode_{config.smt} {
  LPARSIM_CHECK(config.time_slice > SimTime{}, "a time slice of {} ps", config.time_slice.ps());
  LPARSIM_CHECK(std::has_single_bit(config.smt) && config.smt <= VirtualCore::kMostSlots, "{} hardware threads", config.smt);
  for_all_programs([&](system::Program& program) { program.attach(*this); });
}

/// Services first, in their order.
template <class Call>
void Guest::for_all_programs(Call call) {
  for (system::Program* service : services_) call(*service);
  for (const auto& workload : workloads_) call(*workload);
}

// ---- what the platform tells

void Guest::activated(std::uint32_t online, SimTime now) {
  LPARSIM_CHECK(!active_, "an active partition was activated at {} ps", now.ps());
  const Inside inside{*this};
  active_ = true;
  counted_to_ = off_core_since_ = now;
  set_online(online, now);
  for_all_programs([&](system::Program& program) { program.activated(now); });
}

void Guest::deactivated(SimTime now) {
  LPARSIM_CHECK(active_, "an inactive partition was deactivated at {} ps", now.ps());
  const Inside inside{*this};
  finish(now);
  settle_counts(now);
  for (std::uint32_t vp = 0; vp < online_; ++vp) {
    VirtualCore& core = cores_[vp];
    if (core.state == State::running) advance(vp, now);
    for (std::uint32_t slot = 0; slot < core.mode(); ++slot) {
      if (core.slot(slot).thread != kNone) core.vacate(slot);
    }
    forget_next_event(vp);
    core.state = State::offline;
    core.folded = false;
    mark(vp);
  }
  if (io_waiting_ > 0) end_io_wait();
  undispatched_ = undispatched(now);
  active_ = false;
  on_core_ = io_waiting_ = 0;
  online_ = logical_online_ = unfolded_ = runnable_ = 0;
  fold_at_ = balance_at_ = SimTime::never();
  queues_.clear();
  while (!handlers_waiting_.empty()) handlers_waiting_.pop_front();
  workload_timers_.clear();
  for (Lock& lock : locks_) {
    lock.holder = kNone;
    lock.waiters.clear();
  }
  for (Thread& thread : threads_) {
    thread.state = Thread::State::blocked;
    thread.in_io = false;
    thread.wanted_lock = thread.displaced = kNone;
  }
  for_all_programs([&](system::Program& program) { program.deactivated(now); });
}

void Guest::online_processors_changed(std::uint32_t online, SimTime now) {
  LPARSIM_CHECK(active_, "an inactive partition was given {} virtual processors at {} ps", online, now.ps());
  const Inside inside{*this};
  set_online(online, now);
}

void Guest::dispatched(std::uint32_t vp, CoreId, SimTime now, SimTime useful_from, SimTime warm_from) {
  LPARSIM_CHECK(vp < online_ && cores_[vp].state != State::running, "virtual processor {} was dispatched at {} ps", vp, now.ps());
  const Inside inside{*this};
  if (on_core_++ == 0) undispatched_ += now - off_core_since_;
  VirtualCore& core = cores_[vp];
  const bool by_clock = scheduler_->slices_by_clock();
  if (by_clock) {
    for (std::uint32_t slot = 0; slot < core.mode(); ++slot) core.slot(slot).slice_ends -= useful_from - core.off_since;
  }
  core.dispatch(now, useful_from, warm_from);
  core.confer_from = useful_from + config_.spin_before_confer;
  mark(vp);
  if (core.spinning() > 0) take_free_locks(vp, now);
  if (by_clock) end_slices(vp, now);  // ticks that came while it was on no core
  run(vp, now);
}

void Guest::preempted(std::uint32_t vp, SimTime now) {
  LPARSIM_CHECK(vp < online_ && cores_[vp].state == State::running, "virtual processor {} was preempted at {} ps", vp, now.ps());
  const Inside inside{*this};
  cores_[vp].confer_from = SimTime::never();  // it has no core to give
  advance(vp, now);
  end_bursts(vp, now);
  end_slices(vp, now);
  refill(vp, now);
  stop(vp, State::preempted, now);
  if (!locks_.empty()) holder_lost_core(vp, now);
}

void Guest::set_frequency(std::int64_t ppm, SimTime now) {
  LPARSIM_CHECK(ppm > 0, "a frequency of {} millionths of the nominal one", ppm);
  const Inside inside{*this};
  advance_all(now);
  speed_.frequency_ppm = ppm;
  for (std::uint32_t vp = 0; vp < online_; ++vp) set_next_event(vp, now);
}

void Guest::set_smt(std::optional<std::uint32_t> only, std::uint32_t threads, SimTime now) {
  LPARSIM_CHECK(std::has_single_bit(threads) && threads <= config_.smt, "SMT {} of {}", threads, config_.smt);
  const Inside inside{*this};
  if (!only) mode_ = threads;
  settle_counts(now);
  for (std::uint32_t vp = 0; vp < online_; ++vp) {
    VirtualCore& core = cores_[vp];
    if ((only && *only != vp) || core.mode() == threads) continue;
    if (core.state == State::running) advance(vp, now);
    logical_online_ = logical_online_ + threads - core.mode();
    if (threads < core.mode()) {
      evict(vp, threads, now);
    } else {
      core.set_mode(threads);
      mark(vp, true);
    }
    if (core.state == State::running) run(vp, now);
  }
  if (active_) serve_queues(now);
}

void Guest::on_timer(SimTime now) {
  LPARSIM_CHECK(next_timer() >= now, "a timer of {} ps is served at {} ps", next_timer().ps(), now.ps());
  const Inside inside{*this};
  while (true) {
    if (vp_timers_.earliest() == now) {
      const auto vp = serving_ = vp_timers_.first();
      forget_untimed(vp);
      advance(vp, now);
      end_bursts(vp, now);
      end_slices(vp, now);
      run(vp, now);
      serving_ = kNone;
    } else if (workload_timers_.earliest() == now) {
      const auto timer = workload_timers_.first();
      workload_timers_.cancel(timer);
      timers_[timer].owner->timer_expired(timers_[timer].tag, now);
    } else if (fold_at_ == now) {
      evaluate_folding(now);
    } else if (balance_at_ == now) {
      balance(now);
    } else {
      return;
    }
  }
}

void Guest::virtual_interrupt(std::uint32_t source, SimTime now) {
  const auto found = sources_.find(source);
  if (!active_ || found == sources_.end()) return;
  const Inside inside{*this};
  found->second->interrupted(source, now);
}

// ---- what programs ask for

workload::ThreadId Guest::create_thread(system::Program& owner, std::uint32_t tag, workload::Nice nice, system::ThreadKind kind) {
  Thread& thread = threads_.emplace_back();
  thread.owner = &owner;
  thread.tag = tag;
  thread.nice = nice;
  thread.kind = kind;
  if (kind == system::ThreadKind::interrupt) {
    handlers_waiting_.grow(static_cast<std::uint32_t>(threads_.size()));
  } else {
    least_favoured_ = std::max(least_favoured_, nice);
  }
  return workload::ThreadId{static_cast<std::uint32_t>(threads_.size() - 1)};
}

workload::TimerId Guest::create_timer(system::Program& owner, std::uint32_t tag) {
  timers_.push_back({&owner, tag});
  workload_timers_.grow(static_cast<std::uint32_t>(timers_.size()));
  return workload::TimerId{static_cast<std::uint32_t>(timers_.size() - 1)};
}

workload::LockId Guest::lock(std::string_view name) {
  const auto found = std::find(lock_names_.begin(), lock_names_.end(), name);
  const auto id = static_cast<std::uint32_t>(found - lock_names_.begin());
  if (found == lock_names_.end()) {
    lock_names_.emplace_back(name);
    locks_.emplace_back();
  }
  return workload::LockId{id};
}

void Guest::connect_interrupt(std::uint32_t source, system::Program& owner) {
  sources_[source] = &owner;
}

void Guest::make_ready(workload::ThreadId id, SimTime demand, Cause cause, SimTime now) {
  const auto number = static_cast<std::uint32_t>(id);
  Thread& thread = threads_[number];
  LPARSIM_CHECK(active_ && thread.state == Thread::State::blocked, "thread {} became ready twice, at {} ps", number, now.ps());
  settle_counts(now);
  if (thread.in_io) end_io(number, now);
  ++runnable_;
  if (cause == Cause::outside || cause == Cause::timer) ++times_.interrupts;
  if (config_.folding.enabled && fold_at_ == SimTime::never()) {
    folded_at_ = now;
    runnable_at_fold_ = runnable_total_;
    fold_at_ = now + config_.folding.period;
  }
  thread.remaining = demand;
  thread.in_kernel = thread.kind != system::ThreadKind::user;
  dispatch_thread(number, reason_of(cause), now);
  changed_from_outside();
}

void Guest::set_timer(workload::TimerId timer, SimTime when) {
  workload_timers_.set(static_cast<std::uint32_t>(timer), when);
  changed_from_outside();
}

void Guest::cancel_timer(workload::TimerId timer) {
  workload_timers_.cancel(static_cast<std::uint32_t>(timer));
}

}  // namespace lparsim::guest
