#pragma once
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "lpars/workload/config.hpp"

namespace lparsim::workload {

/// A recording of demand as text: a line `time,pu`, then a line for each point, such as `0 s,0.5` or, in seconds, `300,0.75`. Commas may
/// have blanks beside them; lines end in LF or CRLF; empty lines and lines that begin with `#` are left out.
struct RecordingText {
  std::vector<DemandPoint> demand;
  /// The same as a scenario says it: `[{at: 0 s, pu: 0.5}, ...]`, with the figures as they were written.
  std::string as_yaml;

  struct Problem {
    std::size_t line;  ///< counted from 1
    std::string message;
  };
  std::vector<Problem> problems;  ///< all of them, up to some; without any, `demand` has no problem_of()
};

/// Whatever the bytes of `text` are.
RecordingText read_recording(std::string_view text);

/// Processing units: `0.5` or `0.5 PU`, at most kMostDemand.
Result<double> parse_demand(std::string_view text);

/// A gap of more than so many usual steps is a hole: what was wanted then is not known.
inline constexpr std::int64_t kLargestHole = 10;

}  // namespace lparsim::workload
