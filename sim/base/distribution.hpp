#pragma once
#include <string>
#include <string_view>
#include <variant>

#include "sim/base/random.hpp"
#include "sim/base/result.hpp"
#include "sim/base/time.hpp"
#include "sim/base/units.hpp"

namespace lparsim {

// The shapes a random time can have, by their parameters in picoseconds (or cycles, see Distribution).
struct Constant {
  double value;
};
struct Exponential {
  double mean;
};
struct Uniform {
  double low, high;
};
/// `mean` and `sd` are those before negative values are taken away: they are drawn again.
struct Normal {
  double mean, sd;
};
struct Lognormal {
  double mean, cv;
};
/// Sum of `phases` exponentials; cv = 1 / sqrt(phases).
struct Erlang {
  int phases;
  double mean;
};
/// One of two exponentials, each giving half of the total time in the long run ("balanced means"); cv >= 1.
struct Hyperexponential {
  double mean, cv;
};

/// A distribution of a length of time, or of a number of cycles that becomes a time once a clock rate is known: `at(frequency)`.
/// Cheap to copy. Samples are whole picoseconds, never negative, at most 500,000 s.
class Distribution {
 public:
  using Shape = std::variant<Constant, Exponential, Uniform, Normal, Lognormal, Erlang, Hyperexponential>;
  enum class Unit { time, cycles };

  /// Always 0.
  Distribution() : Distribution(Constant{0}) {}
  explicit Distribution(Shape shape, Unit unit = Unit::time) : shape_{shape}, unit_{unit} {}
  static Distribution constant(SimTime value) { return Distribution{Constant{static_cast<double>(value.ps())}}; }
  static Distribution exponential(SimTime mean) { return Distribution{Exponential{static_cast<double>(mean.ps())}}; }

  bool in_cycles() const { return unit_ == Unit::cycles; }
  /// The time these cycles take at `frequency`; a distribution of time is returned as it is.
  Distribution at(Hertz frequency) const;

  // The four below ask for a distribution of time (checked).
  SimTime mean() const;
  SimTime sample(RandomStream& stream) const;
  SimTime sample(KeyedStream stream) const;
  /// Standard deviation divided by mean; 0 for a constant.
  double cv() const;

  const Shape& shape() const { return shape_; }

 private:
  Shape shape_;
  Unit unit_;
};

/// `5 ms`, `exponential(2 ms)`, `uniform(a, b)`, `normal(mean, sd)`, `lognormal(mean, cv)`, `erlang(k, mean)`,
/// `hyperexponential(mean, cv)`, each also in cycles (`exponential(7.6 Mcycles)`). The error is one sentence.
Result<Distribution> parse_distribution(std::string_view text);

/// Gaps between arrivals: `poisson(200 /s)`, `every(10 ms)`, or any distribution of time whose mean is above zero.
Result<Distribution> parse_arrivals(std::string_view text);

}  // namespace lparsim
