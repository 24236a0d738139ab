// The two file systems: where things go, and what it takes.
#include "lpars/services/file_system.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <random>
#include <vector>

#include "lpars/services/log_structured.hpp"
#include "lpars/services/ufs.hpp"

namespace lparsim::services {
namespace {

constexpr std::uint64_t kKib = 1024;
constexpr std::uint64_t kMib = 1024 * kKib;

FileSystemConfig small() {
  FileSystemConfig config;
  config.volume = Bytes{64 * kMib};
  config.file_size = Bytes{8 * kMib};
  return config;
}

std::uint64_t reads(const Plan& plan) {
  std::uint64_t count = 0;
  for (const DiskAccess& access : plan.accesses()) count += access.write ? 0 : 1;
  return count;
}

TEST(Ufs, WritesDataWhereItIs) {
  Ufs ufs{small()};
  Plan plan;
  ufs.write({0, 0, 8 * kKib}, plan);  // reads the inode first
  ASSERT_EQ(plan.accesses().size(), 2U);
  EXPECT_EQ(plan.accesses()[1], (DiskAccess{true, ufs.place(0, 0) / 512, Bytes{8 * kKib}}));
  plan.clear();
  ufs.write({0, 0, 8 * kKib}, plan);
  EXPECT_EQ(plan.accesses(), (std::vector<DiskAccess>{{true, ufs.place(0, 0) / 512, Bytes{8 * kKib}}}));
}

TEST(Ufs, ReadsTheIndirectBlockOnceForBlocksBeyondTheTwelfth) {
  Ufs ufs{small()};
  Plan plan;
  ufs.read({0, 11 * 8 * kKib, 8 * kKib}, plan);
  EXPECT_EQ(plan.accesses().size(), 2U);  // inode, data
  plan.clear();
  ufs.read({0, 40 * 8 * kKib, 8 * kKib}, plan);
  EXPECT_EQ(plan.accesses().size(), 2U);  // indirect block, data
  plan.clear();
  ufs.read({0, 900 * 8 * kKib, 8 * kKib}, plan);
  EXPECT_EQ(plan.accesses().size(), 1U);
}

TEST(Ufs, GivesSequentialReadersAClusterAtATime) {
  Ufs ufs{small()};
  std::uint64_t operations = 0;
  std::uint64_t bytes = 0;
  for (std::uint64_t at = 0; at < 4 * kMib; at += 8 * kKib) {
    Plan plan;
    ufs.read({0, at, 8 * kKib}, plan);
    operations += reads(plan);
    bytes += plan.bytes(false);
  }
  // 32 clusters of 128 KiB and the one that begins them, inode and indirect block.
  EXPECT_NEAR(static_cast<double>(operations), 35, 2);
  EXPECT_LT(bytes, 4 * kMib + 200 * kKib);
}

TEST(Ufs, WritesMetadataAtOnceForNewFilesAndNewBlocks) {
  Ufs ufs{small()};
  Plan plan;
  ufs.create(3, plan);
  EXPECT_EQ(plan.accesses().size() - reads(plan), 4U);
  plan.clear();
  ufs.write({3, 0, 8 * kKib}, plan);
  EXPECT_EQ(plan.accesses().size() - reads(plan), 3U);  // data, map, inode
  plan.clear();
  ufs.write({3, 0, 8 * kKib}, plan);
  EXPECT_EQ(plan.accesses().size(), 1U);
}

TEST(LogStructured, MakesOneDiskOperationOfASegmentOfRandomWrites) {
  LogStructured log{small()};
  std::mt19937_64 random{1};
  std::uint64_t operations = 0;
  std::uint64_t next = UINT64_MAX;
  for (int i = 0; i < 127 * 10; ++i) {
    Plan plan;
    log.write({0, random() % 2048 * 4 * kKib, 4 * kKib}, plan);
    operations += plan.accesses().size();
    for (const DiskAccess& access : plan.accesses()) {
      EXPECT_TRUE(access.write);
      EXPECT_TRUE(next == UINT64_MAX || access.block == next);  // each goes on where the last one ended
      next = access.block + access.size.count / 512;
    }
  }
  EXPECT_EQ(operations, 10U);  // 127 blocks and a summary each; the first one also has what was left of the file's making
}

TEST(LogStructured, ReadsWhatIsStillGatheredFromMemoryAndSyncWritesIt) {
  LogStructured log{small()};
  Plan plan;
  log.sync(plan);
  plan.clear();
  log.write({0, 0, 4 * kKib}, plan);
  log.sync(plan);
  plan.clear();
  log.write({0, 4 * kKib, 4 * kKib}, plan);
  EXPECT_TRUE(plan.accesses().empty());
  log.read({0, 4 * kKib, 4 * kKib}, plan);
  EXPECT_TRUE(plan.accesses().empty());
  log.sync(plan);
  ASSERT_EQ(plan.accesses().size(), 1U);
  EXPECT_EQ(plan.accesses()[0].size, Bytes{8 * kKib});  // with the summary
  plan.clear();
  log.read({0, 4 * kKib, 4 * kKib}, plan);
  EXPECT_EQ(reads(plan), 1U);
  plan.clear();
  log.sync(plan);
  EXPECT_TRUE(plan.accesses().empty());
}

TEST(LogStructured, ReadsAtRandomWhatWasWrittenAtRandom) {
  LogStructured log{small()};
  Ufs ufs{small()};
  Plan plan;
  log.read({0, 0, kMib}, plan);
  EXPECT_LE(reads(plan), 3U);  // as it was written: two summaries lie between
  std::mt19937_64 random{2};
  for (int i = 0; i < 4000; ++i) {
    log.write({0, random() % 2048 * 4 * kKib, 4 * kKib}, plan);
    ufs.write({0, random() % 2048 * 4 * kKib, 4 * kKib}, plan);
  }
  plan.clear();
  log.sync(plan);
  plan.clear();
  log.read({0, 0, kMib}, plan);
  EXPECT_GT(reads(plan), 200U);
  plan.clear();
  ufs.read({0, 0, kMib}, plan);
  EXPECT_EQ(reads(plan), 1U);
}

TEST(LogStructured, KeepsItsBooksUnderRandomUse) {
  FileSystemConfig config = small();
  config.volume = Bytes{32 * kMib};
  config.file_size = Bytes{4 * kMib};
  LogStructured log{config};
  std::mt19937_64 random{3};
  for (int i = 0; i < 20'000; ++i) {
    Plan plan;
    const std::uint64_t file = random() % 5;
    const std::uint64_t offset = random() % (4 * kMib / 512 - 64) * 512;
    switch (random() % 40) {
      case 0:
        log.create(file, plan);
        break;
      case 1:
        log.sync(plan);
        break;
      case 2:
        log.read({file, offset, 32 * kKib}, plan);
        break;
      default:
        log.write({file, offset, 512 * (1 + random() % 64)}, plan);
    }
    if (i % 500 == 0) log.check();
  }
  log.check();
  EXPECT_GT(log.counters().cleaned, 100U);
}

TEST(LogStructured, CleansAtTheCostThatRosenblumAndOusterhoutGive) {
  FileSystemConfig config = small();
  config.file_size = Bytes{44 * kMib};  // 69 % of the volume
  LogStructured log{config};
  std::mt19937_64 random{4};
  const auto write = [&](int count, std::uint64_t& bytes) {
    for (int i = 0; i < count; ++i) {
      Plan plan;
      log.write({0, random() % (44 * kMib / (4 * kKib)) * 4 * kKib, 4 * kKib}, plan);
      bytes += plan.bytes(true) + plan.bytes(false);
    }
  };
  std::uint64_t ignored = 0, moved = 0;
  write(60'000, ignored);
  const auto before = log.counters();
  write(100'000, moved);
  const auto after = log.counters();
  const double cleaned = static_cast<double>(after.cleaned - before.cleaned);
  const double u = static_cast<double>(after.moved - before.moved) / (cleaned * log.blocks_per_segment());
  EXPECT_GT(u, 0.2);
  EXPECT_LT(u, 0.69);
  const double cost = static_cast<double>(moved) / (100'000.0 * 4 * kKib);
  // 2 / (1 - u) (their section 3.4) for segments all of whose blocks are data; here one of 128 is a summary.
  const double whole = 128.0 / 127;
  EXPECT_NEAR(cost, 2 / (1 / whole - u), 0.03 * cost);
}

}  // namespace
}  // namespace lparsim::services
