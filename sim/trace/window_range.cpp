// WindowReader: figures over a range.
#include <algorithm>
#include <optional>

#include "sim/base/histogram.hpp"
#include "sim/trace/window_state.hpp"

namespace lparsim::trace {

namespace {

using Kind = LaneKey::Kind;

/// So many lengths are kept as they are.
constexpr std::size_t kMostKept = 1'000'000;
constexpr std::size_t kPercent = 95;

class Lengths {
 public:
  void add(SimTime length) {
    if (kept_.size() == kMostKept) {
      if (!many_) {
        many_.emplace();
        for (const SimTime kept : kept_) many_->record(kept);
      }
      many_->record(length);
    } else {
      kept_.push_back(length);
    }
    ++figures_.count;
    figures_.sum += length;
    figures_.min = figures_.count == 1 ? length : std::min(figures_.min, length);
    figures_.max = std::max(figures_.max, length);
  }

  LengthStatistics figures() {
    if (figures_.count == 0) return figures_;
    figures_.mean = figures_.sum / static_cast<std::int64_t>(figures_.count);
    if (many_) {
      figures_.p95 = many_->percentile(kPercent);
    } else {
      const auto place = kept_.begin() + static_cast<std::ptrdiff_t>((kept_.size() * kPercent + 99) / 100 - 1);
      std::nth_element(kept_.begin(), place, kept_.end());
      figures_.p95 = *place;
    }
    return figures_;
  }

 private:
  LengthStatistics figures_;
  std::vector<SimTime> kept_;
  std::optional<Histogram> many_;
};

}  // namespace

Result<RangeStatistics> WindowReader::range(const LaneKey& lane, SimTime begin, SimTime end, const Cancelled& cancelled,
                                            const Progress& progress) {
  return state_->answer([&] {
    Lengths stays, waits, latencies;
    RowTable* table = state_->table_of(lane.kind);
    if (table == nullptr) return RangeStatistics{};
    const std::int64_t first = table->first_after(begin);
    const std::int64_t last = table->first_after(end) - 1;
    const auto add = [&](const RowQuery& row) {
      if (lane.kind == Kind::io_target) {
        latencies.add(row.time(9));
      } else if (lane.kind == Kind::vsp) {
        latencies.add(row.time(13));
      } else {
        stays.add(row.time(6));
        if (const SimTime wait = row.time(7) + row.time(8); wait > SimTime{}) waits.add(wait);
      }
      return true;
    };
    // In hundredths, so that one who listens is told how far it has come.
    const std::int64_t step = std::max<std::int64_t>((last - first) / 100 + 1, 65'536);
    for (std::int64_t from = first; from <= last; from += step) {
      state_->each_row(lane, from, std::min(last, from + step - 1), false, cancelled, add);
      if (progress) progress(static_cast<double>(std::min(last, from + step - 1) - first + 1) / static_cast<double>(last - first + 1));
    }
    return RangeStatistics{stays.figures(), waits.figures(), latencies.figures()};
  });
}

}  // namespace lparsim::trace
