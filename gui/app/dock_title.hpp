#pragma once
#include <QWidget>

class QDockWidget;

namespace lparsim::gui {

/// The title of a panel, with what can be done to it; in the program's colours, unlike the one that Qt draws.
class DockTitle : public QWidget {
  Q_OBJECT
 public:
  explicit DockTitle(QDockWidget& dock);

  /// Nothing of it is seen.
  void setSlim(bool slim);
  QSize sizeHint() const override;
  QSize minimumSizeHint() const override { return sizeHint(); }

 private:
  bool slim_ = false;
};

}  // namespace lparsim::gui
