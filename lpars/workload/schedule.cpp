#include "lpars/workload/schedule.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "sim/base/quantity.hpp"

namespace lparsim::workload {
namespace {

/// Where the last piece of a schedule without a period ends: later than any run.
constexpr SimTime kEnd = SimTime::never();
constexpr double kMostPs = 9.2e18;  // of SimTime's 9.22e18

SimTime plus(SimTime from, double ps) {
  return static_cast<double>(from.ps()) + ps < kMostPs ? from + SimTime::from_ps(static_cast<std::int64_t>(ps + 0.5)) : kEnd;
}

}  // namespace

std::optional<ScheduleProblem> problem_of(const Schedule& schedule) {
  const auto& points = schedule.points;
  if (points.empty()) return std::nullopt;
  if (points.size() > kMostPoints)
    return ScheduleProblem{"points", fmt::format("{} points; allowed: at most {}", points.size(), kMostPoints)};
  if (schedule.period && *schedule.period < kShortestPeriod)
    return ScheduleProblem{"period",
                           fmt::format("{} are too short; allowed: at least {}", format(*schedule.period), format(kShortestPeriod))};
  for (std::size_t i = 0; i < points.size(); ++i) {
    if (i > 0 && points[i].at <= points[i - 1].at)
      return ScheduleProblem{fmt::format("points.{}.at", i),
                             fmt::format("{} does not come after {}, the point before it; allowed: rising times", format(points[i].at),
                                         format(points[i - 1].at))};
    if (schedule.period && points[i].at >= *schedule.period)
      return ScheduleProblem{fmt::format("points.{}.at", i), fmt::format("{} is not within the period; allowed: less than {}",
                                                                         format(points[i].at), format(*schedule.period))};
    if (!(points[i].factor >= 0 && points[i].factor <= kLargestFactor))
      return ScheduleProblem{fmt::format("points.{}.factor", i),
                             fmt::format("{} is out of range; allowed: 0 to {}", points[i].factor, kLargestFactor)};
  }
  if (std::ranges::none_of(points, [](const auto& point) { return point.factor > 0; }))
    return ScheduleProblem{"points", "every factor is 0; allowed: at least one above it"};
  return std::nullopt;
}

Profile::Profile(const Schedule& schedule) : period_{schedule.period} {
  const auto& points = schedule.points;
  if (points.empty()) return;
  const bool linear = schedule.shape == Schedule::Shape::linear;
  const auto add = [&](SimTime begin, SimTime end, double first, double last) {
    if (begin < end) pieces_.push_back({begin, end, first, linear ? last : first});
  };
  const Schedule::Point& front = points.front();
  const Schedule::Point& back = points.back();
  // Between the last point and the first one of the next period.
  const SimTime gap = period_ ? *period_ - back.at + front.at : SimTime{};
  const double at_wrap = !period_ ? front.factor
                         : linear ? back.factor + (front.factor - back.factor) * ((*period_ - back.at).seconds() / gap.seconds())
                                  : back.factor;
  add(SimTime{}, front.at, at_wrap, front.factor);
  for (std::size_t i = 0; i + 1 < points.size(); ++i) add(points[i].at, points[i + 1].at, points[i].factor, points[i + 1].factor);
  add(back.at, period_.value_or(kEnd), back.factor, period_ ? at_wrap : back.factor);
  if (period_)
    for (const Piece& piece : pieces_) area_ += piece.area();
}

Profile::Position Profile::locate(SimTime at) const {
  const SimTime origin = period_ ? *period_ * (at / *period_) : SimTime{};
  const auto after = std::upper_bound(pieces_.begin(), pieces_.end(), at - origin, [](SimTime t, const Piece& p) { return t < p.begin; });
  return {static_cast<std::size_t>(after - pieces_.begin()) - 1, origin};
}

Profile::Position Profile::next(Position position) const {
  if (++position.piece == pieces_.size()) position = {0, position.origin + *period_};
  return position;
}

double Profile::factor(SimTime at) const {
  if (constant()) return 1;
  const Position position = locate(at);
  const Piece& piece = pieces_[position.piece];
  return piece.at(at - position.origin - piece.begin);
}

double Profile::greatest() const {
  double most = constant() ? 1 : 0;
  for (const Piece& piece : pieces_) most = std::max({most, piece.first, piece.last});
  return most;
}

SimTime Profile::after(SimTime from, SimTime amount) const {
  auto left = static_cast<double>(amount.ps());
  if (constant()) return plus(from, left);
  SimTime skipped;
  if (period_ && left > 2 * area_) {
    const double periods = std::floor(left / area_) - 1;
    if (periods * static_cast<double>(period_->ps()) > kMostPs) return kEnd;
    skipped = *period_ * static_cast<std::int64_t>(periods);
    left -= periods * area_;
  }
  for (Position position = locate(from);; position = next(position)) {
    const Piece& piece = pieces_[position.piece];
    const SimTime begin = std::max(from, position.origin + piece.begin);
    const SimTime end = piece.end == kEnd ? kEnd : position.origin + piece.end;
    const auto length = static_cast<double>((end - begin).ps());
    const double first = piece.at(begin - position.origin - piece.begin);
    const double area = (first + piece.last) / 2 * length;
    if (area >= left && area > 0) {
      // first x + slope x^2 / 2 = left, in the form that does not cancel.
      const double slope = (piece.last - first) / length;
      const double root = std::sqrt(std::max(0.0, first * first + 2 * slope * left));
      const double x = left == 0 ? 0 : 2 * left / (first + root);
      const SimTime at = plus(begin, std::min(x, length));
      return at == kEnd ? kEnd : plus(at, static_cast<double>(skipped.ps()));
    }
    if (end == kEnd) return kEnd;
    left -= area;
    // Before the next period would be beyond all time.
    if (static_cast<double>(end.ps()) + static_cast<double>(period_.value_or(SimTime{}).ps()) > kMostPs) return kEnd;
  }
}

std::uint32_t Profile::share(std::uint32_t whole, double factor) {
  return static_cast<std::uint32_t>(whole * factor + 0.5);
}

Profile::Change Profile::next_change(SimTime from, std::uint32_t present, std::uint32_t whole) const {
  if (constant()) return {};
  const SimTime give_up = period_ && static_cast<double>(from.ps() + 2 * period_->ps()) < kMostPs ? from + *period_ * 2 : kEnd;
  for (Position position = locate(from);; position = next(position)) {
    const Piece& piece = pieces_[position.piece];
    const SimTime begin = position.origin + piece.begin;
    if (begin > give_up) return {};
    if (begin > from && share(whole, piece.first) != present) return {begin, share(whole, piece.first)};
    if (piece.first != piece.last) {
      const bool rises = piece.last > piece.first;
      // The factor at which the share leaves `present`, and how far into the piece that is.
      const double limit = (present + (rises ? 0.5 : -0.5)) / whole;
      const double way = (limit - piece.first) / (piece.last - piece.first) * static_cast<double>((piece.end - piece.begin).ps());
      const SimTime at = begin + SimTime::from_ps(static_cast<std::int64_t>(std::clamp(way, 0.0, kMostPs / 4)) + 1);
      const bool on_the_way = rises ? limit <= piece.last : limit >= piece.last && present > 0;
      if (on_the_way && at > from && at < position.origin + piece.end) return {at, rises ? present + 1 : present - 1};
    }
    if (piece.end == kEnd) return {};
    if (!period_ && position.piece + 1 == pieces_.size()) return {};
  }
}

}  // namespace lparsim::workload
