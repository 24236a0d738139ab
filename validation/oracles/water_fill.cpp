#include "validation/oracles/water_fill.hpp"

#include <algorithm>
#include <cmath>

namespace lparsim::oracles {
namespace {

constexpr double kNothing = 1e-12;

struct Claim {
  std::size_t pool;
  double rate;  // at which it takes capacity while it takes part
  double room;  // PU it may still take
};

// Raises every claim at its rate, stopping each at its own room or its pool's, until `budget` is gone; adds what each got to `taken`.
// Every round fills up a claim, a pool or the budget, so that it ends after as many rounds as there are of them.
void raise_evenly(double budget, std::vector<Claim>& claims, std::vector<double>& pool_room, std::vector<double>& taken) {
  for (;;) {
    double total_rate = 0;

    std::vector<double> pool_rate(pool_room.size(), 0.0);
    const auto takes_part = [&](const Claim& c) {
      return c.rate > 0 && c.room > kNothing && pool_room[c.pool] > kNothing;
    };
    for (const Claim& c : claims)
      if (takes_part(c)) {
        total_rate += c.rate;
        pool_rate[c.pool] += c.rate;
      }
    if (total_rate == 0 || budget <= kNothing) return;
    double step = budget / total_rate;
    for (const Claim& c : claims)
      if (takes_part(c)) step = std::min(step, c.room / c.rate);
    for (std::size_t p = 0; p < pool_room.size(); ++p)
      if (pool_rate[p] > 0) step = std::min(step, pool_room[p] / pool_rate[p]);

    for (std::size_t i = 0; i < claims.size(); ++i)
      if (takes_part(claims[i])) {
        taken[i] += step * claims[i].rate;
        claims[i].room -= step * claims[i].rate;
      }
    for (std::size_t p = 0; p < pool_room.size(); ++p) pool_room[p] -= step * pool_rate[p];
    budget -= step * total_rate;
  }
}

}  // namespace

std::vector<double> water_fill(double cores, std::span<const PoolShare> pools, std::span<const PartitionShare> partitions,
                               ShareExcessBy by) {
  std::vector<double> entitled_capacity(std::max<std::size_t>(pools.size(), 1), 0.0);
  std::vector<double> pool_room(entitled_capacity.size(), kUnlimited);
  for (std::size_t p = 0; p < pools.size(); ++p) {
    entitled_capacity[p] = pools[p].reserved;
    pool_room[p] = pools[p].maximum;
  }

  std::vector<double> taken;
  std::vector<Claim> claims;
  double unused = cores;
  for (const PartitionShare& p : partitions) {
    const double wanted = std::min<double>(p.demand, p.virtual_processors);
    const double entitled = std::min(p.entitlement, wanted);
    const double claimants = by == ShareExcessBy::kPartition ? 1 : std::ceil(wanted);
    taken.push_back(entitled);
    claims.push_back({p.pool, p.capped ? 0 : p.weight * claimants, wanted - entitled});
    entitled_capacity[p.pool] += p.entitlement - entitled;
    pool_room[p.pool] -= entitled;
    unused -= entitled;
  }

  for (std::size_t pool = 0; pool < entitled_capacity.size(); ++pool) {
    std::vector<Claim> members = claims;
    for (Claim& c : members)
      if (c.pool != pool) c.rate = 0;
    std::vector<double> gain(claims.size(), 0.0);
    raise_evenly(entitled_capacity[pool], members, pool_room, gain);
    for (std::size_t i = 0; i < claims.size(); ++i) {
      claims[i].room -= gain[i];
      taken[i] += gain[i];
      unused -= gain[i];
    }
  }
  raise_evenly(unused, claims, pool_room, taken);
  return taken;
}

}  // namespace lparsim::oracles
