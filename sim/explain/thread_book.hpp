#pragma once
#include <array>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "sim/explain/cause.hpp"
#include "sim/trace/records.hpp"

namespace lparsim::explain {

/// What a virtual processor is doing.
enum class VpState : std::uint8_t { asleep, conferred, waiting, running };

/// What it does once a stay has ended.
inline VpState after(const trace::DispatchSpan& stay) {
  constexpr std::uint8_t kConfer = 3;  // in the dispatch trace log
  return stay.preempt_reason == kConfer ? VpState::conferred : VpState::asleep;
}

/// A thread of one partition that spins on a lock.
struct Spin {
  std::string lock;
  std::uint32_t vp = 0;
  std::int64_t holder = -1;  ///< virtual processor where the lock's holder is; below 0: unknown
  auto operator<=>(const Spin&) const = default;
};

/// The waits of the threads of one partition, counted together: those that wait for a logical processor, and those that spin on locks.
/// Every moment of a wait has one cause, so the times add up exactly.
class ThreadBook {
 public:
  using Times = std::array<SimTime, kThreadCauses>;

  void set_state(std::uint32_t vp, VpState state, SimTime now);
  /// The virtual processor is folded, or no longer.
  void fold(std::uint32_t vp, bool folded, SimTime now);
  /// A thread begins (more = 1) or ends (-1) to wait; it will run on `vp` next.
  void thread_waits(std::uint32_t vp, std::int64_t more, SimTime now);
  void spins(const Spin& spin, std::int64_t more, SimTime now);
  void settle(SimTime now);

  const Times& waits() const { return waits_; }
  const std::map<std::string, Times>& spins_by_lock() const { return spun_; }
  bool empty() const { return !any_; }

  /// What keeps a thread waiting that will run next on a virtual processor in this state.
  static ThreadCause of_wait(VpState state, bool it_is_folded, bool some_are_folded) {
    if (state == VpState::waiting) return ThreadCause::no_core;
    if (state == VpState::running) return some_are_folded ? ThreadCause::folded : ThreadCause::all_busy;
    return it_is_folded ? ThreadCause::folded : ThreadCause::asleep;
  }
  static ThreadCause of_spin(VpState own, VpState holder) {
    if (own != VpState::running) return own == VpState::conferred ? ThreadCause::conferred : ThreadCause::spinner_off;
    if (holder == VpState::asleep || holder == VpState::conferred) return ThreadCause::holder_asleep;
    return holder == VpState::running ? ThreadCause::holder_running : ThreadCause::holder_off;
  }

 private:
  VpState state(std::int64_t vp) const;

  bool any_ = false;
  SimTime settled_;
  std::set<std::uint32_t> folded_;
  std::vector<VpState> states_;
  std::map<std::uint32_t, std::int64_t> waiting_;  ///< threads, by the virtual processor where they run next
  std::map<Spin, std::int64_t> spinning_;
  Times waits_{};
  std::map<std::string, Times> spun_;
};

}  // namespace lparsim::explain
