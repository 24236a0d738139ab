#pragma once
#include <cstdint>
#include <random>
#include <vector>

#include "validation/dispatch_watch/watched_dispatch.hpp"

namespace lparsim::validation {

/// A small frame drawn from a seed, and things that happen to it at drawn moments, by preference where two happen at once: at a window's
/// boundary, at the end of a slice, before and after the dispatcher has acted on it. Entitlements fit the cores and the pools at all times,
/// as `check` demands of a scenario.
class RandomScript {
 public:
  explicit RandomScript(std::uint64_t seed);
  /// Does `operations` things; stops at the first violation.
  void play(int operations);
  const WatchedDispatch& watched() const { return watched_; }

 private:
  struct Shared {
    PartitionId id{};
    hypervisor::SharedSpec spec;
    bool active = false;
  };
  struct Dedicated {
    PartitionId id{};
    std::uint32_t cores = 0;
    bool active = false;
  };

  std::int64_t between(std::int64_t least, std::int64_t most);
  bool chance(int percent) { return between(1, 100) <= percent; }
  hypervisor::FrameSpec draw_frame();
  void draw_dedicated();
  void draw_pools();
  void draw_shared();
  std::int64_t spare(PoolId pool) const;
  void pass_time();
  void happen();
  void toggle(PartitionId partition, std::uint32_t online);
  void reconfigure(Shared& partition);
  void power(PartitionId partition, bool& active);

  std::mt19937_64 random_;
  hypervisor::FrameSpec frame_;
  WatchedDispatch watched_;
  std::uint32_t shared_cores_;
  bool busy_ = false;                      ///< seldom does anybody cede
  std::vector<std::int64_t> pool_limits_;  ///< hundredths
  std::int64_t reserved_ = 0;              ///< hundredths, of all pools
  std::vector<std::int64_t> pool_reserves_;
  std::vector<Dedicated> dedicated_;
  std::vector<Shared> shared_;
};

}  // namespace lparsim::validation
