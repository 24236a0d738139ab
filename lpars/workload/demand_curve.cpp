#include "lpars/workload/demand_curve.hpp"

#include <algorithm>

namespace lparsim::workload {

SimTime usual_step(const std::vector<DemandPoint>& demand) {
  if (demand.size() < 2) return SimTime::from_s(1);
  std::vector<SimTime> steps;
  steps.reserve(demand.size());
  for (std::size_t i = 1; i < demand.size(); ++i) steps.push_back(demand[i].at - demand[i - 1].at);
  const auto middle = steps.begin() + static_cast<std::ptrdiff_t>(steps.size() / 2);
  std::nth_element(steps.begin(), middle, steps.end());
  return *middle;
}

DemandCurve::DemandCurve(const Recording& recording) : repeat_{recording.repeat} {
  const auto& demand = recording.demand;
  pieces_.reserve(demand.size());
  for (std::size_t i = 0; i < demand.size(); ++i) {
    const SimTime begin = demand[i].at - demand[0].at;
    const SimTime end = i + 1 < demand.size() ? demand[i + 1].at - demand[0].at : begin + usual_step(demand);
    pieces_.push_back({begin, end, demand[i].pu * recording.scale});
  }
  length_ = pieces_.back().end;
}

double DemandCurve::peak() const {
  return std::ranges::max_element(pieces_, {}, &Piece::pu)->pu;
}

std::size_t DemandCurve::locate(SimTime within) const {
  const auto after = std::upper_bound(pieces_.begin(), pieces_.end(), within, [](SimTime t, const Piece& p) { return t < p.begin; });
  return static_cast<std::size_t>(after - pieces_.begin()) - 1;
}

double DemandCurve::work(SimTime begin, SimTime end) const {
  if (!repeat_) end = std::min(end, length_);
  double sum = 0;
  SimTime at = begin;
  while (at < end) {
    const SimTime origin = length_ * (at / length_);
    for (std::size_t i = locate(at - origin); i < pieces_.size() && at < end; ++i) {
      const SimTime until = std::min(end, origin + pieces_[i].end);
      sum += pieces_[i].pu * static_cast<double>((until - at).ps());
      at = until;
    }
  }
  return sum;
}

SimTime DemandCurve::next_demand(SimTime from) const {
  if (!repeat_ && from >= length_) return SimTime::never();
  const SimTime origin = length_ * (from / length_);
  for (std::size_t i = locate(from - origin); i < pieces_.size(); ++i)
    if (pieces_[i].pu > 0) return std::max(from, origin + pieces_[i].begin);
  const auto first = std::ranges::find_if(pieces_, [](const Piece& p) { return p.pu > 0; });
  return repeat_ && first != pieces_.end() ? origin + length_ + first->begin : SimTime::never();
}

}  // namespace lparsim::workload
