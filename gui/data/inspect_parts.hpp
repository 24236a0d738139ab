#pragma once
// The inspector's pages; private to gui/data.
#include <functional>

#include "gui/data/inspect.hpp"

namespace lparsim::gui {

using TellInspection = std::function<void(Inspection)>;

Result<Inspection> inspectPartition(Sources& sources, const trace::PartitionFacts& partition, SimTime at, const TellInspection& soFar);
Result<Inspection> inspectCore(Sources& sources, ServerId server, CoreId core, SimTime at, const TellInspection& soFar);
Result<Inspection> inspectVirtualProcessor(Sources& sources, LaneKey lane, SimTime at, const TellInspection& soFar);
Result<Inspection> inspectRequest(Sources& sources, const SelectedRequest& request, const TellInspection& soFar);
Result<Inspection> inspectCall(Sources& sources, const SelectedCall& call);
/// A lane of requests or calls at a moment: the one that was under way, or all of them.
Result<Inspection> inspectUnderWay(Sources& sources, LaneKey lane, SimTime begin, SimTime end, const TellInspection& soFar);
Result<Inspection> inspectDevice(Sources& sources, std::uint32_t device, SimTime at);

/// What a stay was: where, how long, by what right, why it came and went, and what was before it.
std::vector<Section> staySections(Sources& sources, const trace::DispatchSpan& stay, SimTime at);
/// `running on core 3 since 1.25 s`: what a virtual processor does at the moment; `life` as lifeAt() gives it.
std::string doingText(const std::optional<trace::DispatchSpan>& life, SimTime at);

// Texts.
std::string puText(double units);
std::string bytesText(std::uint64_t bytes);
std::string nameOf(const RunFacts& facts, ServerId server, PartitionId partition);
Link linkTo(ServerId server, PartitionId partition);
Link linkTo(ServerId server, CoreId core, std::optional<SimTime> at = {});
Link linkTo(SimTime at);
// Clauses that follow `because`.
std::string wordsForDispatch(std::uint8_t reason);
std::string wordsForPreempt(std::uint8_t reason);

}  // namespace lparsim::gui
