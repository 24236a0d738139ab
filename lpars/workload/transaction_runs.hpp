#pragma once
#include <cstdint>
#include <optional>
#include <vector>

#include "lpars/workload/transaction_program.hpp"
#include "lpars/workload/workload.hpp"

namespace lparsim::workload {

/// A transaction that is to be done or under way.
struct Work {
  RandomKey key;  ///< of its own random numbers
  SimTime arrived;
  std::uint32_t kind = 0;
};

/// Runs the transactions of one workload, step by step, on its threads: those that the workload creates, each with one transaction at a
/// time, and those of parallel branches, which are created when needed and used again, the one that ended last first.
///
/// Whatever a step is, it begins on a processor: a thread must run to go to sleep, to take a lock, to ask a driver, and to start its
/// branches. What it does for a disk or network operation is the driver's to say. Draws
/// depend on the transaction's key and the step alone. In the steady state nothing is allocated. Proven in transaction_runs_test.
class TransactionRuns {
 public:
  /// Tags of its timers begin here; those of the workload are below.
  static constexpr std::uint32_t kFirstTimer = std::uint32_t{1} << 31;

  /// `io` may be null where no step needs it.
  TransactionRuns(TransactionKinds kinds, IoOperations* io);

  const TransactionKinds& kinds() const { return kinds_; }
  /// `statistics` counts operations of disks and networks.
  void attach(Host& host, Program& owner, Nice nice, Statistics& statistics);
  /// A thread for transactions; returns its tag.
  std::uint32_t create_thread();
  const Work& work(std::uint32_t thread) const { return threads_[thread].work; }
  ThreadId id(std::uint32_t thread) const { return threads_[thread].id; }

  /// Begins a transaction on a thread that is blocked.
  void start(std::uint32_t thread, const Work& work, Cause cause, SimTime now);
  /// Begins a transaction on a thread that runs; next() says what it does first.
  void go_on(std::uint32_t thread, const Work& work);
  /// What the thread does next; nothing when the transaction on it has ended.
  std::optional<Activity> next(std::uint32_t thread, SimTime now);
  /// One of its own timers.
  void timer_expired(std::uint32_t timer_tag, SimTime now);
  /// All threads and timers are gone: every thread is blocked and without a transaction.
  void reset();

 private:
  static constexpr std::uint32_t kNone = UINT32_MAX;
  struct Thread {
    ThreadId id{};
    TimerId timer{};
    Work work;
    std::uint32_t at = 0;          // the next operation
    std::uint32_t parent = kNone;  // of a branch: who waits for it
    std::uint32_t branches = 0;    // that it waits for
    bool is_branch = false;
    bool in_io = false;    // an operation is under way:
    std::uint32_t io = 0;  // its handle
  };

  const TransactionProgram::Operation& operation(const Thread& thread) const { return kinds_.program(thread.work.kind)[thread.at]; }
  SimTime sample(Thread& thread) { return kinds_.sample(thread.work.kind, thread.at, thread.work.key); }
  void begin_io(Thread& thread, SimTime now);
  void place_service(const TransactionProgram::Io& io, const Thread& thread, IoStep& step);
  void end_io(Thread& thread);
  void wake(std::uint32_t thread, Cause cause, SimTime now);
  void fork(std::uint32_t parent, SimTime now);
  void join(std::uint32_t branch, SimTime now);

  TransactionKinds kinds_;
  bool sleeps_;
  IoOperations* io_;
  Statistics* statistics_ = nullptr;
  Host* host_ = nullptr;
  Program* owner_ = nullptr;
  Nice nice_ = 0;
  std::vector<LockId> locks_;
  std::vector<std::uint32_t> targets_;         // as io_ knows them
  std::vector<std::uint64_t> positions_;       // the next sequential block, by target
  std::vector<std::uint64_t> file_positions_;  // the next sequential byte, by file
  std::vector<Thread> threads_;
  std::vector<std::uint32_t> free_branches_;
};

}  // namespace lparsim::workload
