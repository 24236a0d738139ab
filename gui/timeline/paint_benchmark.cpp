#include "gui/timeline/paint_benchmark.hpp"

#include <QElapsedTimer>
#include <QImage>
#include <algorithm>

#include "gui/paint/painter_canvas.hpp"
#include "gui/paint/recorded_canvas.hpp"
#include "gui/timeline/scene.hpp"

namespace lparsim::gui {

namespace {

constexpr double kHeader = 190;

std::shared_ptr<RunFacts> factsOf(int lanes) {
  auto facts = std::make_shared<RunFacts>();
  facts->info.duration = SimTime::from_s(1000);
  facts->host.trace_level = "full";
  facts->info.servers.resize(1);
  for (int i = 0; i < lanes; ++i) {
    trace::PartitionFacts partition;
    partition.partition = PartitionId{static_cast<std::uint32_t>(i)};
    partition.name = "partition" + std::to_string(i);
    partition.virtual_processors = 2;
    partition.entitlement = ProcessingUnits::cores(1);
    facts->info.partitions.push_back(partition);
  }
  return facts;
}

/// Two slices a pixel of each of four states, with fills that never repeat.
LaneSlices denseLane(const LaneKey& key, TimeRange window, int pixels) {
  LaneSlices lane;
  lane.lane = key;
  std::uint32_t noise = 12345 + key.first;
  const std::int64_t step = (window.end - window.begin).ps() / (2 * pixels);
  for (const State state : {State::entitled, State::excess, State::waitingCapacity, State::waitingProcessor})
    for (int i = 0; i < 2 * pixels; ++i) {
      noise = noise * 1664525 + 1013904223;
      Slice slice;
      slice.begin = window.begin + SimTime::from_ps(step * i);
      slice.end = slice.begin + SimTime::from_ps(step);
      slice.state = state;
      slice.count = 3;
      slice.fill = static_cast<float>(noise >> 8) / static_cast<float>(1 << 26);
      lane.slices.push_back(slice);
    }
  return lane;
}

/// How many calls a picture takes.
int primitivesOf(const Scene& scene) {
  RecordedCanvas canvas;
  paintScene(canvas, scene);
  return static_cast<int>(canvas.items().size());
}

}  // namespace

PaintFigures measurePainting(int lanes, int pixels, int times) {
  const auto facts = factsOf(lanes);
  const TimeRange window{SimTime{}, facts->end()};
  std::vector<Lane> all;
  WindowAnswer answer;
  answer.end = window.end;
  answer.pixels = static_cast<std::uint32_t>(pixels);
  for (int i = 0; i < lanes; ++i) {
    const LaneKey key = LaneKey::virtual_processor(ServerId{0}, PartitionId{static_cast<std::uint32_t>(i)}, 0);
    all.push_back({key, "vp 0", "vp 0", 1, false});
    answer.lanes.push_back(denseLane(key, window, pixels));
  }
  Answers answers;
  answers.take(std::move(answer));
  const QFont font{"DejaVu Sans", 9};
  const double line = QFontMetricsF{font}.height();
  const LaneLayout layout{all, {}, line, 0};
  const QSize size{pixels + static_cast<int>(kHeader), static_cast<int>(layout.scrolledHeight() + 8 * line)};
  Scene scene;
  scene.theme = &Theme::light();
  scene.facts = facts;
  scene.areas = areasOf(size, kHeader, line, 0);
  scene.scale = {window, scene.areas.tracks.left(), scene.areas.tracks.width()};
  scene.limits = window;
  scene.answers = &answers;
  scene.lanes = layout.visible(scene.areas.tracks.height(), 0);
  QImage image{size, QImage::Format_RGB32};
  std::vector<double> milliseconds;
  for (int i = 0; i < times; ++i) {
    QElapsedTimer clock;
    clock.start();
    QPainter painter{&image};
    painter.setFont(font);
    PainterCanvas canvas{painter};
    paintScene(canvas, scene);
    painter.end();
    milliseconds.push_back(static_cast<double>(clock.nsecsElapsed()) * 1e-6);
  }
  std::ranges::sort(milliseconds);
  return {milliseconds[milliseconds.size() / 2], milliseconds.back(), primitivesOf(scene)};
}

}  // namespace lparsim::gui
