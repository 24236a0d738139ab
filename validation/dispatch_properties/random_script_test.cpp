#include "validation/dispatch_properties/random_script.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace lparsim::validation {
namespace {

constexpr std::uint64_t kShortScripts = 10000;
constexpr std::uint64_t kLongScripts = 100;

void expect_no_violation(std::uint64_t seed, int operations) {
  SCOPED_TRACE(testing::Message() << "script " << seed);
  RandomScript script{seed};
  ASSERT_NO_THROW(script.play(operations)) << "at " << script.watched().now().ps() << " ps";
  ASSERT_THAT(script.watched().violations(), testing::IsEmpty());
}

TEST(RandomScripts, BreakNoRuleWhateverHappensAndWhenever) {
  for (std::uint64_t seed = 1; seed <= kShortScripts && !HasFatalFailure(); ++seed) expect_no_violation(seed, 200);
}

TEST(RandomScripts, BreakNoRuleInTheLongRun) {
  for (std::uint64_t seed = 1; seed <= kLongScripts && !HasFatalFailure(); ++seed) expect_no_violation(seed, 4000);
}

}  // namespace
}  // namespace lparsim::validation
