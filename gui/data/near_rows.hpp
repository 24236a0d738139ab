#pragma once
// Rows around a moment of a file of any size, for explanations; private to gui/data.
#include "gui/data/lane.hpp"
#include "gui/data/sources.hpp"
#include "sim/explain/surroundings.hpp"

namespace lparsim::gui {

/// The reader of windows as a source of explanations. Where more rows would be needed than somebody waits for, its errors say so.
class NearRows final : public explain::RowSource {
 public:
  explicit NearRows(Sources& sources) : sources_{sources} {}
  Result<std::vector<trace::DispatchSpan>> dispatches(ServerId server, SimTime begin, SimTime end) const override;
  Result<std::vector<trace::DispatchSpan>> dispatches_of(trace::PartitionKey partition, SimTime begin, SimTime end) const override;
  Result<std::vector<trace::TrackEvent>> spans(SimTime begin, SimTime end) const override;
  Result<std::vector<trace::VspCall>> vsp_calls(ServerId server, SimTime begin, SimTime end) const override;

 private:
  Result<std::vector<trace::LaneDetail>> read(std::vector<LaneKey> lanes, SimTime begin, SimTime end) const;
  Sources& sources_;
};

/// What goes on on a virtual processor at a moment: the stay that is going on, or the next one with its wait. None: neither.
Result<std::optional<trace::DispatchSpan>> lifeAt(Sources& sources, LaneKey virtual_processor, SimTime at);

}  // namespace lparsim::gui
