#pragma once
#include <QGroupBox>
#include <QTimer>

#include "gui/runs/control_client.hpp"

class QCheckBox;
class QDoubleSpinBox;
class QLabel;
class QSlider;
class QSpinBox;

namespace lparsim::gui {

/// The controls of one shared partition. What is changed is sent shortly after the last movement; what is refused is said and taken back.
class PartitionControl : public QGroupBox {
  Q_OBJECT
 public:
  PartitionControl(ControlClient& control, const LivePartition& partition, QWidget* parent = nullptr);

  /// As the run has it now; what is being changed this moment stays as it is.
  void show(const LivePartition& partition);
  using QWidget::show;

 private:
  void send();
  void moved();

  ControlClient& control_;
  LivePartition known_;  ///< what holds in the run
  QSlider *entitlementSlider_, *weightSlider_;
  QDoubleSpinBox* entitlement_;
  QSpinBox *weight_, *virtual_;
  QCheckBox* capped_;
  QLabel* refusal_;
  QTimer due_;
};

}  // namespace lparsim::gui
