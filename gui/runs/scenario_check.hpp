#pragma once
#include <QObject>
#include <QProcess>
#include <QTemporaryFile>
#include <QTimer>
#include <memory>

#include "gui/runs/problem.hpp"

namespace lparsim::gui {

/// A text kept in a file beside the one it belongs to, so that what it refers to is found; where that folder cannot be written, elsewhere.
/// Gone with this object. Null where it cannot be written anywhere.
std::unique_ptr<QTemporaryFile> textBeside(const QString& path, const QString& text);

/// Lets `lparsim check` read a text whenever it has changed and rested for a moment.
class ScenarioCheck : public QObject {
  Q_OBJECT
 public:
  explicit ScenarioCheck(QObject* parent = nullptr);
  ~ScenarioCheck() override;

  /// `path`: where the text belongs; may be empty.
  void check(const QString& text, const QString& path);
  bool isBusy() const { return due_.isActive() || process_.state() != QProcess::NotRunning; }

 Q_SIGNALS:
  void checked(const std::vector<Problem>& problems);
  void failed(const QString& sentence);  ///< it could not be checked

 private:
  void start();
  void finish(int code, QProcess::ExitStatus status);

  QTimer due_;
  QProcess process_;
  std::unique_ptr<QTemporaryFile> file_;
  QString text_, path_;
  bool again_ = false;
};

}  // namespace lparsim::gui
