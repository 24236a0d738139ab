// One scenario, four servers: 1 and 10 Gb/s, MTU 1500 and 9000 (claim.md).
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "validation/harness/run_text.hpp"

namespace lparsim::validation {
namespace {

/// A server of its own, two of whose partitions send to a host of its own.
std::string server(std::string_view name, int gigabits, int mtu) {
  // Messages of whole segments.
  return fmt::format(R"(
  - name: {0}
    processor: {{generation: POWER9, cores: 12, frequency: 4 GHz}}
    partitions:
      - name: vios-{0}
        type: vios
        processors: {{mode: dedicated, cores: 2}}
        adapters: [{{name: ent0, type: ethernet, rate: {1} Gb/s}}]
        shared_ethernet: [{{name: sea0, adapter: ent0, jumbo_frames: {3}, trunks: [{{pvid: 1}}]}}]
      - name: app-{0}
        type: linux
        processors: {{mode: dedicated, cores: 4}}
        ethernet: [{{name: eth0, mtu: {2}}}]
        workloads: [{{name: bulk, type: stream, to: host-{0}, size: {4} B, connections: 2}}]
      - name: web-{0}
        type: linux
        processors: {{mode: dedicated, cores: 4}}
        ethernet: [{{name: eth0, mtu: {2}}}]
        workloads: [{{name: bulk, type: stream, to: host-{0}, size: {4} B, connections: 2}}]
)",
                     name, gigabits, mtu, mtu == 9000, (mtu - 52) * 60);
}

TEST(PayloadRates, TcpGetsWhatFramingLeavesOfTheWire) {
  const auto metrics = run_text(R"(
lparsim: 1
name: payload-rates
duration: 400 ms
warmup: 100 ms
sample_interval: 100 ms
network:
  hosts:
    - {name: host-a, link: 1 Gb/s}
    - {name: host-b, link: 1 Gb/s, mtu: 9000}
    - {name: host-c, link: 10 Gb/s}
    - {name: host-d, link: 10 Gb/s, mtu: 9000}
servers:)" + server("a", 1, 1500) +
                                server("b", 1, 9000) + server("c", 10, 1500) + server("d", 10, 9000));
  const auto share = [&](const std::string& name, double gigabits) {
    const double megabytes = value_of(metrics, fmt::format("app-{0}.host-{0}.send.bandwidth", name)) +
                             value_of(metrics, fmt::format("web-{0}.host-{0}.send.bandwidth", name));
    return megabytes * 8e6 / (gigabits * 1e9);
  };
  for (const auto& [name, gigabits] : {std::pair{"a", 1.0}, {"c", 10.0}}) EXPECT_NEAR(share(name, gigabits), 1448.0 / 1538, 0.003) << name;
  for (const auto& [name, gigabits] : {std::pair{"b", 1.0}, {"d", 10.0}}) EXPECT_NEAR(share(name, gigabits), 8948.0 / 9038, 0.003) << name;
  for (const char* peer : {"app-a.host-a", "app-b.host-b", "app-c.host-c", "app-d.host-d"})
    EXPECT_EQ(value_of(metrics, std::string{peer} + ".errors"), 0) << peer;
}

}  // namespace
}  // namespace lparsim::validation
