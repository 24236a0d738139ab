#pragma once

namespace lparsim::oracles {

// Textbook queues in units of the mean service time, load `rho` a server in [0, 1). Erlang 1917; Kleinrock, Queueing Systems I.

/// Probability that an arrival at M/M/c finds every server busy (Erlang C).
double mmc_wait_probability(int servers, double rho);
/// Mean response time of M/M/c.
double mmc_response(int servers, double rho);
/// The response time of M/M/1, first come first served, that a share `p` in (0, 1) of the jobs stays below.
double mm1_response_percentile(double p, double rho);
/// Mean wait of M/G/1, first come first served (Pollaczek-Khinchine); `squared_cv` is the service time's variance over its squared mean.
double mg1_wait(double rho, double squared_cv);
/// Mean response of M/G/1 with processor sharing, whatever the distribution.
double mg1_processor_sharing_response(double rho);

}  // namespace lparsim::oracles
