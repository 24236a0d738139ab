#pragma once
#include <cstdint>
#include <vector>

#include "models/hypervisor/dispatch/entities.hpp"

namespace lparsim::hypervisor::dispatch {

/// Ready virtual processors without a core, of one right to run. A core takes the one most likely to find its working set in its caches
/// (LoPAR, "Virtual Processor Preempt/Dispatch", third selection rule): one that last ran there, then on this chip, then first come first
/// served. Every operation is O(1). A virtual processor is in one such queue at most.
class AffinityQueue {
 public:
  AffinityQueue(std::uint32_t cores, std::uint32_t chips) : by_core_(cores), by_chip_(chips) {}

  void push(Vp& vp, bool front);
  static void remove(Vp& vp);
  bool empty() const { return all_.empty(); }
  /// The one that this core is to run next, still in the queue; null if there is none.
  Vp* pick(const Core& core);
  /// The same, only if its last core was this one.
  Vp* pick_returning(const Core& core);

 private:
  template <ListHook Vp::*kHook>
  using List = bi::list<Vp, bi::member_hook<Vp, ListHook, kHook>, bi::constant_time_size<false>>;
  List<&Vp::queue_hook> all_;
  std::vector<List<&Vp::core_hook>> by_core_;
  std::vector<List<&Vp::chip_hook>> by_chip_;
};

}  // namespace lparsim::hypervisor::dispatch
