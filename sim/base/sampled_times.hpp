#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "sim/base/batch_interval.hpp"
#include "sim/base/histogram.hpp"

namespace lparsim {

/// A Histogram of times in the order of their coming, whose mean and percentiles have confidence intervals of 95 %.
///
/// Besides the histogram it keeps 256 to 511 means of consecutive batches, which double in length when there are too many, and for every
/// eighth of them a coarse histogram (eight bins an octave, from a microsecond up): about 40 KB, whatever comes. An interval of a
/// percentile is one of the share of values below it, read off the histogram (docs/decisions/0006-confidence-intervals.md).
class SampledTimes {
 public:
  /// `value` is not negative (checked); `now` does not go back.
  void record(SimTime value, SimTime now);
  void clear();

  const Histogram& histogram() const { return histogram_; }

  // Half widths; absent while there are too few values or they depend on one another for too long.
  std::optional<SimTime> mean_half_width() const;
  /// Absent too where fewer than 20 values lie beyond it or the interval would reach beyond the greatest.
  std::optional<SimTime> percentile_half_width(double percent) const;

  /// Until when the values since the last clear() still look like warmup; absent when they do not.
  std::optional<SimTime> warming_until() const;

  /// The means of the full batches in picoseconds, all of batch_size() values.
  std::span<const double> batches() const { return {means_.data(), full_}; }
  std::uint64_t batch_size() const { return batch_size_; }

 private:
  static constexpr std::size_t kBatchesPerRow = 8;
  static constexpr std::size_t kRows = kMostBatches / kBatchesPerRow;

  void close_batch(SimTime now);
  void reach(std::size_t bin);
  /// By final batches, the share of values up to the given one; empty while there is no interval.
  std::vector<double> shares_below(double share) const;

  Histogram histogram_;
  std::vector<double> means_;        // kMostBatches places, once there is a value
  std::vector<SimTime> ends_;        // when each batch was full
  std::vector<std::uint32_t> rows_;  // kRows x bins_: counts by bin
  std::size_t bins_ = 0;
  std::size_t full_ = 0;
  std::uint64_t batch_size_ = 1;
  std::uint64_t in_batch_ = 0;
  double sum_ps_ = 0;
};

}  // namespace lparsim
