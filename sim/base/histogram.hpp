#pragma once
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "sim/base/time.hpp"

namespace lparsim {

/// Counts lengths of time in bins whose width is a 512th of their octave, so that any percentile is within 0.1 % of the true one
/// from the first picosecond to the last day; count, mean, least and greatest are exact. Memory grows with the range that occurs
/// (at most 512 bins an octave, one to eight bytes a bin), never with the number of samples. docs/decisions/0003-histogram.md.
class Histogram {
 public:
  Histogram();
  ~Histogram();
  Histogram(Histogram&&) noexcept;
  Histogram& operator=(Histogram&&) noexcept;

  /// `value` is not negative (checked).
  void record(SimTime value);
  /// Adds all that `other` has counted.
  void merge(const Histogram& other);
  void clear();

  std::uint64_t count() const { return count_; }
  // 0 while nothing has been counted.
  SimTime mean() const;
  SimTime min() const { return count_ == 0 ? SimTime{} : min_; }
  SimTime max() const { return max_; }
  /// The least value that `percent` (0 to 100, in steps of 0.0001) of the samples do not exceed, within 0.1 %.
  SimTime percentile(double percent) const;
  /// The same for several in one pass; they ascend.
  std::vector<SimTime> percentiles(std::span<const double> percents) const;

 private:
  struct Bins;
  __extension__ using Wide = __int128;

  std::unique_ptr<Bins> bins_;
  std::uint64_t count_ = 0;
  Wide sum_ps_ = 0;
  SimTime min_ = SimTime::never();
  SimTime max_;
};

}  // namespace lparsim
