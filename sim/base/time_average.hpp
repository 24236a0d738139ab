#pragma once
#include <cstdint>

#include "sim/base/time.hpp"

namespace lparsim {

/// Time-weighted mean of a whole number that stays as it is between changes, such as the length of a queue. Exact: the area below
/// it is kept in integers.
class TimeAverage {
 public:
  void set(std::int64_t value, SimTime now) {
    area_ += static_cast<Wide>(value_) * (now - last_).ps();
    value_ = value;
    last_ = now;
  }
  /// The mean starts anew here (the end of the warmup); the value stays.
  void reset(SimTime now) {
    area_ = 0;
    last_ = now;
    begin_ = now;
  }
  std::int64_t value() const { return value_; }
  /// Over the time from the last reset (or 0) to `now`; the value itself if that is no time.
  double mean(SimTime now) const {
    if (now <= begin_) return static_cast<double>(value_);
    const Wide area = area_ + static_cast<Wide>(value_) * (now - last_).ps();
    return static_cast<double>(area) / static_cast<double>((now - begin_).ps());
  }
  /// The value times its time, likewise; of a value that is 0 or 1, how long it was 1.
  SimTime time(SimTime now) const {
    return SimTime::from_ps(static_cast<std::int64_t>(area_ + static_cast<Wide>(value_) * (now - last_).ps()));
  }

 private:
  __extension__ using Wide = __int128;

  std::int64_t value_ = 0;
  Wide area_ = 0;  // value x picoseconds
  SimTime last_;
  SimTime begin_;
};

}  // namespace lparsim
