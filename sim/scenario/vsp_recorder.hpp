#pragma once
#include <array>
#include <cstdint>
#include <deque>
#include <string>
#include <unordered_map>
#include <vector>

#include "models/vsp/exchange.hpp"
#include "sim/base/sampled_times.hpp"
#include "sim/base/time_average.hpp"
#include "sim/scenario/document.hpp"
#include "sim/scenario/io_recorder.hpp"
#include "sim/scenario/tracks.hpp"
#include "sim/trace/recorder.hpp"

namespace lparsim::scenario {

/// Follows the Virtual Service Partitions of all servers: a row for each call at level full, events and the ledger at level summary, and
/// the metrics since the end of the warmup.
class VspRecorder {
 public:
  using Values = IoRecorder::Values;

  /// All outlive it.
  VspRecorder(const ScenarioConfig& scenario, const Tracks& tracks, trace::Recorder& recorder);
  ~VspRecorder();

  /// For that server's exchange.
  vsp::ExchangeObserver& observer(std::size_t server);
  /// Is told everything that server's observer is, after it.
  void tell_too(std::size_t server, vsp::ExchangeObserver& other);
  /// Where its ledger and status are to be read.
  void follow(std::size_t server, const vsp::Exchange& exchange);

  /// The warmup ends now.
  void begin(SimTime now);
  /// Those of metric_names.hpp, vsp_metrics().
  void add_metrics(Values& values, SimTime now) const;
  /// As IoRecorder's: rates and shares, and the sums that they are made of.
  std::vector<IoRecorder::Figure> figures() const;
  std::size_t sums() const;
  void append_sums(std::vector<double>& to, SimTime now) const;
  void add_half_widths(Values& widths) const;
  /// What the calls of the measured part added, into the run file.
  void write_ledger() const;
  /// What no metric tells: who was ejected and why, calls that hang, copies that were lost. A sentence each.
  std::vector<std::string> remarks(SimTime now) const;

 private:
  __extension__ using Wide = __int128;

  struct Service {
    std::string name;
    PartitionId partition{};
    trace::TrackId track{};
    // Measured, since begin().
    std::uint64_t calls = 0;
    std::array<std::uint64_t, vsp::kCallEnds> ends{};
    SampledTimes latency;
    Wide latency_ps = 0;
    Wide undispatched_ps = 0;
    TimeAverage ready;
    vsp::VspStatus at_begin;
    // Over the whole run.
    std::uint64_t epochs = 0;  ///< times that it became ready
    std::uint64_t ejections = 0;
    std::string last_ejection;
  };
  class Observer;
  struct Server;

  trace::Recorder& recorder_;
  trace::NameId state_, trouble_;
  std::deque<Server> servers_;
  SimTime begun_;
};

}  // namespace lparsim::scenario
