#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gui/data/selection.hpp"
#include "gui/data/sources.hpp"

namespace lparsim::gui {

/// Something that was found, best first.
struct Hit {
  enum class Kind : std::uint8_t { partition, lane, core, workload, target, device, metric, request, time, event, server, pool };
  Kind kind{};
  std::string text;    ///< `db sda`
  std::string detail;  ///< `disk of db`, `latency of requests, mean: 3.1 ms`
  Selection selection;
  std::optional<LaneKey> lane;
  std::optional<SimTime> at;              ///< a time: the playhead goes there
  std::optional<trace::EventKind> event;  ///< an event kind: playback steps to the next
  std::string metric;                     ///< its name
  int score = 0;                          ///< higher is better
  std::vector<std::size_t> matched;       ///< bytes of `text` that fit what was typed, ascending
};

/// What can be found by name in a run. Made once a file (and when its metrics change); some ms for 10,000 names.
class SearchIndex {
 public:
  explicit SearchIndex(const RunFacts& facts);

  /// Letters in any case, prefixes of words before letters anywhere in their order; words in any order. Besides names: `request 1234`,
  /// `3.25 s`, `12 ms`. Nothing typed: the partitions.
  std::vector<Hit> find(std::string_view typed, std::size_t most = 50) const;

 private:
  std::vector<Hit> hits_;             ///< what has a name, in the order of their importance
  std::vector<std::string> letters_;  ///< their texts in small letters
  SimTime end_;
};

}  // namespace lparsim::gui
