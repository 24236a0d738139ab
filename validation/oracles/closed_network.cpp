#include "validation/oracles/closed_network.hpp"

#include <cstddef>

namespace lparsim::oracles {

ClosedNetwork mean_value_analysis(std::span<const double> demands, double think, int customers) {
  ClosedNetwork network;
  network.responses.resize(demands.size());
  network.queues.assign(demands.size(), 0);
  for (int n = 1; n <= customers; ++n) {
    double round = think;
    for (std::size_t k = 0; k < demands.size(); ++k) {
      network.responses[k] = demands[k] * (1 + network.queues[k]);
      round += network.responses[k];
    }
    network.throughput = n / round;
    for (std::size_t k = 0; k < demands.size(); ++k) network.queues[k] = network.throughput * network.responses[k];
  }
  return network;
}

}  // namespace lparsim::oracles
