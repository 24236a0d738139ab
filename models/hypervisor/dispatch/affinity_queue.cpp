#include "models/hypervisor/dispatch/affinity_queue.hpp"

namespace lparsim::hypervisor::dispatch {

void AffinityQueue::push(Vp& vp, bool front) {
  const auto add = [&](auto& list) {
    if (front) {
      list.push_front(vp);
    } else {
      list.push_back(vp);
    }
  };
  add(all_);
  if (vp.last_core != nullptr) {
    add(by_core_[index(vp.last_core->id)]);
    add(by_chip_[vp.last_core->chip]);
  }
}

void AffinityQueue::remove(Vp& vp) {
  vp.queue_hook.unlink();
  vp.core_hook.unlink();
  vp.chip_hook.unlink();
}

Vp* AffinityQueue::pick_returning(const Core& core) {
  auto& here = by_core_[index(core.id)];
  return here.empty() ? nullptr : &here.front();
}

Vp* AffinityQueue::pick(const Core& core) {
  if (Vp* vp = pick_returning(core); vp != nullptr) return vp;
  if (auto& near = by_chip_[core.chip]; !near.empty()) return &near.front();
  return all_.empty() ? nullptr : &all_.front();
}

}  // namespace lparsim::hypervisor::dispatch
