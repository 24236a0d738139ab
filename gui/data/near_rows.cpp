#include "gui/data/near_rows.hpp"

#include <algorithm>

namespace lparsim::gui {

namespace {

/// Some 100 ms.
constexpr std::size_t kRowsNearby = 500'000;
constexpr std::size_t kMostSpans = 50'000;
constexpr const char* kTooMuch =
    "so much happened meanwhile that it is not looked at here; `lparsim explain-wait` with --partition and --at does";

}  // namespace

Result<std::vector<trace::LaneDetail>> NearRows::read(std::vector<LaneKey> lanes, SimTime begin, SimTime end) const {
  trace::WindowQuestion question;
  question.begin = begin;
  question.end = end;
  question.lanes = std::move(lanes);
  question.most_rows = kRowsNearby;
  auto details = sources_.windows.read(question, sources_.cancelled);
  if (details && std::ranges::any_of(*details, [](const trace::LaneDetail& d) { return !d.exact; }))
    return unexpected(std::string{kTooMuch});
  return details;
}

Result<std::vector<trace::DispatchSpan>> NearRows::dispatches(ServerId server, SimTime begin, SimTime end) const {
  // Every stay is on one core.
  std::vector<LaneKey> lanes;
  const trace::ServerFacts* facts = sources_.facts->server(server);
  for (std::uint32_t core = 0; facts != nullptr && core < facts->cores; ++core) lanes.push_back(LaneKey::core(server, CoreId{core}));
  auto details = read(std::move(lanes), begin, end);
  if (!details) return unexpected(details.error());
  std::vector<trace::DispatchSpan> rows;
  for (const trace::LaneDetail& detail : *details)
    for (const trace::DispatchSpan& stay : detail.stays)
      if (stay.begin < end && stay.end > begin) rows.push_back(stay);
  std::ranges::stable_sort(rows, {}, &trace::DispatchSpan::end);
  return rows;
}

Result<std::vector<trace::DispatchSpan>> NearRows::dispatches_of(trace::PartitionKey partition, SimTime begin, SimTime end) const {
  auto details = read({LaneKey::partition(partition.server, partition.partition)}, begin, end);
  if (!details) return unexpected(details.error());
  std::vector<trace::DispatchSpan> rows = std::move(details->front().stays);
  std::erase_if(rows, [&](const trace::DispatchSpan& d) { return d.ready >= end || d.end <= begin; });
  std::ranges::stable_sort(rows, {}, &trace::DispatchSpan::begin);
  return rows;
}

Result<std::vector<trace::TrackEvent>> NearRows::spans(SimTime begin, SimTime end) const {
  const auto records = sources_.windows.records(begin, end, kMostSpans, sources_.cancelled);
  if (!records) return unexpected(records.error());
  std::vector<trace::TrackEvent> found;
  for (const trace::TrackRecord& record : *records) {
    const bool of_partition =
        record.lane && (record.lane->kind == LaneKey::Kind::partition || record.lane->kind == LaneKey::Kind::virtual_processor);
    if (record.kind != trace::TrackRecord::Kind::span || !of_partition || record.begin >= end || record.end <= begin) continue;
    const LaneKey& lane = *record.lane;
    found.push_back({lane.server, PartitionId{lane.first},
                     lane.kind == LaneKey::Kind::virtual_processor ? std::optional{lane.second} : std::nullopt, record.name, record.begin,
                     record.end, record.value});
  }
  std::ranges::stable_sort(found, {}, &trace::TrackEvent::begin);
  return found;
}

Result<std::vector<trace::VspCall>> NearRows::vsp_calls(ServerId server, SimTime begin, SimTime end) const {
  std::vector<LaneKey> lanes;
  for (const trace::PartitionFacts& p : sources_.facts->info.partitions)
    if (p.server == server && isService(*sources_.facts, p)) lanes.push_back(LaneKey::vsp(server, p.partition));
  if (lanes.empty()) return std::vector<trace::VspCall>{};
  auto details = read(std::move(lanes), begin, end);
  if (!details) return unexpected(details.error());
  std::vector<trace::VspCall> calls;
  for (const trace::LaneDetail& detail : *details) calls.insert(calls.end(), detail.calls.begin(), detail.calls.end());
  std::erase_if(calls, [&](const trace::VspCall& c) { return c.begin >= end || c.end_time <= begin; });
  std::ranges::stable_sort(calls, {}, &trace::VspCall::begin);
  return calls;
}

Result<std::optional<trace::DispatchSpan>> lifeAt(Sources& sources, LaneKey virtual_processor, SimTime at) {
  const auto now = sources.windows.stay_at(virtual_processor, at, sources.cancelled);
  if (!now) return unexpected(now.error());
  if (*now) return now;
  return sources.windows.next_stay(virtual_processor, at, sources.cancelled);
}

}  // namespace lparsim::gui
