#pragma once
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "sim/explain/frame.hpp"
#include "sim/explain/thread_book.hpp"
#include "sim/explain/wait_account.hpp"
#include "sim/trace/history.hpp"

namespace lparsim::explain {

struct ThreadReason {
  ThreadCause cause{};
  SimTime time;
};

/// One wait of a thread: for a logical processor, or spinning on a lock.
struct ThreadAccount {
  bool spinning = false;
  Spin spin;  ///< spinning: lock, virtual processor and holder; otherwise vp is where it ran next
  SimTime begin, end;
  std::vector<ThreadReason> reasons;         ///< their times add up to end - begin exactly
  std::uint32_t most_folded = 0;             ///< of the partition's virtual processors, at one moment of the wait
  std::vector<WaitAccount> processor_waits;  ///< why the virtual processor that matters (its own, or the holder's) had no core meanwhile
};

/// Is it a span that a ThreadAccount can be made of?
bool is_thread_wait(const trace::TrackEvent& span);

/// `rows`: dispatches of the server that overlap the windows which `span` touches, and those of its partition whose waits do; `spans`:
/// those that overlap it.
ThreadAccount account_for(const Frame& frame, const trace::TrackEvent& span, std::span<const trace::DispatchSpan> rows,
                          std::span<const trace::TrackEvent> spans);

}  // namespace lparsim::explain
