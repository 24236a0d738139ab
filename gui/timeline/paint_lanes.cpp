// What happens on the lanes.
#include <algorithm>
#include <array>
#include <cmath>

#include "gui/paint/pixel_pieces.hpp"
#include "gui/timeline/paint_parts.hpp"
#include "gui/timeline/words.hpp"
#include "sim/trace/span_names.hpp"

namespace lparsim::gui {

namespace {

constexpr std::array kRunning{State::dedicated, State::entitled, State::excess};
constexpr std::array kWaiting{State::waitingProcessor, State::waitingCapacity};
constexpr double kLeastLabel = 28;
constexpr double kStrip = 4;

struct LaneArea {
  QRectF track;
  const std::vector<Answers::Part>& parts;
};

QRectF pieceOf(const QRectF& track, int from, int to, double low, double high) {
  return {track.left() + from, track.bottom() - high, static_cast<double>(to - from), high - low};
}

using StateColours = std::array<QColor, kStates>;
StateColours coloursOf(const Theme& theme) {
  StateColours colours;
  for (std::size_t i = 0; i < kStates; ++i) colours[i] = theme.of(static_cast<State>(i));
  return colours;
}

bool isIdle(State state) {
  return state == State::ceded || state == State::folded;
}
bool isWait(State state) {
  return state == State::waitingCapacity || state == State::waitingProcessor || state == State::conferred;
}

/// A line at the bottom of what has nothing to do at least now and then; what runs stands on it.
void paintIdle(Canvas& canvas, const Theme& theme, const QRectF& track, const Columns& columns) {
  constexpr double kHeight = 3;
  for (const State state : {State::ceded, State::folded}) {
    if (!columns.has(state)) continue;
    int from = -1;
    for (int x = 0; x <= columns.size(); ++x) {
      const bool idle = x < columns.size() && columns.share(x, state) > 0;
      if (idle && from < 0) from = x;
      if (idle || from < 0) continue;
      canvas.rectangle(pieceOf(track, from, x, 0, kHeight), theme.of(state));
      from = -1;
    }
  }
}

/// Shares of time, one on the other. With `shapes`, what has all of a pixel is told apart by its height as well: what runs is high, what
/// waits is lower, what has nothing to do is a line.
void paintStack(Canvas& canvas, const Theme& theme, const QRectF& track, const Columns& columns, double whole, bool shapes) {
  constexpr double kWaitHeight = 0.72;
  const auto full = static_cast<int>(track.height());
  const StateColours colours = coloursOf(theme);
  if (shapes) paintIdle(canvas, theme, track, columns);
  std::vector<PixelPiece> pieces;
  columns.stack(
      full,
      [&](int from, int to, State state, int low, int high) {
        if (shapes && isIdle(state)) return;
        if (shapes && isWait(state) && low == 0 && high == full) high = static_cast<int>(std::lround(full * kWaitHeight));
        pieces.push_back({from, to, low, high, colours[static_cast<std::size_t>(state)], Theme::fillOf(state)});
      },
      whole);
  paintPieces(canvas, track, pieces);
}

/// Things that are too short to be told apart: then their number says more than their rows.
bool isDense(const std::vector<Answers::Part>& parts, const TimeScale& scale) {
  constexpr double kNarrow = 2.5;
  std::size_t narrow = 0, all = 0;
  for (const Answers::Part& part : parts)
    for (const Slice& slice : part.slices->slices) {
      ++all;
      narrow += slice.count > 1 || scale.widthOf(slice.end - slice.begin) < kNarrow;
    }
  return all > 50 && narrow * 2 > all;
}

/// Whose time a core's is: the partition's colour, with a strip beneath that says on what terms.
void paintCore(Canvas& canvas, const Scene& scene, const QRectF& track, const Columns& columns) {
  const Theme& theme = *scene.theme;
  struct Piece {
    int height = 0;
    std::size_t owner = 0;
    State state = State::entitled;
    bool operator==(const Piece&) const = default;
  };
  const auto pieceAt = [&](int x) -> Piece {
    const Slice* slice = columns.owner(x);
    if (slice == nullptr) return {};
    const double full = track.height();
    return {std::max(1, static_cast<int>(std::lround(columns.sum(x) * full))), ordinalOf(slice->server, slice->partition, *scene.facts),
            slice->state};
  };
  std::vector<PixelPiece> pieces;
  Piece open;
  int from = 0;
  const auto flush = [&](int to) {
    if (open.height == 0) return;
    const int strip = std::min(static_cast<int>(kStrip), open.height);
    if (open.height > strip) pieces.push_back({from, to, strip, open.height, theme.ofPartition(open.owner)});
    pieces.push_back({from, to, 0, strip, theme.of(open.state)});
  };
  for (int x = 0; x < columns.size(); ++x) {
    const Piece piece = pieceAt(x);
    if (piece == open) continue;
    flush(x);
    open = piece;
    from = x;
  }
  flush(columns.size());
  paintPieces(canvas, track, pieces);
}

/// A hair of background before everything that is wide enough, so that neighbours of the same colour are told apart; and its label.
void paintEdgesAndLabels(Canvas& canvas, const Scene& scene, LaneKey::Kind kind, const LaneArea& area, int row) {
  constexpr double kLeastEdge = 5;
  const bool core = kind == LaneKey::Kind::core;
  for (const Answers::Part& part : area.parts) {
    const Slice* open = nullptr;
    SimTime until;
    const auto flush = [&] {
      if (open == nullptr || isIdle(open->state)) return;
      const double left = std::max(scene.scale.xOf(open->begin), area.track.left());
      const double right = std::min(scene.scale.xOf(until), area.track.right());
      if (right - left < kLeastEdge) return;
      if (scene.scale.xOf(open->begin) >= area.track.left())
        canvas.rectangle({std::round(left), area.track.top(), 1, area.track.height()}, scene.theme->background);
      if (right - left < kLeastLabel || area.track.height() < 0.75 * canvas.lineHeight(TextStyle::small)) return;
      const QColor ground =
          core ? scene.theme->ofPartition(ordinalOf(open->server, open->partition, *scene.facts)) : scene.theme->of(open->state);
      const QRectF room{left + 5, area.track.top(), right - left - 8, area.track.height() - (core ? kStrip : 0)};
      for (const QString& label : labelsOf(*open, kind, *scene.facts)) {
        if (canvas.textWidth(label, TextStyle::small) > room.width()) continue;
        const QRectF place = isWait(open->state) ? room.adjusted(0, room.height() * 0.28, 0, 0) : room;
        canvas.text(place, Qt::AlignVCenter | Qt::AlignLeft, label, Theme::textOn(ground), TextStyle::small);
        break;
      }
    };
    for (const Slice& slice : part.slices->slices) {
      if (slice.row != row || slice.count != 1 || slice.fill < 1 || slice.end <= part.range.begin || slice.begin >= part.range.end)
        continue;
      // On a core, the parts of a stay belong together.
      if (core && open != nullptr && slice.begin == until && slice.partition == open->partition && slice.vp == open->vp) {
        until = slice.end;
        continue;
      }
      flush();
      open = &slice;
      until = slice.end;
    }
    flush();
  }
}

void paintEntitlement(Canvas& canvas, const Scene& scene, const PlacedLane& placed, const QRectF& track, const PartitionScale& scale) {
  const LaneKey& key = placed.lane->key;
  QPen pen{scene.theme->text, 1, Qt::DashLine};
  pen.setDashPattern({5, 3});
  double value = scale.entitlement, x = track.left();
  const auto yOf = [&](double units) {
    return std::round(track.bottom() - std::min(units / scale.top, 1.0) * track.height()) - 0.5;
  };
  for (const trace::TrackEvent& change : scene.facts->changes) {
    if (change.server != key.server || change.partition != PartitionId{key.first} || change.name != trace::kEntitlement) continue;
    const double at = std::clamp(scene.scale.xOf(change.begin), track.left(), track.right());
    if (at > x) canvas.line({x, yOf(value)}, {at, yOf(value)}, pen);
    if (at > track.left() && at < track.right()) canvas.line({at, yOf(value)}, {at, yOf(change.value)}, pen);
    value = change.value;
    x = at;
  }
  canvas.line({x, yOf(value)}, {track.right(), yOf(value)}, pen);
}

void paintPartition(Canvas& canvas, const Scene& scene, const PlacedLane& placed, const QRectF& track, const Columns& columns) {
  const PartitionBands bands = bandsOf(track);
  const PartitionScale scale = scaleOf(scene, placed, columns);
  const auto paint = [&](const QRectF& band, double whole, std::span<const State> states) {
    std::vector<PixelPiece> pieces;
    columns.stack(
        static_cast<int>(band.height()),
        [&](int from, int to, State state, int low, int high) {
          pieces.push_back({from, to, low, high, scene.theme->of(state), Theme::fillOf(state)});
        },
        whole, states);
    paintPieces(canvas, band, pieces);
  };
  paint(bands.waiting, 1, kWaiting);
  paint(bands.running, scale.top / scale.most, kRunning);
  paintEntitlement(canvas, scene, placed, bands.running, scale);
}

/// Where nothing is known yet: not the same as that nothing happened.
void paintUnknown(Canvas& canvas, const Scene& scene, const LaneArea& area) {
  double x = area.track.left();
  const auto blank = [&](double to) {
    if (to - x > 0.5) canvas.rectangle({x, area.track.top(), to - x, area.track.height()}, scene.theme->raised, Fill::dotted);
  };
  for (const Answers::Part& part : area.parts) {
    blank(scene.scale.xOf(part.range.begin));
    x = std::max(x, scene.scale.xOf(part.range.end));
  }
  blank(area.track.right());
}

void outline(Canvas& canvas, const Scene& scene, const QRectF& track, const Slice& slice, int rows, const QPen& pen) {
  const double left = std::max(scene.scale.xOf(slice.begin), track.left() - 2),
               right = std::min(scene.scale.xOf(slice.end), track.right() + 2);
  if (right < track.left() || left > track.right()) return;
  const QRectF row = rowOf(track, slice.row, rows);
  canvas.frame({left, row.top(), std::max(right - left, 2.0), row.height()}, pen);
}

/// The slice that is selected on this lane.
const Slice* selectedOn(const Scene& scene, const LaneKey& lane, const std::vector<Answers::Part>& parts) {
  const auto* stay = std::get_if<SelectedSlice>(&scene.selection);
  const auto* request = std::get_if<SelectedRequest>(&scene.selection);
  const auto* call = std::get_if<SelectedCall>(&scene.selection);
  for (const Answers::Part& part : parts)
    for (const Slice& slice : part.slices->slices) {
      if (slice.count != 1) continue;
      if (stay != nullptr && stay->lane == lane && stay->begin <= slice.begin && slice.end <= stay->end) return &slice;
      if (request != nullptr && lane.kind == LaneKey::Kind::io_target && slice.number == request->number) return &slice;
      if (call != nullptr && lane.kind == LaneKey::Kind::vsp && slice.server == call->server && slice.number == call->number) return &slice;
    }
  return nullptr;
}

}  // namespace

PartitionScale scaleOf(const Scene& scene, const PlacedLane& placed, const Columns& columns) {
  PartitionScale scale;
  const trace::PartitionFacts* partition = scene.facts->partition(placed.lane->key.server, PartitionId{placed.lane->key.first});
  if (partition == nullptr) return scale;
  scale.most = std::max(1U, virtualProcessorsOf(*scene.facts, *partition));
  scale.entitlement = partition->entitlement.value();
  float peak = 0;
  for (int x = 0; x < columns.size(); ++x) peak = std::max(peak, columns.sum(x, kRunning));
  double entitled = scale.entitlement;
  for (const trace::TrackEvent& change : scene.facts->changes)
    if (change.server == partition->server && change.partition == partition->partition && change.name == trace::kEntitlement)
      entitled = std::max(entitled, change.value);
  scale.top = topOf(static_cast<double>(peak) * scale.most, entitled);
  return scale;
}

QColor colourOf(const Scene& scene, const LaneKey& lane) {
  if (lane.kind == LaneKey::Kind::core) return {};
  PartitionId partition{lane.first};
  ServerId server = lane.server;
  if (lane.kind == LaneKey::Kind::io_target) {
    const auto target = std::ranges::find(scene.facts->targets, lane.first, &trace::IoTarget::id);
    if (target == scene.facts->targets.end()) return {};
    partition = target->partition;
    server = target->server;
  }
  return scene.theme->ofPartition(ordinalOf(server, partition, *scene.facts));
}

void paintLane(Canvas& canvas, const Scene& scene, const PlacedLane& placed, Columns& columns) {
  const QRectF track = trackOf(scene, placed);
  const LaneKey& key = placed.lane->key;
  const std::vector<Answers::Part> parts = scene.answers->of(key, scene.scale.window());
  const LaneArea area{track, parts};
  int rows = 1;
  for (const Answers::Part& part : parts) rows = std::max<int>(rows, part.slices->rows);
  paintUnknown(canvas, scene, area);
  const bool packed = key.kind == LaneKey::Kind::io_target || key.kind == LaneKey::Kind::vsp;
  if (packed && rows > 1 && isDense(parts, scene.scale)) {
    columns.begin(scene.scale);
    for (const Answers::Part& part : parts) columns.addRows(part.slices->slices, part.range, rows);
    paintStack(canvas, *scene.theme, track, columns, 1, false);
    rows = 0;
  }
  for (int row = 0; row < rows; ++row) {
    columns.begin(scene.scale, key.kind == LaneKey::Kind::core);
    for (const Answers::Part& part : parts) columns.add(part.slices->slices, part.range, static_cast<std::uint8_t>(row));
    const QRectF place = rowOf(track, row, rows);
    if (key.kind == LaneKey::Kind::core) {
      paintCore(canvas, scene, place, columns);
    } else if (key.kind == LaneKey::Kind::partition) {
      paintPartition(canvas, scene, placed, place, columns);
    } else {
      paintStack(canvas, *scene.theme, place, columns, 1, !packed);
    }
    if (key.kind != LaneKey::Kind::partition) paintEdgesAndLabels(canvas, scene, key.kind, {place, parts}, row);
  }
  if (scene.pointed == key && scene.pointedSlice) outline(canvas, scene, track, *scene.pointedSlice, rows, QPen{scene.theme->text, 1});
  if (const Slice* selected = selectedOn(scene, key, parts)) outline(canvas, scene, track, *selected, rows, QPen{scene.theme->accent, 2.5});
}

}  // namespace lparsim::gui
