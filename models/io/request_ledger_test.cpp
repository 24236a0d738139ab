#include "models/io/request_ledger.hpp"

#include <gtest/gtest.h>

#include <numeric>

namespace lparsim::io {
namespace {

using namespace literals;

SimTime in(const RequestRecord& record, Stage stage) {
  return record.stages[static_cast<std::size_t>(stage)];
}

TEST(RequestLedger, StagesAddUpToTheLatency) {
  RequestLedger ledger{nullptr};
  const RequestTag tag = ledger.begin(3, RequestKind::read, 4096, Stage::client_processing, 10_us);
  ledger.enter(tag, Stage::transport, 12_us);
  ledger.enter(tag, Stage::vios_processing, 20_us, Stage::vios_dispatch, 5_us);
  ledger.enter(tag, Stage::device, 50_us);
  ledger.sent(tag, 1);
  const RequestRecord& record = ledger.end(tag, Outcome::done, 150_us);
  EXPECT_EQ(record.target, 3U);
  EXPECT_EQ(record.path, 1U);
  EXPECT_EQ(record.attempts, 1U);
  EXPECT_EQ(in(record, Stage::client_processing), 2_us);
  EXPECT_EQ(in(record, Stage::transport), 3_us);
  EXPECT_EQ(in(record, Stage::vios_dispatch), 5_us);
  EXPECT_EQ(in(record, Stage::vios_processing), 30_us);
  EXPECT_EQ(in(record, Stage::device), 100_us);
  EXPECT_EQ(std::accumulate(record.stages.begin(), record.stages.end(), SimTime{}), record.end - record.begin);
}

TEST(RequestLedger, NeverMovesMoreTimeThanThereWas) {
  RequestLedger ledger{nullptr};
  const RequestTag tag = ledger.begin(0, RequestKind::write, 512, Stage::transport, 0_us);
  ledger.enter(tag, Stage::device, 4_us, Stage::vios_dispatch, 9_us);
  const RequestRecord& record = ledger.end(tag, Outcome::failed, 5_us);
  EXPECT_EQ(in(record, Stage::transport), 0_us);
  EXPECT_EQ(in(record, Stage::vios_dispatch), 4_us);
  EXPECT_EQ(in(record, Stage::device), 1_us);
}

TEST(RequestLedger, KnowsTagsOfRequestsThatHaveEnded) {
  RequestLedger ledger{nullptr};
  const RequestTag old = ledger.begin(0, RequestKind::read, 512, Stage::device, 0_us);
  ledger.end(old, Outcome::done, 1_us);
  const RequestTag young = ledger.begin(0, RequestKind::read, 512, Stage::device, 2_us);
  EXPECT_NE(old, young);
  EXPECT_FALSE(ledger.known(old));
  EXPECT_TRUE(ledger.known(young));
  ledger.enter(old, Stage::network, 3_us);
  EXPECT_EQ(in(ledger.end(young, Outcome::done, 4_us), Stage::device), 2_us);
  EXPECT_FALSE(ledger.known(RequestTag::none));
  EXPECT_EQ(ledger.under_way(), 0U);
  EXPECT_EQ(ledger.begun(), 2U);
}

}  // namespace
}  // namespace lparsim::io
