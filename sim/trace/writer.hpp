#pragma once
#include <chrono>
#include <condition_variable>
#include <deque>
#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "sim/trace/batch.hpp"
#include "sim/trace/facts.hpp"
#include "sim/trace/run_file.hpp"

namespace lparsim::trace {

/// The writer thread and the bounded queue of batches before it. Everything but the thread itself is called by the simulation thread.
///
/// After an error the thread has ended, and every later call throws the same WriteError; so nobody waits for a dead thread.
class Writer {
 public:
  /// Returns when the file exists.
  Writer(const std::filesystem::path& path, Level level, const RunInfo& run);
  /// Lets the thread write what is queued, without finishing the run.
  ~Writer();
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;

  /// Queues the batch and puts an empty one in its place. Blocks while the queue is full.
  void exchange(std::unique_ptr<Batch>& batch);
  /// Returns when what is queued has been committed.
  void flush();
  /// Writes what is queued, and returns when the file is finished.
  void finish(const RunEnd& end);

 private:
  void run(const std::filesystem::path& path, Level level, const RunInfo& info);
  void write_batches(RunFile& file);
  void throw_if_failed() const;
  void stop(std::optional<RunEnd> end);

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::unique_ptr<Batch>> queue_;
  std::vector<std::unique_ptr<Batch>> empty_;
  bool created_ = false;
  bool stopping_ = false;
  bool flushing_ = false;
  std::optional<RunEnd> end_;
  std::optional<std::string> error_;
  std::thread thread_;
};

}  // namespace lparsim::trace
