#include <gtest/gtest.h>

#include <set>

#include "models/hypervisor/testing/server_bench.hpp"

namespace lparsim::hypervisor {
namespace {

using namespace literals;
using testing::capped;
using testing::ScriptedPartition;
using testing::ServerBench;

TEST(Suspension, LetsASuspendedPartitionStandStillAndGoOnWhereItWas) {
  ServerBench bench{1};
  ScriptedPartition& a = bench.shared("a", capped(40, 2), 2);
  bench.shared("b", capped(60, 1));
  bench.play({{0_ms,
               [&] { bench.activate_all(); },
               {"0 ms: a boots with 2", "0 ms: a 0 on core 0", "0 ms: b boots with 1", "2 ms: a 0 off", "2 ms: a 1 on core 0",
                "4 ms: a 1 off", "4 ms: b 0 on core 0", "10 ms: b 0 off", "10 ms: a 0 on core 0"}},
              {11_ms,
               [&] { bench.hypervisor.suspend(a.id); },
               {"11 ms: a 0 off", "11 ms: b 0 on core 0", "17 ms: b 0 off", "20 ms: b 0 on core 0"}},
              {25_ms, [&] { bench.hypervisor.resume(a.id); }, {"26 ms: b 0 off", "26 ms: a 0 on core 0"}}},
             27_ms);
  EXPECT_EQ(bench.hypervisor.usage(a.id).consumed, 6_ms);
  bench.hypervisor.finish();
}

TEST(Suspension, KeepsWhatWakesASuspendedPartitionForLater) {
  ServerBench bench{1};
  ScriptedPartition& a = bench.shared("a", capped(40, 2), 0);
  bench.play({{0_ms, [&] { bench.activate_all(); }, {"0 ms: a boots with 2"}},
              {1_ms, [&] { bench.hypervisor.suspend(a.id); }, {}},
              {2_ms, [&] { bench.hypervisor.interrupt(a.id, 1, DispatchReason::external_interrupt); }, {}},
              {3_ms, [&] { bench.hypervisor.interrupt(a.id, 1, DispatchReason::decrementer); }, {}},
              {4_ms, [&] { bench.hypervisor.resume(a.id); }, {"4 ms: a 1 on core 0"}},
              {5_ms, [&] { bench.hypervisor.resume(a.id); }, {}}},
             6_ms);
}

TEST(Suspension, StopsAndStartsASuspendedPartitionAsAnyOther) {
  ServerBench bench{1};
  ScriptedPartition& a = bench.shared("a", capped(40, 1));
  bench.play({{0_ms, [&] { bench.activate_all(); }, {"0 ms: a boots with 1", "0 ms: a 0 on core 0"}},
              {1_ms, [&] { bench.hypervisor.suspend(a.id); }, {"1 ms: a 0 off"}},
              {2_ms,
               [&] {
                 bench.hypervisor.deactivate(a.id);
                 bench.hypervisor.deactivate(a.id);
                 bench.hypervisor.suspend(a.id);
               },
               {"2 ms: a stops"}},
              {3_ms, [&] { bench.hypervisor.activate(a.id); }, {"3 ms: a boots with 1", "10 ms: a 0 on core 0"}}},
             11_ms);
  bench.hypervisor.finish();
}

TEST(Suspension, TakesACedeOfAProcessorThatDoesNotKnowOfItsSuspension) {
  ServerBench bench{2};
  ScriptedPartition& a = bench.dedicated("a", {2, SharingMode::keep_idle_procs}, 2);
  bench.activate_all();
  bench.run_until(1_ms);
  // When it asks the hypervisor is about to tell it.
  bench.hypervisor.suspend(a.id);
  a.cede(1);
  bench.run_until(2_ms);
  bench.hypervisor.resume(a.id);
  bench.run_until(3_ms);
  EXPECT_EQ(a.running, (std::set<std::uint32_t>{0}));
  bench.hypervisor.interrupt(a.id, 1, DispatchReason::external_interrupt);
  bench.run_until(4_ms);
  EXPECT_EQ(a.running, (std::set<std::uint32_t>{0, 1}));
  bench.hypervisor.finish();
}

}  // namespace
}  // namespace lparsim::hypervisor
