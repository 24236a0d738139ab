#pragma once
#include <cstdint>
#include <memory>

#include "lpars/guest/config.hpp"
#include "lpars/guest/processor_map.hpp"
#include "lpars/guest/thread.hpp"
#include "sim/base/time.hpp"

namespace lparsim::guest {

/// The rules by which an operating system runs its threads; the guest does what they say. Logical processors are numbered vp * smt +
/// hardware thread, with the most hardware threads that the partition may use.
class Scheduler {
 public:
  static constexpr std::uint32_t kNone = UINT32_MAX;
  virtual ~Scheduler() = default;

  /// Virtual processors below `count` exist from now on.
  virtual void grow(std::uint32_t virtual_processors) { (void)virtual_processors; }
  /// The virtual processor for a thread that became ready; it has a free hardware thread. kNone: it has to wait.
  virtual std::uint32_t place(const Thread& thread, const ProcessorMap& processors) const = 0;

  // Queues.
  /// How many there are for so many logical processors.
  virtual std::uint32_t queues(std::uint32_t logical_processors) const = 0;
  virtual std::uint32_t queue_of(std::uint32_t logical) const = 0;
  virtual bool one_queue_for_all() const { return false; }
  /// Where a thread waits that finds no free logical processor: the queue of one that is in use.
  virtual std::uint32_t queue_for(const Thread& thread, const ProcessorMap& processors, std::uint32_t logical_processors) = 0;
  /// Its place there: the smallest goes first.
  virtual std::int64_t rank(const Thread& thread) const = 0;

  // Running. `logical` is the thread's logical processor, `ran` how long it has been there.
  /// It comes to a logical processor, from a queue or at once.
  virtual void came(Thread& thread, std::uint32_t logical) { (void)thread, (void)logical; }
  /// It leaves it.
  virtual void left(Thread& thread, SimTime ran) { (void)thread, (void)ran; }
  /// It wakes up and goes to the queue of `logical`.
  virtual void wakes(Thread& thread, std::uint32_t logical) { (void)thread, (void)logical; }
  /// Whether the waking thread takes the place of the running one at once.
  virtual bool displaces(const Thread& waking, const Thread& running, SimTime ran) const = 0;
  /// How long a thread that comes to `logical` at `now` runs until its first slice is over.
  virtual SimTime first_slice(std::uint32_t logical, SimTime now) const = 0;
  /// Slices go on while the virtual processor is on no core: they end with clock ticks.
  virtual bool slices_by_clock() const { return false; }

  /// How many virtual processors are used from now on, at most `online`, where `runnable` threads were there on average.
  virtual std::uint32_t unfolded(double runnable, std::uint32_t online) const {
    (void)runnable;
    return online;
  }
};

std::unique_ptr<Scheduler> make_scheduler(const Config& config);

}  // namespace lparsim::guest
