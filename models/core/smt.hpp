#pragma once
#include <array>
#include <cstdint>
#include <span>
#include <string_view>

#include "models/core/generation.hpp"
#include "sim/base/check.hpp"
#include "sim/base/result.hpp"

namespace lparsim::core {

/// Throughput of one core with 0 to 8 busy hardware threads (simultaneous multithreading), in parts per million (ppm) of one busy thread's.
/// Whole numbers, so that results are the same on every machine. docs/models/smt.md
class SmtThroughput {
 public:
  static constexpr std::uint32_t kMostThreads = 8;
  static constexpr std::int64_t kOneThread = 1'000'000;
  /// The counts of busy threads that a table gives figures for, in its order.
  static constexpr std::array<std::uint32_t, 4> kTableThreads{1, 2, 4, 8};

  /// No gain: however many threads are busy, together they do what one would do alone.
  constexpr SmtThroughput() { set_quotients(); }

  /// Up to four figures, for 1, 2, 4 and 8 busy threads, the first of them 1.0. Counts in between (3, 5 to 7) are interpolated linearly; a
  /// count above the last figure's gains nothing more. Error if the core would get slower with more busy threads, or a single thread
  /// faster: one sentence that begins with the offending figure.
  static Result<SmtThroughput> from_table(std::span<const double> by_busy_threads);

  /// Of the whole core; 0 when no thread is busy.
  constexpr std::int64_t ppm(std::uint32_t busy) const {
    LPARSIM_CHECK(busy <= kMostThreads, "{} busy threads on a core", busy);
    return ppm_[busy];
  }
  /// Speed of each of the busy threads, rounded down; 0 when there is none.
  constexpr std::int64_t thread_ppm(std::uint32_t busy) const {
    LPARSIM_CHECK(busy <= kMostThreads, "{} busy threads on a core", busy);
    return thread_ppm_[busy];
  }

  /// What the busy threads together get of the core's PURR, in ppm of the time that passes, when the core can run `mode` threads: what they
  /// do, as a part of the most that the core could do. The rest goes to the idle threads. Rounded to the nearest.
  /// This is the quotient behind the published figures of core utilization: 62.5, 87.5 and 100 % on POWER7 with 1, 2 and 4 busy threads.
  constexpr std::int64_t busy_purr_ppm(std::uint32_t busy, std::uint32_t mode) const {
    LPARSIM_CHECK(busy <= mode && mode >= 1 && mode <= kMostThreads, "{} busy threads in an SMT mode of {}", busy, mode);
    return busy_purr_ppm_[mode][busy];
  }

  constexpr bool operator==(const SmtThroughput&) const = default;

 private:
  /// They are asked for at every change of a simulated core.
  constexpr void set_quotients() {
    for (std::uint32_t mode = 1; mode <= kMostThreads; ++mode) {
      thread_ppm_[mode] = ppm_[mode] / mode;
      for (std::uint32_t busy = 0; busy <= mode; ++busy)
        busy_purr_ppm_[mode][busy] = (ppm_[busy] * 1'000'000 + ppm_[mode] / 2) / ppm_[mode];
    }
  }

  std::array<std::int64_t, kMostThreads + 1> ppm_{0,          kOneThread, kOneThread, kOneThread, kOneThread,
                                                  kOneThread, kOneThread, kOneThread, kOneThread};
  std::array<std::int64_t, kMostThreads + 1> thread_ppm_{};
  std::array<std::array<std::int64_t, kMostThreads + 1>, kMostThreads + 1> busy_purr_ppm_{};  ///< by mode, then busy threads
};

/// What is known of the throughput of a core with so many busy threads.
struct SmtFigure {
  std::uint32_t threads = 1;
  double throughput = 1;    ///< one busy thread does 1.0
  std::string_view source;  ///< where it was published; for an assumed figure, what it is taken from
  bool assumed = false;     ///< no published figure was found
};

/// For each count of kTableThreads that the generation has, ascending.
std::span<const SmtFigure> smt_figures(Generation generation);

SmtThroughput smt_throughput(Generation generation);

}  // namespace lparsim::core
