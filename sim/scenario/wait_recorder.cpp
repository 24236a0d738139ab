#include "sim/scenario/wait_recorder.hpp"

#include "sim/trace/span_names.hpp"

namespace lparsim::scenario {

WaitRecorder::WaitRecorder(trace::Recorder& recorder, const PartitionTracks& tracks)
    : recorder_{recorder}, tracks_{tracks}, thread_waits_{recorder.intern(trace::kThreadWaits)}, folded_{recorder.intern(trace::kFolded)} {}

void WaitRecorder::name_locks(const std::vector<std::string>& names) {
  for (const std::string& name : names) spins_.push_back(recorder_.intern(trace::spin_name(name)));
}

void WaitRecorder::thread_waited(std::uint32_t vp, SimTime begin, SimTime end) {
  recorder_.span(tracks_.partition, thread_waits_, begin, end, vp);
}

void WaitRecorder::waited_for_lock(std::uint32_t vp, workload::LockId lock, std::uint32_t holder, SimTime begin, SimTime end) {
  recorder_.span(tracks_.virtual_processors[vp], spins_[static_cast<std::uint32_t>(lock)], begin, end, holder);
}

void WaitRecorder::was_folded(std::uint32_t vp, SimTime begin, SimTime end) {
  recorder_.span(tracks_.virtual_processors[vp], folded_, begin, end);
}

}  // namespace lparsim::scenario
