// Random calls, interrupts and operators: nobody is told nonsense, nobody is lost, and the books agree.
#include <gtest/gtest.h>

#include "models/hypervisor/testing/server_bench.hpp"
#include "sim/base/random.hpp"

namespace lparsim::hypervisor {
namespace {

using namespace literals;
using testing::capped;
using testing::ScriptedPartition;
using testing::ServerBench;
using testing::uncapped;

class RandomCalls : public ::testing::TestWithParam<std::uint64_t> {
 protected:
  RandomCalls() : stream_{GetParam(), "calls"}, bench_{1 + below(3)} {
    partitions_ = {&bench_.shared("a", capped(20, 4), 4), &bench_.shared("b", uncapped(50, 3), 3), &bench_.shared("c", uncapped(20, 2), 2)};
    bench_.activate_all();
    bench_.run_until(1_us);
  }
  std::uint32_t below(std::uint32_t n) { return static_cast<std::uint32_t>(stream_.uniform() * n); }

  void act(ScriptedPartition& partition) {
    Hypervisor& hypervisor = bench_.hypervisor;
    if (below(200) == 0) {
      hypervisor.active(partition.id) ? hypervisor.deactivate(partition.id) : hypervisor.activate(partition.id);
      return bench_.run_until(kernel::now() + 1_us);
    }
    if (!hypervisor.active(partition.id)) return;
    if (below(100) == 0) {
      hypervisor.change(partition.id, {{}, {}, {}, 1 + below(2)});
      return bench_.run_until(kernel::now() + 1_us);
    }
    const std::uint32_t online = hypervisor.online(partition.id);
    const std::uint32_t target = below(online);
    if (below(4) == 0 || partition.running.empty())
      return partition.port.interrupt(target, below(20) == 0 ? DispatchReason::boot : DispatchReason::external_interrupt);
    const std::uint32_t vp = *std::next(partition.running.begin(), below(static_cast<std::uint32_t>(partition.running.size())));
    const bool enabled = below(2) == 0;
    switch (below(6)) {
      case 0:
        partition.call(vp, Hcall::cede, {}, enabled);
        return;
      case 1:
        partition.call(vp, Hcall::confer, {0xFFFF'FFFF, 0}, enabled);
        return;
      case 2:
        partition.call(vp, Hcall::confer, {target, hypervisor.account(partition.id, target).dispatch_count}, enabled);
        return;
      case 3:
        joins_ += partition.call(vp, Hcall::join, {}, false) == HcallStatus::continue_ ? 1 : 0;
        return;
      default:
        partition.call(vp, Hcall::prod, {target});
    }
  }

  /// From whatever state, all can be woken, and all but the last can be parked.
  void wake_and_park(ScriptedPartition& partition) {
    Hypervisor& hypervisor = bench_.hypervisor;
    if (!hypervisor.active(partition.id)) hypervisor.activate(partition.id);
    bench_.run_until(kernel::now() + 1_us);
    const std::uint32_t online = hypervisor.online(partition.id);
    std::uint32_t parked = 0, last = 0;
    partition.on_dispatched = [&](std::uint32_t vp) {
      HcallStatus status = partition.call(vp, Hcall::join, {}, false);
      if (status == HcallStatus::success && partition.running.contains(vp))
        status = partition.call(vp, Hcall::join, {}, false);  // a prod was left
      last += status == HcallStatus::continue_ ? 1 : 0;
      parked += partition.running.contains(vp) ? 0 : 1;
    };
    while (!partition.running.empty()) partition.call(*partition.running.begin(), Hcall::cede);  // twice if a prod was left
    for (std::uint32_t vp = 0; vp < online; ++vp) partition.port.interrupt(vp, DispatchReason::boot);
    bench_.run_until(kernel::now() + 50_ms);
    EXPECT_EQ(parked, online - 1) << partition.name();
    EXPECT_GE(last, 1U) << partition.name();
    partition.on_dispatched = [](std::uint32_t) {
    };
    hypervisor.deactivate(partition.id);
  }

  RandomStream stream_;
  ServerBench bench_;
  std::vector<ScriptedPartition*> partitions_;
  int joins_ = 0;
};

TEST_P(RandomCalls, LoseNobody) {
  SimTime at;
  for (int i = 0; i < 20'000 && !HasFailure(); ++i) {
    at = kernel::now() + (below(3) == 0 ? SimTime{} : below(10) == 0 ? 1_ms * below(5) : SimTime::from_us(below(500)));
    bench_.run_until(at);
    act(*partitions_[below(3)]);
  }
  EXPECT_GT(joins_, 0);
  for (ScriptedPartition* partition : partitions_) wake_and_park(*partition);
  bench_.run_until(kernel::now() + 1_ms);
  bench_.hypervisor.finish();
}

INSTANTIATE_TEST_SUITE_P(Seeds, RandomCalls, ::testing::Range<std::uint64_t>(1, 13));

}  // namespace
}  // namespace lparsim::hypervisor
