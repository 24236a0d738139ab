#include "models/hypervisor/dispatch/ready_queue.hpp"

namespace lparsim::hypervisor::dispatch {

void ReadyQueue::push(Vp& vp, SimTime latest_start, bool front) {
  const auto add = [&](auto& list) {
    if (front)
      list.push_front(vp);
    else
      list.push_back(vp);
  };
  add(all_);
  if (vp.last_core != nullptr) {
    add(vp.last_core->home);
    add(by_chip_[vp.last_core->chip]);
  }
  vp.latest_start = latest_start;
  if (latest_start != SimTime::never()) urgent_.insert(vp);
}

void ReadyQueue::remove(Vp& vp) {
  vp.entitled_hook.unlink();
  vp.core_hook.unlink();
  vp.chip_hook.unlink();
  if (vp.urgent_hook.is_linked()) urgent_.erase(urgent_.iterator_to(vp));
}

void ReadyQueue::rekey(Vp& vp, SimTime latest_start) {
  if (vp.latest_start == latest_start) return;
  if (vp.urgent_hook.is_linked()) urgent_.erase(urgent_.iterator_to(vp));
  vp.latest_start = latest_start;
  if (latest_start != SimTime::never()) urgent_.insert(vp);
}

void ReadyQueue::clear() {
  while (!all_.empty()) remove(all_.front());
}

Vp* ReadyQueue::pick(Core& core, SimTime now) {
  if (Vp* urgent = most_urgent(); urgent != nullptr && urgent->latest_start <= now) return urgent;
  if (!core.home.empty()) return &core.home.front();
  if (auto& near = by_chip_[core.chip]; !near.empty()) return &near.front();
  return all_.empty() ? nullptr : &all_.front();
}

}  // namespace lparsim::hypervisor::dispatch
