#include "validation/oracles/queueing.hpp"

#include <cmath>

namespace lparsim::oracles {

double mmc_wait_probability(int servers, double rho) {
  const double offered = servers * rho;
  double blocked = 1;  // Erlang B of 0, 1, ... servers
  for (int c = 1; c <= servers; ++c) blocked = offered * blocked / (c + offered * blocked);
  return blocked / (1 - rho + rho * blocked);
}

double mmc_response(int servers, double rho) {
  return 1 + mmc_wait_probability(servers, rho) / (servers * (1 - rho));
}

double mm1_response_percentile(double p, double rho) {
  return -std::log(1 - p) / (1 - rho);
}

double mg1_wait(double rho, double squared_cv) {
  return rho / (1 - rho) * (1 + squared_cv) / 2;
}

double mg1_processor_sharing_response(double rho) {
  return 1 / (1 - rho);
}

}  // namespace lparsim::oracles
