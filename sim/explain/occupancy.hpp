#pragma once
#include <array>
#include <cstdint>
#include <vector>

#include "sim/explain/cause.hpp"
#include "sim/trace/records.hpp"

namespace lparsim::explain {

/// By what right somebody is on a core.
enum class Right : std::uint8_t { entitled, excess, own };

/// A part of a stay on one core: on entitled time up to `changes_at`, on excess from then on.
struct Portion {
  SimTime begin, changes_at, end;
};

/// The part of the stay that holds the instant `at`. A run file tells how much of a stay was entitled, not when: a stay within one window
/// begins with its entitled time, as the dispatcher does it, and one across several windows has an equal portion of it in each, first.
Portion portion_of(const trace::DispatchSpan& stay, SimTime window, SimTime at);

/// What the cores of a server are doing: how many of them each partition has, and by what right.
class Occupancy {
 public:
  Occupancy(std::size_t partitions, std::uint32_t shared_cores) : cores_(partitions), shared_cores_{shared_cores} {}

  void add(PartitionId partition, Right right, bool shared_core) { change(partition, right, shared_core, 1); }
  void remove(PartitionId partition, Right right, bool shared_core) { change(partition, right, shared_core, -1); }
  std::int64_t cores(PartitionId partition, Right right) const { return cores_[index(partition)][static_cast<std::size_t>(right)]; }
  std::int64_t total(Right right) const { return total_[static_cast<std::size_t>(right)]; }
  std::size_t partitions() const { return cores_.size(); }

  /// What keeps an uncapped virtual processor without entitlement waiting at this moment.
  Cause of_withheld() const {
    if (busy_shared_ < shared_cores_) return Cause::pool_maximum;  // an idle core, and it may not have it
    if (total(Right::excess) > 0) return Cause::lost_excess;
    if (total(Right::entitled) > 0) return Cause::no_excess_left;
    return total(Right::own) > 0 ? Cause::dedicated_taken : Cause::unknown;
  }
  /// The same for one with entitlement. core_on_entitlement stands for that and core_on_excess: it depends on the core.
  Cause of_queued() const {
    if (busy_shared_ < shared_cores_) return Cause::unknown;
    if (total(Right::entitled) + total(Right::excess) > 0) return Cause::core_on_entitlement;
    return total(Right::own) > 0 ? Cause::core_taken_back : Cause::unknown;
  }

 private:
  void change(PartitionId partition, Right right, bool shared_core, std::int64_t by) {
    cores_[index(partition)][static_cast<std::size_t>(right)] += by;
    total_[static_cast<std::size_t>(right)] += by;
    if (shared_core) busy_shared_ += by;
  }

  std::vector<std::array<std::int64_t, 3>> cores_;
  std::array<std::int64_t, 3> total_{};
  std::int64_t shared_cores_;
  std::int64_t busy_shared_ = 0;
};

}  // namespace lparsim::explain
