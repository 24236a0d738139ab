#include "models/hypervisor/dispatch/window_plan.hpp"

#include <algorithm>

namespace lparsim::hypervisor::dispatch {
namespace {

/// Gives `amount` to `members` by weight at `level`, none beyond its room; returns what nobody could take.
double fill_by_weight(double amount, std::vector<Contender*>& members, int level) {
  while (amount > 0 && !members.empty()) {
    double weights = 0;
    for (const Contender* c : members) weights += c->weight;
    const double per_weight = amount / weights;
    const auto full =
        std::stable_partition(members.begin(), members.end(), [&](const Contender* c) { return c->room > c->weight * per_weight; });
    const bool none_full = full == members.end();
    for (auto it = none_full ? members.begin() : full; it != members.end(); ++it) {
      const double given = none_full ? (*it)->weight * per_weight : (*it)->room;
      (*it)->share[level] += given;
      (*it)->room -= given;
      amount -= given;
    }
    if (none_full) return 0;
    members.erase(full, members.end());
  }
  return std::max(0.0, amount);
}

std::vector<Contender*> members_of(std::span<Contender> contenders, std::size_t pool) {
  std::vector<Contender*> members;
  for (Contender& c : contenders) {
    if (c.pool == pool && c.room > 0) members.push_back(&c);
  }
  return members;
}

/// What `pool` would take if everyone were served to `per_weight`.
double taken_at(double per_weight, std::span<const Contender> contenders, std::size_t pool) {
  double sum = 0;
  for (const Contender& c : contenders) {
    if (c.pool == pool) sum += std::min(c.room, c.weight * per_weight);
  }
  return sum;
}

}  // namespace

void plan_excess(double excess, std::span<PoolRoom> pools, std::span<Contender> contenders) {
  if (pools.size() > 1) {
    for (std::size_t k = 0; k < pools.size(); ++k) {
      auto members = members_of(contenders, k);
      const double amount = std::min({excess, pools[k].own, pools[k].most});
      if (members.empty() || amount <= 0) continue;
      const double given = amount - fill_by_weight(amount, members, 0);
      excess -= given;
      pools[k].most -= given;
    }
  }
  // Across pools. A pool that the common level would take beyond its maximum gets just that, and the level is found anew without it.
  std::vector<bool> closed(pools.size(), false);
  while (excess > 0) {
    std::vector<Contender> trial;
    std::vector<Contender*> open;
    for (Contender& c : contenders) {
      if (!closed[c.pool] && c.room > 0) trial.push_back(c);
    }
    if (trial.empty()) return;
    for (Contender& c : trial) {
      c.share[1] = 0;
      open.push_back(&c);
    }
    const double spare = fill_by_weight(excess, open, 1);
    double level = 0;  // the highest common level reached
    for (const Contender& c : trial) level = std::max(level, c.share[1] / c.weight);
    if (spare > 0) level = 1e300;
    bool closed_one = false;
    for (std::size_t k = 0; k < pools.size(); ++k) {
      if (closed[k] || taken_at(level, contenders, k) <= pools[k].most) continue;
      closed[k] = closed_one = true;
      auto members = members_of(contenders, k);
      const double amount = std::max(0.0, std::min(excess, pools[k].most));
      excess -= amount - fill_by_weight(amount, members, 1);
    }
    if (closed_one) continue;
    auto all = std::vector<Contender*>{};
    for (Contender& c : contenders) {
      if (!closed[c.pool] && c.room > 0) all.push_back(&c);
    }
    fill_by_weight(excess, all, 1);
    return;
  }
}

}  // namespace lparsim::hypervisor::dispatch
