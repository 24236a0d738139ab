#include "gui/data/statistics.hpp"

#include <array>
#include <chrono>

namespace lparsim::gui {

namespace {

struct CountedWords {
  std::string_view name, meaning;
};
constexpr std::array<CountedWords, 4> kCountedWords{
    {{"stays on a core", "Stays of virtual processors on a core that ended in the range, by their whole length."},
     {"waits for a core",
      "Times that virtual processors were ready to run but on no core, of those stays that ended in the range and had any."},
     {"requests", "Requests to a disk or a peer that ended in the range, from the thread's asking to its answer."},
     {"calls", "Calls to a Virtual Service Partition that ended in the range, from the caller's beginning to its end."}}};

constexpr auto kBetweenPartials = std::chrono::milliseconds{100};

void addRow(LaneKey lane, Counted counted, const trace::LengthStatistics& lengths, std::vector<TrackFigures>& tracks) {
  if (lengths.count > 0) tracks.push_back({lane, counted, lengths});
}

}  // namespace

std::string_view wordsFor(Counted counted) {
  return kCountedWords[static_cast<std::size_t>(counted)].name;
}

std::string_view meaningOf(Counted counted) {
  return kCountedWords[static_cast<std::size_t>(counted)].meaning;
}

Result<RangeFigures> statisticsOf(Sources& sources, const std::vector<LaneKey>& lanes, TimeRange range,
                                  const std::function<void(RangeFigures)>& soFar) {
  RangeFigures figures{range.begin, range.end, {}, 0};
  auto told = std::chrono::steady_clock::now();
  const auto tell = [&](double done) {
    const auto now = std::chrono::steady_clock::now();
    if (now - told < kBetweenPartials) return;
    told = now;
    figures.done = done;
    soFar(figures);
  };
  for (std::size_t i = 0; i < lanes.size(); ++i) {
    const auto part = [&](double of_lane) {
      tell((static_cast<double>(i) + of_lane) / static_cast<double>(lanes.size()));
    };
    const auto found = sources.windows.range(lanes[i], range.begin, range.end, sources.cancelled, part);
    if (!found) return unexpected(found.error());
    addRow(lanes[i], Counted::stays, found->stays, figures.tracks);
    // A core has no waits of its own: those of who came to it belong to the virtual processors.
    if (lanes[i].kind != LaneKey::Kind::core) addRow(lanes[i], Counted::waits, found->waits, figures.tracks);
    addRow(lanes[i], lanes[i].kind == LaneKey::Kind::vsp ? Counted::calls : Counted::requests, found->latencies, figures.tracks);
    part(1);
  }
  figures.done = 1;
  return figures;
}

}  // namespace lparsim::gui
