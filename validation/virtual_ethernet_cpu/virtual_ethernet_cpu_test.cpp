// One scenario, five servers: nominal, half the clock, half a processor, and MTU 1500 without and with large send (claim.md).
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "validation/harness/run_text.hpp"

namespace lparsim::validation {
namespace {

constexpr double kNominal = 4.7;  // GHz

struct Server {
  std::string_view name;
  double clock = kNominal;
  int mtu = 8992;
  bool large_send = false;
  std::string_view sender = "{mode: dedicated, cores: 1}";
};

std::string text_of(const Server& server) {
  const double slower = kNominal / server.clock;
  return fmt::format(R"(
  - name: {0}
    processor: {{generation: POWER6, cores: 2, frequency: {1} GHz, smt: 1}}
    hypervisor: {{virtual_io: {{call: {2} ns, lan_send: {3} ns, copy_per_kib: {4} ns}}}}
    partitions:
      - name: sender-{0}
        type: ibmi
        processors: {5}
        ethernet: [{{name: cmn0, mtu: {6}, large_send: {7}}}]
        workloads: [{{name: bulk, type: stream, to: receiver-{0}.sink, size: {8} B}}]
      - name: receiver-{0}
        type: ibmi
        processors: {{mode: dedicated, cores: 1}}
        ethernet: [{{name: cmn0, mtu: {6}, large_send: {7}}}]
        workloads: [{{name: sink, type: service, transaction: [{{compute: 1 us}}]}}]
)",
                     server.name, server.clock, 500 * slower, 1500 * slower, 100 * slower, server.sender, server.mtu, server.large_send,
                     (server.mtu - 52) * 29);
}

TEST(VirtualEthernetCpu, IsLimitedByProcessorsAlone) {
  std::string servers;
  for (const Server& server : {Server{"nominal"}, Server{"slow", kNominal / 2},
                               Server{"capped", kNominal, 8992, false, "{entitlement: 0.5, virtual: 1, capped: true}"},
                               Server{"small", kNominal, 1500}, Server{"large", kNominal, 1500, true}})
    servers += text_of(server);
  const auto metrics = run_text(R"(
lparsim: 1
name: virtual-ethernet-cpu
duration: 1100 ms
warmup: 100 ms
sample_interval: 100 ms
servers:)" + servers);
  const auto gigabits = [&](const std::string& name) {
    return value_of(metrics, fmt::format("sender-{0}.receiver-{0}.sink.send.bandwidth", name)) * 8e-3;
  };
  const double nominal = gigabits("nominal");
  EXPECT_NEAR(gigabits("slow"), nominal / 2, 0.02 * nominal / 2);
  EXPECT_NEAR(gigabits("capped"), nominal / 2, 0.03 * nominal / 2);
  EXPECT_NEAR(value_of(metrics, "sender-capped.physc"), 0.5, 0.005) << "all that it may";
  // Calibration.
  EXPECT_NEAR(nominal, 8.553, 0.12 * 8.553);
  EXPECT_NEAR(gigabits("large") / gigabits("small"), 3.8, 0.15 * 3.8);
}

}  // namespace
}  // namespace lparsim::validation
