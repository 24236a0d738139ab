#pragma once
#include <QSizeF>
#include <optional>
#include <vector>

#include "gui/paint/canvas.hpp"
#include "gui/paint/theme.hpp"
#include "gui/topology/camera.hpp"
#include "gui/topology/strands.hpp"
#include "gui/topology/words.hpp"

namespace lparsim::gui {

/// Everything that a picture of the machine depends on.
struct MachinePicture {
  const RunFacts& facts;
  const MachineLayout& layout;
  const Flows* flows = nullptr;  ///< null: not known (yet)
  const std::vector<FlowLine>& lines;
  const Theme& theme;
  Camera camera;
  QSizeF size;
  double phase = 0;   ///< how far moving lines have come, in pixels
  int current = -1;   ///< the part that the keyboard is at
  int selected = -1;  ///< the part that all views show
  int hovered = -1;
};

/// Height of the legend at the lower edge.
inline constexpr double kLegendHeight = 30;

/// At most a few thousand primitives, whatever the machine's size: what is too small to be read is drawn as a cell in the colour of its
/// load.
void paintMachine(Canvas& canvas, const MachinePicture& picture);
/// In the middle of an empty view.
void paintHint(Canvas& canvas, const Theme& theme, const QSizeF& size, const QString& hint);

/// The line within some pixels of a point on the screen.
std::optional<Strand> strandAt(const MachinePicture& picture, const QPointF& point);

}  // namespace lparsim::gui
