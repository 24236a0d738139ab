#include "sim/base/batch_interval.hpp"

#include <algorithm>
#include <cmath>

#include "sim/base/check.hpp"
#include "sim/base/deterministic_math.hpp"
#include "sim/base/student_t.hpp"

namespace lparsim {
namespace {

constexpr std::size_t kFewestFinal = 16;
// Of neighbours among the fine batches: above the first the run is too short, below the second the final batches are independent. Found
// by simulation of M/M/1 at loads 0.5 to 0.9 (decision 0006).
constexpr double kTooLong = 0.75;
constexpr double kNegligible = 0.35;
/// No more correlation than this is made up for.
constexpr double kMostCorrelation = 0.8;

double mean_of(std::span<const double> values) {
  double sum = 0;
  for (const double v : values) sum += v;
  return sum / static_cast<double>(values.size());
}

struct Moments {
  double mean = 0;
  double variance = 0;  ///< estimated without bias
  double skewness = 0;
};

Moments moments_of(std::span<const double> values) {
  Moments m;
  m.mean = mean_of(values);
  double squares = 0, cubes = 0;
  for (const double v : values) {
    const double d = v - m.mean;
    squares += d * d;
    cubes += d * d * d;
  }
  const auto n = static_cast<double>(values.size());
  m.variance = squares / (n - 1);
  if (m.variance > 0) m.skewness = n * cubes / ((n - 1) * (n - 2)) / (m.variance * std::sqrt(m.variance));
  return m;
}

double cube_root(double x) {
  if (x == 0) return 0;
  return x > 0 ? deterministic_exp(deterministic_log(x) / 3) : -cube_root(-x);
}

/// Willink's correction of a t quantile for skewness, `b` = skewness / (6 sqrt n).
double skewed(double t, double b) {
  return std::abs(b) < 1e-6 ? t : (cube_root(1 + 6 * b * (t - b)) - 1) / (2 * b);
}

/// Variance of the batches, as if they were independent: greater where neighbours resemble each other (autoregression of first order).
double inflated(double variance, std::span<const double> batches) {
  const double r = std::clamp(neighbour_correlation(batches), 0.0, kMostCorrelation);
  return variance * (1 + r) / (1 - r);
}

std::vector<double> final_of(std::span<const double> fine) {
  std::size_t factor = 1;
  while (fine.size() / factor >= 2 * kFewestFinal) factor *= 2;
  return put_together(fine, factor);
}

bool all_equal(std::span<const double> values) {
  return std::ranges::all_of(values, [&](double v) { return v == values.front(); });
}

}  // namespace

double neighbour_correlation(std::span<const double> batches) {
  if (batches.size() < 3) return 0;
  const double mean = mean_of(batches);
  double squares = 0, products = 0;
  for (std::size_t i = 0; i < batches.size(); ++i) {
    const double d = batches[i] - mean;
    squares += d * d;
    if (i > 0) products += d * (batches[i - 1] - mean);
  }
  return squares > 0 ? products / squares + 1 / static_cast<double>(batches.size()) : 0;
}

std::vector<double> put_together(std::span<const double> batches, std::size_t factor) {
  std::vector<double> means;
  means.reserve(batches.size() / factor);
  for (std::size_t i = 0; i + factor <= batches.size(); i += factor) means.push_back(mean_of(batches.subspan(i, factor)));
  return means;
}

Dependence dependence(std::span<const double> fine) {
  const double r = neighbour_correlation(fine);
  if (r >= kTooLong) return Dependence::too_long;
  return r >= kNegligible ? Dependence::some : Dependence::none;
}

double half_width_of_final(std::span<const double> final_batches, bool correlated) {
  const Moments m = moments_of(final_batches);
  const auto n = static_cast<double>(final_batches.size());
  const double variance = correlated ? inflated(m.variance, final_batches) : m.variance;
  const double t = student_t(kNormal95, final_batches.size() - 1);
  const double b = m.skewness / (6 * std::sqrt(n));
  // The interval is printed as one figure to both sides: half of what skewness adds on its longer side.
  const double longer = std::max(std::abs(skewed(t, b)), std::abs(skewed(-t, b)));
  return (t + longer) / 2 * std::sqrt(variance / n);
}

std::optional<double> mean_half_width(std::span<const double> fine) {
  if (fine.size() < kFewestBatches) return std::nullopt;
  if (all_equal(fine)) return 0;
  const Dependence how = dependence(fine);
  if (how == Dependence::too_long) return std::nullopt;
  return half_width_of_final(final_of(fine), how == Dependence::some);
}

std::optional<double> ratio_half_width(std::span<const double> part, std::span<const double> whole) {
  LPARSIM_CHECK(part.size() == whole.size(), "{} batches of a ratio's part and {} of its whole", part.size(), whole.size());
  if (part.size() < kFewestBatches) return std::nullopt;
  const double mean_whole = mean_of(whole);
  if (!(mean_whole > 0)) return std::nullopt;
  const double ratio = mean_of(part) / mean_whole;
  std::vector<double> deviations(part.size());
  double largest = 0;
  for (std::size_t i = 0; i < part.size(); ++i) {
    deviations[i] = (part[i] - ratio * whole[i]) / mean_whole;
    largest = std::max(largest, std::abs(deviations[i]));
  }
  // What rounding leaves of a ratio that is the same in every batch.
  if (largest <= 1e-12 * std::abs(ratio)) return 0;
  return mean_half_width(deviations);
}

std::size_t mser_truncation(std::span<const double> batches) {
  const std::size_t n = batches.size();
  std::size_t best = 0;
  double least = 0, sum = 0, squares = 0;
  const double origin = n > 0 ? batches.back() : 0;  // near the mean, so that the squares do not cancel
  for (std::size_t i = n; i-- > 0;) {
    const double v = batches[i] - origin;
    sum += v;
    squares += v * v;
    if (i > n / 2) continue;
    const auto kept = static_cast<double>(n - i);
    const double error = (squares - sum * sum / kept) / (kept * kept);
    if (i == n / 2 || error <= least) {
      least = error;
      best = i;
    }
  }
  return best;
}

std::size_t warming_batches(std::span<const double> fine) {
  if (fine.size() < kFewestBatches || all_equal(fine)) return 0;
  const std::span<const double> later = fine.subspan(fine.size() / 2);
  if (neighbour_correlation(later) >= kTooLong) return 0;
  std::size_t factor = 1;
  while (later.size() / factor >= 2 * kFewestFinal) factor *= 2;
  const std::vector<double> calm = put_together(later, factor);
  const double variance = static_cast<double>(factor) * inflated(moments_of(calm).variance, calm);
  const auto n = static_cast<double>(fine.size());
  const double mean = mean_of(fine);
  double weighted = 0, sum = 0;
  for (std::size_t k = 1; k <= fine.size(); ++k) {
    sum += fine[k - 1];
    const auto so_far = static_cast<double>(k);
    weighted += (1 - so_far / n) * (so_far * mean - sum);
  }
  const double statistic = std::sqrt(45.0) * weighted / (n * std::sqrt(n));
  if (std::abs(statistic) <= student_t(kNormal998, calm.size() - 1) * std::sqrt(variance)) return 0;
  return mser_truncation(fine);
}

}  // namespace lparsim
