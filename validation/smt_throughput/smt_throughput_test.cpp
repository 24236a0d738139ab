#include <fmt/format.h>
#include <gtest/gtest.h>

#include <string>

#include "validation/harness/run_text.hpp"

namespace lparsim::validation {
namespace {

/// Transactions of 1 ms a second on one core, with so many users who never pause, after `event` at the end of the warmup.
double throughput(const std::string& processor, int users, const std::string& event = "") {
  std::string text = fmt::format(
      "lparsim: 1\nname: smt\nduration: 3 s\nwarmup: 1 s\nserver:\n  processor: {{cores: 1, frequency: 4 GHz, {}}}\n  partitions:\n"
      "    - {{name: p, processors: {{mode: dedicated, cores: 1}},\n"
      "       workloads: [{{name: work, type: closed, users: {}, think: 0 s, transaction: [{{compute: 1 ms}}]}}]}}\n",
      processor, users);
  if (!event.empty()) text += fmt::format("events: [{{at: 1 s, {}}}]\n", event);
  return value_of(run_text(text), "p.work.throughput");
}

constexpr double kTolerance = 5;  // a second: those under way at the beginning and the end

TEST(SmtThroughput, OfPower7IsThePublishedOneForOneThread) {
  EXPECT_NEAR(throughput("generation: POWER7", 1), 1000, kTolerance);
}
TEST(SmtThroughput, OfPower7IsThePublishedOneForTwoThreads) {
  EXPECT_NEAR(throughput("generation: POWER7", 2), 1400, kTolerance);
}
TEST(SmtThroughput, OfPower7IsThePublishedOneForFourThreads) {
  EXPECT_NEAR(throughput("generation: POWER7", 4), 1600, kTolerance);
}
TEST(SmtThroughput, OfPower8IsThePublishedOneForEightThreads) {
  EXPECT_NEAR(throughput("generation: POWER8", 8), 2000, kTolerance);
}
TEST(SmtThroughput, IsTheOneGiven) {
  EXPECT_NEAR(throughput("generation: POWER9, smt: 4, smt_throughput: [1, 1.5, 1.7]", 2), 1500, kTolerance);
}
TEST(SmtThroughput, FollowsTheModeThatTheOperatorSets) {
  EXPECT_NEAR(throughput("generation: POWER7", 4, "partition: p, smt: 2"), 1400, kTolerance);
}
TEST(SmtThroughput, FollowsTheModeOfAVirtualProcessor) {
  EXPECT_NEAR(throughput("generation: POWER7", 4, "partition: p, smt: 1, virtual_processor: 0"), 1000, kTolerance);
}
TEST(SmtThroughput, IsInProportionToTheFrequency) {
  EXPECT_NEAR(throughput("generation: POWER7", 4, "frequency: 3 GHz"), 1200, kTolerance);
}

}  // namespace
}  // namespace lparsim::validation
