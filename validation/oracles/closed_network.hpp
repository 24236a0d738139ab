#pragma once
#include <span>
#include <vector>

namespace lparsim::oracles {

/// What customers of a closed network of queues see: stations with one server each, that serve first come first served with exponential
/// times or in short slices, and a time of thinking.
struct ClosedNetwork {
  double throughput = 0;          ///< customers that go round, in units of 1 / demand
  std::vector<double> responses;  ///< a visit to each station, waiting included
  std::vector<double> queues;     ///< customers at each station, those in service included
};

/// Exact mean value analysis (Reiser and Lavenberg, JACM 27(2), 1980) of `customers` who think for `think` and then visit each station
/// once, where they need `demands` (all in the same unit of time).
ClosedNetwork mean_value_analysis(std::span<const double> demands, double think, int customers);

}  // namespace lparsim::oracles
