#include "models/hypervisor/vpa.hpp"

#include <gtest/gtest.h>

#include <string>

#include "sim/base/check.hpp"

namespace lparsim::hypervisor {
namespace {

using namespace literals;

constexpr std::uint64_t kVpa = 0x1000;
constexpr std::uint64_t kLog = 0x2000;

std::string hex(const PartitionMemory& memory, std::uint64_t address, std::uint64_t length) {
  std::string text;
  for (std::uint64_t i = 0; i < length; ++i) {
    if (i > 0 && i % 4 == 0) text += ' ';
    text += fmt::format("{:02x}", memory.byte(address + i));
  }
  return text;
}

DtlEntry entry_after(PreemptReason reason) {
  DtlEntry entry;
  entry.dispatch_reason = DispatchReason::decrementer;
  entry.preempt_reason = reason;
  return entry;
}

class Areas : public ::testing::Test {
 protected:
  Areas() { area_.register_vpa(memory_, kVpa, account_); }
  void register_log(std::uint64_t size, std::uint8_t mask) {
    area_.register_dtl(memory_, kLog, size);
    memory_.write(kVpa + 0xB8, 1, mask);
  }
  std::uint64_t index() const { return memory_.read(kVpa + 0x218, 8); }

  PartitionMemory memory_{Bytes{0x10000}};
  VpAccount account_;
  VirtualProcessorArea area_;
};

TEST(DtlEntry, Is48BytesBigEndian) {
  const DtlEntry entry{DispatchReason::doorbell, PreemptReason::cede, 0x0102, 0x0304'0506, 0x0708'090A, 0x0B0C'0D0E, 0x1112'1314'1516'1718};
  PartitionMemory memory{Bytes{0x1000}};
  memory.write(0x100, entry.encode());
  EXPECT_EQ(hex(memory, 0x100, 48),
            "0a020102 03040506 0708090a 0b0c0d0e "
            "11121314 15161718 00000000 00000000 "
            "00000000 00000000 00000000 00000000");
}

TEST_F(Areas, CountersLieWhereLoparSays) {
  account_ = {0xA1A2'A3A4, 0xB1B2'B3B4, 300_ms, 200_ms, 100_ms};
  area_.update(memory_, account_);
  EXPECT_EQ(hex(memory_, kVpa + 0x100, 8), "a1a2a3a4 b1b2b3b4");
  // 100, 200 and 300 ms at 512 MHz: 51,200,000, 102,400,000 and 153,600,000 ticks.
  EXPECT_EQ(hex(memory_, kVpa + 0x158, 24), "00000000 030d4000 00000000 061a8000 00000000 0927c000");
}

TEST_F(Areas, RegistrationSetsTheHypervisorsCountersAndLeavesTheOperatingSystemsFields) {
  for (std::uint64_t i = 0; i < 640; ++i) memory_.write(kVpa + i, 1, 0xEE);
  account_.dispatch_count = 6;
  area_.register_vpa(memory_, kVpa, account_);
  EXPECT_EQ(hex(memory_, kVpa, 8), "eeeeeeee eeeeeeee");                   // descriptor, size
  EXPECT_EQ(hex(memory_, kVpa + 0x58, 8), "00000000 00000000");            // changes of the home node
  EXPECT_EQ(hex(memory_, kVpa + 0xB0, 12), "eeeeeeee eeeeeeee eeeeeeee");  // cede latency to donation
  EXPECT_EQ(hex(memory_, kVpa + 0xFC, 12), "eeeeeeee 00000006 00000000");
  EXPECT_EQ(memory_.read(kVpa + 0x108, 8), 0U);
  EXPECT_EQ(memory_.read(kVpa + 0x150, 8), 0U);
  EXPECT_EQ(hex(memory_, kVpa + 0x168, 12), "00000000 00000000 eeeeeeee");
  EXPECT_EQ(hex(memory_, kVpa + 0x27C, 4), "eeeeeeee");
}

TEST_F(Areas, NothingIsWrittenBeforeRegistrationOrAfterDeregistration) {
  area_.deregister_vpa();
  account_.dispatch_count = 9;
  area_.update(memory_, account_);
  EXPECT_EQ(memory_.read(kVpa + 0x100, 4), 1U);
}

TEST_F(Areas, TheLogTakesWhatTheMaskAsksFor) {
  const PreemptReason all[] = {PreemptReason::none, PreemptReason::firmware, PreemptReason::cede, PreemptReason::confer,
                               PreemptReason::end_of_slice};
  const std::uint64_t expected[] = {0, 2, 1, 3};
  for (std::uint8_t mask = 0; mask < 4; ++mask) {
    register_log(480, mask);
    for (const PreemptReason reason : all) area_.log(memory_, entry_after(reason));
    EXPECT_EQ(index(), expected[mask]) << "mask " << int{mask};
  }
}

TEST_F(Areas, TheFirstEntryOverwritesTheSizeFieldAndTheNextFollows48BytesOn) {
  memory_.write(kLog + 4, 4, 96);
  register_log(96, 7);
  area_.log(memory_, entry_after(PreemptReason::cede));
  EXPECT_EQ(hex(memory_, kLog, 8), "03020000 00000000");
  area_.log(memory_, entry_after(PreemptReason::end_of_slice));
  EXPECT_EQ(hex(memory_, kLog + 48, 4), "03040000");
  EXPECT_EQ(index(), 2U);
}

TEST_F(Areas, TheLogWrapsAtWholeEntriesAndTheIndexCountsOn) {
  register_log(48 * 3 + 47, 1);
  for (std::uint64_t i = 0; i < 5; ++i) {
    DtlEntry entry = entry_after(PreemptReason::cede);
    entry.timebase = i;
    area_.log(memory_, entry);
  }
  EXPECT_EQ(index(), 5U);
  EXPECT_EQ(memory_.read(kLog + 0x10, 8), 3U);
  EXPECT_EQ(memory_.read(kLog + 48 + 0x10, 8), 4U);
  EXPECT_EQ(memory_.read(kLog + 96 + 0x10, 8), 2U);
  EXPECT_EQ(memory_.read(kLog + 144 + 0x10, 8), 0U);
}

TEST_F(Areas, TheOperatingSystemMaySetTheIndexBack) {
  register_log(480, 1);
  for (int i = 0; i < 3; ++i) area_.log(memory_, entry_after(PreemptReason::cede));
  memory_.write(kVpa + 0x218, 8, 0);
  DtlEntry entry = entry_after(PreemptReason::confer);
  area_.log(memory_, entry);
  EXPECT_EQ(memory_.byte(kLog + 1), 3);
  EXPECT_EQ(index(), 1U);
}

TEST_F(Areas, RegisteringALogSetsTheIndexTo0) {
  memory_.write(kVpa + 0x218, 8, 77);
  register_log(480, 1);
  EXPECT_EQ(index(), 0U);
}

TEST_F(Areas, TheLogIsSilentOnceDeregistered) {
  register_log(480, 1);
  area_.deregister_dtl();
  area_.log(memory_, entry_after(PreemptReason::cede));
  EXPECT_EQ(index(), 0U);
}

TEST_F(Areas, ALogWithoutAnAreaIsRefused) {
  area_.deregister_vpa();
  EXPECT_THROW(area_.register_dtl(memory_, kLog, 480), CheckFailure);
}

}  // namespace
}  // namespace lparsim::hypervisor
