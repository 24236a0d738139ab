#include "sim/scenario/vsp_recorder.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "models/vsp/catalogue.hpp"
#include "sim/kernel/testing/manual_calendar.hpp"
#include "sim/scenario/metric_names.hpp"
#include "sim/scenario/read_scenario.hpp"
#include "sim/scenario/resolve_vsp.hpp"
#include "sim/scenario/testing/vsp_scenario.hpp"
#include "sim/trace/reader.hpp"
#include "sim/trace/sample_run.hpp"

namespace lparsim::scenario {
namespace {

using namespace literals;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class NoHost final : public vsp::ExchangeHost {
 public:
  void ring(PartitionId, SimTime) override {}
  SimTime unstarved(PartitionId, SimTime now) const override { return now; }
  void suspend(PartitionId, SimTime) override {}
  void resume(PartitionId, SimTime) override {}
  void stop(PartitionId, SimTime) override {}
  bool read(PartitionId, std::uint64_t, std::span<std::uint8_t>) const override { return false; }
  bool write(PartitionId, std::uint64_t, std::span<const std::uint8_t>) override { return false; }
};

class VspRecorderTest : public ::testing::Test {
 protected:
  VspRecorderTest() {
    ScenarioReading reading = read_scenario_text("s", testing::kVspBase);
    scenario_ = std::move(reading.scenario);
    recorder_.emplace(file_.path(), trace::Level::full, trace::RunInfo{});
    tracks_.emplace(scenario_, *recorder_);
    services_.emplace(scenario_, *tracks_, *recorder_);
    exchange_.emplace(vsp::VspCosts{}, host_, calendar_, &services_->observer(0));
    exchange_->add(vsp_config(scenario_.servers[0], 3));
    services_->follow(0, *exchange_);
    services_->begin(0_s);
  }
  void call(SimTime begin, SimTime length, SimTime undispatched, vsp::CallEnd end, vsp::Role role = vsp::Role::filter) {
    vsp::CallRecord record;
    record.vsp = PartitionId{3};
    record.number = number_++;
    record.hook = vsp::Hook::sea_forward;
    record.role = role;
    record.client = PartitionId{0};
    record.end = end;
    record.begin = record.taken = begin;
    record.end_time = begin + length;
    record.undispatched = undispatched;
    services_->observer(0).call_ended(record);
  }
  void event(SimTime at, vsp::VspEventKind kind, vsp::ChannelState state, std::string text = "") {
    services_->observer(0).happened({at, PartitionId{3}, kind, state, {}, 0, {}, std::move(text)});
  }
  VspRecorder::Values metrics(SimTime now) const {
    VspRecorder::Values values;
    services_->add_metrics(values, now);
    return values;
  }

  trace::TemporaryFile file_;
  ScenarioConfig scenario_;
  std::optional<trace::Recorder> recorder_;
  std::optional<Tracks> tracks_;
  std::optional<VspRecorder> services_;
  NoHost host_;
  kernel::testing::ManualCalendar calendar_;
  std::optional<vsp::Exchange> exchange_;
  std::uint64_t number_ = 0;
};

TEST_F(VspRecorderTest, NamesInRunFilesAreThoseOfTheInterface) {
  for (std::size_t i = 1; i < vsp::kHooks; ++i) EXPECT_EQ(trace::kVspHooks[i], vsp::to_string(static_cast<vsp::Hook>(i)));
  for (std::size_t i = 1; i < trace::kVspRoles.size(); ++i) EXPECT_EQ(trace::kVspRoles[i], vsp::to_string(static_cast<vsp::Role>(i)));
  for (std::size_t i = 0; i < vsp::kCallEnds; ++i) EXPECT_EQ(trace::kVspCallEnds[i], vsp::to_string(static_cast<vsp::CallEnd>(i)));
  for (std::size_t i = 0; i < vsp::kChannelStates; ++i) EXPECT_EQ(trace::kVspStates[i], vsp::to_string(static_cast<vsp::ChannelState>(i)));
  for (std::size_t i = 0; i < trace::kVspEventKinds.size(); ++i)
    EXPECT_EQ(trace::kVspEventKinds[i], vsp::to_string(static_cast<vsp::VspEventKind>(i)));
}

TEST_F(VspRecorderTest, MetricsAreOfTheCallsThatHeldSomebodyUp) {
  event(1_s, vsp::VspEventKind::state, vsp::ChannelState::ready);
  call(1_s, 2_ms, 1_ms, vsp::CallEnd::passed);
  call(2_s, 4_ms, 2_ms, vsp::CallEnd::denied);
  call(2_s, 900_ms, 0_s, vsp::CallEnd::observed, vsp::Role::observer);
  call(2_s, 0_s, 0_s, vsp::CallEnd::dropped, vsp::Role::observer);
  event(3_s, vsp::VspEventKind::ejected, vsp::ChannelState::backing_off, "the dump");
  const VspRecorder::Values values = metrics(4_s);
  EXPECT_DOUBLE_EQ(values.at("guard.vsp.calls"), 0.75) << "a copy that was dropped did not go to it";
  EXPECT_DOUBLE_EQ(values.at("guard.vsp.latency.mean"), 3);
  EXPECT_DOUBLE_EQ(values.at("guard.vsp.latency.max"), 4);
  EXPECT_DOUBLE_EQ(values.at("guard.vsp.wait"), 50);
  EXPECT_DOUBLE_EQ(values.at("guard.vsp.denied"), 1);
  EXPECT_DOUBLE_EQ(values.at("guard.vsp.dropped"), 1);
  EXPECT_DOUBLE_EQ(values.at("guard.vsp.available"), 50) << "from 1 s to 3 s of 4";
  EXPECT_THAT(services_->remarks(4_s), Contains(HasSubstr("guard.vsp: was ejected once; the last time at 3 s")));
}

TEST_F(VspRecorderTest, EveryMetricHasAName) {
  call(1_s, 2_ms, 1_ms, vsp::CallEnd::passed);
  const report::MetricTable names = metric_names(scenario_);
  for (const auto& [name, value] : metrics(2_s)) EXPECT_NE(names.find(name), nullptr) << name;
  std::size_t known = 0;
  for (const trace::MetricValue& metric : names.all()) known += metric.name.starts_with("guard.vsp.") ? 1 : 0;
  EXPECT_EQ(known, metrics(2_s).size());
}

TEST_F(VspRecorderTest, WhatWasBeforeTheWarmupEndedDoesNotCount) {
  event(1_s, vsp::VspEventKind::state, vsp::ChannelState::ready);
  call(1_s, 2_ms, 1_ms, vsp::CallEnd::denied);
  services_->begin(2_s);
  const VspRecorder::Values values = metrics(4_s);
  EXPECT_DOUBLE_EQ(values.at("guard.vsp.calls"), 0);
  EXPECT_DOUBLE_EQ(values.at("guard.vsp.denied"), 0);
  EXPECT_DOUBLE_EQ(values.at("guard.vsp.available"), 100);
  EXPECT_FALSE(values.contains("guard.vsp.latency.mean")) << "there is no sample";
  EXPECT_THAT(services_->remarks(4_s), IsEmpty());
}

TEST_F(VspRecorderTest, OneThatNeverWasReadyIsRemarkedUpon) {
  EXPECT_THAT(services_->remarks(4_s), Contains(HasSubstr("guard.vsp: never was ready")));
}

TEST_F(VspRecorderTest, WritesCallsAndEvents) {
  call(1_s, 2_ms, 1_ms, vsp::CallEnd::denied);
  event(3_s, vsp::VspEventKind::timed_out, vsp::ChannelState::ready, "late");
  recorder_->finish({});
  const auto reader = trace::Reader::open(file_.path());
  const auto calls = reader->vsp_calls(ServerId{}, PartitionId{0}, 0_s, 4_s);
  ASSERT_EQ(calls->size(), 1U);
  EXPECT_EQ((*calls)[0].hook, 6);
  EXPECT_EQ((*calls)[0].undispatched, 1_ms);
  const auto events = reader->vsp_events();
  ASSERT_EQ(events->size(), 1U);
  EXPECT_EQ((*events)[0].text, "late");
  EXPECT_EQ((*events)[0].client, std::nullopt);
}

}  // namespace
}  // namespace lparsim::scenario
