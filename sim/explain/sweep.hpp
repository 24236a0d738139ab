#pragma once
#include <queue>
#include <vector>

#include "sim/explain/frame.hpp"
#include "sim/explain/share_clocks.hpp"
#include "sim/explain/thread_book.hpp"
#include "sim/explain/wait_book.hpp"
#include "sim/trace/history.hpp"

namespace lparsim::explain {

/// What a partition waited for over a whole run.
struct PartitionSummary {
  PartitionId partition{};
  std::uint64_t waits = 0;
  SimTime waited;               ///< all virtual processors; as the rows say, counted apart from the reasons
  std::vector<Reason> reasons;  ///< the longest first
  std::uint64_t thread_waits = 0;
  SimTime threads_waited;
  ThreadBook::Times threads{};
  SimTime threads_spun;
  std::map<std::string, ThreadBook::Times> spins;  ///< by lock
};

/// Goes through the history of a server once and adds up the causes of all waits. Memory: what is on the cores or waits at a moment, and a
/// table of partitions by partitions. Time: for each dispatch a few steps of a heap of those, and one reading for each partition.
class Sweep final : public trace::HistorySink {
 public:
  explicit Sweep(const Frame& frame);
  void became_ready(const trace::DispatchSpan& dispatch) override;
  void began(const trace::TrackEvent& span) override;
  /// After the last of the history; once. Every partition, in their order.
  std::vector<PartitionSummary> finish();

 private:
  enum class Phase : std::uint8_t { withheld, queued, entitled, excess, own, folded, thread_wait, spin };
  /// Something that goes on until `until`.
  struct Going {
    SimTime until;
    std::uint64_t number = 0;  ///< decides among equals
    Phase phase{};
    trace::DispatchSpan dispatch;
    Spin spin;
    bool operator>(const Going& o) const { return until != o.until ? until > o.until : number > o.number; }
  };
  struct Partition {
    Partition(PartitionId id, bool pool_limited, bool acts_capped) : waits{pool_limited}, capped{acts_capped} { summary.partition = id; }
    WaitBook waits;
    ThreadBook threads;
    PartitionSummary summary;
    std::size_t next_change = 1;
    bool capped;
  };

  Partition& of(PartitionId id) { return partitions_[index(id)]; }
  void advance(SimTime to);
  void pass(SimTime to);
  void end_window();
  void close(std::size_t partition, bool pool_full);
  void change_rights(SimTime at);
  void find_next_change();
  void push(Going going);
  void begin_phase(Going going, SimTime now);
  void end_phase(const Going& going);
  void next_portion(Going going, SimTime now);

  const Frame& frame_;
  ShareClocks clocks_;
  std::vector<Partition> partitions_;
  std::vector<SimTime> pool_used_;
  std::vector<std::int64_t> pool_running_;
  std::priority_queue<Going, std::vector<Going>, std::greater<>> going_;
  std::uint64_t numbers_ = 0;
  SimTime now_;
  SimTime next_change_;
  SimTime window_end_ = SimTime::never();  ///< of interest only where a pool may be at its maximum
};

}  // namespace lparsim::explain
