#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

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
  /// End of the warmup: see Statistics.
  void reset_statistics(SimTime now) { statistics_.reset(now); }

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
  Statistics statistics_;

 private:
  std::string name_;
};

/// Where the random numbers of a workload come from: the streams are named `prefix` (such as "web.orders") with ".arrivals",
/// ".think" or ".demand" behind.
struct Randomness {
  std::uint64_t seed = 1;
  std::string_view prefix;
};

/// `config` has no problem_of(). Demands in cycles become times at `frequency`, the core's nominal one.
std::unique_ptr<Workload> make_workload(const Config& config, Hertz frequency, Randomness randomness);

}  // namespace lparsim::workload
