#pragma once
#include <QObject>
#include <optional>
#include <variant>
#include <vector>

#include "gui/data/slice.hpp"

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
  bool operator==(const SelectedRequest&) const = default;
};
struct SelectedCall {
  ServerId server{};
  std::uint64_t number = 0;
  bool operator==(const SelectedCall&) const = default;
};
struct SelectedDevice {
  std::uint32_t device = 0;
  bool operator==(const SelectedDevice&) const = default;
};
using Selection =
    std::variant<std::monostate, SelectedPartition, SelectedCore, SelectedSlice, SelectedRequest, SelectedCall, SelectedDevice>;

/// What all views show together: the visible window of time, the playhead, the selection, a range of time. Views change it and follow it.
class Focus : public QObject {
  Q_OBJECT
 public:
  explicit Focus(QObject* parent = nullptr);

  TimeRange window() const { return window_; }
  SimTime playhead() const { return playhead_; }
  const Selection& selection() const { return selection_; }
  std::optional<TimeRange> range() const { return range_; }
  const std::vector<LaneKey>& pinned() const { return pinned_; }
  TimeRange limits() const { return limits_; }

  /// The whole run; keeps window and playhead inside.
  void setLimits(TimeRange limits);
  /// Cut to the limits; never shorter than a nanosecond. `continues`: a step of the same gesture as the last change, undone with it.
  void setWindow(TimeRange window, bool continues = false);
  void fit();  ///< the whole run
  void undoWindow();
  void redoWindow();
  bool canUndoWindow() const { return !undo_.empty(); }
  bool canRedoWindow() const { return !redo_.empty(); }
  void setPlayhead(SimTime at);
  /// The same, and moves the window where the playhead would be outside of it.
  void showPlayhead(SimTime at);
  void select(const Selection& selection);
  void setRange(std::optional<TimeRange> range);
  void setPinned(LaneKey lane, bool pinned);
  void reset(TimeRange limits);  ///< another file

 signals:
  void windowChanged();
  void playheadChanged();
  void selectionChanged();
  void rangeChanged();
  void pinnedChanged();
  void limitsChanged();

 private:
  TimeRange cut(TimeRange window) const;

  TimeRange limits_, window_;
  SimTime playhead_;
  Selection selection_;
  std::optional<TimeRange> range_;
  std::vector<LaneKey> pinned_;
  std::vector<TimeRange> undo_, redo_;
};

}  // namespace lparsim::gui
