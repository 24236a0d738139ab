#include "gui/data/window.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "sim/explain/vain_wait.hpp"
#include "sim/trace/span_names.hpp"

namespace lparsim::gui {

namespace {

/// Rows for the first answer: a few milliseconds.
constexpr std::size_t kQuickRows = 10'000;
/// For the finer one: where there are more, the sums of the first differ from rows by less than somebody sees.
constexpr std::size_t kFineRows = 150'000;
/// Spans and instants that are looked at.
constexpr std::size_t kMostRecords = 20'000;

/// What the tables of spans add to lanes of virtual processors.
struct Extras {
  std::map<LaneKey, std::vector<TimeRange>> folded;
  std::map<LaneKey, std::vector<trace::DispatchSpan>> vain_waits;  ///< by virtual processor and by partition
};

Extras extrasOf(const std::vector<trace::TrackRecord>& records) {
  Extras extras;
  for (const trace::TrackRecord& record : records) {
    if (record.kind != trace::TrackRecord::Kind::span || !record.lane || record.lane->kind != LaneKey::Kind::virtual_processor) continue;
    const LaneKey& lane = *record.lane;
    if (record.name == trace::kFolded) extras.folded[lane].push_back({record.begin, record.end});
    const trace::TrackEvent event{lane.server, PartitionId{lane.first}, lane.second, record.name, record.begin, record.end, record.value};
    if (!explain::is_vain_wait(event)) continue;
    const trace::DispatchSpan wait = explain::vain_wait(event);
    extras.vain_waits[lane].push_back(wait);
    extras.vain_waits[LaneKey::partition(lane.server, PartitionId{lane.first})].push_back(wait);
  }
  for (auto& [lane, ranges] : extras.folded) std::ranges::sort(ranges, {}, &TimeRange::begin);
  return extras;
}

WindowAnswer answerOf(std::vector<trace::LaneDetail> details, const Extras& extras, const RunFacts& facts,
                      const trace::WindowQuestion& question) {
  WindowAnswer answer;
  answer.begin = question.begin;
  answer.end = question.end;
  answer.pixels = question.pixels;
  for (trace::LaneDetail& detail : details) {
    const auto folded = extras.folded.find(detail.lane);
    const auto waits = extras.vain_waits.find(detail.lane);
    if (detail.exact && waits != extras.vain_waits.end()) {
      detail.stays.insert(detail.stays.end(), waits->second.begin(), waits->second.end());
      std::ranges::stable_sort(detail.stays, {}, &trace::DispatchSpan::end);
    }
    answer.lanes.push_back(slicesOf(detail, facts, question.begin, question.end, question.pixels,
                                    folded == extras.folded.end() ? std::span<const TimeRange>{} : folded->second));
  }
  return answer;
}

/// Says where more happened than is looked at: after what was told of it.
Result<void> remarkOnMore(Sources& sources, const trace::WindowQuestion& question, const std::vector<trace::TrackRecord>& records,
                          std::vector<Mark>& marks) {
  const auto there = sources.windows.records_in(question.begin, question.end);
  if (!there) return unexpected(there.error());
  if (*there <= kMostRecords) return {};
  SimTime at = question.begin;
  for (const trace::TrackRecord& record : records)
    if (record.kind != trace::TrackRecord::Kind::counter) at = std::max(at, std::min(record.end, question.end - SimTime::from_ps(1)));
  marks.push_back(
      {at, std::nullopt,
       "From here on not all of what happened to partitions and virtual processors is shown (waits in vain, folding, operators' "
       "changes): there is too much of it in this window, zoom in",
       Mark::Kind::warning});
  std::ranges::stable_sort(marks, {}, &Mark::at);
  return {};
}

/// Whether a gap that began before the window was ceded or conferred is known from the stay before it: that is put before the others.
Result<void> addStaysBefore(Sources& sources, const trace::WindowQuestion& question, std::vector<trace::LaneDetail>& details) {
  const SimTime pixel = (question.end - question.begin) / std::max(question.pixels, 1U);
  for (trace::LaneDetail& detail : details) {
    if (!detail.exact || detail.lane.kind != LaneKey::Kind::virtual_processor || detail.stays.empty()) continue;
    const trace::DispatchSpan& first = detail.stays.front();
    if (first.waiting > question.begin || first.ready - question.begin <= pixel) continue;
    const auto before = sources.windows.previous_stay(detail.lane, first.waiting, sources.cancelled);
    if (!before) return unexpected(before.error());
    if (*before) detail.stays.insert(detail.stays.begin(), **before);
  }
  return {};
}

/// `db: mode becomes capped` is of db.
std::optional<LaneKey> laneOf(const RunFacts& facts, const std::string& text) {
  const std::size_t colon = text.find(':');
  const trace::PartitionFacts* partition = colon == std::string::npos ? nullptr : facts.partition(std::string_view{text}.substr(0, colon));
  if (partition == nullptr) return std::nullopt;
  return LaneKey::partition(partition->server, partition->partition);
}

}  // namespace

std::vector<Mark> marksOf(const RunFacts& facts, const std::vector<trace::TrackRecord>& records, SimTime begin, SimTime end,
                          std::uint32_t pixels) {
  std::vector<Mark> marks;
  std::set<std::pair<SimTime, std::string>> told;
  const auto tell = [&](SimTime at, std::optional<LaneKey> lane, const std::string& text, Mark::Kind kind) {
    // Much is in the log and on a track too.
    if (at >= begin && at < end && told.emplace(at, text).second) marks.push_back({at, lane, text, kind});
  };
  for (const trace::VspEvent& event : facts.service_events)
    tell(event.at, LaneKey::vsp(event.server, event.vsp), event.text, Mark::Kind::service);
  for (const trace::ControlChange& change : facts.control_changes) tell(change.at, std::nullopt, change.text, Mark::Kind::control);
  for (const trace::LogEntry& entry : facts.log) {
    // Before names are looked up in it: of a long log little is in the window.
    if (entry.at < begin || entry.at >= end) continue;
    const auto lane = laneOf(facts, entry.text);
    tell(entry.at, lane, entry.text, entry.severity != "info" ? Mark::Kind::warning : lane ? Mark::Kind::operatorChange : Mark::Kind::log);
  }
  for (const trace::TrackRecord& record : records)
    if (record.kind == trace::TrackRecord::Kind::instant)
      tell(record.begin, record.lane, record.text.empty() ? record.name : record.text, Mark::Kind::operatorChange);
  std::ranges::stable_sort(marks, {}, &Mark::at);

  std::vector<Mark> kept;
  std::map<std::pair<Mark::Kind, std::int64_t>, std::size_t> places;
  const SimTime pixel = std::max(SimTime::from_ps(1), (end - begin) / std::max(pixels, 1U));
  for (const Mark& mark : marks) {
    const auto [place, fresh] = places.try_emplace({mark.kind, (mark.at - begin) / pixel}, kept.size());
    if (fresh)
      kept.push_back(mark);
    else
      ++kept[place->second].count;
  }
  for (Mark& mark : kept)
    if (mark.count > 1) mark.text += " (and " + std::to_string(mark.count - 1) + " more)";
  return kept;
}

Result<WindowAnswer> windowOf(Sources& sources, const trace::WindowQuestion& question, const std::function<void(WindowAnswer)>& soFar) {
  const RunFacts& facts = *sources.facts;
  const auto records = sources.windows.records(question.begin, question.end, kMostRecords, sources.cancelled);
  if (!records) return unexpected(records.error());
  const Extras extras = extrasOf(*records);
  std::vector<Mark> marks = marksOf(facts, *records, question.begin, question.end, question.pixels);
  if (const auto remarked = remarkOnMore(sources, question, *records, marks); !remarked) return unexpected(remarked.error());

  trace::WindowQuestion quick = question;
  quick.most_rows = std::min(question.most_rows, kQuickRows);
  auto details = sources.windows.read(quick, sources.cancelled);
  if (!details) return unexpected(details.error());
  if (const auto added = addStaysBefore(sources, question, *details); !added) return unexpected(added.error());
  const bool all = std::ranges::all_of(*details, [](const trace::LaneDetail& d) { return d.exact; });
  WindowAnswer answer = answerOf(std::move(*details), extras, facts, question);
  answer.marks = marks;
  if (all || quick.most_rows == question.most_rows) return answer;

  answer.final = false;
  soFar(answer);
  trace::WindowQuestion fine = question;
  fine.most_rows = std::min(question.most_rows, kFineRows);
  auto finer = sources.windows.read(fine, sources.cancelled);
  if (!finer) return unexpected(finer.error());
  if (const auto added = addStaysBefore(sources, question, *finer); !added) return unexpected(added.error());
  answer = answerOf(std::move(*finer), extras, facts, question);
  answer.marks = marks;
  return answer;
}

}  // namespace lparsim::gui
