#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "lpars/workload/config.hpp"
#include "lpars/workload/host.hpp"
#include "lpars/workload/io_operations.hpp"
#include "lpars/workload/statistics.hpp"
#include "sim/base/time.hpp"
#include "sim/base/units.hpp"

namespace lparsim::workload {

/// Something that keeps a partition busy: makes transactions, hands the processor time they need to threads of its host, and keeps
/// their statistics.
class Workload : public Program {
 public:
  explicit Workload(std::string name) : name_{std::move(name)} {}
  Workload(const Workload&) = delete;
  Workload& operator=(const Workload&) = delete;

  const std::string& name() const { return name_; }
  const Statistics& statistics() const { return statistics_; }
  /// Of each kind of its mix, in their order; empty without a mix. `queued` is known of all kinds together only, and a batch's jobs
  /// count as arrived in their kind when they begin.
  struct KindStatistics {
    std::string name;
    Statistics statistics;
  };
  const std::vector<KindStatistics>& kinds() const { return kinds_; }
  /// End of the warmup: see Statistics.
  void reset_statistics(SimTime now) {
    statistics_.reset(now);
    for (auto& kind : kinds_) kind.statistics.reset(now);
  }

 protected:
  void name_kinds(const std::vector<Kind>& mix) {
    for (const Kind& kind : mix) kinds_.push_back({kind.name, {}});
  }
  void kind_arrived(std::uint32_t kind) {
    if (!kinds_.empty()) kinds_[kind].statistics.transaction_arrived();
  }
  void completed(std::uint32_t kind, SimTime arrived, SimTime now) {
    statistics_.transaction_completed(arrived, now);
    if (!kinds_.empty()) kinds_[kind].statistics.transaction_completed(arrived, now);
  }
  void all_dropped(SimTime now) {
    statistics_.all_dropped(now);
    for (auto& kind : kinds_) kind.statistics.all_dropped(now);
  }

  Statistics statistics_;

 private:
  std::vector<KindStatistics> kinds_;
  std::string name_;
};

/// Where the random numbers of a workload come from: the streams are named `prefix` (such as "web.orders") with ".arrivals",
/// ".think" or ".demand" behind. Arrivals are drawn in their order, demands by the number of the transaction (of a closed workload: user
/// and number) and the step, think times by user and number: whoever waits for whom, each gets the same.
struct Randomness {
  std::uint64_t seed = 1;
  std::string_view prefix;
};

/// `config` has no problem_of(). Demands in cycles become times at `frequency`, the core's nominal one. Where uses_io(config), `io` is the
/// partition's drivers, which are attached to its operating system before the workload is, and outlive it.
std::unique_ptr<Workload> make_workload(const Config& config, Hertz frequency, Randomness randomness, IoOperations* io = nullptr);

}  // namespace lparsim::workload
