#include "validation/oracles/queueing.hpp"

#include <gtest/gtest.h>

#include <array>

namespace lparsim::oracles {
namespace {

constexpr std::array kLoads = {0.5, 0.7, 0.8, 0.9, 0.95};

struct Row {
  int servers;
  std::array<double, 5> response;
  std::array<double, 5> wait_probability;
};

TEST(Queueing, ReproducesTheTableOfErlangC) {
  constexpr std::array<Row, 6> kRows = {{
      {1, {2.000, 3.333, 5.000, 10.00, 20.00}, {.5, .7, .8, .9, .95}},
      {2, {1.3333, 1.9608, 2.7778, 5.2632, 10.2564}, {.3333, .5765, .7111, .8526, .9256}},
      {4, {1.0870, 1.3572, 1.7455, 2.9694, 5.4571}, {.1739, .4287, .5964, .7878, .8914}},
      {8, {1.0148, 1.1128, 1.2860, 1.8769, 3.1104}, {.0590, .2706, .4576, .7015, .8442}},
      {16, {1.0011, 1.0270, 1.0953, 1.3696, 1.9752}, {.0090, .1297, .3049, .5913, .7802}},
      {32, {1.0000, 1.0040, 1.0251, 1.1432, 1.4348}, {.0003, .0380, .1606, .4582, .6957}},
  }};
  for (const Row& row : kRows)
    for (std::size_t i = 0; i < kLoads.size(); ++i) {
      EXPECT_NEAR(mmc_response(row.servers, kLoads[i]), row.response[i], 5.1e-4) << row.servers << " servers at " << kLoads[i];
      EXPECT_NEAR(mmc_wait_probability(row.servers, kLoads[i]), row.wait_probability[i], 5.1e-5) << row.servers << " at " << kLoads[i];
    }
}

TEST(Queueing, KnowsThePercentilesOfOneServer) {
  EXPECT_NEAR(mm1_response_percentile(0.50, 0.8), 3.466, 5e-4);
  EXPECT_NEAR(mm1_response_percentile(0.90, 0.8), 11.513, 5e-4);
  EXPECT_NEAR(mm1_response_percentile(0.95, 0.8), 14.979, 5e-4);
  EXPECT_NEAR(mm1_response_percentile(0.99, 0.8), 23.026, 5e-4);
}

TEST(Queueing, WaitsLongerForMoreVariableService) {
  EXPECT_NEAR(mg1_wait(0.8, 0), 2.0, 1e-12);
  EXPECT_NEAR(mg1_wait(0.8, 1), 4.0, 1e-12);
  EXPECT_NEAR(mg1_wait(0.8, 4), 10.0, 1e-12);
  EXPECT_NEAR(mg1_wait(0.8, 1) + 1, mmc_response(1, 0.8), 1e-12);
}

TEST(Queueing, SharesAProcessorAsIfServiceWereExponential) {
  for (const double rho : kLoads) EXPECT_NEAR(mg1_processor_sharing_response(rho), mmc_response(1, rho), 1e-9);
}

}  // namespace
}  // namespace lparsim::oracles
