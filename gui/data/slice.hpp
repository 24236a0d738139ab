#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "gui/data/selection.hpp"

namespace lparsim::gui {

/// trace::DispatchSpan::preempt_reason of one that gave its core to another (LoPAR, dispatch trace log).
inline constexpr std::uint8_t kConfer = 3;

/// What a piece of a lane shows.
enum class State : std::uint8_t {
  entitled,          ///< on a core, on its entitlement
  excess,            ///< on a core, on what others left over
  dedicated,         ///< on a core of its own
  waitingCapacity,   ///< ready, out of entitlement and not chosen for excess (wait interval 2)
  waitingProcessor,  ///< ready and entitled, no core (wait interval 3)
  ceded,             ///< had nothing to do (wait interval 1)
  conferred,         ///< gave its core to another virtual processor
  folded,            ///< not used by its operating system
  request,           ///< a request of virtual I/O is under way
  failedRequest,     ///< one that failed or was dropped
  call,              ///< a call to a Virtual Service Partition
};
inline constexpr std::size_t kStates = 11;
/// `running on entitlement`, ... : for legends, hovering and tests.
std::string_view wordsFor(State state);
/// One sentence that a student understands.
std::string_view meaningOf(State state);

/// A piece of a lane. Of one thing (`count` 1) on an exact lane it has that thing's exact times; of several, put together for want of room,
/// `fill` says which part of the time from begin to end the state held. On the lane of a partition with several virtual processors it is
/// the part of them that were in this state; so slices of different states may lie on each other anywhere: they are to be stacked, and
/// their fills do not exceed 1 together.
struct Slice {
  SimTime begin, end;
  State state = State::entitled;
  float fill = 1;           ///< 0 to 1
  std::uint8_t row = 0;     ///< of lanes on which things overlap (requests, calls): how far down, from 0
  std::uint32_t count = 1;  ///< things in it
  ServerId server{};
  PartitionId partition{};  ///< whose time it is; of several: the one that had most of it
  std::uint32_t vp = 0;
  CoreId core{};
  std::uint64_t number = 0;                            ///< of a request (trace::IoRequest) or a call (trace::VspCall)
  std::uint8_t dispatchReason = 0, preemptReason = 0;  ///< as in the dispatch trace log; of one stay only
};

/// The pieces of a lane in a window, by row, then begin; those of a row and state do not overlap.
struct LaneSlices {
  LaneKey lane;
  bool exact = false;   ///< every thing is there
  bool coarse = false;  ///< from interval samples: nothing finer was recorded
  std::uint8_t rows = 1;
  std::vector<Slice> slices;
};

/// Something that happened at a moment: an operator's change, a state of a channel, a failure.
struct Mark {
  enum class Kind : std::uint8_t { operatorChange, log, warning, service, control };
  SimTime at;
  std::optional<LaneKey> lane;  ///< absent: of the whole run
  std::string text;             ///< of several, put together for want of room: the first one's, and how many more
  Kind kind = Kind::log;
  std::uint32_t count = 1;
};

struct WindowAnswer {
  SimTime begin, end;
  std::uint32_t pixels = 0;
  std::vector<LaneSlices> lanes;
  std::vector<Mark> marks;
  bool final = true;  ///< false: a finer answer to the same question follows
};

/// By what right a stay is on its core at a moment of it.
State stateOf(const trace::DispatchSpan& stay, const RunFacts& facts, SimTime at);
/// As LaneBucket::failed counts them: its service failed, or it was withdrawn or dropped.
bool isFailed(const trace::VspCall& call);

/// Rows on which things that overlap are put: what finds no room shares the last one.
inline constexpr std::uint8_t kMostRows = 8;

/// Slices of what the run file says of a window: pure, at most about one a pixel, lane, row and state; failures stay apart from what went
/// well. `folded`: when the lane's virtual processor was not used by its operating system, in the order of time.
LaneSlices slicesOf(const trace::LaneDetail& detail, const RunFacts& facts, SimTime begin, SimTime end, std::uint32_t pixels,
                    std::span<const TimeRange> folded = {});

}  // namespace lparsim::gui
