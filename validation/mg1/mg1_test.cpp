#include <fmt/format.h>
#include <gtest/gtest.h>

#include "validation/harness/run_text.hpp"

namespace lparsim::validation {
namespace {

struct Case {
  const char* name;
  const char* service;  // mean 10 ms
  double cv2;
};

void PrintTo(const Case& c, std::ostream* out) {
  *out << c.name;
}

report::MetricTable queue(const Case& c, const char* threads, const char* seconds) {
  return run_text(fmt::format(R"(
lparsim: 1
name: mg1
duration: {} s
warmup: 100 s
sample_interval: 100 s
server:
  processor: {{generation: POWER9, cores: 1, frequency: 3.8 GHz, smt: 1}}
  partitions:
    - name: p
      type: ibmi
      processors: {{mode: dedicated, cores: 1}}
      guest: {{time_slice: 200 us}}
      workloads:
        - {{name: w, type: open, arrivals: poisson(80 /s){}, transaction: [{{compute: {}}}]}}
)",
                              seconds, threads, c.service));
}

class Mg1 : public testing::TestWithParam<Case> {};

TEST_P(Mg1, SharedInShortSlicesDoesNotDependOnTheDistribution) {
  EXPECT_NEAR(value_of(queue(GetParam(), "", "10000"), "p.w.response.mean"), 50, 0.03 * 50);
}

TEST_P(Mg1, FirstComeFirstServedIsPollaczekAndKhinchines) {
  const double expected = 10 + 0.8 / 0.2 * (1 + GetParam().cv2) / 2 * 10;
  EXPECT_NEAR(value_of(queue(GetParam(), ", threads: 1", "60000"), "p.w.response.mean"), expected, 0.03 * expected);
}

INSTANTIATE_TEST_SUITE_P(Service, Mg1,
                         testing::Values(Case{"Constant", "10 ms", 0}, Case{"Erlang", "\"erlang(4, 10 ms)\"", 0.25},
                                         Case{"Exponential", "exponential(10 ms)", 1},
                                         Case{"Hyperexponential", "\"hyperexponential(10 ms, 2)\"", 4}),
                         [](const auto& chosen) { return chosen.param.name; });

}  // namespace
}  // namespace lparsim::validation
