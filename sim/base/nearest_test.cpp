#include "sim/base/nearest.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace lparsim {

const std::vector<std::string> kKeys{"entitlement", "virtual", "capped", "weight", "pool", "web.physc", "web.entc"};

TEST(Nearest, FindsWhatASlipOfTheFingersMeant) {
  EXPECT_EQ(nearest("entitelment", kKeys), "entitlement");
  EXPECT_EQ(nearest("wieght", kKeys), "weight");
  EXPECT_EQ(nearest("web.pysc", kKeys), "web.physc");
  EXPECT_EQ(nearest("pol", kKeys), "pool");
}

TEST(Nearest, SaysNothingWhenNothingIsNear) {
  EXPECT_EQ(nearest("memory", kKeys), "");
  EXPECT_EQ(nearest("x", kKeys), "");
  EXPECT_EQ(nearest("", kKeys), "");
  EXPECT_EQ(nearest("weight", {}), "");
}

TEST(Nearest, TakesTheFirstOfEquallyNearOnes) {
  EXPECT_EQ(nearest("pood", std::vector<std::string>{"pool", "poor"}), "pool");
}

}  // namespace lparsim
