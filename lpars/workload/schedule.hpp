#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sim/base/time.hpp"

namespace lparsim::workload {

/// How a factor, of a rate or of a number of users, changes over the simulated time: `at` counts from the start of the simulation and,
/// with a period, from the start of each period.
struct Schedule {
  enum class Shape : std::uint8_t {
    steps,   ///< a factor holds until the next point
    linear,  ///< it moves in a straight line from point to point
  };
  struct Point {
    SimTime at;
    double factor = 1;
  };
  std::optional<SimTime> period;  ///< absent: before the first point and after the last their factors hold
  std::vector<Point> points;      ///< in rising order; none: the factor is always 1
  Shape shape = Shape::steps;
};

inline constexpr double kLargestFactor = 1000;
inline constexpr std::size_t kMostPoints = 10'000;
inline constexpr SimTime kShortestPeriod = SimTime::from_ms(1);

/// What is wrong with `schedule`, and with which of its parts: `period`, `points`, `points.3.at`.
struct ScheduleProblem {
  std::string key;
  std::string message;
};
std::optional<ScheduleProblem> problem_of(const Schedule& schedule);

/// A schedule as a function of time. The schedule has no problem_of().
class Profile {
 public:
  explicit Profile(const Schedule& schedule);

  bool constant() const { return pieces_.empty(); }
  double factor(SimTime at) const;
  double greatest() const;

  /// The time until which the factor's integral from `from` on grows by `amount`: a process of events at the constant rate 1 becomes, its
  /// gaps stretched so, one whose rate is the factor at every instant (the inverse of the cumulative rate; E. Cinlar, Introduction to
  /// Stochastic Processes, 1975, section 4.7). Exact to the picosecond; SimTime::never() if that is never reached.
  SimTime after(SimTime from, SimTime amount) const;

  /// How many of `whole` a factor means: the nearest whole number, halves upwards.
  static std::uint32_t share(std::uint32_t whole, double factor);
  /// When share(whole, factor(t)) differs from `present` for the first time after `from`, and what it is then.
  struct Change {
    SimTime at = SimTime::never();
    std::uint32_t share = 0;
  };
  Change next_change(SimTime from, std::uint32_t present, std::uint32_t whole) const;

 private:
  struct Piece {
    SimTime begin, end;
    double first, last;  // factor at begin and just before end
    double area() const { return (first + last) / 2 * static_cast<double>((end - begin).ps()); }
    double at(SimTime offset) const {
      return first == last ? first : first + (last - first) * (static_cast<double>(offset.ps()) / static_cast<double>((end - begin).ps()));
    }
  };
  /// A piece and the start of the period it stands in.
  struct Position {
    std::size_t piece;
    SimTime origin;
  };
  Position locate(SimTime at) const;
  Position next(Position position) const;

  std::vector<Piece> pieces_;  // from 0 to the end of the period, or for ever
  std::optional<SimTime> period_;
  double area_ = 0;  // of a period
};

}  // namespace lparsim::workload
