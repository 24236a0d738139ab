#pragma once
#include "sim/trace/history.hpp"
#include "sim/trace/span_names.hpp"

namespace lparsim::explain {

/// Is it a wait of a virtual processor that ended on no core?
inline bool is_vain_wait(const trace::TrackEvent& span) {
  return span.vp && (span.name == trace::kWaitedForEntitlement || span.name == trace::kWaitedForCore);
}

/// It as a dispatch of no length.
inline trace::DispatchSpan vain_wait(const trace::TrackEvent& span) {
  trace::DispatchSpan wait;
  wait.server = span.server;
  wait.partition = span.partition;
  wait.vp = *span.vp;
  wait.waiting = wait.ready = span.begin;
  wait.begin = wait.end = span.end;
  wait.enqueue = span.name == trace::kWaitedForEntitlement ? span.end : span.begin;
  return wait;
}

}  // namespace lparsim::explain
