#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "lpars/guest/observer.hpp"
#include "sim/scenario/tracks.hpp"
#include "sim/trace/recorder.hpp"

namespace lparsim::scenario {

/// Writes down why the threads of a partition did not get on, as spans of its tracks (sim/trace/span_names.hpp; trace level full).
class WaitRecorder final : public guest::Observer {
 public:
  WaitRecorder(trace::Recorder& recorder, const PartitionTracks& tracks);
  /// Of all its locks, by their ids; before the simulation starts.
  void name_locks(const std::vector<std::string>& names);

  void thread_waited(std::uint32_t vp, SimTime begin, SimTime end) override;
  void waited_for_lock(std::uint32_t vp, workload::LockId lock, std::uint32_t holder, SimTime begin, SimTime end) override;
  void was_folded(std::uint32_t vp, SimTime begin, SimTime end) override;

 private:
  trace::Recorder& recorder_;
  const PartitionTracks& tracks_;
  trace::NameId thread_waits_, folded_;
  std::vector<trace::NameId> spins_;
};

}  // namespace lparsim::scenario
