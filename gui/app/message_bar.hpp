#pragma once
#include <QFrame>

class QAction;
class QLabel;
class QToolButton;

namespace lparsim::gui {

enum class Severity { information, warning, error };

/// What went wrong or is worth knowing, above the page: one message, which stays until it is closed, done with or replaced, and stops
/// nobody.
class MessageBar : public QFrame {
  Q_OBJECT
 public:
  explicit MessageBar(QWidget* parent = nullptr);

  /// `remedy`: what a button in the bar does about it.
  void say(Severity severity, const QString& sentence, QAction* remedy = nullptr);
  QString sentence() const;

 protected:
  void changeEvent(QEvent* event) override;

 private:
  void colour();

  Severity severity_ = Severity::information;
  QLabel* icon_;
  QLabel* text_;
  QToolButton* remedy_;
};

}  // namespace lparsim::gui
