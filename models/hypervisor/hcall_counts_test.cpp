#include "models/hypervisor/hcall_counts.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace lparsim::hypervisor {
namespace {

TEST(HcallCounts, HoldsCallsByTheirTokensWhateverTheseAre) {
  HcallCounts counts;
  EXPECT_TRUE(counts.all().empty());
  const auto unknown = [](std::uint64_t token) {
    return static_cast<Hcall>(token);
  };
  for (int i = 0; i < 3; ++i) counts.count(Hcall::vsp_send, HcallStatus::success);
  counts.count(Hcall::cede, HcallStatus::success);
  counts.count(unknown(0xE1), HcallStatus::function);
  counts.count(Hcall::send_crq, HcallStatus::parameter);
  counts.count(Hcall::send_crq, HcallStatus::long_busy_1_ms);
  counts.count(unknown(~0ULL), HcallStatus::function);
  counts.count(unknown(0), HcallStatus::function);
  std::vector<std::string> lines;
  for (const HcallCount& c : counts.all())
    lines.push_back(std::to_string(static_cast<std::uint64_t>(c.call)) + ": " + std::to_string(c.calls) + ", " + std::to_string(c.refused));
  EXPECT_THAT(lines, testing::ElementsAre("0: 1, 1", "224: 1, 0", "225: 1, 1", "264: 2, 1", "61696: 3, 0", "18446744073709551615: 1, 1"));
}

}  // namespace
}  // namespace lparsim::hypervisor
