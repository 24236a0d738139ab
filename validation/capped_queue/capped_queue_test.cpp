#include <fmt/format.h>
#include <gtest/gtest.h>

#include "sim/base/distribution.hpp"
#include "sim/base/histogram.hpp"
#include "sim/base/random.hpp"
#include "sim/base/time.hpp"
#include "validation/harness/run_text.hpp"
#include "validation/oracles/capped.hpp"

namespace lparsim::validation {
namespace {

struct Row {
  double service_ms;
  double load;
  double entitlement;
  double mean, p50, p95, p99;  // ms
};

void PrintTo(const Row& row, std::ostream* out) {
  *out << fmt::format("S {} ms, load {}, e {}", row.service_ms, row.load, row.entitlement);
}

class CappedQueue : public testing::TestWithParam<Row> {
 protected:
  static report::MetricTable simulated(const Row& row) {
    const double transactions = row.service_ms > 10 ? 1e6 : 4e6;  // long ones cost many windows each
    const double rate = row.load * row.entitlement / row.service_ms * 1000;
    return run_text(fmt::format(R"(
lparsim: 1
name: capped
duration: {:.0f} s
warmup: 100 s
server:
  processor: {{generation: POWER8, cores: 1, cores_per_chip: 8, frequency: 3.5 GHz, smt: 8}}
  memory: 64 GiB
  partitions:
    - name: p
      type: aix
      processors: {{mode: shared, entitlement: {}, virtual: 1, capped: true}}
      memory: 8 GiB
      workloads:
        - {{name: w, type: open, arrivals: poisson({} /s), threads: 1, transaction: [{{compute: exponential({} ms)}}]}}
)",
                                100 + transactions / rate, row.entitlement, rate, row.service_ms));
  }
};

TEST_P(CappedQueue, MatchesTheTable) {
  const Row row = GetParam();
  const auto metrics = simulated(row);
  EXPECT_NEAR(value_of(metrics, "p.w.response.mean"), row.mean, 0.03 * row.mean);
  EXPECT_NEAR(value_of(metrics, "p.w.response.p50"), row.p50, 0.03 * row.p50);
  EXPECT_NEAR(value_of(metrics, "p.w.response.p95"), row.p95, 0.03 * row.p95);
  EXPECT_NEAR(value_of(metrics, "p.w.response.p99"), row.p99, 0.03 * row.p99);
}

TEST_P(CappedQueue, MatchesAnIndependentRecursion) {
  const Row row = GetParam();
  oracles::CappedQueue queue{SimTime::from_seconds(row.entitlement * 0.01), SimTime::from_ms(10)};
  RandomStream random{99, "recursion"};
  const Distribution gap{Exponential{row.service_ms * 1e9 / (row.load * row.entitlement)}};
  const Distribution service{Exponential{row.service_ms * 1e9}};
  Histogram responses;
  SimTime arrival;
  for (int i = 0; i < 10'000'000; ++i) {
    arrival += gap.sample(random);
    responses.record(queue.serve(arrival, service.sample(random)));
  }
  const auto metrics = simulated(row);
  EXPECT_NEAR(value_of(metrics, "p.w.response.mean"), responses.mean().milliseconds(), 0.03 * row.mean);
  EXPECT_NEAR(value_of(metrics, "p.w.response.p50"), responses.percentile(50).milliseconds(), 0.03 * row.p50);
  EXPECT_NEAR(value_of(metrics, "p.w.response.p99"), responses.percentile(99).milliseconds(), 0.03 * row.p99);
}

INSTANTIATE_TEST_SUITE_P(Table, CappedQueue,
                         testing::Values(Row{0.5, 0.5, 0.1, 4.76, 0.59, 22.2, 38.3}, Row{0.5, 0.5, 0.5, 0.80, 0.48, 2.5, 5.7},
                                         Row{1, 0.5, 0.5, 2.01, 1.04, 7.9, 14.3}, Row{1, 0.8, 0.5, 6.83, 2.89, 25.5, 41.3},
                                         Row{5, 0.5, 0.5, 16.2, 9.2, 55.2, 87.5}, Row{20, 0.5, 0.1, 392, 269, 1190, 1836}),
                         [](const auto& chosen) { return fmt::format("Row{}", chosen.index + 1); });

}  // namespace
}  // namespace lparsim::validation
