#pragma once
#include <cstdint>
#include <vector>

#include "models/hypervisor/dispatch/entities.hpp"

namespace lparsim::hypervisor::dispatch {

/// Ready virtual processors that have entitlement left but no core. Chooses in the order that LoPAR gives ("Virtual Processor
/// Preempt/Dispatch"): first one that would otherwise miss its latency, then the one most likely to find its working set in this core's
/// caches (last ran here, then on this chip), then first come first served. Every operation is O(1) but for the deadline, O(log n).
class ReadyQueue {
 public:
  explicit ReadyQueue(std::uint32_t chips) : by_chip_(chips) {}

  /// `latest_start`: the moment from which it must run without a break to get its promised slice within the window; never() if nothing
  /// was promised. To the front for one that was interrupted in its slice.
  void push(Vp& vp, SimTime latest_start, bool front);
  void remove(Vp& vp);
  /// Keeps its place in the queue but has a new latest start.
  void rekey(Vp& vp, SimTime latest_start);
  void clear();
  bool contains(const Vp& vp) const { return vp.entitled_hook.is_linked(); }
  bool empty() const { return all_.empty(); }
  /// The one that this core is to run next, still in the queue; null if there is none.
  Vp* pick(Core& core, SimTime now);
  /// The one whose latest start comes first; null if none was promised anything.
  Vp* most_urgent() { return urgent_.empty() ? nullptr : &*urgent_.begin(); }
  const Vp* most_urgent() const { return urgent_.empty() ? nullptr : &*urgent_.begin(); }

 private:
  struct ByLatestStart {
    bool operator()(const Vp& a, const Vp& b) const {
      return a.latest_start != b.latest_start ? a.latest_start < b.latest_start : a.id < b.id;
    }
  };
  template <ListHook Vp::*kHook>
  using List = bi::list<Vp, bi::member_hook<Vp, ListHook, kHook>, bi::constant_time_size<false>>;
  List<&Vp::entitled_hook> all_;
  std::vector<List<&Vp::chip_hook>> by_chip_;
  bi::set<Vp, bi::member_hook<Vp, SetHook, &Vp::urgent_hook>, bi::compare<ByLatestStart>, bi::constant_time_size<false>> urgent_;
};

}  // namespace lparsim::hypervisor::dispatch
