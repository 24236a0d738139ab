#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "lpars/workload/config.hpp"
#include "lpars/workload/host.hpp"
#include "lpars/workload/statistics.hpp"
#include "sim/base/time.hpp"
#include "sim/base/units.hpp"

namespace lparsim::workload {

/// Something that keeps a partition busy: makes transactions, hands the processor time they need to threads of its host, and keeps
/// their statistics. Called by the guest only; may call its host from every function but deactivated().
class Workload {
 public:
  explicit Workload(std::string name) : name_{std::move(name)} {}
  virtual ~Workload() = default;
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

  /// Called once, before all else.
  virtual void attach(Host& host) = 0;
  /// The partition starts (again): the workload begins from the beginning, its random streams go on.
  virtual void activated(SimTime now) = 0;
  /// The partition is gone with all threads and timers; transactions in it are dropped.
  virtual void deactivated(SimTime now) = 0;
  /// The thread has done what it was asked for. Returns what it does next; all but `block` without leaving its processor.
  virtual Activity next_activity(std::uint32_t thread_tag, SimTime now) = 0;
  virtual void timer_expired(std::uint32_t timer_tag, SimTime now) = 0;

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

/// `config` has no problem_of(). Demands in cycles become times at `frequency`, the core's nominal one.
std::unique_ptr<Workload> make_workload(const Config& config, Hertz frequency, Randomness randomness);

}  // namespace lparsim::workload
