#include "sim/base/deterministic_math.hpp"

#include <bit>
#include <cstdint>
#include <limits>

namespace lparsim {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
// ln 2 in two parts; the low 21 bits of the first are zero, so that an exponent times it is exact.
constexpr double kLn2High = 0x1.62e42feep-1;
constexpr double kLn2Low = 0x1.a39ef35793c76p-33;
constexpr double kLog2E = 0x1.71547652b82fep0;
constexpr double kSqrt2 = 0x1.6a09e667f3bcdp0;
constexpr std::uint64_t kMantissa = 0x000fffffffffffff;

double power_of_two(int exponent) {
  return std::bit_cast<double>(static_cast<std::uint64_t>(exponent + 1023) << 52);
}

}  // namespace

double deterministic_log(double x) {
  if (x != x || x < 0) return std::numeric_limits<double>::quiet_NaN();
  if (x == 0) return -kInfinity;
  if (x == kInfinity) return x;
  int exponent = 0;
  if (x < 0x1p-1022) {
    x *= 0x1p54;
    exponent = -54;
  }
  const auto bits = std::bit_cast<std::uint64_t>(x);
  exponent += static_cast<int>(bits >> 52) - 1023;
  double m = std::bit_cast<double>((bits & kMantissa) | 0x3ff0000000000000);
  if (m > kSqrt2) {
    m /= 2;
    ++exponent;
  }
  // log(1+f) = 2 atanh(s) with s = f/(2+f), |s| < 0.172: the series to s^21 leaves less than 2^-56. It is summed as
  // f - (f^2/2 - s (f^2/2 + rest)), whose large terms are exact.
  const double f = m - 1;
  const double s = f / (2 + f);
  const double z = s * s;
  double rest = 0;
  for (int k = 10; k >= 1; --k) rest = (rest + 2.0 / (2 * k + 1)) * z;
  const double half_square = 0.5 * f * f;
  const double correction = s * (half_square + rest);
  const double e = exponent;
  return e * kLn2High - ((half_square - (correction + e * kLn2Low)) - f);
}

double deterministic_exp(double x) {
  if (x != x) return x;
  if (x > 709.782712893384) return kInfinity;
  if (x < -745.1332191019412) return 0;
  const int n = static_cast<int>(x * kLog2E + (x < 0 ? -0.5 : 0.5));
  const double high = x - n * kLn2High;
  const double low = n * kLn2Low;
  const double r = high - low;
  const double lost = (high - r) - low;
  // e^r - 1 by its series, |r| < 0.35: r^14/14! is below 2^-57. What rounding took from r comes back through the derivative.
  double tail = 0;
  for (int k = 13; k >= 3; --k) tail = (tail + 1) * r / k;
  const double y = 1 + (r + (0.5 * r * r * (1 + tail) + lost * (1 + r)));
  // In two factors, since 2^n alone may lie outside the range of normal numbers where the product does not.
  const int half = n / 2;
  return y * power_of_two(half) * power_of_two(n - half);
}

double normal_density(double z) {
  constexpr double kInverseSqrtTwoPi = 0.39894228040143268;
  return kInverseSqrtTwoPi * deterministic_exp(-0.5 * z * z);
}

double normal_probability(double z) {
  if (z < 0) return 1 - normal_probability(-z);
  if (z > 8.5) return 1;
  // 1/2 + density (z + z^3/3 + z^5/(3 5) + ...), all terms positive (Abramowitz and Stegun 26.2.11).
  double term = z;
  double sum = z;
  for (int k = 3; term > sum * 1e-17; k += 2) {
    term *= z * z / k;
    sum += term;
  }
  return 0.5 + normal_density(z) * sum;
}

}  // namespace lparsim
