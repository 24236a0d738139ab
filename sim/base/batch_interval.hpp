#pragma once
#include <cstddef>
#include <optional>
#include <span>
#include <vector>

namespace lparsim {

// Confidence intervals of 95 % from the means of consecutive, equally long batches of a simulation's output. How and why:
// docs/decisions/0006-confidence-intervals.md; how often they cover: validation/confidence.

/// Fewer fine batches give no interval; from twice as many on neighbours are put together, so that there are 256 to 511.
inline constexpr std::size_t kFewestBatches = 256;
inline constexpr std::size_t kMostBatches = 2 * kFewestBatches;

/// Correlation of neighbours, corrected for the bias of short series; 0 for a series that never changes.
double neighbour_correlation(std::span<const double> batches);

/// The means of `factor` neighbours each; what is left over at the end is dropped.
std::vector<double> put_together(std::span<const double> batches, std::size_t factor);

/// How fine batches depend on one another.
enum class Dependence {
  too_long,  ///< the run is too short for an interval: it holds fewer than about 120 times what the output remembers
  some,      ///< widen the interval by the correlation of the final batches
  none,      ///< of the final batches, sixteen times as long
};
Dependence dependence(std::span<const double> fine);

/// From 16 to 31 final batches: Student's t, widened by their skewness and, where wanted, by their correlation.
double half_width_of_final(std::span<const double> final_batches, bool correlated);

/// Half the width of the interval of the mean, from 256 to 511 fine batches. Absent when there are fewer or they depend on one another
/// for too long. 0 when all batches are equal.
std::optional<double> mean_half_width(std::span<const double> fine);

/// The same for sum(part) / sum(whole), both by fine batches. Absent too when there is no whole.
std::optional<double> ratio_half_width(std::span<const double> part, std::span<const double> whole);

/// How many of the fine batches at the beginning still look like warmup; 0 when none do, or when it cannot be told. Two tests have to
/// agree: Schruben's for initialization bias at 0.2 %, its variance from the second half, and the truncation point of MSER (White).
std::size_t warming_batches(std::span<const double> fine);

/// The number of batches at the beginning, up to half of them, whose removal makes the marginal standard error least (MSER).
std::size_t mser_truncation(std::span<const double> batches);

}  // namespace lparsim
