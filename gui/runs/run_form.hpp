#pragma once
#include <QWidget>

#include "gui/runs/live_run.hpp"

class QCheckBox;
class QComboBox;
class QLineEdit;

namespace lparsim::gui {

/// With which options a scenario is simulated. What is left empty is as the scenario says.
class RunForm : public QWidget {
  Q_OBJECT
 public:
  explicit RunForm(QWidget* parent = nullptr);

  /// Another scenario: proposes a name for the run file that is not taken.
  void propose(const QString& scenarioName);
  /// Without the scenario.
  RunOrder order() const;

 private:
  void chooseFile();

  QComboBox *trace_, *pace_;
  QLineEdit *duration_, *seed_, *file_;
  QCheckBox* paused_;
};

/// Where run files go unless another place is chosen.
QString runFolder();
/// FOLDER/NAME.db, or NAME-2.db, ... where that is taken.
QString freeRunFile(const QString& folder, const QString& name);

}  // namespace lparsim::gui
