#pragma once
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "gui/data/selection.hpp"
#include "gui/data/sources.hpp"

namespace lparsim::gui {

/// A line of the inspector.
struct Fact {
  std::string label;
  std::string value;    ///< with its unit
  std::string meaning;  ///< one sentence; empty where the label says it all
  std::optional<Link> link{};
  bool operator==(const Fact&) const = default;
};

struct Section {
  std::string title;
  std::vector<Fact> facts;
  std::vector<std::string> sentences;  ///< above the facts: `web vp 1 waited 3.2 ms for a core: ...`
  bool operator==(const Section&) const = default;
};

/// Everything about what is selected.
struct Inspection {
  std::string title;     ///< `web`, `core 3`, `request 1234`
  std::string subtitle;  ///< `Linux partition of frame1, shared, uncapped`
  std::vector<Section> sections;
  bool final = true;  ///< false: more follows
};

/// What is known at once goes to `soFar`, what has to be looked for follows. `at`: the playhead, for what changes with time. Errors are
/// sentences for the user. On a patient worker.
Result<Inspection> inspect(Sources& sources, const Selection& selection, SimTime at, const std::function<void(Inspection)>& soFar);

}  // namespace lparsim::gui
