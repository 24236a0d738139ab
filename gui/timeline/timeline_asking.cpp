// What the timeline asks of the run file, and what becomes of the answers.
#include <algorithm>
#include <cmath>

#include "gui/data/window.hpp"
#include "gui/timeline/stepping.hpp"
#include "gui/timeline/timeline_view.hpp"

namespace lparsim::gui {

namespace {

constexpr std::uint32_t kOverviewPixels = 500;
constexpr std::size_t kMostLanes = 400;

/// How busy the server's cores are in equal parts of the range: from the cores, or from the partitions where those are not recorded.
Result<LoadCurve> curveOf(Sources& sources, TimeRange range, std::uint32_t pixels) {
  const RunFacts& facts = *sources.facts;
  trace::WindowQuestion question{range.begin, range.end, pixels, {}, 0};
  double cores = 0;
  for (const trace::ServerFacts& server : facts.info.servers) {
    cores += server.cores;
    for (std::uint32_t core = 0; core < server.cores; ++core) question.lanes.push_back(LaneKey::core(server.server, CoreId{core}));
  }
  const auto nothing = [](const WindowAnswer&) {
  };
  Result<WindowAnswer> answer = windowOf(sources, question, nothing);
  if (!answer) return unexpected(answer.error());
  LoadCurve curve{range, std::vector<float>(pixels, 0), std::move(answer->marks)};
  if (std::ranges::all_of(answer->lanes, [](const LaneSlices& lane) { return lane.slices.empty(); })) {
    question.lanes.clear();
    for (const trace::PartitionFacts& partition : facts.info.partitions)
      question.lanes.push_back(LaneKey::partition(partition.server, partition.partition));
    answer = windowOf(sources, question, nothing);
    if (!answer) return unexpected(answer.error());
  }
  Columns columns;
  const TimeScale scale{range, 0, static_cast<double>(pixels)};
  for (const LaneSlices& lane : answer->lanes) {
    double most = 1;
    if (lane.lane.kind == LaneKey::Kind::partition)
      if (const trace::PartitionFacts* partition = facts.partition(lane.lane.server, PartitionId{lane.lane.first}))
        most = virtualProcessorsOf(facts, *partition);
    columns.begin(scale);
    columns.add(lane.slices, range);
    for (int x = 0; x < columns.size(); ++x) {
      const float running = columns.share(x, State::entitled) + columns.share(x, State::excess) + columns.share(x, State::dedicated);
      curve.load[static_cast<std::size_t>(x)] += running * static_cast<float>(most / std::max(cores, 1.0));
    }
  }
  return curve;
}

}  // namespace

void TimelineView::forgetAll() {
  for (const Topic topic : {kWindow, kOverview, kCurve, kJourney, kStep, kPick}) session_.forget(this, topic);
  answers_.clear();
  curve_ = {};
  journey_.reset();
  outstanding_ = again_ = curveOutstanding_ = curveAgain_ = false;
}

bool TimelineView::isSettled() const {
  return !outstanding_ && !again_ && !curveOutstanding_ && session_.isSettled();
}

void TimelineView::ask() {
  const TimeRange window = focus_.window();
  if (!session_.isOpen() || window.begin >= window.end || layout_.empty()) return;
  // A question that still is of use is answered first: otherwise a long gesture would never see an answer.
  if (outstanding_ && asked_.begin < window.end && asked_.end > window.begin) {
    again_ = true;
    return;
  }
  // A bit more on either side, so that a small move finds everything there.
  const TimeRange limits = focus_.limits();
  const SimTime length = window.end - window.begin, margin = length / 4;
  asked_ = {std::max(limits.begin, window.begin - margin), window.end + std::min(margin, limits.end - window.end)};
  const double pixels = areas().tracks.width() * static_cast<double>((asked_.end - asked_.begin).ps()) / static_cast<double>(length.ps());
  trace::WindowQuestion question;
  question.begin = asked_.begin;
  question.end = asked_.end;
  question.pixels = static_cast<std::uint32_t>(std::max(1.0, std::round(pixels)));
  for (const PlacedLane& placed : visibleLanes(areas().tracks.height() / 3))
    if (question.lanes.size() < kMostLanes) question.lanes.push_back(placed.lane->key);
  outstanding_ = true;
  again_ = false;
  session_.askInSteps<WindowAnswer>(
      this, kWindow,
      [question](Sources& sources, const std::function<void(WindowAnswer)>& soFar) { return windowOf(sources, question, soFar); },
      [this](Result<WindowAnswer> answer) { take(std::move(answer)); });
}

void TimelineView::take(Result<WindowAnswer> answer) {
  const bool final = !answer || answer->final;
  if (answer) {
    answers_.take(std::move(*answer));
    update();
  } else {
    Q_EMIT said(QString::fromStdString(answer.error()));
  }
  if (!final && !again_) return;
  outstanding_ = false;
  if (again_)
    ask();
  else
    askOverview();
}

void TimelineView::askOverview() {
  const TimeRange limits = focus_.limits();
  trace::WindowQuestion question;
  question.begin = limits.begin;
  question.end = limits.end;
  question.pixels = kOverviewPixels;
  for (const PlacedLane& placed : visibleLanes(areas().tracks.height() / 3))
    if (answers_.needsOverview(placed.lane->key) && question.lanes.size() < kMostLanes) question.lanes.push_back(placed.lane->key);
  if (question.lanes.empty() || limits.begin >= limits.end) return;
  // Sums do: it is drawn only until the real answer is there.
  question.most_rows = 0;
  session_.ask<WindowAnswer>(
      this, kOverview, [question](Sources& sources) { return windowOf(sources, question, [](const WindowAnswer&) {}); },
      [this](Result<WindowAnswer> answer) {
        if (answer) answers_.takeOverview(std::move(*answer));
        update();
      });
}

void TimelineView::askCurve() {
  const TimeRange limits = focus_.limits();
  if (!session_.isOpen() || limits.begin >= limits.end) return;
  if (curveOutstanding_) {
    curveAgain_ = true;
    return;
  }
  const auto pixels = static_cast<std::uint32_t>(std::clamp(areas().minimap.width(), 1.0, 2000.0));
  curveOutstanding_ = true;
  curveAgain_ = false;
  session_.ask<LoadCurve>(
      this, kCurve, [limits, pixels](Sources& sources) { return curveOf(sources, limits, pixels); },
      [this](Result<LoadCurve> curve) {
        curveOutstanding_ = false;
        if (curve) curve_ = std::move(*curve);
        update();
        if (curveAgain_) askCurve();
      });
}

void TimelineView::askJourney() {
  const auto* request = std::get_if<SelectedRequest>(&focus_.selection());
  if (request == nullptr || (journey_ != nullptr && journey_->request.number == request->number)) {
    if (request == nullptr) {
      session_.forget(this, kJourney);
      if (std::exchange(journey_, nullptr) != nullptr) rebuild();
    }
    return;
  }
  journey_.reset();
  using Found = std::shared_ptr<const Journey>;
  session_.ask<Found>(
      this, kJourney,
      [number = request->number](Sources& sources) -> Result<Found> {
        const auto found = sources.reader.io_journey(number);
        if (!found) return unexpected(found.error());
        if (!*found) return unexpected("Request " + std::to_string(number) + " has not ended yet, or is not in the file.");
        return std::make_shared<const Journey>(journeyOf(**found, *sources.facts));
      },
      [this](Result<Found> journey) {
        if (!journey) {
          Q_EMIT said(QString::fromStdString(journey.error()));
          return;
        }
        journey_ = std::move(*journey);
        rebuild();
        showLane(journey_->target);
      },
      Pace::patient);
}

void TimelineView::stepSlice(bool backwards) {
  if (!session_.isOpen()) return;
  if (!current_) {
    moveLane(1);
    if (!current_) return;
  }
  // From the selected slice on this lane, or else from the playhead.
  SimTime from = focus_.playhead();
  if (const auto* slice = std::get_if<SelectedSlice>(&focus_.selection()); slice != nullptr && slice->lane == *current_)
    from = backwards ? slice->begin : slice->end - SimTime::from_ps(1);
  if (journey_ != nullptr && journey_->target == *current_ && std::holds_alternative<SelectedRequest>(focus_.selection()))
    from = journey_->request.begin;
  using Found = std::optional<Slice>;
  session_.ask<Found>(
      this, kStep,
      [lane = *current_, from, backwards](Sources& sources) -> Result<Found> { return neighbourOf(sources, lane, from, backwards); },
      [this, lane = *current_, backwards](Result<Found> found) {
        if (!found) {
          Q_EMIT said(QString::fromStdString(found.error()));
        } else if (!*found) {
          Q_EMIT said(backwards ? tr("Nothing comes before on this lane.") : tr("Nothing follows on this lane."));
        } else {
          bring(lane, {(*found)->begin, (*found)->end});
          select(lane, **found);
        }
      },
      Pace::seeking);
}

void TimelineView::pick(const LaneKey& lane, SimTime at) {
  using Found = std::optional<Slice>;
  session_.ask<Found>(
      this, kPick, [lane, at](Sources& sources) -> Result<Found> { return sliceAt(sources, lane, at); },
      [this, lane](Result<Found> found) {
        if (found && *found) select(lane, **found);
      });
}

/// Moves the window so that the thing is seen, nearer where it would be too small, farther where it would be too large.
void TimelineView::bring(const LaneKey& lane, TimeRange thing) {
  constexpr double kLeastPixels = 6, kShare = 0.15, kMostShare = 0.9;
  showLane(lane);
  focus_.setPlayhead(thing.begin);
  const TimeRange window = focus_.window();
  const double share = static_cast<double>((thing.end - thing.begin).ps()) / static_cast<double>((window.end - window.begin).ps());
  const bool fits = share <= kMostShare && share * areas().tracks.width() >= kLeastPixels;
  if (fits && thing.begin >= window.begin && thing.end <= window.end) return;
  focus_.setWindow(around(thing, fits ? share : kShare, focus_.limits()), focus_.window() == panned_);
  panned_ = focus_.window();
}

}  // namespace lparsim::gui
