#include "models/hypervisor/hypervisor.hpp"

#include <gtest/gtest.h>

#include "models/hypervisor/testing/server_bench.hpp"

namespace lparsim::hypervisor {
namespace {

using namespace literals;
using testing::capped;
using testing::Log;
using testing::ServerBench;
using testing::uncapped;

TEST(Hypervisor, DispatchesAndPreemptsByEntitlement) {
  ServerBench bench{1};
  bench.shared("a", capped(40, 1));
  bench.shared("b", capped(60, 1));
  bench.play({{0_ms,
               [&] { bench.activate_all(); },
               {"0 ms: a boots with 1", "0 ms: a 0 on core 0", "0 ms: b boots with 1", "4 ms: a 0 off", "4 ms: b 0 on core 0"}},
              {10_ms, [] {}, {"10 ms: b 0 off", "10 ms: a 0 on core 0"}}},
             12_ms);
}
}  // namespace
}  // namespace lparsim::hypervisor
