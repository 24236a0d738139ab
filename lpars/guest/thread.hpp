#pragma once
#include <cstdint>

#include "lpars/workload/workload.hpp"
#include "sim/base/time.hpp"

namespace lparsim::guest {

/// A software thread.
struct Thread {
  enum class State : std::uint8_t { blocked, queued, on_processor, interrupted };
  static constexpr std::uint32_t kNone = UINT32_MAX;

  system::Program* owner = nullptr;
  std::uint32_t tag = 0;
  workload::Nice nice = 0;
  State state = State::blocked;
  system::ThreadKind kind = system::ThreadKind::user;
  bool in_kernel = false;              ///< its burst is system time
  bool in_io = false;                  ///< blocked until a device has answered
  std::uint32_t last_logical = kNone;  ///< where it is or was last
  SimTime remaining;                   ///< of its burst, while it is on no logical processor; never(): for ever
  SimTime ready_since;                 ///< while queued
  std::uint32_t displaced = kNone;     ///< of a handler: the thread whose place it took
  // While interrupted:
  SimTime ran;         ///< how long it was there
  SimTime slice_left;  ///< of its slice
  // Waiting for a lock (also while queued):
  std::uint32_t wanted_lock = kNone;
  SimTime wanted_since;
  // The policy's own books:
  std::int64_t virtual_runtime = 0;  ///< Linux: weighted time on processors, ps
};

}  // namespace lparsim::guest
