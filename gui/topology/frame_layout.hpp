#pragma once
#include <map>
#include <vector>

#include "gui/topology/layout_builder.hpp"

namespace lparsim::gui {

// Parts of a partition's card, from its upper left corner; the painter keeps to them.
inline constexpr double kCardWidth = 178;
inline constexpr double kCardInset = 8;
inline constexpr double kNameTop = 5, kNameHeight = 16;
inline constexpr double kBarTop = 24, kBarHeight = 10;
inline constexpr double kFigureTop = 37, kFigureHeight = 16;
inline constexpr double kSquaresTop = 57, kSquare = 10;
inline constexpr double kCardHead = 74;    ///< height without devices
inline constexpr double kPortHeight = 16;  ///< of a client's adapter
inline constexpr std::size_t kPortsInARow = 2, kMostPortRows = 3;
inline constexpr double kBetweenRows = 34;  ///< room for lines between rows of a frame
inline constexpr double kCardGap = 12;
inline constexpr QSizeF kCoreCell{48, 40};
inline constexpr double kCoreGap = 5;
inline constexpr QSizeF kPoolBox{190, 40};

/// A server: chips and pools on the left; on the right its client partitions by pool, the hypervisor beneath, then those that serve.
class FrameLayout {
 public:
  FrameLayout(LayoutBuilder& builder, const trace::ServerFacts& server);
  /// Returns the frame's area.
  QRectF place(const QPointF& at);

 private:
  using Partitions = std::vector<const trace::PartitionFacts*>;
  struct Group {
    std::uint32_t id = 0;
    Partitions members;
  };

  const std::vector<const trace::DeviceFacts*>& devicesOf(const trace::PartitionFacts& partition, bool serving) const;
  double cardHeight() const;
  double columnsWidth(std::size_t columns) const;
  QSizeF sizeOfService(const trace::PartitionFacts& partition) const;

  // Each returns its lower edge.
  double addProcessors(const QPointF& at, double least);
  double addGroups(const QPointF& at);
  double addHypervisor(const QPointF& at);
  double addServices(const QPointF& at);
  void addCard(const trace::PartitionFacts& partition, const QRectF& area, int parent, bool holds);
  void addVirtualProcessors(const trace::PartitionFacts& partition, const QRectF& card, int parent);
  void addPorts(const trace::PartitionFacts& partition, const QRectF& card, int parent);

  LayoutBuilder& builder_;
  const trace::ServerFacts& server_;
  std::vector<Group> groups_;
  Partitions services_;
  std::map<std::pair<PartitionId, bool>, std::vector<const trace::DeviceFacts*>> devices_;  ///< by owner and whether they serve
  std::size_t portRows_ = 0;
  int frame_ = -1;
  std::size_t columns_ = 1;  ///< of cards
  double width_ = 0;         ///< of the right side
  double processorsWidth_ = 0;
};

}  // namespace lparsim::gui
