#pragma once
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "models/vsp/config.hpp"
#include "models/vsp/records.hpp"
#include "sim/base/time.hpp"
#include "sim/scenario/document.hpp"

namespace lparsim::scenario {

/// What the run file's log says at its end when a campaign's failure took place.
inline constexpr std::string_view kCampaignFailure = "the failure of this campaign took place";

/// How a Virtual Service Partition fails in a campaign.
enum class CampaignFault : std::uint8_t {
  crash,       ///< the partition fails, and is started again after the outage
  hang,        ///< it takes messages and answers none, so long
  starvation,  ///< it is capped at the least entitlement of its virtual processors, so long
};
std::string_view to_string(CampaignFault fault);
std::string_view to_string(vsp::FaultPolicy policy);
std::string_view to_string(vsp::InFlightPolicy policy);

/// One run of a campaign: who fails, how, when, and what holds then.
struct CampaignPoint {
  std::size_t server = 0;
  std::size_t partition = 0;
  std::optional<vsp::ChannelState> state;  ///< absent: in state ready, when a call is handed to it
  CampaignFault fault{};
  vsp::FaultPolicy policy{};  ///< when_absent and when_slow of all hooks that decide
  vsp::InFlightPolicy in_flight{};

  /// In which state it fails, for people: `ready, a call comes`.
  std::string state_name() const;
};

/// Every protocol state times crash, hang and starvation times every policy, for each Virtual Service Partition (or the one named).
/// Policies are left out where the partition has observers only, and starvation of a dedicated partition.
std::vector<CampaignPoint> campaign_points(const ScenarioConfig& scenario, const std::optional<std::string>& name = {});

/// The scenario without faults of this partition, without warmup, its hooks under this policy, and with what leads to the state (a
/// suspension, a violation): what a point is compared with differs from it by the failure alone.
ScenarioConfig without_fault(const ScenarioConfig& scenario, const CampaignPoint& point, SimTime outage);
/// The same, and the failure for `outage`. States that a channel comes to at boot fail there; the others from a third of the run on.
ScenarioConfig with_fault(const ScenarioConfig& scenario, const CampaignPoint& point, SimTime outage);

}  // namespace lparsim::scenario
