#pragma once
#include <QMap>
#include <QWidget>

#include "gui/runs/live_run.hpp"

class QLabel;
class QProgressBar;
class QPushButton;
class QSlider;
class QStackedLayout;
class QVBoxLayout;

namespace lparsim::gui {

class PartitionControl;

/// What can be done to a live run: pause it, slow it down, end it, and change what its partitions are entitled to.
class ControlPanel : public QWidget {
  Q_OBJECT
 public:
  explicit ControlPanel(LiveRun& live, QWidget* parent = nullptr);

  QSize sizeHint() const override { return {300, 360}; }

 private:
  QWidget* controls();
  QWidget* nothing();
  void showState();
  void showPartitions(const std::vector<LivePartition>& partitions);
  void sendPace();

  LiveRun& live_;
  QStackedLayout* stack_;
  QProgressBar* progress_ = nullptr;
  QLabel *paceText_ = nullptr, *news_ = nullptr, *over_ = nullptr;
  QPushButton *pause_ = nullptr, *stop_ = nullptr;
  QSlider* pace_ = nullptr;
  QVBoxLayout* rows_ = nullptr;
  QTimer paceDue_;
  QMap<QString, PartitionControl*> partitions_;
};

}  // namespace lparsim::gui
