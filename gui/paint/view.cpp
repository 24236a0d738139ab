#include "gui/paint/view.hpp"

#include <QCoreApplication>
#include <QFile>
#include <QPainter>
#include <QPixmap>
#include <QSvgGenerator>

#include "gui/paint/painter_canvas.hpp"

namespace lparsim::gui {

void View::paintOn(Canvas& /*canvas*/) {}

void View::paintEvent(QPaintEvent* /*event*/) {
  QPainter painter{this};
  PainterCanvas canvas{painter};
  paintOn(canvas);
}

QString savePicture(View& view, const QString& path) {
  const auto failure = [&] {
    return QCoreApplication::translate("lparsim::gui::View", "%1 cannot be written: is the folder there, and may you write to it?")
        .arg(path);
  };
  if (!path.endsWith(".svg", Qt::CaseInsensitive)) return view.grab().save(path, "PNG") ? QString{} : failure();
  // The generator itself only prints a warning where the file cannot be written.
  QFile file{path};
  if (!file.open(QIODevice::WriteOnly)) return failure();
  QSvgGenerator generator;
  generator.setOutputDevice(&file);
  // A pixel of the window is one of CSS, 1/96 inch.
  generator.setResolution(96);
  generator.setSize(view.size());
  generator.setViewBox(view.rect());
  generator.setTitle(view.title());
  view.render(&generator);
  return file.flush() && file.error() == QFileDevice::NoError ? QString{} : failure();
}

}  // namespace lparsim::gui
