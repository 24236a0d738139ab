#include <gtest/gtest.h>

#include <string>

#include "validation/dispatch_watch/spin.hpp"
#include "validation/oracles/water_fill.hpp"

namespace lparsim::validation {
namespace {

using hypervisor::ShareExcessBy;

struct Case {
  std::string name;
  std::uint32_t cores;
  std::vector<Spinner> spinners;
  std::vector<double> expected;  // PU
  ShareExcessBy by = ShareExcessBy::partition;
};

void PrintTo(const Case& c, std::ostream* out) {
  *out << c.name;
}

const std::vector<Case> kCases = {
    {"LimitedByVirtualProcessorsAndByDemand",
     8,
     {{1.0, 4, 200}, {1.0, 4, 100}, {2.0, 2, 128, false, 0, 0.5}, {1.0, 2, 128, true}},
     {4.0, 2.5, 0.5, 1.0}},
    {"VirtualProcessorsDoNotCount", 4, {{0.5, 8}, {0.5, 2}}, {2.0, 2.0}},
    {"VirtualProcessorsCountIfTheScenarioSaysSo", 4, {{0.5, 8}, {0.5, 2}}, {2.9, 1.1}, ShareExcessBy::virtual_processor},
    {"SixteenOfATenthOnEightCores", 8, std::vector<Spinner>(16, Spinner{0.1, 1}), std::vector<double>(16, 0.5)},
    {"TwentyTimesItsEntitlementWhenAlone", 8, {{0.2, 4, 10}}, {4.0}},
    {"OneVirtualProcessorStopsAtOneCore", 4, {{0.5, 1}}, {1.0}},
    {"TwoVirtualProcessorsStopAtTwoCores", 4, {{0.5, 2}}, {2.0}},
    {"FourVirtualProcessorsOnFourFreeCores", 4, {{2.0, 4}}, {4.0}},
    {"FourVirtualProcessorsInTurnOnTwoCores", 4, {{2.0, 4}, {2.0, 4}}, {2.0, 2.0}},
    {"WeightZeroIsCapped", 4, {{0.5, 4, 0}, {0.5, 4, 1}}, {0.5, 3.5}},
};

class WeightedExcess : public testing::TestWithParam<Case> {};

TEST_P(WeightedExcess, IsSharedAsComputed) {
  const Case& c = GetParam();
  const auto pu = spin({.cores = c.cores, .share_excess_by = c.by}, {}, c.spinners);
  for (std::size_t i = 0; i < c.expected.size(); ++i) EXPECT_NEAR(pu[i], c.expected[i], 0.005 * c.expected[i]) << "partition " << i;
}

TEST_P(WeightedExcess, IsWhatTheOracleOfTheOtherClaimsSays) {
  const Case& c = GetParam();
  std::vector<oracles::PartitionShare> shares;
  for (const Spinner& s : c.spinners)
    shares.push_back({0, s.entitlement, static_cast<int>(s.virtual_processors), static_cast<int>(s.weight), s.capped, s.demand});
  const auto by = c.by == ShareExcessBy::partition ? oracles::ShareExcessBy::kPartition : oracles::ShareExcessBy::kVirtualProcessor;
  const auto filled = oracles::water_fill(c.cores, {}, shares, by);
  for (std::size_t i = 0; i < c.expected.size(); ++i) EXPECT_NEAR(filled[i], c.expected[i], 1e-9) << "partition " << i;
}

INSTANTIATE_TEST_SUITE_P(All, WeightedExcess, testing::ValuesIn(kCases), [](const auto& chosen) { return chosen.param.name; });

}  // namespace
}  // namespace lparsim::validation
