#pragma once
#include <QTimer>

#include "gui/data/inspect.hpp"
#include "gui/paint/view.hpp"
#include "gui/session/focus.hpp"
#include "gui/session/session.hpp"

class QAction;
class QLabel;
class QStackedWidget;
class QTextBrowser;
class QUrl;

namespace lparsim::gui {

/// Everything about what is selected, in words and figures that can be selected and copied, with links to what they name. The meaning of a
/// figure is shown beneath it, or by hovering where the explanations are switched off.
class InspectorView : public View {
  Q_OBJECT
 public:
  InspectorView(Session& session, Focus& focus, QWidget* parent = nullptr);

  QString viewName() const override { return QStringLiteral("inspector"); }
  QString title() const override { return tr("Inspector"); }
  /// Section, label, value and meaning, a record each.
  QString asCsv() const override;
  bool isSettled() const override { return !isVisible() || (!asking_ && !due_.isActive()); }

  bool explains() const { return explains_; }
  void setExplains(bool explains);
  const Inspection& inspection() const { return inspection_; }
  QTextBrowser& text() { return *text_; }
  /// What is said while nothing is selected; empty: something is.
  QString hint() const;

 protected:
  void showEvent(QShowEvent* event) override;
  void changeEvent(QEvent* event) override;

 private:
  void askSoon(bool replaces);
  void ask();
  void showText();
  void showHint(const QString& hint);
  void showLooks();
  void follow(const QUrl& link);

  Session& session_;
  Focus& focus_;
  QTextBrowser* text_;
  QLabel* hint_;
  QStackedWidget* pages_;
  QAction* explain_;
  QTimer due_;
  Inspection inspection_;
  bool explains_ = true;
  bool asking_ = false, stale_ = true, again_ = false;
};

}  // namespace lparsim::gui
