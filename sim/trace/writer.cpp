#include "sim/trace/writer.hpp"

#include <csignal>
#include <exception>
#include <utility>

namespace lparsim::trace {

namespace {

/// 20 MB of dispatches at most.
constexpr std::size_t kQueuedBatches = 64;
/// A reader sees the file grow this often.
constexpr std::chrono::milliseconds kCommitEvery{500};

/// The thread takes no signals: handlers run on the simulation thread, and a file beyond `ulimit -f` is an error instead of SIGXFSZ.
void block_signals() {
  sigset_t all;
  ::sigfillset(&all);
  ::pthread_sigmask(SIG_BLOCK, &all, nullptr);
}

}  // namespace

Writer::Writer(const std::filesystem::path& path, Level level, const RunInfo& run) {
  thread_ = std::thread{[this, &path, level, &run] {
    this->run(path, level, run);
  }};
  std::unique_lock lock{mutex_};
  changed_.wait(lock, [&] { return created_ || error_; });
  if (error_) {
    lock.unlock();
    thread_.join();
    throw WriteError(*error_);
  }
}

Writer::~Writer() {
  stop(std::nullopt);
}

void Writer::run(const std::filesystem::path& path, Level level, const RunInfo& info) {
  block_signals();
  try {
    RunFile file{path, level, info};
    {
      const std::lock_guard lock{mutex_};
      created_ = true;
    }
    changed_.notify_all();
    write_batches(file);
    if (end_)
      file.finish(*end_);
    else
      file.seal();
  } catch (const std::exception& e) {
    const std::lock_guard lock{mutex_};
    error_ = e.what();
  }
  changed_.notify_all();
}

void Writer::write_batches(RunFile& file) {
  auto next_commit = std::chrono::steady_clock::now() + kCommitEvery;
  while (true) {
    std::unique_ptr<Batch> batch;
    bool flush = false;
    {
      std::unique_lock lock{mutex_};
      const auto something = [&] {
        return !queue_.empty() || stopping_ || flushing_;
      };
      if (file.has_uncommitted())
        changed_.wait_until(lock, next_commit, something);
      else
        changed_.wait(lock, something);
      if (!queue_.empty()) {
        batch = std::move(queue_.front());
        queue_.pop_front();
      } else if (stopping_) {
        return;
      } else {
        flush = flushing_;
      }
    }
    if (batch) {
      changed_.notify_all();
      if (!file.has_uncommitted()) next_commit = std::chrono::steady_clock::now() + kCommitEvery;
      file.insert(*batch);
      batch->clear();
      const std::lock_guard lock{mutex_};
      empty_.push_back(std::move(batch));
    }
    if (flush || std::chrono::steady_clock::now() >= next_commit) {
      file.commit();
      next_commit = std::chrono::steady_clock::now() + kCommitEvery;
    }
    if (!flush) continue;
    {
      const std::lock_guard lock{mutex_};
      flushing_ = false;
    }
    changed_.notify_all();
  }
}

void Writer::throw_if_failed() const {
  if (error_) throw WriteError(*error_);
}

void Writer::exchange(std::unique_ptr<Batch>& batch) {
  {
    std::unique_lock lock{mutex_};
    changed_.wait(lock, [&] { return queue_.size() < kQueuedBatches || error_; });
    throw_if_failed();
    queue_.push_back(std::move(batch));
    if (!empty_.empty()) {
      batch = std::move(empty_.back());
      empty_.pop_back();
    }
  }
  changed_.notify_all();
  if (!batch) batch = std::make_unique<Batch>();
}

void Writer::flush() {
  {
    const std::lock_guard lock{mutex_};
    flushing_ = true;
  }
  changed_.notify_all();
  std::unique_lock lock{mutex_};
  changed_.wait(lock, [&] { return !flushing_ || error_; });
  throw_if_failed();
}

void Writer::finish(const RunEnd& end) {
  stop(end);
  throw_if_failed();
}

void Writer::stop(std::optional<RunEnd> end) {
  if (!thread_.joinable()) return;
  {
    const std::lock_guard lock{mutex_};
    end_ = end;
    stopping_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

}  // namespace lparsim::trace
