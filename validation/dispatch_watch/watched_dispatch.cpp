#include "validation/dispatch_watch/watched_dispatch.hpp"

#include <algorithm>
#include <span>

namespace lparsim::validation {

using namespace hypervisor;

namespace {

/// More steps of the dispatcher than this at one instant are a livelock.
constexpr int kMostStepsAtOnce = 8;

bool lends(const DedicatedSpec& spec, bool active) {
  return spec.sharing == SharingMode::share_idle_procs_always ||
         spec.sharing == (active ? SharingMode::share_idle_procs_active : SharingMode::share_idle_procs);
}

}  // namespace

WatchedDispatch::WatchedDispatch(const FrameSpec& frame) : frame_{frame}, cores_(frame.cores), dispatch_{frame, *this} {}

PoolId WatchedDispatch::add_pool(const PoolSpec& pool) {
  pools_.push_back(pool);
  return dispatch_.add_pool(pool);
}

PartitionId WatchedDispatch::add_shared(const SharedSpec& spec) {
  Partition& partition = partitions_.emplace_back();
  partition.spec = spec;
  add_processors(partition, spec.max_virtual);
  return dispatch_.add_shared(spec);
}

PartitionId WatchedDispatch::add_dedicated(const DedicatedSpec& spec) {
  Partition& partition = partitions_.emplace_back();
  partition.dedicated = true;
  partition.lending = spec;
  partition.spec.online = spec.cores;
  add_processors(partition, spec.cores);
  for (std::size_t i = 0; i < spec.cores; ++i) cores_[next_dedicated_++].owner = partition.first + i;
  return dispatch_.add_dedicated(spec);
}

void WatchedDispatch::add_processors(Partition& partition, std::uint32_t count) {
  partition.first = processors_.size();
  partition.processors = count;
  processors_.resize(processors_.size() + count);
  for (std::size_t i = partition.first; i < processors_.size(); ++i) processors_[i].partition = partitions_.size() - 1;
}

// What is ready from a window's very start on counts as there throughout.
void WatchedDispatch::note_ready(Processor& vp) {
  vp.throughout = now_ % frame_.window == SimTime{};
  vp.seen = true;
}

void WatchedDispatch::note_gone(Processor& vp) {
  if (now_ % frame_.window == SimTime{}) {
    vp.seen = false;
  } else if (vp.seen) {
    partitions_[vp.partition].lost_one = true;
  }
  vp.throughout = false;
  vp.work.reset();
}

void WatchedDispatch::note_rights(PartitionId id) {
  Partition& partition = partitions_[index(id)];
  if (uncapped(partition)) partition.was_uncapped = true;
}

void WatchedDispatch::activate(PartitionId id) {
  Partition& partition = partitions_[index(id)];
  partition.active = true;
  for (std::size_t i = 0; i < partition.spec.online; ++i) processors_[partition.first + i].state = State::ceded;
  const ProcessingUnits due = now_ % frame_.window == SimTime{} ? partition.spec.entitlement : partition.due;
  dispatch_.activate(id, now_);
  partition.due = due;
}

void WatchedDispatch::deactivate(PartitionId id) {
  Partition& partition = partitions_[index(id)];
  partition.active = false;
  dispatch_.deactivate(id, now_);
  take_offline(partition.first, partition.first + partition.processors);
}

void WatchedDispatch::take_offline(std::size_t from, std::size_t to) {
  for (std::size_t i = from; i < to; ++i) {
    if (processors_[i].state == State::running) violation("virtual processor {} is taken away but runs on", i);
    processors_[i].state = State::offline;
    note_gone(processors_[i]);
  }
}

void WatchedDispatch::set_entitlement(PartitionId id, ProcessingUnits entitlement) {
  partitions_[index(id)].spec.entitlement = entitlement;
  dispatch_.set_entitlement(id, entitlement);
}

void WatchedDispatch::set_weight(PartitionId id, std::uint32_t weight) {
  note_rights(id);
  partitions_[index(id)].spec.weight = weight;
  note_rights(id);
  dispatch_.set_weight(id, weight, now_);
}

void WatchedDispatch::set_capped(PartitionId id, bool capped) {
  note_rights(id);
  partitions_[index(id)].spec.capped = capped;
  note_rights(id);
  dispatch_.set_capped(id, capped, now_);
}

void WatchedDispatch::set_online(PartitionId id, std::uint32_t online) {
  Partition& partition = partitions_[index(id)];
  dispatch_.set_online(id, online, now_);
  take_offline(partition.first + online, partition.first + partition.processors);
  for (std::size_t i = partition.spec.online; i < online && partition.active; ++i) processors_[partition.first + i].state = State::ceded;
  partition.spec.online = online;
}

void WatchedDispatch::make_ready(PartitionId id, std::uint32_t vp) {
  Processor& processor = processors_[number(id, vp)];
  note_ready(processor);
  processor.state = State::waiting;
  processor.since = now_;
  dispatch_.make_ready(this->id(id, vp), DispatchReason::external_interrupt, now_);
  if (partitions_[index(id)].dedicated && processor.state != State::running)
    violation("dedicated partition {} waits for its own core", index(id));
}

void WatchedDispatch::cede(PartitionId id, std::uint32_t vp) {
  dispatch_.cede(this->id(id, vp), PreemptReason::cede, now_);
  processors_[number(id, vp)].state = State::ceded;
  note_gone(processors_[number(id, vp)]);
}

void WatchedDispatch::confer(PartitionId id, std::uint32_t vp, std::uint32_t favoured) {
  const VpId target = this->id(id, favoured);
  dispatch_.cede(this->id(id, vp), PreemptReason::confer, now_, &target);
  processors_[number(id, vp)].state = State::ceded;
  note_gone(processors_[number(id, vp)]);
}

void WatchedDispatch::compute(PartitionId id, std::uint32_t vp, SimTime demand) {
  processors_[number(id, vp)].work = demand;
  processors_[number(id, vp)].finished.reset();
  make_ready(id, vp);
}

void WatchedDispatch::run_until(SimTime end) {
  while (std::min(dispatch_.next_event(), next_completion()) < end && violations_.size() < 20) {
    if (next_completion() <= dispatch_.next_event()) {
      pass_time(next_completion());
      complete_work();
    } else {
      step();
    }
  }
  pass_time(end);
}

void WatchedDispatch::step() {
  pass_time(dispatch_.next_event());
  if (++steps_at_now_ > kMostStepsAtOnce) violation("the dispatcher does not come to an end");
  dispatch_.advance(now_);
}

SimTime WatchedDispatch::next_completion() const {
  SimTime next = SimTime::never();
  for (const Processor& vp : processors_) {
    if (vp.work && vp.state == State::running) next = std::min(next, vp.since + *vp.work);
  }
  return next;
}

void WatchedDispatch::complete_work() {
  for (std::size_t i = 0; i < processors_.size(); ++i) {
    Processor& vp = processors_[i];
    if (!vp.work || vp.state != State::running || vp.since + *vp.work != now_) continue;
    vp.work.reset();
    vp.finished = now_;
    cede(id_of<PartitionId>(vp.partition), static_cast<std::uint32_t>(i - partitions_[vp.partition].first));
  }
}

bool WatchedDispatch::is_ready(PartitionId id, std::uint32_t vp) const {
  return dispatch_.is_ready(this->id(id, vp));
}
bool WatchedDispatch::is_running(PartitionId id, std::uint32_t vp) const {
  return dispatch_.is_running(this->id(id, vp));
}
SimTime WatchedDispatch::longest_wait(PartitionId id, std::uint32_t vp) const {
  return processors_[number(id, vp)].longest_wait;
}
std::optional<SimTime> WatchedDispatch::finished(PartitionId id, std::uint32_t vp) const {
  return processors_[number(id, vp)].finished;
}

SimTime WatchedDispatch::consumed(PartitionId id, std::uint32_t vp) const {
  const Processor& processor = processors_[number(id, vp)];
  return processor.run + (processor.state == State::running ? now_ - processor.since : SimTime{});
}

SimTime WatchedDispatch::consumed(PartitionId id) const {
  SimTime sum;
  for (std::uint32_t i = 0; i < partitions_[index(id)].processors; ++i) sum += consumed(id, i);
  return sum;
}

void WatchedDispatch::charge(Processor& vp, SimTime to) {
  const SimTime span = to - vp.since;
  partitions_[vp.partition].got += span;
  vp.got += span;
  vp.run += span;
  if (vp.work) *vp.work -= span;
  vp.since = to;
}

void WatchedDispatch::pass_time(SimTime to) {
  if (to < now_) violation("the dispatcher wants to act at {} ps", to.ps());
  if (to > now_) {
    look_at_idle_cores();
    steps_at_now_ = 0;
  }
  for (SimTime end = now_ - now_ % frame_.window + frame_.window; end <= to; end += frame_.window) close_window(end);
  now_ = std::max(now_, to);
}

void WatchedDispatch::look_at_idle_cores() {
  const auto free = std::find_if(cores_.begin(), cores_.end(), [this](const Core& core) {
    if (core.running) return false;
    if (!core.owner) return true;
    const Partition& owner = partitions_[processors_[*core.owner].partition];
    return lends(owner.lending, owner.active);
  });
  if (free == cores_.end()) return;
  for (const Processor& vp : processors_) {
    const Partition& partition = partitions_[vp.partition];
    if (vp.state == State::waiting && uncapped(partition) && !pools_[index(partition.spec.pool)].maximum)
      violation("core {} is idle while partition {}, uncapped, waits", free - cores_.begin(), vp.partition);
  }
}

void WatchedDispatch::close_window(SimTime end) {
  now_ = end;
  for (Processor& vp : processors_) {
    if (vp.state == State::running) charge(vp, end);
  }
  std::vector<SimTime> used(pools_.size());
  for (std::size_t i = 0; i < partitions_.size(); ++i) {
    const Partition& p = partitions_[i];
    if (!p.dedicated) used[index(p.spec.pool)] += p.got;
    close_window(i);
  }
  for (std::size_t k = 0; k < pools_.size(); ++k) {
    if (pools_[k].maximum && used[k] > pools_[k].maximum->time_in(frame_.window))
      violation("pool {} exceeds its maximum: {} ps", k, used[k].ps());
  }
}

void WatchedDispatch::close_window(std::size_t partition) {
  Partition& p = partitions_[partition];
  const std::span<Processor> processors{processors_.data() + p.first, p.processors};
  const SimTime window = frame_.window, entitled = p.due.time_in(window);
  const auto throughout = std::count_if(processors.begin(), processors.end(), [](const Processor& vp) { return vp.throughout; });
  const auto seen = std::count_if(processors.begin(), processors.end(), [](const Processor& vp) { return vp.seen; });
  const SimTime due = p.dedicated ? window * throughout : std::min(entitled, window * throughout);
  if (!p.lost_one && p.got < due) violation("partition {} got {} of {} ps in this window", partition, p.got.ps(), due.ps());
  if (!p.dedicated && !uncapped(p) && !p.was_uncapped && p.got > entitled)
    violation("partition {} is capped at {} ps but got {}", partition, entitled.ps(), p.got.ps());
  for (std::size_t v = 0; v < processors.size(); ++v) {
    Processor& vp = processors[v];
    if (seen == throughout && vp.throughout && vp.got < std::min(window, entitled / seen))
      violation("virtual processor {} of partition {} got {} of {} / {} ps", v, partition, vp.got.ps(), entitled.ps(), seen);
    if (dispatch_.consumed(id_of<VpId>(p.first + v), now_) != vp.run)
      violation("virtual processor {} of partition {}: the dispatcher's total differs", v, partition);
    vp.got = {};
    vp.throughout = vp.seen = vp.state >= State::waiting;
  }
  p.lost_one = p.was_uncapped = false;
  p.got = {};
  p.due = p.active ? p.spec.entitlement : ProcessingUnits{};
}

void WatchedDispatch::window_began(SimTime begin) {
  if (begin > now_ || begin % frame_.window != SimTime{} || now_ - begin >= frame_.window)
    violation("a window begins at {} ps", begin.ps());
  for (Partition& p : partitions_) p.due = p.active ? p.spec.entitlement : p.due;
}

void WatchedDispatch::switched_in(const SwitchIn& in) {
  ++dispatches_;
  Processor& vp = processors_[index(in.vp)];
  Core& core = cores_[index(in.core)];
  if (in.now != now_) violation("a switch is said to be at {} ps", in.now.ps());
  if (core.running) violation("core {} runs {} already, not only {}", index(in.core), *core.running, index(in.vp));
  if (vp.state != State::waiting) violation("virtual processor {} runs but did not wait", index(in.vp));
  if (core.owner && *core.owner != index(in.vp)) {
    const Partition& owner = partitions_[processors_[*core.owner].partition];
    if (!lends(owner.lending, owner.active)) violation("core {} is not lent", index(in.core));
  }
  if (in.ready_since != vp.since || in.capacity_wait + in.processor_wait != in.now - vp.since)
    violation("virtual processor {} waited from {} ps, but {} + {} are told", index(in.vp), vp.since.ps(), in.capacity_wait.ps(),
              in.processor_wait.ps());
  vp.longest_wait = std::max(vp.longest_wait, now_ - vp.since);
  core.running = index(in.vp);
  vp.state = State::running;
  vp.core = index(in.core);
  vp.since = now_;
}

void WatchedDispatch::switched_out(const SwitchOut& out) {
  Processor& vp = processors_[index(out.vp)];
  if (out.now != now_) violation("a switch is said to be at {} ps", out.now.ps());
  if (vp.state != State::running || vp.core != index(out.core)) violation("virtual processor {} was not on that core", index(out.vp));
  charge(vp, now_);
  cores_[index(out.core)].running.reset();
  vp.state = State::waiting;
}

}  // namespace lparsim::validation
