#include "models/hypervisor/partition_memory.hpp"

#include <gtest/gtest.h>

#include <vector>

#include "sim/base/check.hpp"

namespace lparsim::hypervisor {
namespace {

TEST(PartitionMemory, ReadsAsZeroWhereNobodyWrote) {
  const PartitionMemory memory{Bytes{0x10000}};
  EXPECT_EQ(memory.read(0x8000, 8), 0U);
}

TEST(PartitionMemory, KeepsNumbersBigEndian) {
  PartitionMemory memory{Bytes{0x10000}};
  memory.write(0x100, 4, 0x0123'4567);
  EXPECT_EQ(memory.byte(0x100), 0x01);
  EXPECT_EQ(memory.byte(0x103), 0x67);
  EXPECT_EQ(memory.read(0x101, 2), 0x2345U);
  memory.write(0x200, 8, 0x0102'0304'0506'0708);
  EXPECT_EQ(memory.read(0x200, 8), 0x0102'0304'0506'0708U);
  EXPECT_EQ(memory.read(0x207, 1), 8U);
}

TEST(PartitionMemory, DropsTheHighBytesOfANumberThatIsTooLong) {
  PartitionMemory memory{Bytes{0x10000}};
  memory.write(0x100, 2, 0xAB'CDEF);
  EXPECT_EQ(memory.read(0xFF, 4), 0x00CD'EF00U);
}

TEST(PartitionMemory, WritesAndReadsAcrossPages) {
  PartitionMemory memory{Bytes{0x10000}};
  std::vector<std::uint8_t> in(10'000);
  for (std::size_t i = 0; i < in.size(); ++i) in[i] = static_cast<std::uint8_t>(i * 7);
  memory.write(0xFFE, in);
  std::vector<std::uint8_t> out(in.size());
  memory.read(0xFFE, out);
  EXPECT_EQ(out, in);
  EXPECT_EQ(memory.byte(0xFFD), 0);
  EXPECT_EQ(memory.byte(0xFFE + 10'000), 0);
}

TEST(PartitionMemory, ReadsZeroesBetweenPagesThatExist) {
  PartitionMemory memory{Bytes{0x10000}};
  memory.write(0x0FFF, 1, 1);
  memory.write(0x2000, 1, 2);
  std::vector<std::uint8_t> out(0x1002, 0xFF);
  memory.read(0x0FFF, out);
  EXPECT_EQ(out.front(), 1);
  EXPECT_EQ(out[1], 0);
  EXPECT_EQ(out[0x1000], 0);
  EXPECT_EQ(out.back(), 2);
}

TEST(PartitionMemory, CopiesBetweenPartitionsAcrossPages) {
  PartitionMemory from{Bytes{0x10000}}, to{Bytes{0x20000}};
  std::vector<std::uint8_t> in(10'000);
  for (std::size_t i = 0; i < in.size(); ++i) in[i] = static_cast<std::uint8_t>(i * 7 + 1);
  from.write(0xFFE, in);
  to.write(0x11803 + 10'000, 1, 0xAB);
  to.copy(0x11803, from, 0xFFE, in.size());
  std::vector<std::uint8_t> out(in.size());
  to.read(0x11803, out);
  EXPECT_EQ(out, in);
  EXPECT_EQ(to.byte(0x11803 + 10'000), 0xAB);
}

TEST(PartitionMemory, CopiesZeroesFromWhereNobodyWrote) {
  PartitionMemory from{Bytes{0x10000}}, to{Bytes{0x10000}};
  to.write(0x1000, 8, ~std::uint64_t{0});
  to.copy(0x1002, from, 0x2000, 4);
  EXPECT_EQ(to.read(0x1000, 8), 0xFFFF'0000'0000'FFFFU);
  to.copy(0x8000, from, 0x2000, 0x2000);  // neither has these pages
  EXPECT_EQ(to.read(0x8000, 8), 0U);
}

TEST(PartitionMemory, CopiesOnlyWhatBothContain) {
  PartitionMemory from{Bytes{0x10000}}, to{Bytes{0x20000}};
  EXPECT_THROW(to.copy(0, from, 0xFFFF, 2), CheckFailure);
  EXPECT_THROW(to.copy(0x1FFFF, from, 0, 2), CheckFailure);
}

TEST(PartitionMemory, ContainsWhatLiesBelowItsSizeWithoutOverflow) {
  const PartitionMemory memory{Bytes{0x10000}};
  EXPECT_TRUE(memory.contains(0, 0x10000));
  EXPECT_TRUE(memory.contains(0x10000, 0));
  EXPECT_FALSE(memory.contains(0xFFFF, 2));
  EXPECT_FALSE(memory.contains(0x10001, 0));
  EXPECT_FALSE(memory.contains(~std::uint64_t{0}, 2));
}

TEST(PartitionMemory, RefusesAddressesBeyondItsSize) {
  PartitionMemory memory{Bytes{0x10000}};
  EXPECT_THROW(memory.write(0xFFFD, 4, 1), CheckFailure);
  EXPECT_THROW(memory.read(0x10000, 1), CheckFailure);
}

}  // namespace
}  // namespace lparsim::hypervisor
