#include "sim/scenario/vsp_campaign.hpp"

#include <gmock/gmock.h>
#include <lparsim/vsp.h>

#include <cstring>
#include <set>

#include "sim/kernel/testing/manual_calendar.hpp"
#include "sim/scenario/read_scenario.hpp"
#include "sim/scenario/testing/vsp_scenario.hpp"
#include "sim/scenario/vsp_triggered.hpp"

namespace lparsim::scenario {
namespace {

using namespace lparsim::literals;
using ::testing::ElementsAre;
using testing::kVspBase;
using testing::with_hooks;
using vsp::ChannelState;

ScenarioConfig read(const std::string& text) {
  ScenarioReading reading = read_scenario_text("s", text);
  EXPECT_FALSE(reading.diagnostics.has_errors()) << reading.diagnostics.text();
  return std::move(reading.scenario);
}

CampaignPoint point(std::optional<ChannelState> state, CampaignFault fault) {
  return {0, 3, state, fault, vsp::FaultPolicy::freeze, vsp::InFlightPolicy::reissue};
}

TEST(Campaign, HasEveryStateTimesEveryFailureTimesEveryPolicyOnce) {
  const auto points = campaign_points(read(kVspBase));
  std::set<std::tuple<std::string, CampaignFault, vsp::FaultPolicy, vsp::InFlightPolicy>> different;
  for (const CampaignPoint& p : points) {
    EXPECT_EQ(p.partition, 3U);
    different.emplace(p.state_name(), p.fault, p.policy, p.in_flight);
  }
  EXPECT_EQ(points.size(), 9U * 3 * 3 * 3);  // all states but off, and a call in state ready
  EXPECT_EQ(different.size(), points.size());
}

TEST(Campaign, LeavesOutPoliciesOfObserversForWhomNobodyWaits) {
  EXPECT_EQ(campaign_points(read(with_hooks("[{hook: sea.forward, role: observer}]"))).size(), 9U * 3);
}

TEST(Campaign, IsOfTheNamedPartitionOnly) {
  EXPECT_TRUE(campaign_points(read(kVspBase), "web").empty());
  EXPECT_FALSE(campaign_points(read(kVspBase), "guard").empty());
}

TEST(Campaign, ComparisonAndPointDifferByTheFailureAlone) {
  const ScenarioConfig scenario = read(std::string{kVspBase} +
                                       "        faults: [{kind: hang, at: 1 s}]\n"
                                       "events: [{at: 2 s, partition: guard, state: failed}, {at: 3 s, partition: web, weight: 1}]\n");
  const CampaignPoint p = point(std::nullopt, CampaignFault::crash);
  const ScenarioConfig without = without_fault(scenario, p, 1_s), with = with_fault(scenario, p, 1_s);
  EXPECT_TRUE(without.servers[0].partitions[3].vsp->faults.empty());
  ASSERT_EQ(without.events.size(), 1U);
  EXPECT_EQ(without.events[0].partition, "web");
  EXPECT_EQ(without.servers[0].partitions[3].vsp->hooks[0].when_absent, vsp::FaultPolicy::freeze);
  EXPECT_EQ(without.servers[0].partitions[3].vsp->hooks[0].in_flight, vsp::InFlightPolicy::reissue);
  EXPECT_FALSE(without.trigger);
  EXPECT_EQ(with.events.size(), 1U);
  ASSERT_TRUE(with.trigger);
  EXPECT_FALSE(with.trigger->state);
  EXPECT_EQ(with.trigger->not_before, scenario.duration / 3);
  ASSERT_EQ(with.trigger->events.size(), 2U);
  EXPECT_TRUE(with.trigger->events[0].failed);
  EXPECT_EQ(with.trigger->events[1].running, true);
  EXPECT_EQ(with.trigger->events[1].at, 1_s);
}

TEST(Campaign, StarvationCapsAtTheLeastEntitlementAndIsTakenBack) {
  const ScenarioConfig with = with_fault(read(kVspBase), point(ChannelState::welcomed, CampaignFault::starvation), 1_s);
  ASSERT_EQ(with.trigger->events.size(), 2U);
  EXPECT_EQ(with.trigger->events[0].entitlement, ProcessingUnits::from_hundredths(5));
  EXPECT_EQ(with.trigger->events[0].capped, true);
  EXPECT_EQ(with.trigger->events[1].entitlement, ProcessingUnits::from_hundredths(20));
  EXPECT_EQ(with.trigger->events[1].capped, false);
  EXPECT_EQ(with.trigger->not_before, SimTime{}) << "at boot";
}

TEST(Campaign, LeadsToTheStatesThatAChannelDoesNotComeToByItself) {
  const ScenarioConfig scenario = read(kVspBase);
  for (const ChannelState state : {ChannelState::quiescing, ChannelState::suspended}) {
    const auto events = without_fault(scenario, point(state, CampaignFault::hang), 1_s).events;
    ASSERT_EQ(events.size(), 2U);
    EXPECT_EQ(events[0].vsp.suspend, true);
    EXPECT_EQ(events[1].vsp.suspend, false);
    EXPECT_EQ(events[1].at - events[0].at, 1_s);
  }
  const auto events = without_fault(scenario, point(ChannelState::backing_off, CampaignFault::hang), 1_s).events;
  ASSERT_EQ(events.size(), 1U);
  EXPECT_EQ(events[0].vsp.fault->kind, vsp::FaultKind::violation);
}

// A trigger with what it lets happen.
struct Triggered {
  explicit Triggered(VspTrigger t) : trigger{std::move(t)} {}
  VspTrigger trigger;
  kernel::testing::ManualCalendar calendar{};
  std::vector<SimTime> happened{};
  std::vector<SimTime> faults_from{};
  VspTriggered watcher{trigger, calendar, [this](const EventConfig& event) {
                         happened.push_back(calendar.now());
                         if (event.vsp.fault) faults_from.push_back(event.vsp.fault->from);
                       }};
  void state(PartitionId vsp, ChannelState to, SimTime at) {
    calendar.run_until(at);
    vsp::VspEvent event;
    event.at = at;
    event.vsp = vsp;
    event.kind = vsp::VspEventKind::state;
    event.state = to;
    watcher.happened(event);
  }
};

VspTrigger trigger(std::optional<ChannelState> state) {
  VspTrigger t{0, 3, state, 2_s, {}};
  t.events.resize(2);
  t.events[1].at = 5_s;
  return t;
}

TEST(VspTriggered, LetsItsEventsHappenFromTheStateOnOnce) {
  Triggered t{trigger(ChannelState::ready)};
  t.state(PartitionId{3}, ChannelState::ready, 1_s);       // too early
  t.state(PartitionId{2}, ChannelState::ready, 2_s);       // another one
  t.state(PartitionId{3}, ChannelState::negotiated, 3_s);  // another state
  EXPECT_FALSE(t.watcher.pulled());
  t.state(PartitionId{3}, ChannelState::ready, 4_s);
  t.state(PartitionId{3}, ChannelState::ready, 5_s);
  t.calendar.run_until(20_s);
  EXPECT_THAT(t.happened, ElementsAre(4_s, 9_s));
}

TEST(VspTriggered, FaultsBeginWhenTheirMomentHasCome) {
  VspTrigger hang = trigger(ChannelState::welcomed);
  hang.events.resize(1);
  hang.events[0].vsp.partition = "guard";
  hang.events[0].vsp.fault.emplace();
  Triggered t{hang};
  t.state(PartitionId{3}, ChannelState::welcomed, 4_s);
  t.calendar.run_until(4_s);
  EXPECT_THAT(t.faults_from, ElementsAre(4_s));
}

TEST(VspTriggered, WithoutAStateWaitsForACallThatIsHandedOver) {
  Triggered t{trigger(std::nullopt)};
  lparsim_vsp_header header{LPARSIM_VSP_CALL, sizeof header, 1};
  std::array<std::uint8_t, sizeof header> bytes{};
  const auto message = [&](bool to_vsp, SimTime at) {
    std::memcpy(bytes.data(), &header, sizeof header);
    t.calendar.run_until(at);
    t.watcher.message(PartitionId{3}, to_vsp, bytes, at);
  };
  ASSERT_TRUE(t.watcher.wants_messages());
  message(false, 3_s);
  header.type = LPARSIM_VSP_CANCEL;
  message(true, 4_s);
  EXPECT_FALSE(t.watcher.pulled());
  header.type = LPARSIM_VSP_CALL;
  message(true, 5_s);
  t.calendar.run_until(5_s);
  EXPECT_THAT(t.happened, ElementsAre(5_s));
}

}  // namespace
}  // namespace lparsim::scenario
