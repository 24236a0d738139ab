#pragma once
#include <QString>
#include <QWidget>

#include "gui/paint/canvas.hpp"
#include "gui/paint/theme.hpp"

namespace lparsim::gui {

/// A view of the main window: shows the session's run, follows the focus, paints on any canvas.
class View : public QWidget {
  Q_OBJECT
 public:
  using QWidget::QWidget;

  /// As in `--screenshot NAME=out.png`; one word, never translated.
  virtual QString viewName() const = 0;
  /// As in menus and titles.
  virtual QString title() const = 0;
  /// Paints what is visible, at the widget's size: window, PNG and SVG are the same picture. Widgets that are made of others may leave it.
  virtual void paintOn(Canvas& canvas);
  /// The figures that it shows as a table, for export as CSV; empty: it has none.
  virtual QString asCsv() const { return {}; }
  /// False while an answer is outstanding: a picture taken now would be incomplete.
  virtual bool isSettled() const { return true; }

 protected:
  const Theme& theme() const { return Theme::of(palette()); }
  void paintEvent(QPaintEvent* event) override;
};

/// Saves a picture of the view: PNG with the device's pixel ratio, or SVG by the name's ending. Returns a sentence where that fails.
QString savePicture(View& view, const QString& path);

}  // namespace lparsim::gui
