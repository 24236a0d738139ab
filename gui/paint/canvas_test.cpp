#include <gtest/gtest.h>

#include <QApplication>
#include <QBuffer>
#include <QImage>
#include <QSvgGenerator>
#include <QSvgRenderer>
#include <QTemporaryDir>

#include "gui/paint/painter_canvas.hpp"
#include "gui/paint/recorded_canvas.hpp"
#include "gui/paint/view.hpp"

namespace lparsim::gui {
namespace {

const QColor kRed{200, 0, 0};

TEST(RecordedCanvas, RemembersWhatIsSeenOfWhatWasPainted) {
  RecordedCanvas canvas;
  canvas.rectangle({0, 0, 10, 10}, kRed, Fill::hatched);
  {
    const Clip clip{canvas, {20, 0, 10, 10}};
    canvas.rectangle({25, 0, 100, 5}, kRed);
    canvas.rectangle({40, 0, 10, 10}, kRed);
  }
  EXPECT_TRUE(canvas.isBalanced());
  const auto seen = canvas.rectangles(kRed);
  ASSERT_EQ(seen.size(), 2U);
  EXPECT_EQ(seen[0].fill, Fill::hatched);
  EXPECT_EQ(seen[1].area, (QRectF{25, 0, 100, 5}));
  EXPECT_EQ(seen[1].seen, (QRectF{25, 0, 5, 5}));
  EXPECT_EQ(canvas.rectangleAt({5, 5})->area, (QRectF{0, 0, 10, 10}));
  EXPECT_EQ(canvas.rectangleAt({15, 5}), nullptr);
}

TEST(RecordedCanvas, CutsTextsAsTheyAreSeen) {
  RecordedCanvas canvas{QApplication::font()};
  canvas.text({0, 0, 200, 20}, Qt::AlignLeft, "warehouse", kRed);
  canvas.text({0, 20, 40, 20}, Qt::AlignLeft, "warehouse", kRed);
  canvas.text({0, 40, 3, 20}, Qt::AlignLeft, "warehouse", kRed);
  ASSERT_EQ(canvas.texts().size(), 2);
  EXPECT_EQ(canvas.texts()[0], "warehouse");
  EXPECT_TRUE(canvas.texts()[1].startsWith("war"));
  EXPECT_TRUE(canvas.texts()[1].endsWith(QChar{0x2026}));
  EXPECT_TRUE(canvas.says("house"));
  EXPECT_FALSE(canvas.says("storage"));
}

TEST(Fonts, CutNothingThatFitsExactly) {
  const Fonts fonts{QApplication::font()};
  for (const TextStyle style : {TextStyle::normal, TextStyle::small, TextStyle::bold, TextStyle::monospace})
    for (const QString& text : {QString{"i"}, QString{"web"}, QString{"a longer name of a partition"}})
      EXPECT_EQ(fonts.cut(text, fonts.width(text, style), style), text);
}

TEST(PainterCanvas, PaintsSharpRectanglesInsideTheClip) {
  QImage image{40, 20, QImage::Format_RGB32};
  image.fill(Qt::white);
  {
    QPainter painter{&image};
    PainterCanvas canvas{painter};
    const Clip clip{canvas, {0, 0, 20, 20}};
    canvas.rectangle({10, 5, 100, 10}, kRed);
  }
  EXPECT_EQ(image.pixelColor(9, 7), QColor{Qt::white});
  EXPECT_EQ(image.pixelColor(10, 5), kRed);
  EXPECT_EQ(image.pixelColor(19, 14), kRed);
  EXPECT_EQ(image.pixelColor(20, 7), QColor{Qt::white});
  EXPECT_EQ(image.pixelColor(15, 15), QColor{Qt::white});
}

TEST(PainterCanvas, TellsHatchedFromSolid) {
  QImage image{40, 20, QImage::Format_RGB32};
  {
    QPainter painter{&image};
    PainterCanvas canvas{painter};
    canvas.rectangle({0, 0, 20, 20}, kRed);
    canvas.rectangle({20, 0, 20, 20}, kRed, Fill::hatched);
  }
  int others = 0;
  for (int y = 0; y < 20; ++y)
    for (int x = 0; x < 40; ++x)
      if (image.pixelColor(x, y) != kRed) {
        EXPECT_GE(x, 20);
        ++others;
      }
  EXPECT_GT(others, 20);
  EXPECT_LT(others, 200);
}

TEST(PixelPieces, LookTheSameAsRectangles) {
  // Enough of them that they become a picture, at a place where patterns do not begin.
  std::vector<PixelPiece> pieces;
  for (int x = 0; x < 200; ++x) pieces.push_back({x, x + 1, x % 7, 7 + x % 13, QColor{x, 100, 200 - x}});
  pieces.push_back({20, 60, 0, 20, kRed, Fill::hatched});
  pieces.push_back({70, 90, 5, 15, kRed, Fill::dotted});
  pieces.push_back({190, 230, 5, 40, kRed});
  const QRectF area{13, 9, 205, 20};
  QImage asPicture{240, 40, QImage::Format_RGB32}, asRectangles = asPicture;
  for (QImage* image : {&asPicture, &asRectangles}) {
    image->fill(Qt::white);
    QPainter painter{image};
    PainterCanvas canvas{painter};
    const Clip clip{canvas, area.adjusted(0, 2, -3, 0)};
    if (image == &asPicture)
      paintPieces(canvas, area, pieces);
    else
      for (const PixelPiece& piece : pieces) paintPieces(canvas, area, {piece});
  }
  EXPECT_EQ(asPicture, asRectangles);
}

/// What is painted through a clip on each kind of canvas.
void paintClipped(Canvas& canvas) {
  canvas.rectangle({0, 0, 100, 100}, Qt::white);
  const Clip clip{canvas, {20, 20, 40, 40}};
  canvas.rectangle({0, 0, 50, 50}, kRed);
  canvas.polygon(QPolygonF{{30, 30}, {90, 30}, {90, 90}}, Qt::blue);
  canvas.line({0, 55}, {100, 55}, QPen{Qt::black, 2});
  canvas.roundedRectangle({10, 50, 30, 30}, 4, Qt::darkGreen);
  canvas.text({70, 0, 30, 20}, Qt::AlignLeft, "outside", Qt::black);
}

TEST(PainterCanvas, PaintsTheSamePictureAsSvg) {
  QImage direct{100, 100, QImage::Format_RGB32}, throughSvg{100, 100, QImage::Format_RGB32};
  {
    QPainter painter{&direct};
    PainterCanvas canvas{painter};
    paintClipped(canvas);
  }
  QBuffer buffer;
  buffer.open(QIODevice::ReadWrite);
  {
    QSvgGenerator generator;
    generator.setOutputDevice(&buffer);
    generator.setSize({100, 100});
    generator.setViewBox(QRect{0, 0, 100, 100});
    QPainter painter{&generator};
    PainterCanvas canvas{painter};
    paintClipped(canvas);
  }
  throughSvg.fill(Qt::white);
  QSvgRenderer renderer{buffer.data()};
  ASSERT_TRUE(renderer.isValid());
  {
    QPainter painter{&throughSvg};
    renderer.render(&painter);
  }
  for (const QPoint& point : {QPoint{10, 10}, QPoint{25, 25}, QPoint{70, 40}, QPoint{58, 40}, QPoint{50, 55}, QPoint{80, 55},
                              QPoint{30, 52}, QPoint{30, 70}, QPoint{75, 8}})
    EXPECT_EQ(direct.pixelColor(point), throughSvg.pixelColor(point)) << point.x() << ',' << point.y();
}

class Square final : public View {
 public:
  QString viewName() const override { return "square"; }
  QString title() const override { return "A square"; }
  void paintOn(Canvas& canvas) override {
    canvas.rectangle({10, 10, 20, 20}, kRed);
    canvas.text({40, 10, 60, 20}, Qt::AlignLeft, "square", kRed);
  }
};

TEST(SavePicture, WritesTheSamePictureAsPngAndSvg) {
  const QTemporaryDir folder;
  Square view;
  view.resize(100, 50);
  ASSERT_EQ(savePicture(view, folder.filePath("view.png")), QString{});
  ASSERT_EQ(savePicture(view, folder.filePath("view.svg")), QString{});
  const QImage png{folder.filePath("view.png")};
  EXPECT_EQ(png.size(), (QSize{100, 50}));
  EXPECT_EQ(png.pixelColor(15, 15), kRed);
  QSvgRenderer svg{folder.filePath("view.svg")};
  ASSERT_TRUE(svg.isValid());
  EXPECT_EQ(svg.viewBox(), (QRect{0, 0, 100, 50}));
  QImage drawn{100, 50, QImage::Format_RGB32};
  QPainter painter{&drawn};
  svg.render(&painter);
  EXPECT_EQ(drawn.pixelColor(15, 15), kRed);
}

TEST(SavePicture, SaysWhatToDoWhereItCannotWrite) {
  Square view;
  view.resize(100, 50);
  for (const QString& path : {QString{"/no/such/folder/view.png"}, QString{"/no/such/folder/view.svg"}})
    EXPECT_TRUE(savePicture(view, path).contains("is the folder there")) << path.toStdString();
}

}  // namespace
}  // namespace lparsim::gui
