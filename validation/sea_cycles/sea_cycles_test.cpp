// One scenario, four servers of 1.65 GHz: MTU 1500 and 9000, threaded and interrupt mode (claim.md).
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "validation/harness/run_text.hpp"

namespace lparsim::validation {
namespace {

std::string server(std::string_view mode, int mtu) {
  return fmt::format(R"(
  - name: {0}-{1}
    processor: {{generation: POWER5, cores: 8, frequency: 1.65 GHz, smt: 1}}
    partitions:
      - name: vios-{0}-{1}
        type: vios
        processors: {{entitlement: 2, virtual: 2}}
        adapters: [{{name: ent0, type: ethernet, rate: 1 Gb/s}}]
        shared_ethernet: [{{name: sea0, adapter: ent0, mode: {0}, large_send: false, jumbo_frames: {2}, trunks: [{{pvid: 1}}]}}]
      - name: app-{0}-{1}
        type: aix
        processors: {{mode: dedicated, cores: 6}}
        ethernet: [{{name: ent0, mtu: {1}, large_send: false}}]
        workloads: [{{name: bulk, type: stream, to: host{1}, size: {3} B, connections: 4}}]
)",
                     mode, mtu, mtu == 9000, (mtu - 52) * 40);
}

TEST(SeaCycles, CostWhatIbmsFormulaSaysAndLessThanItsGuideline) {
  const auto metrics = run_text(R"(
lparsim: 1
name: sea-cycles
duration: 600 ms
warmup: 100 ms
sample_interval: 100 ms
network:
  hosts: [{name: host1500}, {name: host9000, mtu: 9000}]
servers:)" + server("threaded", 1500) +
                                server("threaded", 9000) + server("interrupt", 1500) + server("interrupt", 9000));
  const auto rate = [&](const std::string& name) {
    return value_of(metrics, fmt::format("app-{}.host{}.send.bandwidth", name, name.substr(name.size() - 4))) * 1e6;
  };
  const auto physc = [&](const std::string& name) {
    return value_of(metrics, fmt::format("vios-{}.physc", name));
  };
  const auto cycles = [&](const std::string& name) {
    return physc(name) * 1.65e9 / rate(name);
  };
  const auto per_gigabit = [&](const std::string& name) {
    return physc(name) / (rate(name) * 8e-9);
  };
  for (const char* mode : {"threaded-", "interrupt-"}) {
    EXPECT_GT(rate(mode + std::string{"1500"}), 0.93e9 / 8) << mode << "the wire is the limit";
    EXPECT_LT(per_gigabit(mode + std::string{"1500"}), 1.0 * 0.9) << mode;
    EXPECT_LT(per_gigabit(mode + std::string{"9000"}), 0.5 * 0.9) << mode;
  }
  const double more_at_1500 = cycles("threaded-1500") / cycles("interrupt-1500");
  EXPECT_GT(more_at_1500, 1.16);
  EXPECT_LT(more_at_1500, 1.22);
  const double more_at_9000 = cycles("threaded-9000") / cycles("interrupt-9000");
  EXPECT_GT(more_at_9000, 1.33);
  EXPECT_LT(more_at_9000, 1.42);
  // Calibration.
  EXPECT_NEAR(cycles("threaded-1500"), 11.2, 0.03 * 11.2);
  EXPECT_NEAR(cycles("threaded-9000"), 5.0, 0.03 * 5.0);
  EXPECT_NEAR(cycles("interrupt-1500"), 9.3, 0.03 * 9.3);
  EXPECT_NEAR(cycles("interrupt-9000"), 3.6, 0.03 * 3.6);
}

}  // namespace
}  // namespace lparsim::validation
