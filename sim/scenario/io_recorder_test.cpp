#include "sim/scenario/io_recorder.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sim/base/check.hpp"
#include "sim/scenario/metric_names.hpp"
#include "sim/trace/reader.hpp"
#include "sim/trace/sample_run.hpp"

namespace lparsim::scenario {
namespace {

using namespace literals;
using io::Outcome;
using io::RequestKind;
using io::Stage;

/// A client `web` and a VIOS.
class IoRecorderTest : public testing::Test {
 protected:
  IoRecorderTest() {
    ServerConfig server;
    server.partitions.resize(2);
    server.partitions[0].name = "web";
    server.partitions[1].name = "vios1";
    scenario_.servers = {server};
    recorder_.emplace(file_.path(), trace::Level::full, trace::RunInfo{});
    io_.emplace(scenario_, *recorder_);
    disk_ = io_->add_target("web", "hdisk0", trace::IoTargetKind::disk);
    peer_ = io_->add_target("web", "db.orders", trace::IoTargetKind::peer);
    ledger_.emplace(&*io_);
  }
  void request(std::uint32_t target, RequestKind kind, SimTime begin, SimTime end, Outcome outcome = Outcome::done) {
    const auto tag = ledger_->begin(target, kind, 1'000'000, Stage::transport, begin);
    ledger_->enter(tag, Stage::device, begin + 2_ms, Stage::vios_dispatch, 1_ms);
    ledger_->end(tag, outcome, end);
  }
  trace::Reader written() {
    recorder_->finish({});
    return std::move(*trace::Reader::open(file_.path()));
  }
  IoRecorder::Values metrics(SimTime now) const {
    IoRecorder::Values values;
    io_->add_metrics(values, now);
    return values;
  }

  trace::TemporaryFile file_;
  ScenarioConfig scenario_;
  std::optional<trace::Recorder> recorder_;
  std::optional<IoRecorder> io_;
  std::optional<io::RequestLedger> ledger_;
  std::uint32_t disk_ = 0, peer_ = 0;
};

TEST_F(IoRecorderTest, StagesAreCalledTheSameInTheLedgerAndInTheRunFile) {
  for (std::size_t i = 0; i < io::kStages; ++i) EXPECT_EQ(io::to_string(static_cast<Stage>(i)), trace::kIoStages[i].name);
}

TEST_F(IoRecorderTest, MeasuresFromTheEndOfTheWarmupOn) {
  request(disk_, RequestKind::read, 0_ms, 900_ms);
  io_->begin(1_s);
  request(disk_, RequestKind::read, 1_s, 1_s + 10_ms);
  request(disk_, RequestKind::read, 1_s + 500_ms, 1_s + 530_ms);
  request(disk_, RequestKind::write, 2_s, 2_s + 20_ms, Outcome::failed);
  IoRecorder::Values values = metrics(3_s);
  EXPECT_DOUBLE_EQ(values["web.hdisk0.read.latency.mean"], 20);
  EXPECT_DOUBLE_EQ(values["web.hdisk0.read.latency.max"], 30);
  EXPECT_DOUBLE_EQ(values["web.hdisk0.read.iops"], 1);
  EXPECT_DOUBLE_EQ(values["web.hdisk0.read.bandwidth"], 1);
  EXPECT_DOUBLE_EQ(values["web.hdisk0.write.iops"], 0.5);
  EXPECT_DOUBLE_EQ(values["web.hdisk0.write.bandwidth"], 0);
  EXPECT_DOUBLE_EQ(values["web.hdisk0.inflight"], 0.03);
  EXPECT_DOUBLE_EQ(values["web.hdisk0.errors"], 1);
  EXPECT_DOUBLE_EQ(values["web.hdisk0.stage.transport"], 1);
  EXPECT_DOUBLE_EQ(values["web.hdisk0.stage.vios_dispatch"], 1);
  EXPECT_DOUBLE_EQ(values["web.hdisk0.stage.device"], 18);
  EXPECT_FALSE(values.contains("web.db.orders.call.latency.mean"));
}

TEST_F(IoRecorderTest, KnowsNoMetricThatIsNotNamedBefore) {
  request(disk_, RequestKind::read, 0_ms, 10_ms);
  request(disk_, RequestKind::write, 10_ms, 20_ms);
  request(peer_, RequestKind::call, 20_ms, 30_ms);
  request(peer_, RequestKind::send, 30_ms, 40_ms);
  std::vector<std::string> named, filled;
  for (const Metric& m : io_metrics("web", "hdisk0", trace::IoTargetKind::disk)) named.push_back(m.name);
  for (const Metric& m : io_metrics("web", "db.orders", trace::IoTargetKind::peer)) named.push_back(m.name);
  for (const auto& [name, value] : metrics(1_s)) filled.push_back(name);
  EXPECT_THAT(filled, testing::UnorderedElementsAreArray(named));
}

TEST_F(IoRecorderTest, RecordsSumsThatObeyLittlesLaw) {
  request(disk_, RequestKind::read, 0_ms, 250_ms);
  const auto tag = ledger_->begin(peer_, RequestKind::call, 5, Stage::remote, 500_ms);
  io_->sample(1_s);
  ledger_->end(tag, Outcome::dropped, 2_s + 200_ms);
  io_->sample(2_s + 500_ms);
  const auto samples = written().io_intervals();
  ASSERT_TRUE(samples && samples->size() == 3U);
  EXPECT_EQ((*samples)[0].in_flight, 250_ms);
  EXPECT_EQ((*samples)[0].latency, 250_ms);
  EXPECT_EQ((*samples)[1].target, peer_);
  EXPECT_EQ((*samples)[1].requests, 0U);
  EXPECT_EQ((*samples)[1].in_flight, 500_ms);
  EXPECT_EQ((*samples)[2].begin, 1_s);
  EXPECT_EQ((*samples)[2].in_flight, 1200_ms);
  EXPECT_EQ((*samples)[2].failed, 1U);
  EXPECT_EQ((*samples)[2].bytes, 0U);
  EXPECT_EQ((*samples)[2].latency, 1700_ms);
}

TEST_F(IoRecorderTest, RecordsEveryRequestWithItsPathAndItsWay) {
  EXPECT_EQ(io_->add_path(disk_, "vscsi0", "vios1"), 0U);
  EXPECT_EQ(io_->add_path(disk_, "vscsi1", ""), 1U);
  request(disk_, RequestKind::read, 0_ms, 10_ms);
  const trace::Reader reader = written();
  const auto journey = reader.io_journey(0);
  ASSERT_TRUE(journey && *journey);
  EXPECT_EQ((*journey)->request.end, 10_ms);
  ASSERT_EQ((*journey)->steps.size(), 3U);
  EXPECT_EQ((*journey)->steps[0].stage, trace::kViosDispatchStage);
  EXPECT_EQ((*journey)->steps[0].length, 1_ms);
  EXPECT_EQ(reader.io_paths()->at(0).vios, PartitionId{1});
  EXPECT_EQ(reader.io_paths()->at(1).vios, std::nullopt);
}

TEST_F(IoRecorderTest, TakesATargetOnlyOnceAndOnlyItsOwnKindsOfRequests) {
  EXPECT_EQ(io_->add_target("web", "hdisk0", trace::IoTargetKind::disk), disk_);
  EXPECT_EQ(io_->add_target("vios1", "hdisk0", trace::IoTargetKind::disk), 2U);
  EXPECT_THROW(request(disk_, RequestKind::call, 0_ms, 10_ms), CheckFailure);
  EXPECT_THROW(io_->add_target("nobody", "hdisk0", trace::IoTargetKind::disk), CheckFailure);
}

TEST_F(IoRecorderTest, HasSumsForEveryFigureThatIsARatioOfThem) {
  request(disk_, RequestKind::read, 0_ms, 10_ms);
  request(disk_, RequestKind::write, 20_ms, 50_ms);
  request(peer_, RequestKind::call, 60_ms, 90_ms);
  std::vector<double> sums;
  io_->append_sums(sums, 1_s);
  const IoRecorder::Values values = metrics(1_s);
  for (const IoRecorder::Figure& figure : io_->figures()) {
    ASSERT_LT(figure.part, sums.size());
    const double whole = figure.whole ? sums[*figure.whole] : static_cast<double>((1_s).ps());
    ASSERT_TRUE(values.contains(figure.metric)) << figure.metric;
    EXPECT_NEAR(figure.scale * sums[figure.part] / whole, values.at(figure.metric), 1e-9) << figure.metric;
  }
  EXPECT_EQ(io_->figures().size(), 2 * (4U + 1U + 14U));
}

TEST_F(IoRecorderTest, SaysWhatHasNotEndedForASecond) {
  io::RequestLedger ledger{nullptr};
  ledger.begin(disk_, RequestKind::read, 4096, io::Stage::device, 2_s);
  ledger.begin(disk_, RequestKind::read, 4096, io::Stage::device, 3_s);
  ledger.begin(peer_, RequestKind::call, 4096, io::Stage::remote, 9500_ms);
  EXPECT_THAT(io_->remarks(ledger, 10_s),
              ::testing::ElementsAre("web.hdisk0: 2 requests had not ended when the run did, though they were asked for a second before or "
                                     "earlier (the oldest at 2 s); no figure counts them."));
  EXPECT_THAT(io_->remarks(ledger, 500_ms), ::testing::IsEmpty());
}

TEST_F(IoRecorderTest, KnowsHowSureMeanLatenciesAre) {
  for (int i = 0; i < 4000; ++i) request(disk_, RequestKind::read, 10_ms * i, 10_ms * i + 3_ms + 1_us * (i * 7919 % 1000));
  IoRecorder::Values widths;
  io_->add_half_widths(widths);
  EXPECT_GT(widths["web.hdisk0.read.latency.mean"], 0);
  EXPECT_LT(widths["web.hdisk0.read.latency.mean"], 0.1);
  EXPECT_FALSE(widths.contains("web.hdisk0.write.latency.mean"));
}

}  // namespace
}  // namespace lparsim::scenario
