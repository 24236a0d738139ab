#include "sim/kernel/agenda.hpp"

#include <algorithm>

#include "sim/base/check.hpp"
#include "sim/kernel/sim_time.hpp"

namespace lparsim::kernel {

// No module can be made any more when the simulation runs.
Wakeup::Wakeup() {
  Agenda::of_simulation();
}

void Wakeup::wake_at(SimTime when) {
  if (when >= due_) return;
  Agenda& agenda = Agenda::of_simulation();
  if (due_ != SimTime::never()) std::ranges::find(agenda.timed_, this, &Agenda::Entry::who)->who = nullptr;
  due_ = when;
  if (when > now()) {
    agenda.insert({when, this});
    agenda.plan(when);
  } else {
    wake_soon();
  }
}

void Wakeup::wake_soon() {
  Agenda& agenda = Agenda::of_simulation();
  agenda.soon_.push_back(this);
  agenda.plan(now());
}

// Like the kernel's own objects it lives as long as the process.
Agenda& Agenda::of_simulation() {
  static Agenda* const agenda = new Agenda{sc_core::sc_gen_unique_name("agenda")};
  return *agenda;
}

std::uint64_t Agenda::cycles() {
  return sc_core::sc_delta_count() + of_simulation().cycles_ahead_;
}

Agenda::Agenda(const sc_core::sc_module_name& name) : sc_module{name} {
  SC_HAS_PROCESS(Agenda);
  SC_METHOD(run);
  sensitive << event_;
  dont_initialize();
}

void Agenda::run() {
  SimTime at = now();
  running_ = true;
  while (true) {
    // What is timed comes first where both are there: the simulation was stopped at this instant, and somebody acted from outside.
    !timed_.empty() && timed_.front().when <= at ? wake_timed(at) : wake_soon(at);
    const SimTime due = next(at);
    if (due >= ahead_until_ || !kernel_rests_until(due)) break;
    detail::ahead = at = due;
    ++cycles_ahead_;
  }
  running_ = false;
  set_to_ = SimTime::never();
  plan(next(at));
}

void Agenda::wake_timed(SimTime at) {
  waking_.clear();
  while (!timed_.empty() && timed_.front().when <= at) {
    if (Wakeup* const who = extract()) waking_.push_back(who);
  }
  for (Wakeup* const who : waking_) {
    who->due_ = SimTime::never();
    who->wake(at);
  }
}

/// From the last that was asked for to the first, as the kernel takes its delta notifications.
void Agenda::wake_soon(SimTime at) {
  waking_.swap(soon_);
  soon_.clear();
  for (auto i = waking_.rbegin(); i != waking_.rend(); ++i) {
    if ((*i)->due_ <= at) (*i)->due_ = SimTime::never();
    (*i)->wake(at);
  }
}

SimTime Agenda::next(SimTime at) {
  if (!soon_.empty()) return at;
  while (!timed_.empty() && timed_.front().who == nullptr) extract();
  return timed_.empty() ? SimTime::never() : timed_.front().when;
}

// The kernel's own queue, sc_ppq_base of its reference implementation: which of two that are due at one instant comes first shows in
// results.
void Agenda::insert(Entry entry) {
  timed_.push_back(entry);
  std::size_t i = timed_.size();  // counted from 1, as its parent i / 2
  for (; i > 1 && entry.when < timed_[i / 2 - 1].when; i /= 2) timed_[i - 1] = timed_[i / 2 - 1];
  timed_[i - 1] = entry;
}

Wakeup* Agenda::extract() {
  Wakeup* const first = timed_.front().who;
  timed_.front() = timed_.back();
  timed_.pop_back();
  const std::size_t size = timed_.size();
  for (std::size_t i = 1, least = 1;; i = least) {
    if (2 * i <= size && timed_[2 * i - 1].when < timed_[i - 1].when) least = 2 * i;
    if (2 * i + 1 <= size && timed_[2 * i].when < timed_[least - 1].when) least = 2 * i + 1;
    if (least == i) return first;
    std::swap(timed_[i - 1], timed_[least - 1]);
  }
}

/// An event that has become too early is left to run out.
void Agenda::plan(SimTime when) {
  if (running_ || when >= set_to_) return;
  const SimTime kernels_time = from_sc_time(sc_core::sc_time_stamp());
  LPARSIM_CHECK(when >= kernels_time, "{}: to wake somebody at {} ps is asked for at {} ps", name(), when.ps(), kernels_time.ps());
  set_to_ = when;
  event_.notify(to_sc_time(when - kernels_time));
}

/// As sc_time_to_pending_activity(), which is asked too often for what it computes.
bool Agenda::kernel_rests_until(SimTime when) {
  static const sc_core::sc_simcontext& kernel = *sc_core::sc_get_curr_simcontext();
  if (kernel.pending_activity_at_current_time()) return false;
  sc_core::sc_time next;
  return !kernel.next_time(next) || from_sc_time(next) > when;
}

void simulate_until(SimTime end) {
  Agenda::of_simulation().ahead_until_ = end;
  sc_core::sc_start(to_sc_time(end - from_sc_time(sc_core::sc_time_stamp())));
}

}  // namespace lparsim::kernel
