#pragma once
#include <cstdint>
#include <optional>
#include <variant>

#include "gui/data/lane.hpp"

namespace lparsim::gui {

struct TimeRange {
  SimTime begin, end;
  bool operator==(const TimeRange&) const = default;
};

// What may be selected.
struct SelectedPartition {
  ServerId server{};
  PartitionId partition{};
  bool operator==(const SelectedPartition&) const = default;
};
struct SelectedCore {
  ServerId server{};
  CoreId core{};
  bool operator==(const SelectedCore&) const = default;
};
/// A lane's moment: a stay, a wait, or nothing.
struct SelectedSlice {
  LaneKey lane;
  SimTime begin, end;
  bool operator==(const SelectedSlice&) const = default;
};
struct SelectedRequest {
  std::uint64_t number = 0;
  /// When it was under way, where that is known: it is then found at once in a file of any size.
  std::optional<SimTime> at{};
  bool operator==(const SelectedRequest& other) const { return number == other.number; }
};
struct SelectedCall {
  ServerId server{};
  std::uint64_t number = 0;
  std::optional<SimTime> at{};  ///< as that of a request
  bool operator==(const SelectedCall& other) const { return server == other.server && number == other.number; }
};
struct SelectedDevice {
  std::uint32_t device = 0;
  bool operator==(const SelectedDevice&) const = default;
};
using Selection =
    std::variant<std::monostate, SelectedPartition, SelectedCore, SelectedSlice, SelectedRequest, SelectedCall, SelectedDevice>;

/// Where a text leads when it is clicked.
struct Link {
  Selection selection;
  std::optional<SimTime> at;  ///< the playhead goes there too
  bool operator==(const Link&) const = default;
};

}  // namespace lparsim::gui
