#include "sim/base/sampled_times.hpp"

#include <algorithm>
#include <bit>

namespace lparsim {
namespace {

constexpr int kFirstBits = 20;  // all below 2^20 ps, about a microsecond, is one bin
constexpr int kBinBits = 2;
constexpr std::size_t kMoreBins = std::size_t{4} << kBinBits;
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

class SampledTimes::Books {
 public:
  explicit Books(std::uint64_t first_batch) : batch_size_{first_batch} {}

  void record(SimTime value, SimTime now);
  const Histogram& histogram() const { return histogram_; }
  std::span<const double> batches() const { return {means_.data(), full_}; }
  std::uint64_t batch_size() const { return batch_size_; }
  SimTime end_of(std::size_t batch) const { return ends_[batch]; }
  /// By final batches, the share of values up to the percentile.
  std::vector<double> shares_below(double share) const;

 private:
  static constexpr std::size_t kBatchesPerRow = 16;
  static constexpr std::size_t kRows = kMostBatches / kBatchesPerRow;

  void close_batch(SimTime now);
  void reach(std::size_t bin);

  Histogram histogram_;
  std::vector<std::uint32_t> rows_;  // kRows x bins_: counts by bin
  std::size_t bins_ = 0;
  std::size_t row_ = 0;  // where in rows_ the present row begins
  std::uint64_t in_batch_ = 0;
  std::uint64_t batch_size_;
  double sum_ps_ = 0;
  std::size_t full_ = 0;
  std::vector<double> means_;  // kMostBatches places, once there is a value
  std::vector<SimTime> ends_;  // when each batch was full
};

void SampledTimes::Books::record(SimTime value, SimTime now) {
  histogram_.record(value);
  const std::size_t bin = bin_of(value);
  if (bin >= bins_) [[unlikely]]
    reach(bin);
  ++rows_[row_ + bin];
  sum_ps_ += static_cast<double>(value.ps());
  if (++in_batch_ == batch_size_) close_batch(now);
}

void SampledTimes::Books::reach(std::size_t bin) {
  if (means_.empty()) {
    means_.resize(kMostBatches);
    ends_.resize(kMostBatches);
  }
  // Four octaves more at a time: it takes a while.
  const std::size_t wider = (bin / kMoreBins + 1) * kMoreBins;
  std::vector<std::uint32_t> rows(kRows * wider);
  for (std::size_t row = 0; row < kRows; ++row)
    std::copy_n(rows_.begin() + static_cast<std::ptrdiff_t>(row * bins_), bins_, rows.begin() + static_cast<std::ptrdiff_t>(row * wider));
  rows_ = std::move(rows);
  bins_ = wider;
  row_ = full_ / kBatchesPerRow * bins_;
}

void SampledTimes::Books::close_batch(SimTime now) {
  means_[full_] = sum_ps_ / static_cast<double>(batch_size_);
  ends_[full_] = now;
  ++full_;
  sum_ps_ = 0;
  in_batch_ = 0;
  if (full_ % kBatchesPerRow == 0) row_ += bins_;
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
  row_ = full_ / kBatchesPerRow * bins_;
}

std::vector<double> SampledTimes::Books::shares_below(double share) const {
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
  return shares;
}

SampledTimes::SampledTimes(std::uint64_t first_batch) : first_batch_{first_batch}, books_{std::make_unique<Books>(first_batch)} {}
SampledTimes::~SampledTimes() = default;
SampledTimes::SampledTimes(SampledTimes&&) noexcept = default;
SampledTimes& SampledTimes::operator=(SampledTimes&&) noexcept = default;

void SampledTimes::book() const {
  for (std::size_t i = 0; i < waiting_; ++i) books_->record(pending_[i].value, pending_[i].now);
  waiting_ = 0;
}

const SampledTimes::Books& SampledTimes::books() const {
  book();
  return *books_;
}

void SampledTimes::clear() {
  *this = SampledTimes{first_batch_};
}

const Histogram& SampledTimes::histogram() const {
  return books().histogram();
}

std::span<const double> SampledTimes::batches() const {
  return books().batches();
}

std::uint64_t SampledTimes::batch_size() const {
  return books().batch_size();
}

std::optional<SimTime> SampledTimes::mean_half_width() const {
  const std::optional<double> half = lparsim::mean_half_width(batches());
  return half ? std::optional{rounded(*half)} : std::nullopt;
}

std::optional<SimTime> SampledTimes::percentile_half_width(double percent) const {
  const Histogram& all = histogram();
  const double beyond = static_cast<double>(all.count()) * std::min(percent, 100 - percent) / 100;
  if (batches().size() < kFewestBatches || beyond < kFewestBeyond) return std::nullopt;
  if (all.min() == all.max()) return SimTime{};
  const Dependence how = dependence(batches());
  if (how == Dependence::too_long || (how == Dependence::some && percent > kOrdinary)) return std::nullopt;
  const double half = 100 * half_width_of_final(books_->shares_below(percent / 100), how == Dependence::some);
  if (percent + half >= 100 || percent - half <= 0) return std::nullopt;
  const double ends[] = {percent - half, percent, percent + half};
  const std::vector<SimTime> at = all.percentiles(ends);
  const SimTime below = at[1] - at[0];
  const SimTime above = at[2] - at[1];
  // One figure for both sides, nearer to the longer one, where an interval misses more often.
  return (std::max(above, below) * 3 + std::min(above, below)) / 4;
}

std::optional<SimTime> SampledTimes::warming_until() const {
  const std::size_t warming = warming_batches(batches());
  return warming == 0 ? std::nullopt : std::optional{books_->end_of(warming - 1)};
}

}  // namespace lparsim
