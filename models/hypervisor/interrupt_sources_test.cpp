#include "models/hypervisor/interrupt_sources.hpp"

#include <gtest/gtest.h>

#include <utility>
#include <vector>

namespace lparsim::hypervisor {
namespace {

class Sources : public ::testing::Test, private VirtualInterrupts {
 protected:
  std::size_t raised() { return std::exchange(raised_, {}).size(); }

  InterruptSources sources{*this};
  std::uint32_t source = sources.add(PartitionId{1});

  void SetUp() override { sources.enable(source); }

 private:
  void virtual_interrupt(PartitionId partition, std::uint32_t number) override {
    EXPECT_EQ(partition, PartitionId{1});
    raised_.push_back(number);
  }
  std::vector<std::uint32_t> raised_;
};

TEST_F(Sources, APulseWhileDisabledNeverBecomesAnInterrupt) {
  sources.disable(source);
  sources.raise(source);
  sources.enable(source);
  EXPECT_EQ(raised(), 0U);
  EXPECT_EQ(sources.eoi(PartitionId{1}, source), HcallStatus::success);
  EXPECT_EQ(raised(), 0U);
}

TEST_F(Sources, OneIsOutstandingUntilItsEnd) {
  sources.raise(source);
  sources.raise(source);
  sources.raise(source);
  EXPECT_EQ(raised(), 1U);
}

TEST_F(Sources, WhatCameMeanwhileComesOnceWithTheEnd) {
  for (int i = 0; i < 3; ++i) sources.raise(source);
  raised();
  sources.eoi(PartitionId{1}, source);
  EXPECT_EQ(raised(), 1U);
  sources.eoi(PartitionId{1}, source);
  EXPECT_EQ(raised(), 0U);
  sources.raise(source);
  EXPECT_EQ(raised(), 1U);
}

TEST_F(Sources, DisablingForgetsWhatWasHeldBack) {
  sources.raise(source);
  sources.raise(source);
  sources.disable(source);
  sources.enable(source);
  raised();
  sources.eoi(PartitionId{1}, source);
  EXPECT_EQ(raised(), 0U);
}

TEST_F(Sources, ResetMakesASourceAsNew) {
  sources.raise(source);
  sources.reset(source);
  EXPECT_FALSE(sources.enabled(source));
  sources.enable(source);
  raised();
  sources.raise(source);
  EXPECT_EQ(raised(), 1U) << "nothing is outstanding";
}

TEST_F(Sources, TheEndOfAnotherPartitionsInterruptIsRefused) {
  EXPECT_EQ(sources.eoi(PartitionId{0}, source), HcallStatus::parameter);
  EXPECT_EQ(sources.eoi(PartitionId{1}, 0), HcallStatus::parameter);
  EXPECT_EQ(sources.eoi(PartitionId{1}, source + 1), HcallStatus::parameter);
}

TEST_F(Sources, EachHasItsOwnNumberAndState) {
  const std::uint32_t other = sources.add(PartitionId{1});
  EXPECT_NE(other, source);
  sources.raise(other);
  EXPECT_EQ(raised(), 0U);
  EXPECT_FALSE(sources.belongs(other, PartitionId{0}));
}

}  // namespace
}  // namespace lparsim::hypervisor
