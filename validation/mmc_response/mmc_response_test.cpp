#include <fmt/format.h>
#include <gtest/gtest.h>

#include "validation/harness/run_text.hpp"
#include "validation/oracles/queueing.hpp"

namespace lparsim::validation {
namespace {

struct Case {
  int processors;
  int load_percent;
  bool dedicated;
};

void PrintTo(const Case& c, std::ostream* out) {
  *out << fmt::format("{} processors, {} %", c.processors, c.load_percent);
}

class MmcResponse : public testing::TestWithParam<Case> {};

TEST_P(MmcResponse, IsErlangs) {
  const auto [c, percent, dedicated] = GetParam();
  const double rho = percent / 100.0;
  // The closer to saturation, the longer successive response times are alike.
  const double transactions = percent >= 90 ? 8e6 : 3e6;
  const double rate = c * rho * 1000;  // mean service 1 ms
  const std::string processors = dedicated ? fmt::format("{{mode: dedicated, cores: {}}}", c)
                                           : fmt::format("{{mode: shared, entitlement: {}, virtual: {}, capped: false}}", c * 0.5, c);
  const auto metrics = run_text(fmt::format(R"(
lparsim: 1
name: mmc
duration: {:.0f} s
warmup: 10 s
server:
  processor: {{generation: POWER9, cores: {}, cores_per_chip: 8, frequency: 3.8 GHz, smt: 1}}
  memory: 64 GiB
  partitions:
    - name: p
      type: linux
      processors: {}
      memory: 8 GiB
      guest: {{snooze: 0 us}}
      workloads:
        - {{name: w, type: open, arrivals: poisson({:.0f} /s), threads: {}, transaction: [{{compute: exponential(1 ms)}}]}}
)",
                                            10 + transactions / rate, c, processors, rate, c));
  const double expected = oracles::mmc_response(c, rho);
  EXPECT_NEAR(value_of(metrics, "p.w.response.mean"), expected, 0.02 * expected);
  EXPECT_NEAR(value_of(metrics, "p.physc"), c * rho, 0.01 * c * rho);
}

std::vector<Case> cases() {
  std::vector<Case> all;
  for (const int c : {1, 2, 4, 8}) {
    for (const int percent : {50, 70, 80, 90}) {
      for (const bool dedicated : {true, false}) all.push_back({c, percent, dedicated});
    }
  }
  return all;
}

INSTANTIATE_TEST_SUITE_P(All, MmcResponse, testing::ValuesIn(cases()), [](const auto& chosen) {
  return fmt::format("{}Processors{}Percent{}", chosen.param.processors, chosen.param.load_percent,
                     chosen.param.dedicated ? "Dedicated" : "Shared");
});

}  // namespace
}  // namespace lparsim::validation
