#include <gmock/gmock.h>

#include "lpars/drivers/testing/network_bench.hpp"

namespace lparsim::drivers {
namespace {

using namespace lparsim::literals;
using testing::NetworkBench;
using workload::IoStep;

struct Nobody final : workload::IoOperations::Acceptor {
  void accept(std::uint64_t, SimTime) override {}
};

struct Rates {
  double gigabits = 0;  ///< of messages, per second, that arrive in both directions together
  double sender = 0;    ///< processors busy
  double receiver = 0;
};

/// One thread sends on one side, or on each.
Rates measure(const NetworkBench::Config& config, std::uint32_t senders = 1) {
  NetworkBench bench{config};
  Nobody nobody;
  for (std::uint32_t i = 0; i < 2; ++i) {
    auto& side = *bench.sides[i];
    side.stack.serve("service", nobody);
    if (i < senders) side.load.repeat({IoStep::Kind::send, side.stack.peer("other"), Bytes{260'640}}, 1, 1'000'000);
  }
  bench.activate();
  const SimTime begin = 20_ms, end = 320_ms;
  bench.calendar.run_until(begin);
  const auto received = [&] {
    return bench.sides[0]->stack.received_bytes() + bench.sides[1]->stack.received_bytes();
  };
  const std::uint64_t before = received();
  const SimTime used[2] = {bench.sides[0]->processors.used(), bench.sides[1]->processors.used()};
  bench.calendar.run_until(end);
  const double seconds = (end - begin).seconds();
  EXPECT_EQ(bench.sides[0]->stack.counters().repeated, 0u);
  return {static_cast<double>(received() - before) * 8 / seconds / 1e9, (bench.sides[0]->processors.used() - used[0]).seconds() / seconds,
          (bench.sides[1]->processors.used() - used[1]).seconds() / seconds};
}

/// A processor of `clock`; the hypervisor's instructions take as many cycles on each.
NetworkBench::Config machine(std::uint32_t mtu, bool large = false, double clock = 4.7e9) {
  NetworkBench::Config config;
  config.stream.mtu = mtu;
  config.stream.window = Bytes{512 * 1024};
  config.large = {large, large};
  config.clock = Hertz{clock};
  const auto slower = [&](SimTime& time) {
    time = SimTime::from_seconds(time.seconds() * 4.7e9 / clock);
  };
  slower(config.hypervisor.call);
  slower(config.hypervisor.lan_send);
  slower(config.hypervisor.copy_per_kib);
  slower(config.client.interrupt);
  return config;
}

// Calibration: the default costs were chosen for these three figures, which is no validation.

/// IBM i 6.1 Performance Capabilities Reference, table 5.4: 8553.0 Mb/s simplex, 11,972.3 Mb/s duplex at MTU 8992.
TEST(VirtualEthernet, CalibrationReachesThePublishedRatesAtMtu8992) {
  EXPECT_NEAR(measure(machine(8992)).gigabits, 8.553, 8.553 * 0.01);
  EXPECT_NEAR(measure(machine(8992), 2).gigabits, 11.972, 11.972 * 0.01);
}

/// D. Herman's measurement of an unnamed POWER server (about 1 Gb/s without large send, 3.8 with it, MTU 1500): the ratio of the two is
/// that of the costs of a frame and a byte, and the rates are those of a processor of 1.5 GHz.
TEST(VirtualEthernet, CalibrationOfLargeSend) {
  const double without = measure(machine(1500)).gigabits;
  const double with = measure(machine(1500, true)).gigabits;
  EXPECT_NEAR(with / without, 3.8, 3.8 * 0.03);
  EXPECT_NEAR(measure(machine(1500, false, 1.5e9)).gigabits, 1.0, 0.03);
  EXPECT_NEAR(measure(machine(1500, true, 1.5e9)).gigabits, 3.8, 0.1);
}

/// "Virtual Ethernet does not have a raw bit rate, since the maximum throughput is determined by the CPU." (same reference)
TEST(VirtualEthernet, HasNoRateOfItsOwn) {
  const Rates nominal = measure(machine(8992));
  const Rates fast = measure(machine(8992, false, 9.4e9));
  EXPECT_NEAR(fast.gigabits / nominal.gigabits, 2.0, 0.02);
  EXPECT_GT(nominal.sender, 0.999);
  EXPECT_LT(nominal.receiver, 0.9);
}

TEST(VirtualEthernet, ALargeSendThatTheHypervisorHasToCutCostsItsSender) {
  NetworkBench::Config config = machine(1500, true);
  const Rates whole = measure(config);
  config.large = {true, false};
  const Rates cut = measure(config);
  const Rates small = measure(machine(1500));
  EXPECT_LT(cut.gigabits, whole.gigabits);
  EXPECT_GT(cut.gigabits, small.gigabits);
  EXPECT_GT(cut.receiver, whole.receiver);
}

}  // namespace
}  // namespace lparsim::drivers
