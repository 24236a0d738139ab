#include "sim/base/sampled_times.hpp"

#include <algorithm>
#include <bit>

namespace lparsim {
namespace {

constexpr int kFirstBits = 20;  // all below 2^20 ps, about a microsecond, is one bin
constexpr int kBinBits = 3;
/// Percentiles beyond this one, of which few values tell, have intervals only where batches are independent.
constexpr double kOrdinary = 95;
/// Fewer values above a percentile, or below, say nothing about it.
constexpr double kFewestBeyond = 20;

std::size_t bin_of(SimTime value) {
  const auto v = static_cast<std::uint64_t>(value.ps());
  const int bits = static_cast<int>(std::bit_width(v));
  if (bits <= kFirstBits) return 0;
  const auto in_octave = (v >> (bits - 1 - kBinBits)) & ((1U << kBinBits) - 1);
  return 1 + (static_cast<std::size_t>(bits - 1 - kFirstBits) << kBinBits) + in_octave;
}

SimTime rounded(double ps) {
  return SimTime::from_ps(static_cast<std::int64_t>(ps + 0.5));
}

}  // namespace

void SampledTimes::record(SimTime value, SimTime now) {
  histogram_.record(value);
  const std::size_t bin = bin_of(value);
  if (bin >= bins_) [[unlikely]]
    reach(bin);
  ++rows_[full_ / kBatchesPerRow * bins_ + bin];
  sum_ps_ += static_cast<double>(value.ps());
  if (++in_batch_ == batch_size_) close_batch(now);
}

void SampledTimes::clear() {
  *this = SampledTimes{};
}

void SampledTimes::reach(std::size_t bin) {
  if (means_.empty()) {
    means_.resize(kMostBatches);
    ends_.resize(kMostBatches);
  }
  const std::size_t wider = (bin / (1U << kBinBits) + 1) << kBinBits;
  std::vector<std::uint32_t> rows(kRows * wider);
  for (std::size_t row = 0; row < kRows; ++row)
    std::copy_n(rows_.begin() + static_cast<std::ptrdiff_t>(row * bins_), bins_, rows.begin() + static_cast<std::ptrdiff_t>(row * wider));
  rows_ = std::move(rows);
  bins_ = wider;
}

void SampledTimes::close_batch(SimTime now) {
  means_[full_] = sum_ps_ / static_cast<double>(batch_size_);
  ends_[full_] = now;
  ++full_;
  sum_ps_ = 0;
  in_batch_ = 0;
  if (full_ < kMostBatches) return;
  for (std::size_t i = 0; i < kFewestBatches; ++i) {
    means_[i] = (means_[2 * i] + means_[2 * i + 1]) / 2;
    ends_[i] = ends_[2 * i + 1];
  }
  for (std::size_t row = 0; row < kRows; ++row) {
    for (std::size_t bin = 0; bin < bins_; ++bin)
      rows_[row * bins_ + bin] = row < kRows / 2 ? rows_[2 * row * bins_ + bin] + rows_[(2 * row + 1) * bins_ + bin] : 0;
  }
  full_ = kFewestBatches;
  batch_size_ *= 2;
}

std::optional<SimTime> SampledTimes::mean_half_width() const {
  const std::optional<double> half = lparsim::mean_half_width(batches());
  return half ? std::optional{rounded(*half)} : std::nullopt;
}

std::vector<double> SampledTimes::shares_below(double share) const {
  const std::size_t full_rows = full_ / kBatchesPerRow;
  std::vector<double> of_bin(bins_);
  for (std::size_t row = 0; row < full_rows; ++row) {
    for (std::size_t bin = 0; bin < bins_; ++bin) of_bin[bin] += rows_[row * bins_ + bin];
  }
  const double row_size = static_cast<double>(batch_size_ * kBatchesPerRow);
  const double wanted = share * row_size * static_cast<double>(full_rows);
  double below = 0;
  std::size_t edge = 0;
  while (edge + 1 < bins_ && below + of_bin[edge] < wanted) below += of_bin[edge++];
  // The same part of the bin that holds the percentile counts in every row.
  const double part = of_bin[edge] > 0 ? (wanted - below) / of_bin[edge] : 0;
  std::vector<double> shares(full_rows);
  for (std::size_t row = 0; row < full_rows; ++row) {
    double count = part * rows_[row * bins_ + edge];
    for (std::size_t bin = 0; bin < edge; ++bin) count += rows_[row * bins_ + bin];
    shares[row] = count / row_size;
  }
  return put_together(shares, 2);
}

std::optional<SimTime> SampledTimes::percentile_half_width(double percent) const {
  const double beyond = static_cast<double>(histogram_.count()) * std::min(percent, 100 - percent) / 100;
  if (full_ < kFewestBatches || beyond < kFewestBeyond) return std::nullopt;
  if (histogram_.min() == histogram_.max()) return SimTime{};
  const Dependence how = dependence(batches());
  if (how == Dependence::too_long || (how == Dependence::some && percent > kOrdinary)) return std::nullopt;
  const double half = 100 * half_width_of_final(shares_below(percent / 100), how == Dependence::some);
  if (percent + half >= 100 || percent - half <= 0) return std::nullopt;
  const SimTime middle = histogram_.percentile(percent);
  const SimTime above = histogram_.percentile(percent + half) - middle;
  const SimTime below = middle - histogram_.percentile(percent - half);
  // One figure for both sides, nearer to the longer one, where an interval misses more often.
  return (std::max(above, below) * 3 + std::min(above, below)) / 4;
}

std::optional<SimTime> SampledTimes::warming_until() const {
  const std::size_t warming = warming_batches(batches());
  return warming == 0 ? std::nullopt : std::optional{ends_[warming - 1]};
}

}  // namespace lparsim
