#include "models/io/request_ledger.hpp"

#include <gtest/gtest.h>

#include <numeric>
#include <utility>
#include <vector>

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

/// Keeps what it is told last.
class Listener final : public RequestObserver {
 public:
  bool wants_steps() const override { return true; }
  void request_began(std::uint32_t target, RequestKind, SimTime) override { began.push_back(target); }
  void request_ended(const RequestRecord& record) override { steps.assign(record.steps.begin(), record.steps.end()); }
  std::vector<std::uint32_t> began;
  std::vector<Step> steps;
};

TEST(RequestLedger, TellsTheWayInTheOrderOfTimeToWhoWantsIt) {
  Listener listener;
  RequestLedger ledger{&listener};
  for (int i = 0; i < 2; ++i) {
    const RequestTag tag = ledger.begin(7, RequestKind::read, 4096, Stage::client_processing, 0_us);
    ledger.enter(tag, Stage::transport, 2_us);
    ledger.enter(tag, Stage::device, 10_us, Stage::vios_dispatch, 8_us);
    ledger.enter(tag, Stage::device, 10_us);
    ledger.end(tag, Outcome::done, 15_us);
  }
  EXPECT_EQ(listener.began, (std::vector<std::uint32_t>{7, 7}));
  ASSERT_EQ(listener.steps.size(), 4U);
  const std::vector<std::pair<Stage, SimTime>> expected{
      {Stage::client_processing, 2_us}, {Stage::vios_dispatch, 8_us}, {Stage::transport, 0_us}, {Stage::device, 5_us}};
  for (std::size_t i = 0; i < expected.size(); ++i) {
    EXPECT_EQ(listener.steps[i].stage, expected[i].first) << i;
    EXPECT_EQ(listener.steps[i].length, expected[i].second) << i;
  }
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

TEST(RequestLedger, TellsWhatHasNotEndedForLong) {
  RequestLedger ledger{nullptr};
  ledger.begin(7, RequestKind::read, 512, Stage::device, 30_us);
  ledger.begin(2, RequestKind::read, 512, Stage::device, 10_us);
  const RequestTag ended = ledger.begin(2, RequestKind::read, 512, Stage::device, 5_us);
  ledger.begin(7, RequestKind::read, 512, Stage::device, 20_us);
  ledger.begin(9, RequestKind::read, 512, Stage::device, 60_us);
  ledger.end(ended, Outcome::done, 50_us);
  const std::vector<RequestLedger::Unended> unended = ledger.unended(30_us);
  ASSERT_EQ(unended.size(), 2U);
  EXPECT_EQ(unended[0].target, 2U);
  EXPECT_EQ(unended[0].requests, 1U);
  EXPECT_EQ(unended[0].oldest, 10_us);
  EXPECT_EQ(unended[1].target, 7U);
  EXPECT_EQ(unended[1].requests, 2U);
  EXPECT_EQ(unended[1].oldest, 20_us);
}

}  // namespace
}  // namespace lparsim::io
