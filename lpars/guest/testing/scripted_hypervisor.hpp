#pragma once
#include <algorithm>
#include <functional>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "lpars/guest/guest.hpp"
#include "models/hypervisor/protocol.hpp"
#include "sim/base/check.hpp"

namespace lparsim::guest::testing {

using hypervisor::DispatchReason;

inline Config sliced(SimTime time_slice) {
  Config config;
  config.time_slice = time_slice;
  return config;
}

/// Stands for the whole platform below one guest. By itself it dispatches every virtual processor that is woken at once, `cost` before
/// its own instructions start; with `at` a test scripts what else happens, always before what the guest has due at that instant.
class ScriptedHypervisor final : public hypervisor::ProcessorControl {
 public:
  struct Wake {
    std::uint32_t vp;
    std::optional<DispatchReason> interrupt;  // none: a prod
    SimTime when;
    bool operator==(const Wake&) const = default;
  };

  bool dispatches_at_once = true;
  bool record_wakes = true;
  SimTime cost;
  std::vector<Wake> wakes;
  std::uint64_t timer_calls = 0;
  std::uint64_t cedes = 0;
  std::vector<std::pair<std::uint32_t, std::uint32_t>> confers;

  explicit ScriptedHypervisor(Config config = {}) : config_{config} {}

  Guest& start(std::vector<workload::Config> configs, std::uint32_t online, std::uint64_t seed = 1, Guest::Services services = {},
               workload::IoOperations* io = nullptr) {
    Guest::Workloads workloads;
    for (const auto& c : configs) workloads.push_back(workload::make_workload(c, Hertz{4e9}, {seed, "test." + c.name}, io));
    guest_.emplace(*this, config_, std::move(workloads), nullptr, std::move(services));
    guest_->activated(online, now_);
    return *guest_;
  }
  Guest& guest() { return *guest_; }
  SimTime now() const { return now_; }

  void at(SimTime when, std::function<void()> action) { script_.emplace(when, std::move(action)); }
  void dispatch(std::uint32_t vp) {
    LPARSIM_CHECK(!running(vp), "the script dispatches {} twice", vp);
    running(vp) = true;
    runnable_[vp] = conferred_[vp] = false;
    dispatched_at_[vp] = now_;
    if (on_core_++ == 0) undispatched_ += now_ - off_core_since_;
    guest_->dispatched(vp, CoreId{}, now_, now_ + cost, now_ + cost);
  }
  void preempt(std::uint32_t vp) {
    LPARSIM_CHECK(running(vp), "the script preempts {}, which does not run", vp);
    take_core(vp);
    runnable_[vp] = true;
    guest_->preempted(vp, now_);
  }
  /// The core is gone without a word to the guest, as when the processor is removed.
  void take_core(std::uint32_t vp) {
    consumed_ += now_ - dispatched_at_[vp];
    if (--on_core_ == 0) off_core_since_ = now_;
    running(vp) = false;
  }
  /// Woken or preempted: it wants a core.
  bool runnable(std::uint32_t vp) { return runnable_[vp]; }
  void forget(std::uint32_t vp) { runnable_[vp] = false; }
  /// Time on cores until `now`, of all virtual processors, by the platform's own books.
  SimTime consumed(SimTime now) const {
    SimTime sum = consumed_;
    for (const auto& [vp, runs] : running_) {
      if (runs) sum += now - dispatched_at_.at(vp);
    }
    return sum;
  }
  /// How long none of them was on a core.
  SimTime undispatched(SimTime now) const { return on_core_ == 0 ? undispatched_ + (now - off_core_since_) : undispatched_; }
  void leave_prod_pending(std::uint32_t vp) { prod_pending_[vp] = true; }

  void run_until(SimTime end) {
    for (;;) {
      while (!ready_.empty()) {
        const auto vp = ready_.front();
        ready_.erase(ready_.begin());
        dispatch(vp);
      }
      const SimTime scripted = script_.empty() ? SimTime::never() : script_.begin()->first;
      const SimTime next = std::min(scripted, guest_->next_timer());
      if (next > end) break;
      LPARSIM_CHECK(next >= now_, "time goes back to {} ps", next.ps());
      now_ = next;
      if (scripted == now_) {
        const auto action = std::move(script_.begin()->second);
        script_.erase(script_.begin());
        action();
      } else {
        ++timer_calls;
        guest_->on_timer(now_);
      }
    }
    now_ = end;
  }

  bool cede(std::uint32_t vp) override {
    LPARSIM_CHECK(running(vp), "{} cedes and does not run", vp);
    if (std::exchange(prod_pending_[vp], false)) return false;
    ++cedes;
    take_core(vp);
    return true;
  }
  /// The caller waits for a core until the script gives it one; `confers` has who gave way to whom.
  bool confer(std::uint32_t vp, std::uint32_t target) override {
    LPARSIM_CHECK(running(vp), "{} confers and does not run", vp);
    take_core(vp);
    confers.emplace_back(vp, target);
    conferred_[vp] = runnable_[vp] = true;
    return true;
  }
  void prod(std::uint32_t vp) override { wake({vp, std::nullopt, now_}); }
  void interrupt(std::uint32_t vp, DispatchReason reason) override { wake({vp, reason, now_}); }

  bool& running(std::uint32_t vp) { return running_[vp]; }

 private:
  void wake(Wake w) {
    LPARSIM_CHECK(!running(w.vp), "{} is woken and runs", w.vp);
    LPARSIM_CHECK(!runnable_[w.vp] || conferred_[w.vp], "{} is woken twice", w.vp);
    conferred_[w.vp] = false;
    runnable_[w.vp] = true;
    if (record_wakes) wakes.push_back(w);
    if (dispatches_at_once) ready_.push_back(w.vp);
  }

  Config config_;
  std::optional<Guest> guest_;
  SimTime now_;
  std::multimap<SimTime, std::function<void()>> script_;
  std::vector<std::uint32_t> ready_;
  std::map<std::uint32_t, bool> running_;
  std::map<std::uint32_t, bool> runnable_;
  std::map<std::uint32_t, bool> conferred_;
  std::map<std::uint32_t, SimTime> dispatched_at_;
  SimTime consumed_;
  std::uint32_t on_core_ = 0;
  SimTime undispatched_;
  SimTime off_core_since_;
  std::map<std::uint32_t, bool> prod_pending_;
};

}  // namespace lparsim::guest::testing
