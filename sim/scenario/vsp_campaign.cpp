#include "sim/scenario/vsp_campaign.hpp"

#include <algorithm>

#include "models/core/generation.hpp"

namespace lparsim::scenario {
namespace {

using vsp::ChannelState;
using vsp::FaultPolicy;
using vsp::InFlightPolicy;

// In the order in which a channel comes to them; nothing: ready, and a call comes. Off is not there: nothing can fail then.
constexpr std::optional<ChannelState> kStates[] = {ChannelState::closed,     ChannelState::initialized, ChannelState::welcomed,
                                                   ChannelState::negotiated, ChannelState::ready,       std::nullopt,
                                                   ChannelState::quiescing,  ChannelState::suspended,   ChannelState::backing_off};
constexpr FaultPolicy kPolicies[] = {FaultPolicy::open, FaultPolicy::closed, FaultPolicy::freeze};
constexpr InFlightPolicy kInFlight[] = {InFlightPolicy::abort, InFlightPolicy::reissue, InFlightPolicy::fail};
constexpr CampaignFault kFaults[] = {CampaignFault::crash, CampaignFault::hang, CampaignFault::starvation};

bool decides(const PartitionConfig& partition) {
  return std::ranges::any_of(partition.vsp->hooks, &VspHookConfig::decides);
}

const PartitionConfig& partition_of(const ScenarioConfig& scenario, const CampaignPoint& point) {
  return scenario.servers[point.server].partitions[point.partition];
}

// From when on it may fail.
SimTime begin_of(const ScenarioConfig& scenario, const CampaignPoint& point) {
  const bool at_boot = point.state && *point.state <= ChannelState::ready;
  return at_boot ? SimTime{} : scenario.duration / 3;
}

// What brings a channel to a state that it does not come to by itself.
void lead_to(ScenarioConfig& scenario, const CampaignPoint& point, SimTime when, SimTime outage) {
  const std::string& name = partition_of(scenario, point).name;
  const auto add = [&](SimTime at, auto change) {
    EventConfig event;
    event.at = at;
    event.vsp.partition = name;
    change(event.vsp);
    if (at < scenario.duration) scenario.events.push_back(std::move(event));
  };
  if (point.state == ChannelState::quiescing || point.state == ChannelState::suspended) {
    add(when, [](VspEvent& event) { event.suspend = true; });
    add(when + outage, [](VspEvent& event) { event.suspend = false; });
  }
  if (point.state == ChannelState::backing_off)
    add(when, [&](VspEvent& event) {
      event.fault.emplace();
      event.fault->kind = vsp::FaultKind::violation;
      event.fault->violation = vsp::Violation::init_when_established;
      event.fault->from = when;
      event.fault->length = outage;
    });
  std::ranges::stable_sort(scenario.events, {}, &EventConfig::at);
}

std::vector<EventConfig> failure(const ScenarioConfig& scenario, const CampaignPoint& point, SimTime outage) {
  const PartitionConfig& partition = partition_of(scenario, point);
  EventConfig begin, end;
  end.at = outage;
  begin.partition = end.partition = partition.name;
  switch (point.fault) {
    case CampaignFault::crash:
      begin.running = false;
      begin.failed = true;
      end.running = true;
      break;
    case CampaignFault::hang:
      begin.partition.clear();
      begin.vsp.partition = partition.name;
      begin.vsp.fault.emplace();
      begin.vsp.fault->kind = vsp::FaultKind::hang;
      begin.vsp.fault->length = outage;
      return {begin};
    case CampaignFault::starvation: {
      const PartitionProcessors& processors = partition.processors;
      const core::Generation generation = scenario.servers[point.server].processor.generation;
      const ProcessingUnits each = core::generation_facts(generation).minimum_per_virtual_processor;
      begin.entitlement = each * processors.virtual_processors;
      begin.capped = true;
      end.entitlement = processors.entitlement;
      end.capped = processors.capped;
      break;
    }
  }
  return {begin, end};
}

}  // namespace

std::string_view to_string(CampaignFault fault) {
  constexpr std::string_view kNames[] = {"crash", "hang", "starvation"};
  return kNames[static_cast<std::size_t>(fault)];
}

std::string_view to_string(FaultPolicy policy) {
  constexpr std::string_view kNames[] = {"open", "closed", "freeze"};
  return kNames[static_cast<std::size_t>(policy)];
}

std::string_view to_string(InFlightPolicy policy) {
  constexpr std::string_view kNames[] = {"abort", "reissue", "fail"};
  return kNames[static_cast<std::size_t>(policy)];
}

std::string CampaignPoint::state_name() const {
  return state ? std::string{vsp::to_string(*state)} : "ready, a call comes";
}

std::vector<CampaignPoint> campaign_points(const ScenarioConfig& scenario, const std::optional<std::string>& name) {
  std::vector<CampaignPoint> points;
  for (std::size_t s = 0; s < scenario.servers.size(); ++s) {
    for (std::size_t p = 0; p < scenario.servers[s].partitions.size(); ++p) {
      const PartitionConfig& partition = scenario.servers[s].partitions[p];
      if (!partition.vsp || (name && partition.name != *name)) continue;
      const std::size_t policies = decides(partition) ? std::size(kPolicies) : 1;
      const std::size_t in_flight = decides(partition) ? std::size(kInFlight) : 1;
      for (const auto& state : kStates)
        for (const CampaignFault fault : kFaults)
          for (std::size_t a = 0; a < policies; ++a)
            for (std::size_t b = 0; b < in_flight; ++b)
              if (fault != CampaignFault::starvation || partition.processors.mode == ProcessorMode::shared)
                points.push_back({s, p, state, fault, kPolicies[a], kInFlight[b]});
    }
  }
  return points;
}

ScenarioConfig without_fault(const ScenarioConfig& scenario, const CampaignPoint& point, SimTime outage) {
  ScenarioConfig run = scenario;
  run.warmup = {};
  run.expect.clear();
  VspPartitionConfig& vsp = *run.servers[point.server].partitions[point.partition].vsp;
  vsp.faults.clear();
  vsp.random_faults.clear();
  for (VspHookConfig& hook : vsp.hooks) {
    if (!hook.decides()) continue;
    hook.when_absent = hook.when_slow = point.policy;
    hook.in_flight = point.in_flight;
  }
  std::erase_if(run.events, [&](const EventConfig& event) {
    const std::string& who = partition_of(scenario, point).name;
    return event.vsp.partition == who || event.partition == who;
  });
  lead_to(run, point, begin_of(scenario, point), outage);
  return run;
}

ScenarioConfig with_fault(const ScenarioConfig& scenario, const CampaignPoint& point, SimTime outage) {
  ScenarioConfig run = without_fault(scenario, point, outage);
  run.trigger = VspTrigger{point.server, point.partition, point.state, begin_of(scenario, point), failure(scenario, point, outage)};
  return run;
}

}  // namespace lparsim::scenario
