#pragma once
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <utility>
#include <variant>
#include <vector>

#include "sim/control/protocol.hpp"

namespace lparsim::control {

/// Clients count from 1 and never again.
enum class ClientId : std::uint64_t {};

/// A line of a client, which waits for its answer.
struct Letter {
  ClientId from{};
  std::variant<Request, Refused> content;
};

/// What clients ask of the simulation. One thread puts in, the other one looks whether there is something, which costs it a load, and
/// takes.
class Mailbox {
 public:
  using Clock = std::chrono::steady_clock;

  void put(Letter letter) {
    {
      const std::lock_guard lock{mutex_};
      letters_.push_back(std::move(letter));
      filled_.store(true, std::memory_order_relaxed);
    }
    came_.notify_one();
  }
  bool filled() const { return filled_.load(std::memory_order_relaxed); }
  std::vector<Letter> take() {
    const std::lock_guard lock{mutex_};
    filled_.store(false, std::memory_order_relaxed);
    return std::exchange(letters_, {});
  }
  /// Until there is something, or until then.
  void wait_until(Clock::time_point then) {
    std::unique_lock lock{mutex_};
    came_.wait_until(lock, then, [&] { return !letters_.empty(); });
  }

 private:
  std::mutex mutex_;
  std::condition_variable came_;
  std::vector<Letter> letters_;
  std::atomic<bool> filled_ = false;
};

}  // namespace lparsim::control
