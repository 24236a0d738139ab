#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "sim/trace/records.hpp"

namespace lparsim::report {

/// One run of a campaign: a Virtual Service Partition that fails in one way, at one state of its protocol, under one policy.
struct CampaignRun {
  std::string vsp;
  std::string state;                        ///< in which it failed
  std::string fault;                        ///< how
  std::string policy;                       ///< of calls that it does not answer
  std::string in_flight;                    ///< of calls that it had been given
  std::string failure;                      ///< why there are no figures, in a sentence; empty: there are
  bool happened = true;                     ///< false: it never came to that state, so nothing failed
  std::vector<trace::MetricValue> without;  ///< of the same run without the failure
  std::vector<trace::MetricValue> metrics;
};

/// What a partition saw of it, beside the same run without a fault.
struct Damage {
  std::string partition;
  double response_ms = 0;  ///< mean response time of the workload that suffered most: how much longer
  double longest_ms = 0;   ///< longest response time, likewise
  double throughput = 0;   ///< of the workload that lost most: per cent of what it did without
  double errors = 0;       ///< operations that failed, more than without
  /// Whether there is more than the difference between two runs with other random numbers.
  bool hurt() const { return response_ms > kNoticeable || longest_ms > kNoticeable || throughput < -1 || errors > 0; }
  static constexpr double kNoticeable = 0.001;  ///< ms
};

/// Of each of `partitions`, in their order.
std::vector<Damage> damages(const std::vector<std::string>& partitions, const std::vector<trace::MetricValue>& without,
                            const std::vector<trace::MetricValue>& with);

struct Campaign {
  std::string scenario;
  std::vector<std::string> partitions;  ///< all but the one that fails may be hurt; that one is left out of each row
  std::vector<CampaignRun> runs;
};

/// The blast radius for people: a row for each run, what the worst hit partition saw and which others were hit; then sums by policy.
std::string blast_radius_text(const Campaign& campaign);
/// All of it, every partition of every run.
std::string blast_radius_json(const Campaign& campaign);

}  // namespace lparsim::report
