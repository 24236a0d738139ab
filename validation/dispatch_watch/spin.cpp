#include "validation/dispatch_watch/spin.hpp"

#include "sim/base/check.hpp"

namespace lparsim::validation {

using namespace hypervisor;

std::vector<double> spin(const FrameSpec& frame, std::span<const PoolSpec> pools, std::span<const Spinner> spinners, int windows) {
  WatchedDispatch watched{frame};
  for (const PoolSpec& pool : pools) watched.add_pool(pool);
  std::vector<PartitionId> ids;
  for (const Spinner& s : spinners) {
    ids.push_back(watched.add_shared(
        {id_of<PoolId>(s.pool), processing_units(s.entitlement), s.virtual_processors, s.virtual_processors, s.capped, s.weight}));
    watched.activate(ids.back());
  }
  for (std::size_t i = 0; i < ids.size(); ++i) {
    for (std::uint32_t v = 0; v < spinners[i].virtual_processors && spinners[i].demand >= 1; ++v) watched.make_ready(ids[i], v);
  }
  for (int w = 0; w < windows; ++w) {
    for (std::size_t i = 0; i < ids.size(); ++i) {
      if (spinners[i].demand > 0 && spinners[i].demand < 1)
        watched.compute(ids[i], 0, processing_units(spinners[i].demand).time_in(frame.window));
    }
    watched.run_until(watched.now() + frame.window);
  }
  LPARSIM_CHECK(watched.violations().empty(), "{}", watched.violations().front());
  std::vector<double> consumption;
  for (const PartitionId id : ids) consumption.push_back(watched.consumed(id).seconds() / watched.now().seconds());
  return consumption;
}

std::vector<double> spin(std::uint32_t cores, std::span<const Spinner> spinners) {
  return spin(FrameSpec{.cores = cores}, {}, spinners);
}

}  // namespace lparsim::validation
