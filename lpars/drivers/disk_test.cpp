#include "lpars/drivers/disk.hpp"

#include <gtest/gtest.h>

#include <deque>
#include <map>
#include <memory>
#include <utility>
#include <vector>

#include "lpars/drivers/vscsi_client.hpp"
#include "models/system/testing/processors.hpp"

namespace lparsim::drivers {
namespace {

using namespace lparsim::literals;

/// A path that ends commands when the test says so.
class ManualPath final : public DiskPath {
 public:
  void connect(DiskPathClient& client) override { client_ = &client; }
  SimTime submission() const override { return 3_us; }
  bool submit(const io::BlockCommand& command, SimTime) override {
    if (is_up) commands.push_back(command);
    return is_up;
  }
  bool probe(std::uint32_t number, SimTime) override {
    if (is_up) probes.push_back(number);
    return is_up;
  }
  void abort(std::uint32_t, SimTime) override {}
  bool up() const override { return is_up; }
  Bytes maximum_transfer() const override { return maximum; }
  Bytes capacity() const override { return Bytes{1 << 20}; }

  void end(io::BlockStatus status, SimTime now) {
    const io::BlockCommand command = commands.front();
    commands.pop_front();
    client_->path_ended(command.number, status, now);
  }
  void end_probe(io::BlockStatus status, SimTime now) {
    const std::uint32_t number = probes.front();
    probes.pop_front();
    client_->path_ended(number, status, now);
  }
  void change(bool up, SimTime now) {
    is_up = up;
    client_->path_changed(*this, now);
  }

  bool is_up = true;
  Bytes maximum{262144};
  std::deque<io::BlockCommand> commands;
  std::deque<std::uint32_t> probes;

 private:
  DiskPathClient* client_ = nullptr;
};

struct Ends final : DiskClient {
  void transfer_ended(std::uint32_t number, bool good, SimTime) override { ended.emplace_back(number, good); }
  std::vector<std::pair<std::uint32_t, bool>> ended;
};
using Ended = std::vector<std::pair<std::uint32_t, bool>>;

DiskConfig hdisk0(std::uint32_t queue_depth = 3, MultipathConfig multipath = {}) {
  DiskConfig config;
  config.name = "hdisk0";
  config.queue_depth = queue_depth;
  config.multipath = multipath;
  return config;
}
/// The ones that tests change.
MultipathConfig checks(SimTime interval, bool failback = true) {
  MultipathConfig config;
  config.health_check = interval;
  config.failback = failback;
  return config;
}

struct DiskTest : ::testing::Test {
  void make(const DiskConfig& config) {
    disk = std::make_unique<Disk>(config, ledger);
    for (ManualPath& each : path) disk->add_path(each);
    host.add_program(*disk);
    host.activate();
  }
  void submit(std::uint32_t number, std::uint64_t bytes = 4096, std::uint64_t block = 0) {
    disk->submit(
        {ledger.begin(0, io::RequestKind::read, bytes, io::Stage::client_processing, host.now()), number, false, block, Bytes{bytes}}, ends,
        host.now());
  }
  void pass(SimTime time) { host.run_until(host.now() + time); }

  io::RequestLedger ledger{nullptr};
  ManualPath path[2];
  Ends ends;
  std::unique_ptr<Disk> disk;
  system::testing::Processors host{1};
};

TEST_F(DiskTest, SendsAsManyAsItsQueueIsDeepAndTheOthersInOrder) {
  make(hdisk0());
  for (std::uint32_t i = 0; i < 6; ++i) submit(i);
  EXPECT_EQ(path[0].commands.size(), 3u);
  EXPECT_EQ(disk->under_way(), 3u);
  EXPECT_EQ(disk->waiting(), 3u);
  for (int i = 0; i < 6; ++i) path[0].end(io::BlockStatus::good, host.now());
  EXPECT_EQ(ends.ended, (Ended{{0, true}, {1, true}, {2, true}, {3, true}, {4, true}, {5, true}}));
  EXPECT_EQ(disk->under_way(), 0u);
}

TEST_F(DiskTest, CutsATransferThatIsLongerThanAPathTakes) {
  make(hdisk0());
  path[1].maximum = Bytes{131072};
  submit(0, 300 * 1024, 8);
  std::vector<std::pair<std::uint64_t, std::uint64_t>> parts;
  while (!path[0].commands.empty()) {
    parts.emplace_back(path[0].commands[0].block, path[0].commands[0].size.count);
    EXPECT_TRUE(ends.ended.empty());
    path[0].end(io::BlockStatus::good, host.now());
  }
  EXPECT_EQ(parts, (std::vector<std::pair<std::uint64_t, std::uint64_t>>{{8, 131072}, {264, 131072}, {520, 44 * 1024}}));
  EXPECT_EQ(ends.ended, (Ended{{0, true}}));
}

TEST_F(DiskTest, WrapsAroundAtTheEndOfTheDisk) {
  make(hdisk0());
  submit(0, 8192, 2048 + 2040);
  EXPECT_EQ(path[0].commands[0].block, 2040u);
  EXPECT_EQ(path[0].commands[0].size, Bytes{4096});
  path[0].end(io::BlockStatus::good, host.now());
  EXPECT_EQ(path[0].commands[0].block, 0u);
  EXPECT_EQ(path[0].commands[0].size, Bytes{4096});
}

TEST_F(DiskTest, EndsATransferWithItsFirstPartThatFails) {
  make(hdisk0());
  submit(0, 512 * 1024);
  path[0].end(io::BlockStatus::medium_error, host.now());
  EXPECT_EQ(ends.ended, (Ended{{0, false}}));
  EXPECT_TRUE(path[0].commands.empty());
}

TEST_F(DiskTest, LeavesAPathOnWhichACommandDidNotGetThrough) {
  make(hdisk0());
  submit(0);
  path[0].end(io::BlockStatus::unreachable, host.now());
  EXPECT_EQ(path[1].commands.size(), 1u);
  EXPECT_TRUE(disk->multipath().failed(0));
  EXPECT_EQ(disk->multipath().failovers(), 1u);
  submit(1);
  EXPECT_EQ(path[1].commands.size(), 2u);
  path[1].end(io::BlockStatus::good, host.now());
  EXPECT_EQ(ends.ended, (Ended{{0, true}}));
}

TEST_F(DiskTest, TakesAPathThatIsDownForNeitherCommandsNorProbes) {
  make(hdisk0(3, checks(60_s)));
  path[0].change(false, host.now());
  submit(0);
  EXPECT_EQ(path[1].commands.size(), 1u);
  pass(60_s);
  EXPECT_TRUE(path[0].probes.empty());
  EXPECT_TRUE(disk->multipath().failed(0));
  path[0].change(true, host.now());
  pass(60_s);
  ASSERT_EQ(path[0].probes.size(), 1u);
  path[0].end_probe(io::BlockStatus::good, host.now());
  submit(1);
  EXPECT_EQ(path[0].commands.size(), 1u);
}

TEST_F(DiskTest, StaysOnItsPathWithoutFailback) {
  make(hdisk0(3, checks(60_s, false)));
  submit(0);
  path[0].end(io::BlockStatus::unreachable, host.now());
  pass(60_s);
  path[0].end_probe(io::BlockStatus::good, host.now());
  EXPECT_FALSE(disk->multipath().failed(0));
  submit(1);
  EXPECT_EQ(path[1].commands.size(), 2u);
}

TEST_F(DiskTest, TriesEachPathOnceAndThenTellsTheApplication) {
  make(hdisk0());
  submit(0);
  path[0].end(io::BlockStatus::unreachable, host.now());
  path[1].end(io::BlockStatus::unreachable, host.now());
  EXPECT_TRUE(ends.ended.empty());
  pass(1_us);
  EXPECT_EQ(ends.ended, (Ended{{0, false}}));
}

TEST_F(DiskTest, KeepsACommandForAPathAsLongAsItWasTold) {
  MultipathConfig waiting;
  waiting.no_path_wait = 30_s;
  make(hdisk0(3, waiting));
  path[0].is_up = path[1].is_up = false;
  submit(0);
  submit(1);
  pass(29_s);
  EXPECT_TRUE(ends.ended.empty());
  EXPECT_EQ(disk->multipath().held(), 2u);
  path[1].change(true, host.now());
  ASSERT_EQ(path[1].commands.size(), 2u);
  path[1].end(io::BlockStatus::good, host.now());
  // Its time does not begin anew.
  path[1].end(io::BlockStatus::unreachable, host.now());
  path[1].change(false, host.now());
  pass(2_s);
  EXPECT_EQ(ends.ended, (Ended{{0, true}, {1, false}}));
}

TEST_F(DiskTest, GivesACommandAgainThatWasAbortedUntilItHasTriedOftenEnough) {
  MultipathConfig impatient;
  impatient.retries = 2;
  make(hdisk0(3, impatient));
  submit(0);
  for (int i = 0; i < 2; ++i) path[0].end(io::BlockStatus::aborted, host.now());
  EXPECT_TRUE(ends.ended.empty());
  path[0].end(io::BlockStatus::aborted, host.now());
  EXPECT_EQ(ends.ended, (Ended{{0, false}}));
}

TEST_F(DiskTest, ForgetsItsTransfersWithThePartition) {
  make(hdisk0(1));
  submit(0);
  submit(1);
  host.deactivate();
  host.activate();
  path[0].commands.clear();
  EXPECT_EQ(disk->waiting(), 0u);
  submit(2);
  path[0].end(io::BlockStatus::good, host.now());
  EXPECT_EQ(ends.ended, (Ended{{2, true}}));
}

// Calibration: the rule of thumb for AIX, as practitioners hand it on.
TEST(LunsPerAdapter, FollowFromTheQueueDepthOfTheDisks) {
  const std::map<std::uint32_t, std::uint32_t> expected{{3, 85},  {8, 46}, {10, 39}, {16, 26}, {20, 22}, {24, 18}, {32, 14},
                                                        {40, 11}, {64, 7}, {100, 4}, {128, 3}, {252, 2}, {256, 1}};
  for (const auto& [depth, luns] : expected) EXPECT_EQ(luns_per_adapter(depth), luns) << depth;
}

}  // namespace
}  // namespace lparsim::drivers
