#pragma once
#include <cstdint>
#include <optional>
#include <string>

#include "sim/base/ids.hpp"
#include "sim/base/time.hpp"
#include "sim/trace/records.hpp"

namespace lparsim::trace {

struct PartitionKey {
  ServerId server{};
  PartitionId partition{};
};

/// A row of table `span` or `counter` on a partition's or a virtual processor's track.
struct TrackEvent {
  ServerId server{};
  PartitionId partition{};
  std::optional<std::uint32_t> vp;  ///< absent: on the partition's track
  std::string name;
  SimTime begin;  ///< of a counter: from when on
  SimTime end;    ///< of a counter: the same
  double value = 0;
};

/// Is told the history of a server in the order of time: dispatches at the moment at which their virtual processors became ready, spans at
/// their begin.
class HistorySink {
 public:
  virtual ~HistorySink() = default;
  virtual void became_ready(const DispatchSpan& dispatch) = 0;
  virtual void began(const TrackEvent& span) = 0;
};

}  // namespace lparsim::trace
