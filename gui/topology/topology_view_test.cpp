#include "gui/topology/topology_view.hpp"

#include <gmock/gmock.h>

#include <QImage>
#include <QPainter>
#include <QSignalSpy>
#include <QTest>
#include <QWheelEvent>

#include "gui/paint/painter_canvas.hpp"
#include "gui/paint/recorded_canvas.hpp"
#include "gui/testing/golden.hpp"
#include "gui/topology/testing/machines.hpp"
#include "sim/trace/sample_run.hpp"

namespace lparsim::gui {
namespace {

using namespace literals;
using testing::largeMachine;
using testing::smallMachine;
using testing::someFlows;

constexpr int kPatience = 20'000;

/// A picture of a machine without a file.
struct Drawn {
  explicit Drawn(RunFacts f, QSizeF s = {1200, 800}, const Theme& t = Theme::light())
      : facts{std::move(f)}, layout{layOut(facts)}, flows{someFlows(facts)}, lines{flowLines(facts, layout, flows)}, size{s}, theme{t} {}
  MachinePicture picture(bool withFlows = true) const {
    return {facts,
            layout,
            withFlows ? &flows : nullptr,
            withFlows ? lines : none,
            theme,
            Camera::fitting(layout.bounds, {size.width(), size.height() - kLegendHeight}),
            size};
  }
  RunFacts facts;
  MachineLayout layout;
  Flows flows;
  std::vector<FlowLine> lines;
  std::vector<FlowLine> none;
  QSizeF size;
  const Theme& theme;
};

TEST(Picture, SaysWhoUsesWhatOfItsEntitlement) {
  const Drawn drawn{smallMachine()};
  RecordedCanvas canvas;
  paintMachine(canvas, drawn.picture());
  for (const char* word :
       {"web", "db", "vios1", "linux", "0.25 of 0.50 PU", "Hypervisor", "pool default", "sea0", "vhost", "lun0", "internet", "eth0"})
    EXPECT_TRUE(canvas.says(word)) << word;
  EXPECT_TRUE(canvas.isBalanced());
  for (const RecordedCanvas::Item& item : canvas.items()) {
    EXPECT_GE(std::min(item.seen.left(), item.seen.top()), -0.5) << item.text.toStdString();
    EXPECT_LE(item.seen.right(), drawn.size.width() + 0.5) << item.text.toStdString();
    EXPECT_LE(item.seen.bottom(), drawn.size.height() + 0.5) << item.text.toStdString();
  }
}

TEST(Picture, NoNameIsCutWhereThereIsRoomForIt) {
  const Drawn drawn{smallMachine()};
  RecordedCanvas canvas;
  paintMachine(canvas, drawn.picture());
  for (const RecordedCanvas::Item& item : canvas.all(RecordedCanvas::Kind::text))
    EXPECT_EQ(item.shown, item.text) << item.text.toStdString();
}

TEST(Picture, TextCanBeReadOnWhateverItStands) {
  for (const Theme* theme : {&Theme::light(), &Theme::darkOne()}) {
    const Drawn drawn{smallMachine(), {1200, 800}, *theme};
    RecordedCanvas canvas;
    paintMachine(canvas, drawn.picture());
    const auto& items = canvas.items();
    for (std::size_t i = 0; i < items.size(); ++i) {
      if (items[i].kind != RecordedCanvas::Kind::text || items[i].text.isEmpty()) continue;
      // The last filled box before it that covers its middle.
      const RecordedCanvas::Item* under = nullptr;
      for (std::size_t k = 0; k < i; ++k)
        if ((items[k].kind == RecordedCanvas::Kind::rectangle || items[k].kind == RecordedCanvas::Kind::roundedRectangle) &&
            items[k].area.contains(items[i].area.center()))
          under = &items[k];
      ASSERT_NE(under, nullptr);
      EXPECT_GE(Theme::contrast(items[i].colour, under->colour), 4.5) << items[i].text.toStdString() << (theme->dark ? " dark" : " light");
    }
  }
}

TEST(Picture, MoreFlowMakesAWiderLineAndLoadADarkerBox) {
  Drawn drawn{smallMachine()};
  const auto widest = [&] {
    RecordedCanvas canvas;
    paintMachine(canvas, drawn.picture());
    double width = 0;
    for (const RecordedCanvas::Item& item : canvas.all(RecordedCanvas::Kind::curve)) width = std::max(width, item.penWidth);
    return width;
  };
  const double before = widest();
  for (FlowLine& line : drawn.lines) line.bytesPerSecond *= 10;
  EXPECT_NEAR(widest(), before + 1.5, 1e-9);
  EXPECT_GT(Theme::light().ofLoad(0.2).lightnessF(), Theme::light().ofLoad(0.9).lightnessF());
}

TEST(Picture, WithoutFlowsTheMachineIsThereAndSaysWhyItIsStill) {
  const Drawn drawn{smallMachine()};
  RecordedCanvas canvas;
  paintMachine(canvas, drawn.picture(false));
  EXPECT_TRUE(canvas.says("web"));
  EXPECT_TRUE(canvas.says("0.50 PU entitled"));
  EXPECT_TRUE(canvas.says("Nothing is known of this moment yet."));
  RunFacts coarse = smallMachine();
  coarse.host.trace_level = "summary";
  RecordedCanvas other;
  paintMachine(other, Drawn{std::move(coarse)}.picture());
  EXPECT_TRUE(other.says("--trace full"));
}

TEST(Picture, OfAThousandPartitionsIsMadeOfHeatCellsAndSmall) {
  const Drawn drawn{largeMachine(1000)};
  RecordedCanvas canvas;
  paintMachine(canvas, drawn.picture());
  EXPECT_LT(canvas.items().size(), 9000U);
  // Each partition has a cell in the colour of its load.
  std::size_t cells = 0;
  for (const RecordedCanvas::Item& item : canvas.all(RecordedCanvas::Kind::rectangle))
    if (item.colour == Theme::light().ofLoad(0.2) || item.colour == Theme::light().ofLoad(0.5) ||
        item.colour == Theme::light().ofLoad(0.8) || item.colour == Theme::light().ofLoad(1))
      ++cells;
  EXPECT_GE(cells, 1000U);
}

TEST(Picture, AFlowIsFoundUnderTheMouse) {
  const Drawn drawn{smallMachine()};
  const MachinePicture picture = drawn.picture();
  const int wire = drawn.layout.wireBetween(11, 12);
  const Wire& between = drawn.layout.wires[static_cast<std::size_t>(wire)];
  const QRectF from = picture.camera.toScreen(drawn.layout.parts[static_cast<std::size_t>(between.from)].area);
  const auto under = strandAt(picture, {from.center().x(), from.bottom() + 8});
  ASSERT_TRUE(under.has_value());
  EXPECT_EQ(under->sum.wire, wire);
  EXPECT_TRUE(sentencesOf(drawn.facts, drawn.layout, *under).join(' ').contains("4.00 MB/s"));
  EXPECT_FALSE(strandAt(picture, {3, 3}).has_value());
}

TEST(Picture, LooksAsItDid) {
  for (const Theme* theme : {&Theme::light(), &Theme::darkOne()}) {
    const Drawn drawn{smallMachine(), {900, 600}, *theme};
    QImage image{900, 600, QImage::Format_RGB32};
    QPainter painter{&image};
    PainterCanvas canvas{painter};
    paintMachine(canvas, drawn.picture());
    painter.end();
    testing::expectGolden(image, theme->dark ? "gui/topology/golden/small-machine-dark.png" : "gui/topology/golden/small-machine.png",
                          0.03);
  }
}

TEST(Strands, EndAtWhatHoldsThePartsThatAreTooSmallToBeNamed) {
  const Drawn drawn{largeMachine(1000)};
  const auto large = strandsOf(drawn.layout, drawn.lines, 1);
  const auto small = strandsOf(drawn.layout, drawn.lines, 0.1);
  EXPECT_GT(large.size(), 3000U);
  EXPECT_LT(small.size(), 20U);
  double requests = 0;
  for (const Strand& strand : small) {
    if (strand.kind != WireKind::storage) continue;
    const PartKind kind = drawn.layout.parts[static_cast<std::size_t>(strand.from)].id.kind;
    EXPECT_TRUE(kind == PartKind::group || kind == PartKind::partition);
    if (kind == PartKind::group) requests += strand.sum.perSecond;
  }
  EXPECT_NEAR(requests, 1000 * 300.0, 1e-3) << "nothing is lost";
  EXPECT_TRUE(std::ranges::is_sorted(small, std::less{}, [](const Strand& s) { return s.flows; }));
}

TEST(Camera, ZoomKeepsWhatIsUnderTheMouseAndFittingShowsAll) {
  const QRectF bounds{-20, -20, 3000, 1000};
  const Camera fitted = Camera::fitting(bounds, {600, 400});
  EXPECT_TRUE(QRectF(0, 0, 600.01, 400.01).contains(fitted.toScreen(bounds)));
  const QPointF mouse{123, 45};
  const Camera zoomed = fitted.zoomed(3, mouse, 0.01, 10);
  EXPECT_NEAR(zoomed.scale, 3 * fitted.scale, 1e-12);
  EXPECT_NEAR((zoomed.toLayout(mouse) - fitted.toLayout(mouse)).manhattanLength(), 0, 1e-9);
  EXPECT_EQ(fitted.zoomed(1000, mouse, 0.01, 10).scale, 10);
  EXPECT_TRUE(bounds.contains(fitted.moved({1e6, 1e6}).within(bounds, {600, 400}).toLayout({300, 200})));
}

/// The view over a small run file with devices.
class TopologyViewTest : public ::testing::Test {
 protected:
  TopologyViewTest() {
    trace::RunInfo info = trace::sample_run();
    trace::Recorder recorder{file_.path(), trace::Level::full, info};
    trace::record_sample(recorder);
    recorder.finish({4_s, 1, 1, 1});
    view_.resize(900, 600);
  }
  void open() {
    QSignalSpy opened{&session_, &Session::opened};
    session_.open(QString::fromStdString(file_.path().string()));
    ASSERT_TRUE(opened.wait(kPatience));
    focus_.reset({SimTime{}, session_.facts()->end()});
    view_.show();
    ASSERT_TRUE(QTest::qWaitForWindowExposed(&view_));
    settle();
  }
  void settle() {
    ASSERT_TRUE(QTest::qWaitFor([&] { return session_.isSettled() && view_.isSettled(); }, kPatience));
  }
  QPoint middleOf(const PartId& id) const {
    const int place = view_.machine().find(id);
    EXPECT_GE(place, 0);
    return view_.camera().toScreen(view_.machine().parts.at(static_cast<std::size_t>(place)).area).center().toPoint();
  }
  void turn(int steps, const QPoint& at) {
    QWheelEvent event{QPointF{at}, view_.mapToGlobal(QPointF{at}), {}, {0, 120 * steps}, Qt::NoButton, Qt::NoModifier, Qt::NoScrollPhase,
                      false};
    QCoreApplication::sendEvent(&view_, &event);
  }

  trace::TemporaryFile file_;
  Session session_;
  Focus focus_;
  Playback playback_{session_, focus_};
  TopologyView view_{session_, focus_, playback_};
};

TEST_F(TopologyViewTest, SaysWhatToDoAsLongAsNothingIsOpen) {
  RecordedCanvas canvas;
  view_.paintOn(canvas);
  EXPECT_TRUE(canvas.says("Open a run file"));
  open();
  RecordedCanvas other;
  view_.paintOn(other);
  EXPECT_TRUE(other.says("web"));
  EXPECT_TRUE(other.says("frame1"));
  EXPECT_FALSE(other.says("Open a run file"));
}

TEST_F(TopologyViewTest, AClickSelectsForAllViewsAndOthersSelectionsAreShown) {
  open();
  const PartId app = PartId::ofPartition(ServerId{0}, PartitionId{1});
  // Above its figures there is nothing but its name.
  QTest::mouseClick(&view_, Qt::LeftButton, Qt::NoModifier, middleOf(app));
  EXPECT_EQ(focus_.selection(), Selection(SelectedPartition{ServerId{0}, PartitionId{1}}));
  focus_.select(SelectedCore{ServerId{0}, CoreId{2}});
  RecordedCanvas canvas;
  view_.paintOn(canvas);
  const QPointF core{middleOf({PartKind::core, ServerId{0}, 2, 0})};
  const auto frames = canvas.all(RecordedCanvas::Kind::frame);
  EXPECT_TRUE(std::ranges::any_of(frames, [&](const RecordedCanvas::Item& f) { return f.penWidth == 3 && f.area.contains(core); }));
  QTest::keyClick(&view_, Qt::Key_Escape);
  EXPECT_EQ(focus_.selection(), Selection{});
}

TEST_F(TopologyViewTest, TheWheelZoomsADragMovesAndBothAreUndone) {
  open();
  const Camera fitted = view_.camera();
  turn(6, {300, 200});
  EXPECT_NEAR(view_.camera().scale, 2 * fitted.scale, 1e-9);
  turn(1, {300, 200});
  const Camera zoomed = view_.camera();
  QTest::mousePress(&view_, Qt::LeftButton, Qt::NoModifier, {400, 300});
  QTest::mouseMove(&view_, {380, 290});
  QTest::mouseMove(&view_, {350, 260});
  QTest::mouseRelease(&view_, Qt::LeftButton, Qt::NoModifier, {350, 260});
  EXPECT_NEAR(view_.camera().origin.x(), zoomed.origin.x() + 50 / zoomed.scale, 1e-6);
  EXPECT_EQ(focus_.selection(), Selection{}) << "a drag is no click";
  QTest::keySequence(&view_, QKeySequence::Undo);
  EXPECT_EQ(view_.camera(), zoomed);
  QTest::keySequence(&view_, QKeySequence::Undo);
  EXPECT_EQ(view_.camera(), fitted) << "turns that follow each other are one step";
  QTest::keySequence(&view_, QKeySequence::Redo);
  EXPECT_EQ(view_.camera(), zoomed);
  QTest::keyClick(&view_, Qt::Key_F);
  EXPECT_EQ(view_.camera(), fitted);
  QTest::keyClick(&view_, Qt::Key_Plus);
  EXPECT_GT(view_.camera().scale, fitted.scale);
  QTest::keyClick(&view_, Qt::Key_Minus);
  EXPECT_NEAR(view_.camera().scale, fitted.scale, 1e-9);
}

TEST_F(TopologyViewTest, TabAndArrowsGoFromPartToPartAndReturnSelects) {
  open();
  view_.setFocus();
  QTest::keyClick(&view_, Qt::Key_Tab);
  ASSERT_GE(view_.current(), 0);
  const auto at = [&] {
    return view_.machine().parts.at(static_cast<std::size_t>(view_.current())).id;
  };
  EXPECT_EQ(at().kind, PartKind::core);
  QTest::keyClick(&view_, Qt::Key_Tab);
  EXPECT_EQ(at(), (PartId{PartKind::core, ServerId{0}, 1, 0}));
  QTest::keyClick(&view_, Qt::Key_Backtab);
  EXPECT_EQ(at(), (PartId{PartKind::core, ServerId{0}, 0, 0}));
  QTest::keyClick(&view_, Qt::Key_Right);
  EXPECT_EQ(at(), (PartId{PartKind::core, ServerId{0}, 1, 0}));
  QTest::keyClick(&view_, Qt::Key_Return);
  EXPECT_EQ(focus_.selection(), Selection(SelectedCore{ServerId{0}, CoreId{1}}));
  EXPECT_TRUE(view_.accessibleDescription().contains("core 1"));
}

TEST_F(TopologyViewTest, HoveringSaysASentenceForEveryFigure) {
  open();
  focus_.setPlayhead(1500_ms);
  settle();
  const QString words = view_.sentencesAt(middleOf({PartKind::core, ServerId{0}, 1, 0}));
  EXPECT_TRUE(words.contains("core 1")) << words.toStdString();
  EXPECT_TRUE(words.contains("load")) << words.toStdString();
  const QString device = view_.sentencesAt(middleOf(PartId::ofDevice(2)));
  EXPECT_TRUE(device.contains("array")) << device.toStdString();
  EXPECT_TRUE(view_.sentencesAt(middleOf(PartId::ofDevice(1))).contains("busy"));
  EXPECT_TRUE(view_.asCsv().contains("physc"));
  EXPECT_TRUE(view_.sentencesAt({450, 599}).isEmpty()) << "the legend";
}

TEST_F(TopologyViewTest, LinesMoveWhileItPlaysAndIsSeenOnly) {
  open();
  EXPECT_FALSE(view_.isMoving());
  playback_.play();
  EXPECT_EQ(view_.isMoving(), !view_.lines().empty());
  view_.hide();
  EXPECT_FALSE(view_.isMoving());
  playback_.pause();
}

TEST_F(TopologyViewTest, PicturesAreSavedAsPngAndSvg) {
  open();
  for (const char* ending : {".png", ".svg"}) {
    const QString path = QDir::temp().filePath(
        QStringLiteral("lparsim-topology-test-%1%2").arg(QCoreApplication::applicationPid()).arg(QLatin1String{ending}));
    EXPECT_EQ(savePicture(view_, path), QString{});
    EXPECT_GT(QFileInfo{path}.size(), 2000) << ending;
    QFile::remove(path);
  }
}

TEST_F(TopologyViewTest, FollowsTheSizeOfTheWindowUntilSomebodyZooms) {
  open();
  view_.resize(500, 400);
  const double small = view_.camera().scale;
  view_.resize(900, 600);
  EXPECT_GT(view_.camera().scale, small);
  turn(2, {100, 100});
  const double zoomed = view_.camera().scale;
  view_.resize(500, 400);
  EXPECT_EQ(view_.camera().scale, zoomed) << "nothing jumps";
}

}  // namespace
}  // namespace lparsim::gui
