#pragma once
#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>

#include "gui/session/session.hpp"

namespace lparsim::gui {

/// A thread that does one thing after the other.
class Session::Worker {
 public:
  Worker()
      : thread_{[this] {
          run();
        }} {}
  ~Worker() {
    {
      const std::lock_guard lock{mutex_};
      stop_ = true;
    }
    more_.notify_one();
    thread_.join();
  }
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  void give(std::function<void()> work) {
    {
      const std::lock_guard lock{mutex_};
      queue_.push_back(std::move(work));
    }
    more_.notify_one();
  }

 private:
  void run() {
    std::unique_lock lock{mutex_};
    while (true) {
      more_.wait(lock, [this] { return stop_ || !queue_.empty(); });
      if (stop_) return;
      {
        const std::function<void()> work = std::move(queue_.front());
        queue_.pop_front();
        lock.unlock();
        work();
      }
      lock.lock();
    }
  }

  std::mutex mutex_;
  std::condition_variable more_;
  std::deque<std::function<void()>> queue_;
  bool stop_ = false;
  std::thread thread_;  ///< last: it begins when the rest is there
};

}  // namespace lparsim::gui
