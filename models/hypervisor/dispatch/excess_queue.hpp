#pragma once
#include <deque>
#include <vector>

#include "models/hypervisor/dispatch/pool_account.hpp"

namespace lparsim::hypervisor::dispatch {

/// Ready virtual processors without entitlement that may run on what others leave over. The capacity is shared by weight among the
/// competitors (LoPAR R1-4): each has a clock that runs at 1/weight of the excess time it gets, and the one furthest behind is served
/// next, so that over time each gets weight / sum of weights, and what one cannot take (too few virtual processors, pool at its maximum)
/// goes to the others in the same proportion.
///
/// Two levels with several pools: what a pool's members leave of the pool's own capacity goes to its other members first (level 0, a clock
/// within the pool); the rest to anybody in the frame (level 1) (IBM Power 750/780 Technical Overviews, "Multiple Shared-Processor Pools").
class ExcessQueue {
 public:
  struct Choice {
    ExcessEntity* entity = nullptr;
    std::uint8_t level = 1;
    SimTime slice;
  };

  ExcessQueue(SimTime window, SimTime slice) : window_{window}, slice_{slice} {}

  /// `single`: for one of the partition's virtual processors rather than for all.
  ExcessEntity& add_competitor(Pool& pool, Partition& partition, bool single);
  /// It had nobody ready and now has: it starts level with those served now, without credit for the time it slept.
  void join(ExcessEntity& entity);
  void push(Vp& vp);
  void remove(Vp& vp);
  bool empty() const { return waiting_ == 0; }
  /// Who is to run next and for how long; entity is null when nobody waits or all are held by their pool's maximum. Pools must be settled.
  Choice choose(const std::vector<Pool*>& pools, SimTime begin);
  /// `vp` ran for `span` on excess of `level`.
  void charge(Vp& vp, SimTime span);

 private:
  double lag_limit(const ExcessEntity& entity) const;
  void changed(ExcessEntity& entity);
  void sort();

  SimTime window_;
  SimTime slice_;
  double newest_clock_ = 0;
  std::uint32_t waiting_ = 0;  ///< competitors with somebody waiting
  std::deque<ExcessEntity> entities_;
  /// Those whose place among the others is to be found anew. Most windows leave nothing over beyond their plan, and nobody asks.
  std::vector<ExcessEntity*> changed_;
};

}  // namespace lparsim::hypervisor::dispatch
