#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "sim/base/distribution.hpp"
#include "sim/base/result.hpp"

namespace lparsim::workload {

/// Processor time that one thread needs, alone on a core of this server at its nominal frequency (or cycles of that core).
struct Compute {
  Distribution demand;
};

/// One thing that a transaction does; its steps are done one after the other by one thread.
using Step = std::variant<Compute>;
using Transaction = std::vector<Step>;

/// `threads` software threads that compute for ever.
struct Spin {
  std::uint32_t threads = 1;
};

/// Transactions come from outside, the first one gap after the partition is activated, whatever state the partition is in. At most
/// `threads` are served at once (without a number: all of them), the rest wait first come first served.
struct Open {
  Distribution arrival_gap;
  std::optional<std::uint32_t> threads;
  Transaction transaction;
};

/// `users` who each think, submit a transaction, wait for its end, and think again; they begin by thinking. Each has its own thread.
struct Closed {
  std::uint32_t users = 1;
  Distribution think;
  Transaction transaction;
};

/// `jobs` transactions that are all there when the partition is activated; `threads` work on them in order.
struct Batch {
  std::uint64_t jobs = 1;
  std::uint32_t threads = 1;
  Transaction transaction;
};

struct Config {
  std::string name;
  std::variant<Spin, Open, Closed, Batch> type;
};

/// The most threads, and the most users, of one workload.
inline constexpr std::uint32_t kMostThreads = 1'000'000;

/// What is wrong with the numbers of `config` beside their texts, or nothing: counts of zero or beyond kMostThreads, a transaction
/// without steps, a think time in cycles, users who neither think nor compute (time would stand still).
std::optional<std::string> problem_of(const Config& config);

}  // namespace lparsim::workload
