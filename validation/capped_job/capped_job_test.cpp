#include <gtest/gtest.h>

#include "validation/dispatch_watch/watched_dispatch.hpp"
#include "validation/oracles/capped.hpp"

namespace lparsim::validation {
namespace {

using namespace literals;

SimTime response(std::int64_t entitlement, std::uint32_t virtual_processors, SimTime demand) {
  WatchedDispatch watched{{.cores = 2}};
  const auto id =
      watched.add_shared({PoolId{}, ProcessingUnits::from_hundredths(entitlement), virtual_processors, virtual_processors, true});
  watched.activate(id);
  constexpr SimTime kStart = 30_ms;  // a window's start
  watched.run_until(kStart);
  watched.compute(id, 0, demand);
  watched.run_until(kStart + demand * 100);
  EXPECT_TRUE(watched.violations().empty());
  return watched.finished(id, 0).value_or(SimTime::never()) - kStart;
}

TEST(CappedJob, TakesWhatTheFormulaSays) {
  for (const std::int64_t entitlement : {5, 10, 20, 25, 33, 50, 80, 99, 100}) {
    const SimTime budget = ProcessingUnits::from_hundredths(entitlement).time_in(10_ms);
    std::vector<SimTime> demands = {1_ps, 1_us, 3_ms, 12_ms, 17_ms + 123_ns, 250_ms};
    for (const std::int64_t n : {1, 2, 3, 10, 100}) {
      for (const SimTime d : {budget * n - 1_ps, budget * n, budget * n + 1_ps}) demands.push_back(d);
    }
    for (const SimTime demand : demands) {
      for (const std::uint32_t virtual_processors : {1u, 4u})
        EXPECT_EQ(response(entitlement, virtual_processors, demand), oracles::capped_job_response(demand, budget, 10_ms))
            << entitlement << " hundredths, " << virtual_processors << " virtual processors, " << demand.ps() << " ps";
    }
  }
}

TEST(CappedJob, TakesWhatIsWorkedOutByHand) {
  EXPECT_EQ(response(50, 1, 12_ms), 22_ms);
  EXPECT_EQ(response(10, 1, 3_ms), 21_ms);
}

}  // namespace
}  // namespace lparsim::validation
