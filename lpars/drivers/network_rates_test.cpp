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

/// Gigabits of messages per second that arrive in both directions together, while each of `senders` sides has one thread that sends.
double rate_of(const NetworkBench::Config& config, std::uint32_t senders = 1, double* sender_busy = nullptr,
               double* receiver_busy = nullptr) {
  NetworkBench bench{config};
  Nobody nobody;
  for (std::uint32_t i = 0; i < 2; ++i) {
    bench.sides[i]->stack.serve("service", nobody);
    if (i < senders) bench.sides[i]->load.repeat({IoStep::Kind::send, bench.sides[i]->stack.peer("other"), Bytes{1'000'000}}, 1, 1'000'000);
  }
  bench.activate();
  const SimTime begin = 20_ms;
  bench.calendar.run_until(begin);
  const auto received = [&] {
    return bench.sides[0]->stack.received_bytes() + bench.sides[1]->stack.received_bytes();
  };
  const std::uint64_t before = received();
  const SimTime used[2] = {bench.sides[0]->processors.used(), bench.sides[1]->processors.used()};
  const SimTime end = begin + 100_ms;
  bench.calendar.run_until(end);
  const double seconds = (end - begin).seconds();
  if (sender_busy != nullptr) *sender_busy = (bench.sides[0]->processors.used() - used[0]).seconds() / seconds;
  if (receiver_busy != nullptr) *receiver_busy = (bench.sides[1]->processors.used() - used[1]).seconds() / seconds;
  EXPECT_EQ(bench.sides[0]->stack.counters().repeated, 0u);
  return static_cast<double>(received() - before) * 8 / seconds / 1e9;
}

NetworkBench::Config with_mtu(std::uint32_t mtu, bool large_send = false) {
  NetworkBench::Config config;
  config.stream.mtu = mtu;
  config.stream.large_send = large_send;
  config.stream.window = Bytes{512 * 1024};
  return config;
}

TEST(X, Print) {
  for (auto [mtu, large] : {std::pair{8992u, false}, {1500u, false}, {1500u, true}, {8992u, true}, {65390u, false}}) {
    double s, r;
    const double one = rate_of(with_mtu(mtu, large), 1, &s, &r);
    const double two = rate_of(with_mtu(mtu, large), 2);
    printf("mtu %u large %d: %.3f Gb/s (sender %.3f receiver %.3f) duplex %.3f\n", mtu, large, one, s, r, two);
  }
}

}  // namespace
}  // namespace lparsim::drivers
