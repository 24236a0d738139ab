// Guest: what must hold of its books at any time.
#include "lpars/guest/guest.hpp"
#include "sim/base/check.hpp"

namespace lparsim::guest {

void Guest::check(SimTime now) const {
  std::vector<std::uint32_t> places(threads_.size(), 0);
  std::vector<std::uint32_t> displaced(threads_.size(), 0);
  std::uint32_t unfolded = 0;
  std::uint32_t logical_online = 0;
  for (std::uint32_t vp = 0; vp < cores_.size(); ++vp) {
    const VirtualCore& core = cores_[vp];
    LPARSIM_CHECK((core.state != State::offline) == (vp < online_), "virtual processor {} of {} is there or not, at {} ps", vp, online_,
                  now.ps());
    std::uint32_t busy = 0;
    std::uint32_t spinning = 0;
    for (std::uint32_t i = 0; i < VirtualCore::kMostSlots; ++i) {
      const VirtualCore::Slot& slot = core.slot(i);
      if (slot.thread == kNone) continue;
      LPARSIM_CHECK(i < core.mode(), "hardware thread {} of virtual processor {} runs at SMT {}, at {} ps", i, vp, core.mode(), now.ps());
      ++busy;
      if (slot.spinning) ++spinning;
      ++places[slot.thread];
      const Thread& thread = threads_[slot.thread];
      if (thread.displaced != kNone) ++displaced[thread.displaced];
      LPARSIM_CHECK(slot.handler == is_handler(slot.thread), "thread {} is taken for another kind, at {} ps", slot.thread, now.ps());
      LPARSIM_CHECK(slot.handler || handlers_waiting_.empty() || core.folded, "a handler waits beside thread {}, at {} ps", slot.thread,
                    now.ps());
      LPARSIM_CHECK(thread.state == Thread::State::on_processor && thread.last_logical == logical(vp, i),
                    "thread {} is not on {}/{}, at {} ps", slot.thread, vp, i, now.ps());
      LPARSIM_CHECK(slot.spinning == (thread.wanted_lock != kNone), "thread {} spins for nothing, at {} ps", slot.thread, now.ps());
    }
    LPARSIM_CHECK(busy == core.busy() && spinning == core.spinning(), "virtual processor {}: {} busy, at {} ps", vp, busy, now.ps());
    LPARSIM_CHECK(!(core.folded && busy > 0), "virtual processor {} is folded and busy, at {} ps", vp, now.ps());
    LPARSIM_CHECK(core.state != State::idle || busy == 0, "virtual processor {} ceded with {} threads, at {} ps", vp, busy, now.ps());
    check_timer(vp, now);
    for (std::uint32_t i = 0; i < config_.smt && !one_queue_; ++i) {
      LPARSIM_CHECK(queues_.size(logical(vp, i)) == 0 || map_.usable(vp, i), "threads wait for {}/{}, which runs none, at {} ps", vp, i,
                    now.ps());
    }
    if (vp >= online_) continue;
    logical_online += core.mode();
    unfolded += core.folded ? 0 : 1;
    const std::uint32_t waiting = queues_.total() + handlers_waiting_.size();
    LPARSIM_CHECK(waiting == 0 || core.folded || busy == core.mode(), "{} threads wait while {} has room, at {} ps", waiting, vp, now.ps());
  }
  LPARSIM_CHECK(unfolded == unfolded_ && logical_online == logical_online_, "{} virtual processors in use, at {} ps", unfolded, now.ps());
  std::uint32_t on_core = 0;
  for (const VirtualCore& core : cores_) on_core += core.state == State::running ? 1 : 0;
  std::uint32_t queued = 0;
  std::uint32_t runnable = 0;
  std::uint32_t in_io = 0;
  for (std::size_t i = 0; i < threads_.size(); ++i) {
    const Thread::State state = threads_[i].state;
    LPARSIM_CHECK(places[i] == (state == Thread::State::on_processor ? 1U : 0U), "thread {} runs in {} places, at {} ps", i, places[i],
                  now.ps());
    LPARSIM_CHECK(displaced[i] == (state == Thread::State::interrupted ? 1U : 0U), "{} handlers are in place of thread {}, at {} ps",
                  displaced[i], i, now.ps());
    queued += state == Thread::State::queued ? 1 : 0;
    runnable += state == Thread::State::blocked || state == Thread::State::interrupted ? 0 : 1;
    in_io += threads_[i].in_io ? 1 : 0;
  }
  LPARSIM_CHECK(on_core == on_core_ && in_io == io_waiting_, "{} on cores, {} in I/O, at {} ps", on_core, in_io, now.ps());
  LPARSIM_CHECK(queued == queues_.total() + handlers_waiting_.size() && runnable == runnable_, "{} threads wait, {} are runnable, at {} ps",
                queued, runnable, now.ps());
}

/// One that runs has a timer if anything will happen there by itself, others have none.
void Guest::check_timer(std::uint32_t vp, SimTime now) const {
  const VirtualCore& core = cores_[vp];
  const bool set = vp_timers_.is_set(vp);
  LPARSIM_CHECK(!set || core.state == State::running, "virtual processor {} has a timer but no core, at {} ps", vp, now.ps());
  if (core.state != State::running) return;
  LPARSIM_CHECK(set || core.busy() > 0, "virtual processor {} neither works nor cedes, at {} ps", vp, now.ps());
  for (std::uint32_t i = 0; i < core.mode(); ++i) {
    const VirtualCore::Slot& slot = core.slot(i);
    if (slot.thread == kNone) continue;
    LPARSIM_CHECK(set || slot.spinning || slot.ends_at == SimTime::never(), "the burst on {}/{} has no end, at {} ps", vp, i, now.ps());
    LPARSIM_CHECK(set || slot.handler || queues_.size(queue_of(vp, i)) == 0, "the slice on {}/{} has no end, at {} ps", vp, i, now.ps());
  }
}

}  // namespace lparsim::guest
