#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "validation/dispatch_watch/watched_dispatch.hpp"

namespace lparsim::validation {
namespace {

using namespace literals;
using hypervisor::SharingMode;

constexpr std::uint32_t kOwned = 2;

// Two dedicated cores, two shared ones; one uncapped partition that would take all four.
struct Frame {
  explicit Frame(SharingMode mode) {
    owner = watched.add_dedicated({kOwned, mode});
    borrower = watched.add_shared({PoolId{}, ProcessingUnits::cores(1), 4, 4, false});
    watched.activate(borrower);
    for (std::uint32_t v = 0; v < 4; ++v) watched.make_ready(borrower, v);
  }
  // In PU.
  double borrowed_over(SimTime duration) {
    const SimTime before = watched.consumed(borrower), begin = watched.now();
    watched.run_until(begin + duration);
    EXPECT_THAT(watched.violations(), testing::IsEmpty());
    return (watched.consumed(borrower) - before).seconds() / duration.seconds();
  }
  WatchedDispatch watched{{.cores = 4}};
  PartitionId owner{}, borrower{};
};

struct Case {
  SharingMode mode;
  double owner_inactive, owner_idle, owner_half_busy;  // PU that the shared partition gets
};

TEST(DedicatedDonation, DependsOnTheSharingMode) {
  for (const Case& c : {Case{SharingMode::keep_idle_procs, 2, 2, 2}, Case{SharingMode::share_idle_procs, 4, 2, 2},
                        Case{SharingMode::share_idle_procs_active, 2, 4, 3.5}, Case{SharingMode::share_idle_procs_always, 4, 4, 3.5}}) {
    Frame frame{c.mode};
    SCOPED_TRACE(static_cast<int>(c.mode));
    EXPECT_NEAR(frame.borrowed_over(1_s), c.owner_inactive, 0.005 * c.owner_inactive);
    frame.watched.activate(frame.owner);
    EXPECT_NEAR(frame.borrowed_over(1_s), c.owner_idle, 0.005 * c.owner_idle);
    double sum = 0;
    constexpr int kTurns = 300;
    for (int i = 0; i < kTurns; ++i) {  // one of its two processors works half of the time, out of step with the windows
      frame.watched.make_ready(frame.owner, 0);
      sum += frame.borrowed_over(3_ms + 500_us);
      frame.watched.cede(frame.owner, 0);
      sum += frame.borrowed_over(3_ms + 500_us);
    }
    EXPECT_NEAR(sum / (2 * kTurns), c.owner_half_busy, 0.005 * c.owner_half_busy);
    EXPECT_EQ(frame.watched.longest_wait(frame.owner, 0), 0_ms);
    EXPECT_EQ(frame.watched.consumed(frame.owner, 0), (3_ms + 500_us) * kTurns);
  }
}

TEST(DedicatedDonation, LeavesEntitlementWholeWhenAllIsTakenBack) {
  for (int moment = 1; moment < 100; ++moment) {  // of the window, in tenths of a millisecond
    WatchedDispatch watched{{.cores = 6}};
    const auto owner = watched.add_dedicated({4, SharingMode::share_idle_procs_always});
    std::vector<PartitionId> shared;  // 2 cores, all of them entitled, in slices that do not pack, and hungry partitions beside them
    for (int i = 0; i < 3; ++i) shared.push_back(watched.add_shared({PoolId{}, ProcessingUnits::from_hundredths(56), 1, 1, true}));
    for (int i = 0; i < 3; ++i) shared.push_back(watched.add_shared({PoolId{}, ProcessingUnits::from_hundredths(10), 2, 2, false, 255}));
    watched.activate(owner);
    for (const auto id : shared) watched.activate(id);
    for (const auto id : shared) watched.make_ready(id, 0);
    for (int window = 0; window < 20; ++window) {
      watched.run_until(watched.now() + 100_us * moment);
      for (std::uint32_t v = 0; v < 4; ++v) watched.make_ready(owner, v);
      watched.run_until(watched.now() + 1_us);
      for (std::uint32_t v = 0; v < 4; ++v) watched.cede(owner, v);
      watched.run_until(10_ms * (window + 1));
    }
    ASSERT_THAT(watched.violations(), testing::IsEmpty()) << moment;
  }
}

}  // namespace
}  // namespace lparsim::validation
