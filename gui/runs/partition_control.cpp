#include "gui/runs/partition_control.hpp"

#include <QCheckBox>
#include <QDoubleSpinBox>
#include <QGridLayout>
#include <QLabel>
#include <QPointer>
#include <QSignalBlocker>
#include <QSlider>
#include <QSpinBox>
#include <algorithm>
#include <cmath>
#include <memory>

namespace lparsim::gui {

namespace {

constexpr int kDebounceMilliseconds = 150;
/// Entitlement comes in hundredths of a processor.
constexpr double kHundredth = 100;
constexpr int kMostWeight = 255;

int hundredths(double units) {
  return static_cast<int>(std::lround(units * kHundredth));
}

}  // namespace

PartitionControl::PartitionControl(ControlClient& control, const LivePartition& partition, QWidget* parent)
    : QGroupBox{partition.name, parent},
      control_{control},
      entitlementSlider_{new QSlider{Qt::Horizontal}},
      weightSlider_{new QSlider{Qt::Horizontal}},
      entitlement_{new QDoubleSpinBox},
      weight_{new QSpinBox},
      virtual_{new QSpinBox},
      capped_{new QCheckBox{tr("Capped")}},
      refusal_{new QLabel} {
  setObjectName("control_" + partition.name);
  entitlement_->setSuffix(tr(" PU"));
  entitlement_->setDecimals(2);
  entitlement_->setSingleStep(0.05);
  entitlement_->setToolTip(tr("Processing units it is entitled to: processors' worth of time in each dispatch window"));
  weightSlider_->setRange(0, kMostWeight);
  weight_->setRange(0, kMostWeight);
  weight_->setToolTip(tr("Share of what others leave over; of no effect while capped"));
  virtual_->setToolTip(tr("Virtual processors: how many cores it can be on at once"));
  capped_->setToolTip(tr("Never more than its entitlement, even while cores are idle"));
  const auto named = [&](QWidget* widget, const QString& what) {
    widget->setAccessibleName(tr("%1 of %2").arg(what, partition.name));
  };
  named(entitlementSlider_, tr("Entitlement"));
  named(entitlement_, tr("Entitlement"));
  named(weightSlider_, tr("Weight"));
  named(weight_, tr("Weight"));
  named(virtual_, tr("Virtual processors"));
  named(capped_, tr("Cap"));
  refusal_->setObjectName("refusal");
  refusal_->setWordWrap(true);
  refusal_->hide();
  auto* grid = new QGridLayout{this};
  grid->setColumnStretch(1, 1);
  grid->setVerticalSpacing(4);
  grid->addWidget(new QLabel{tr("Entitled")}, 0, 0);
  grid->addWidget(entitlementSlider_, 0, 1);
  grid->addWidget(entitlement_, 0, 2);
  grid->addWidget(new QLabel{tr("Weight")}, 1, 0);
  grid->addWidget(weightSlider_, 1, 1);
  grid->addWidget(weight_, 1, 2);
  grid->addWidget(capped_, 2, 0, 1, 2);
  grid->addWidget(virtual_, 2, 2);
  grid->addWidget(refusal_, 3, 0, 1, 3);
  due_.setSingleShot(true);
  due_.setInterval(kDebounceMilliseconds);
  connect(&due_, &QTimer::timeout, this, &PartitionControl::send);
  connect(entitlementSlider_, &QSlider::valueChanged, this, [this](int value) { entitlement_->setValue(value / kHundredth); });
  connect(entitlement_, &QDoubleSpinBox::valueChanged, this, [this](double value) {
    const QSignalBlocker quiet{entitlementSlider_};
    entitlementSlider_->setValue(hundredths(value));
    moved();
  });
  connect(weightSlider_, &QSlider::valueChanged, weight_, &QSpinBox::setValue);
  connect(weight_, &QSpinBox::valueChanged, this, [this](int value) {
    const QSignalBlocker quiet{weightSlider_};
    weightSlider_->setValue(value);
    moved();
  });
  connect(virtual_, &QSpinBox::valueChanged, this, &PartitionControl::moved);
  connect(capped_, &QCheckBox::toggled, this, [this](bool capped) {
    weight_->setEnabled(!capped);
    weightSlider_->setEnabled(!capped);
    moved();
  });
  show(partition);
}

void PartitionControl::show(const LivePartition& partition) {
  known_ = partition;
  if (due_.isActive() || entitlementSlider_->isSliderDown() || weightSlider_->isSliderDown()) return;
  const std::vector<QObject*> all{entitlementSlider_, weightSlider_, entitlement_, weight_, virtual_, capped_};
  std::vector<std::unique_ptr<QSignalBlocker>> quiet;
  for (QObject* widget : all) quiet.push_back(std::make_unique<QSignalBlocker>(widget));
  entitlement_->setRange(partition.least, partition.most);
  entitlementSlider_->setRange(hundredths(partition.least), hundredths(partition.most));
  entitlement_->setValue(partition.entitlement);
  entitlementSlider_->setValue(hundredths(partition.entitlement));
  weight_->setValue(partition.weight);
  weightSlider_->setValue(partition.weight);
  virtual_->setRange(1, std::max(1, partition.mostVirtualProcessors));
  virtual_->setSuffix(tr(" VPs"));
  virtual_->setValue(partition.virtualProcessors);
  capped_->setChecked(partition.capped);
  weight_->setEnabled(!partition.capped);
  weightSlider_->setEnabled(!partition.capped);
}

void PartitionControl::moved() {
  due_.start();
}

void PartitionControl::send() {
  QJsonObject change;
  if (hundredths(entitlement_->value()) != hundredths(known_.entitlement))
    change.insert("entitlement", hundredths(entitlement_->value()) / kHundredth);
  if (weight_->value() != known_.weight && !capped_->isChecked()) change.insert("weight", weight_->value());
  if (capped_->isChecked() != known_.capped) change.insert("capped", capped_->isChecked());
  if (virtual_->value() != known_.virtualProcessors) change.insert("virtual", virtual_->value());
  if (change.isEmpty()) return;
  control_.set(known_.name, change, [this, self = QPointer{this}](const QJsonObject& answer) {
    if (self.isNull()) return;
    const bool ok = answer.value("ok").toBool();
    refusal_->setVisible(!ok);
    refusal_->setText(ok ? QString{} : tr("Refused: %1.").arg(answer.value("error").toString()));
    if (!ok) show(known_);
  });
}

}  // namespace lparsim::gui
