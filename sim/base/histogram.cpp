#include "sim/base/histogram.hpp"

#include <bit>
#include <boost/histogram/axis/option.hpp>
#include <boost/histogram/histogram.hpp>
#include <boost/histogram/unlimited_storage.hpp>
#include <cmath>
#include <utility>

#include "sim/base/check.hpp"

namespace lparsim {
namespace {

/// Log-linear integer axis: values below 1024 ps have a bin each, every further octave has 512 bins. It covers whole octaves and
/// grows to those that occur.
class LogLinearAxis {
 public:
  using value_type = std::int64_t;
  static constexpr int kBinBits = 9;
  static constexpr int kBinsPerOctave = 1 << kBinBits;

  /// The bin of `value` if the axis covered everything.
  static int global_bin(std::int64_t value) {
    const int shift = std::max(0, static_cast<int>(std::bit_width(static_cast<std::uint64_t>(value))) - (kBinBits + 1));
    return (shift << kBinBits) + static_cast<int>(value >> shift);
  }
  /// The middle of that bin; half its width is at most 1/1024 of any value in it.
  static std::int64_t middle(int bin) {
    const int shift = std::max(0, (bin >> kBinBits) - 1);
    const std::int64_t low = static_cast<std::int64_t>(bin - (shift << kBinBits)) << shift;
    return low + ((std::int64_t{1} << shift) - 1) / 2;
  }

  int size() const { return size_; }
  int first() const { return first_; }
  int index(std::int64_t value) const {
    const int i = global_bin(value) - first_;
    return i < 0 ? -1 : i;
  }
  /// Boost's protocol of a growing axis: the bin, and by how many bins the axis grew (negative: at its end).
  std::pair<int, int> update(std::int64_t value) {
    const int bin = global_bin(value);
    const int octave = bin & ~(kBinsPerOctave - 1);
    if (size_ == 0) {
      first_ = octave;
      size_ = kBinsPerOctave;
      return {bin - first_, -size_};
    }
    if (bin < first_) {
      const int more = first_ - octave;
      first_ = octave;
      size_ += more;
      return {bin - first_, more};
    }
    if (bin >= first_ + size_) {
      const int more = octave + kBinsPerOctave - (first_ + size_);
      size_ += more;
      return {bin - first_, -more};
    }
    return {bin - first_, 0};
  }
  static constexpr unsigned options() { return boost::histogram::axis::option::growth_t::value; }
  static constexpr bool inclusive() { return true; }
  bool operator==(const LogLinearAxis&) const = default;

 private:
  int first_ = 0;
  int size_ = 0;
};

}  // namespace

struct Histogram::Bins {
  boost::histogram::histogram<std::tuple<LogLinearAxis>, boost::histogram::unlimited_storage<>> counts{LogLinearAxis{}};
};

Histogram::Histogram() = default;
Histogram::~Histogram() = default;
Histogram::Histogram(Histogram&&) noexcept = default;
Histogram& Histogram::operator=(Histogram&&) noexcept = default;

void Histogram::record(SimTime value) {
  LPARSIM_CHECK(value >= SimTime{}, "a time of {} ps was to be counted", value.ps());
  if (!bins_) bins_ = std::make_unique<Bins>();
  bins_->counts(value.ps());
  ++count_;
  sum_ps_ += value.ps();
  min_ = std::min(min_, value);
  max_ = std::max(max_, value);
}

void Histogram::merge(const Histogram& other) {
  if (other.count_ == 0) return;
  if (!bins_) bins_ = std::make_unique<Bins>();
  const int first = other.bins_->counts.axis().first();
  for (int i = 0; i < other.bins_->counts.axis().size(); ++i) {
    const auto n = static_cast<double>(other.bins_->counts.at(i));
    if (n > 0) bins_->counts(LogLinearAxis::middle(first + i), boost::histogram::weight(n));
  }
  count_ += other.count_;
  sum_ps_ += other.sum_ps_;
  min_ = std::min(min_, other.min_);
  max_ = std::max(max_, other.max_);
}

void Histogram::clear() {
  *this = Histogram{};
}

SimTime Histogram::mean() const {
  if (count_ == 0) return {};
  const auto n = static_cast<Wide>(count_);
  return SimTime::from_ps(static_cast<std::int64_t>((sum_ps_ + n / 2) / n));
}

SimTime Histogram::percentile(double percent) const {
  return percentiles({&percent, 1}).front();
}

std::vector<SimTime> Histogram::percentiles(std::span<const double> percents) const {
  std::vector<SimTime> found;
  found.reserve(percents.size());
  int bin = -1;
  std::uint64_t seen = 0;
  for (const double percent : percents) {
    // The rank in whole numbers: 99.9 % of 1000 samples is the 999th, whatever 99.9 is in binary.
    constexpr std::int64_t kWhole = 1'000'000;
    const auto part = static_cast<Wide>(std::llround(percent * 10'000));
    const auto rank = std::max<std::uint64_t>(1, static_cast<std::uint64_t>((part * static_cast<Wide>(count_) + kWhole - 1) / kWhole));
    if (rank >= count_) {
      found.push_back(max_);
      continue;
    }
    const auto& counts = bins_->counts;
    while (seen < rank) seen += static_cast<std::uint64_t>(static_cast<double>(counts.at(++bin)));
    found.push_back(std::clamp(SimTime::from_ps(LogLinearAxis::middle(counts.axis().first() + bin)), min_, max_));
  }
  return found;
}

}  // namespace lparsim
