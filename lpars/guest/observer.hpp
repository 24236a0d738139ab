#pragma once
#include <cstdint>

#include "lpars/workload/host.hpp"
#include "sim/base/time.hpp"

namespace lparsim::guest {

/// Is told why threads of a guest did not get on, for the run file. Lengths are not zero.
class Observer {
 public:
  virtual ~Observer() = default;
  /// A thread was ready but on no logical processor; then it came to one of `vp`.
  virtual void thread_waited(std::uint32_t vp, SimTime begin, SimTime end) = 0;
  /// A thread, now on `vp`, waited for the lock, which a thread on `holder` (its virtual processor) got before it.
  virtual void waited_for_lock(std::uint32_t vp, workload::LockId lock, std::uint32_t holder, SimTime begin, SimTime end) = 0;
  /// The operating system did not use the virtual processor.
  virtual void was_folded(std::uint32_t vp, SimTime begin, SimTime end) = 0;
};

}  // namespace lparsim::guest
