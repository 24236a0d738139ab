#pragma once
#include <fmt/format.h>

#include <optional>
#include <string>
#include <vector>

#include "models/hypervisor/dispatch/entitlement_dispatch.hpp"

namespace lparsim::validation {

/// Runs the dispatch rules by themselves and watches every switch with books of its own: who is on which core, and what each partition and
/// pool got in each window. Whatever breaks a rule that must hold in every run becomes a sentence in violations(). It knows the rules, not
/// how the dispatcher reaches them.
///
/// Watched: one virtual processor a core and one core a virtual processor; time never goes back; the wait intervals add up to the time
/// ready; the dispatcher's own totals; a dedicated owner runs as soon as it is ready; no core idles while an uncapped virtual processor
/// waits for it (unless its pool has a maximum); and in every window: a partition got its entitlement, or a core for each virtual processor
/// that was ready from the window's beginning on, if that is less (unless one went before its end); where the same virtual
/// processors were ready all the window, each got its equal slice; a capped partition got no more than its entitlement, a pool no more than
/// its maximum.
class WatchedDispatch final : public hypervisor::DispatchSink {
 public:
  explicit WatchedDispatch(const hypervisor::FrameSpec& frame);

  // The frame.
  PoolId add_pool(const hypervisor::PoolSpec& pool);
  PartitionId add_shared(const hypervisor::SharedSpec& partition);
  PartitionId add_dedicated(const hypervisor::DedicatedSpec& partition);

  // What happens at now(). Virtual processors are named by partition and number, from 0.
  void activate(PartitionId partition);
  void deactivate(PartitionId partition);
  void set_entitlement(PartitionId partition, ProcessingUnits entitlement);
  void set_weight(PartitionId partition, std::uint32_t weight);
  void set_capped(PartitionId partition, bool capped);
  void set_online(PartitionId partition, std::uint32_t online);
  void make_ready(PartitionId partition, std::uint32_t vp);
  void cede(PartitionId partition, std::uint32_t vp);
  /// `favoured` is to have the core.
  void confer(PartitionId partition, std::uint32_t vp, std::uint32_t favoured);
  /// Makes it ready, and has it cede once it has run for `demand`.
  void compute(PartitionId partition, std::uint32_t vp, SimTime demand);

  /// Lets time pass: what the dispatcher does before `end` is done, what it does at `end` is still to come.
  void run_until(SimTime end);
  /// The dispatcher's next step, at its own time.
  void step();
  SimTime now() const { return now_; }
  SimTime next_event() const { return dispatch_.next_event(); }

  bool is_ready(PartitionId partition, std::uint32_t vp) const;
  bool is_running(PartitionId partition, std::uint32_t vp) const;
  SimTime consumed(PartitionId partition) const;
  SimTime consumed(PartitionId partition, std::uint32_t vp) const;
  SimTime pool_consumed(PoolId pool) { return dispatch_.pool_consumed(pool, now_); }
  /// Longest time that it wanted a core and had none, up to its latest dispatch.
  SimTime longest_wait(PartitionId partition, std::uint32_t vp) const;
  /// When it was done with what compute() gave it; nothing while it is not.
  std::optional<SimTime> finished(PartitionId partition, std::uint32_t vp) const;
  std::uint64_t dispatches() const { return dispatches_; }
  const std::vector<std::string>& violations() const { return violations_; }

  void switched_in(const hypervisor::SwitchIn&) override;
  void switched_out(const hypervisor::SwitchOut&) override;
  void window_began(SimTime begin) override;

 private:
  enum class State : std::uint8_t { offline, ceded, waiting, running };
  struct Processor {
    std::size_t partition = 0;
    State state = State::offline;
    std::size_t core = 0;
    SimTime since;  ///< charged up to then, or waiting since then
    SimTime run;
    SimTime got;              ///< in this window
    bool throughout = false;  ///< ready since the window began
    bool seen = false;        ///< ready at some time in this window
    SimTime longest_wait;
    std::optional<SimTime> work;  ///< still to do
    std::optional<SimTime> finished;
  };
  struct Partition {
    bool dedicated = false;
    hypervisor::DedicatedSpec lending;
    hypervisor::SharedSpec spec;
    bool active = false;
    std::size_t first = 0;  ///< of its virtual processors
    std::uint32_t processors = 0;
    ProcessingUnits due;        ///< its entitlement in this window
    bool lost_one = false;      ///< since this window began
    bool was_uncapped = false;  ///< at some time in this window
    SimTime got;                ///< in this window
  };
  struct Core {
    std::optional<std::size_t> running;  ///< virtual processor
    std::optional<std::size_t> owner;    ///< the same
  };

  std::size_t number(PartitionId partition, std::uint32_t vp) const { return partitions_[index(partition)].first + vp; }
  VpId id(PartitionId partition, std::uint32_t vp) const { return id_of<VpId>(number(partition, vp)); }
  bool uncapped(const Partition& partition) const { return !partition.spec.capped && partition.spec.weight > 0; }
  void note_ready(Processor& vp);
  void note_gone(Processor& vp);
  void note_rights(PartitionId partition);
  void add_processors(Partition& partition, std::uint32_t count);
  void take_offline(std::size_t from, std::size_t to);
  void charge(Processor& vp, SimTime to);
  void pass_time(SimTime to);
  void close_window(SimTime end);
  void close_window(std::size_t partition);
  void look_at_idle_cores();
  SimTime next_completion() const;
  void complete_work();
  template <class... Args>
  void violation(fmt::format_string<Args...> format, Args&&... args) {
    violations_.push_back(fmt::format("{} ps: ", now_.ps()) + fmt::format(format, std::forward<Args>(args)...));
  }

  hypervisor::FrameSpec frame_;
  std::vector<hypervisor::PoolSpec> pools_ = {{}};
  std::vector<Partition> partitions_;
  std::vector<Processor> processors_;
  std::vector<Core> cores_;
  std::size_t next_dedicated_ = 0;
  SimTime now_;
  int steps_at_now_ = 0;
  std::uint64_t dispatches_ = 0;
  std::vector<std::string> violations_;
  hypervisor::EntitlementDispatch dispatch_;
};

}  // namespace lparsim::validation
