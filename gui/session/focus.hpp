#pragma once
#include <QObject>
#include <optional>
#include <vector>

#include "gui/data/selection.hpp"

namespace lparsim::gui {

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

 Q_SIGNALS:
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
