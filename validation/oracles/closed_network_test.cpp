#include "validation/oracles/closed_network.hpp"

#include <gtest/gtest.h>

#include <array>

namespace lparsim::oracles {
namespace {

TEST(ClosedNetwork, OfEqualStationsHasTheKnownThroughput) {
  for (int customers = 1; customers <= 20; ++customers) {
    const auto network = mean_value_analysis(std::array{2.0, 2.0, 2.0}, 0, customers);
    EXPECT_NEAR(network.throughput, customers / (2.0 * (customers + 2)), 1e-12);
  }
}

TEST(ClosedNetwork, OfOneStationAndThinkingIsTheMachineRepairModel) {
  // M/M/1//N: the station is idle with probability 1 / sum over k of N! / (N - k)! * (demand / think)^k.
  const int customers = 7;
  const double demand = 3, think = 10;
  double sum = 0, term = 1;
  for (int k = 0; k <= customers; ++k) {
    sum += term;
    term *= (customers - k) * demand / think;
  }
  const auto network = mean_value_analysis(std::array{demand}, think, customers);
  EXPECT_NEAR(network.throughput * demand, 1 - 1 / sum, 1e-12);
}

TEST(ClosedNetwork, KeepsItsCustomers) {
  const auto network = mean_value_analysis(std::array{1.0, 0.3, 5.0}, 4, 12);
  double there = network.throughput * 4;
  for (const double queue : network.queues) there += queue;
  EXPECT_NEAR(there, 12, 1e-9);
}

}  // namespace
}  // namespace lparsim::oracles
