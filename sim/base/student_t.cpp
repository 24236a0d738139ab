#include "sim/base/student_t.hpp"

#include "sim/base/check.hpp"

namespace lparsim {

double student_t(double x, std::size_t degrees) {
  LPARSIM_CHECK(degrees >= 10, "the expansion of Student's t was asked for {} degrees of freedom", degrees);
  const double v = static_cast<double>(degrees);
  const double y = x * x;
  const double g1 = (y + 1) * x / 4;
  const double g2 = ((5 * y + 16) * y + 3) * x / 96;
  const double g3 = (((3 * y + 19) * y + 17) * y - 15) * x / 384;
  const double g4 = ((((79 * y + 776) * y + 1482) * y - 1920) * y - 945) * x / 92160;
  return x + (g1 + (g2 + (g3 + g4 / v) / v) / v) / v;
}

}  // namespace lparsim
