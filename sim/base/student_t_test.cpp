#include "sim/base/student_t.hpp"

#include <gtest/gtest.h>

#include "sim/base/check.hpp"

namespace lparsim {
namespace {

TEST(StudentT, AgreesWithThePrintedTables) {
  // NIST/SEMATECH e-Handbook of Statistical Methods, 1.3.6.7.2: upper critical values for 0.975.
  const struct {
    std::size_t degrees;
    double t;
  } table[] = {{10, 2.228}, {11, 2.201}, {12, 2.179}, {13, 2.160}, {15, 2.131}, {16, 2.120},
               {20, 2.086}, {25, 2.060}, {30, 2.042}, {60, 2.000}, {100, 1.984}};
  for (const auto& row : table) EXPECT_NEAR(student_t(kNormal95, row.degrees), row.t, 0.00051) << row.degrees;
  EXPECT_NEAR(student_t(kNormal95, 1'000'000'000), 1.960, 0.0005);
}

TEST(StudentT, IsCloseInTheFarTailToo) {
  // The same tables, 0.999.
  EXPECT_NEAR(student_t(kNormal998, 15), 3.733, 0.002);
  EXPECT_NEAR(student_t(kNormal998, 20), 3.552, 0.001);
  EXPECT_NEAR(student_t(kNormal998, 30), 3.385, 0.001);
}

TEST(StudentT, RefusesDegreesForWhichItIsNotAccurate) {
  EXPECT_THROW(student_t(kNormal95, 9), CheckFailure);
}

}  // namespace
}  // namespace lparsim
