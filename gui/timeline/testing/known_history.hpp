#pragma once
// For tests: a run file whose every picture is known.
#include "sim/trace/io_sample.hpp"
#include "sim/trace/span_names.hpp"

namespace lparsim::gui::testing {

using namespace literals;

/// A stay of `web` on its virtual processor 0, after 10 ms without work, 5 ms without entitlement and 5 ms without a core.
inline trace::DispatchSpan webStay(SimTime begin, SimTime length, SimTime entitled, CoreId core) {
  trace::DispatchSpan stay;
  stay.core = core;
  stay.begin = begin;
  stay.end = begin + length;
  stay.enqueue = begin - 5_ms;
  stay.ready = begin - 10_ms;
  stay.waiting = begin - 20_ms;
  stay.entitled = entitled;
  stay.dispatch_reason = 3;
  stay.preempt_reason = 4;
  return stay;
}

/// The sample run's partitions. `web` vp 0: 10 ms on core 1 from 100 ms on, entitled; 4 ms on core 2 from 200 ms on, in excess. `db` on its
/// own core 0 from 0 to 1 s. Requests of the I/O sample on `web`'s disk. At 2 s the entitlement of `web` becomes 0.8 PU.
inline void recordKnownHistory(trace::Recorder& recorder) {
  const trace::TrackId server = recorder.add_track("server", trace::TrackId::none, "frame1");
  const trace::TrackId web = recorder.add_track("partition", server, "web");
  const trace::NameId entitlement = recorder.intern(trace::kEntitlement);
  recorder.dispatch(webStay(100_ms, 10_ms, 10_ms, CoreId{1}));
  recorder.dispatch(webStay(200_ms, 4_ms, 0_ms, CoreId{2}));
  trace::DispatchSpan db;
  db.partition = PartitionId{2};
  db.end = 1_s;
  db.entitled = 1_s;
  recorder.dispatch(db);
  trace::record_io_sample(recorder);
  recorder.counter(web, entitlement, 2_s, 0.8);
  recorder.log(2_s, trace::Severity::info, "web: entitlement becomes 0.80 PU");
}

}  // namespace lparsim::gui::testing
