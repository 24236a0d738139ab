#pragma once
#include <QPointF>
#include <QSizeF>
#include <algorithm>
#include <vector>

#include "gui/topology/layout.hpp"

namespace lparsim::gui {

// Sizes at scale 1, for text of 9 points.
inline constexpr double kPadding = 10;
inline constexpr double kTitle = 20;  ///< a line of a title
inline constexpr QSizeF kDeviceBox{104, 24};
inline constexpr double kDeviceGap = 10;
inline constexpr double kRankGap = 22;  ///< room for lines between rows of devices

/// Devices that a partition serves others with; the rest of its devices are its ends of what it uses.
bool isServing(trace::DeviceKind kind);

/// Puts a layout together, part by part.
class LayoutBuilder {
 public:
  explicit LayoutBuilder(const trace::RunInfo& info) : info_{info} {}

  const trace::RunInfo& info() const { return info_; }
  int add(const PartId& id, const QRectF& area, int parent, bool holds = false);
  double titleHeight() const { return layout_.titleHeight; }
  /// So that titles can be read where all of it is seen.
  void makeTitlesFit(double width) { layout_.titleHeight = std::max(layout_.titleHeight, kTitle * width / 1100); }
  Part& part(int place) { return layout_.parts[static_cast<std::size_t>(place)]; }

  /// Rows of boxes in their order, each centred; returns the area of all of them.
  QRectF addDevices(const std::vector<const trace::DeviceFacts*>& devices, const QPointF& at, double width, int parent);
  /// Switches and fabric, then hosts and storage beneath.
  void addOutside(const QPointF& at, double width);
  void addLinks();
  MachineLayout take();

 private:
  void addConnections();
  void addHooks();
  std::vector<int> hooked(const trace::VspHookFacts& hook) const;

  const trace::RunInfo& info_;
  MachineLayout layout_;
};

/// How many boxes stand in a row where there are so many: rows get longer, as well as more.
std::size_t inARowOf(std::size_t boxes);
/// How high and wide rows of so many boxes are.
QSizeF sizeOfRows(std::size_t boxes, std::size_t inARow);

}  // namespace lparsim::gui
