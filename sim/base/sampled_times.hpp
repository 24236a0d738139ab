#pragma once
#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "sim/base/batch_interval.hpp"
#include "sim/base/histogram.hpp"

namespace lparsim {

/// A Histogram of times in the order of their coming, whose mean and percentiles have confidence intervals of 95 %.
///
/// Besides the histogram it keeps 256 to 511 means of consecutive batches, which double in length when there are too many, and for every
/// sixteen of them a coarse histogram (four bins an octave, from a microsecond up): about 20 KB, whatever comes. An interval of a
/// percentile is one of the share of values below it, read off the histogram (docs/decisions/0006-confidence-intervals.md).
///
/// Values are booked sixteen at a time, since thousands of these take turns in a large frame and each booking touches memory all over.
class SampledTimes {
 public:
  /// Batches begin with so many values.
  explicit SampledTimes(std::uint64_t first_batch = 1);
  ~SampledTimes();
  SampledTimes(SampledTimes&&) noexcept;
  SampledTimes& operator=(SampledTimes&&) noexcept;

  /// `value` is not negative (checked when booked); `now` does not go back.
  void record(SimTime value, SimTime now) {
    pending_[waiting_++] = {value, now};
    if (waiting_ == pending_.size()) book();
  }
  void clear();

  const Histogram& histogram() const;

  // Half widths; absent while there are too few values or they depend on one another for too long.
  std::optional<SimTime> mean_half_width() const;
  /// Absent too where fewer than 20 values lie beyond it or the interval would reach beyond the greatest.
  std::optional<SimTime> percentile_half_width(double percent) const;

  /// Until when the values since the last clear() still look like warmup; absent when they do not.
  std::optional<SimTime> warming_until() const;

  /// The means of the full batches in picoseconds, all of batch_size() values.
  std::span<const double> batches() const;
  std::uint64_t batch_size() const;

 private:
  class Books;
  struct Value {
    SimTime value;
    SimTime now;
  };

  /// Nothing that is seen from outside changes.
  void book() const;
  const Books& books() const;

  mutable std::size_t waiting_ = 0;
  std::array<Value, 16> pending_;
  std::uint64_t first_batch_;
  std::unique_ptr<Books> books_;
};

}  // namespace lparsim
