// WindowReader: spans, instants and counters of tracks.
#include <algorithm>
#include <charconv>

#include "sim/trace/window_state.hpp"

namespace lparsim::trace {

namespace {

struct Source {
  TrackRecord::Kind kind;
  const char* table;
  const char* end;
  const char* columns;
};
constexpr Source kSources[] = {
    {TrackRecord::Kind::span, "span", "begin_ps + length_ps", "track, name, begin_ps, length_ps, value, ''"},
    {TrackRecord::Kind::instant, "instant", "at_ps", "track, name, at_ps, 0, value, text"},
    {TrackRecord::Kind::counter, "counter", "at_ps", "track, name, at_ps, 0, value, ''"},
};

}  // namespace

void WindowReader::State::learn_tracks() {
  const std::int64_t known = database->execAndGet("SELECT coalesce(max(id), 0) FROM track").getInt64();
  if (known <= tracks_known) return;
  struct Line {
    std::int64_t parent;
    std::string kind, name;
  };
  std::map<std::int64_t, Line> lines;
  RowQuery all{*database, "SELECT t.id, t.parent, k.text, n.text FROM track t JOIN name k ON k.id = t.kind JOIN name n ON n.id = t.name"};
  all.ask();
  while (all.next()) lines[all.number(0)] = {all.number(1), all.text(2), all.text(3)};
  std::map<std::string, std::uint32_t> servers;
  RowQuery server{*database, "SELECT id, name FROM server"};
  server.ask();
  while (server.next()) servers[server.text(1)] = server.count(0);
  std::map<std::string, LaneKey> partitions;
  RowQuery partition{*database, "SELECT server, id, name FROM \"partition\""};
  partition.ask();
  while (partition.next())
    partitions[partition.text(2)] =
        LaneKey::partition(static_cast<ServerId>(partition.count(0)), static_cast<PartitionId>(partition.count(1)));
  const auto number = [](const std::string& text) {
    std::uint32_t value = 0;
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
  };
  for (const auto& [id, line] : lines) {
    const auto parent = lines.find(line.parent);
    if (line.kind == "partition") {
      if (const auto found = partitions.find(line.name); found != partitions.end()) tracks[id] = found->second;
    } else if (line.kind == "virtual_processor" && parent != lines.end()) {
      if (const auto found = partitions.find(parent->second.name); found != partitions.end())
        tracks[id] = {LaneKey::Kind::virtual_processor, found->second.server, found->second.first, number(line.name)};
    } else if (line.kind == "core") {
      auto above = parent;
      // A parent is older than its child, so this ends.
      while (above != lines.end() && above->second.kind != "server" && above->second.parent < above->first)
        above = lines.find(above->second.parent);
      if (above == lines.end()) continue;
      if (const auto found = servers.find(above->second.name); found != servers.end())
        tracks[id] = LaneKey::core(static_cast<ServerId>(found->second), static_cast<CoreId>(number(line.name)));
    }
  }
  tracks_known = known;
}

std::optional<LaneKey> WindowReader::State::lane_of_track(std::int64_t track) const {
  const auto found = tracks.find(track);
  return found == tracks.end() ? std::nullopt : std::optional{found->second};
}

Result<std::uint64_t> WindowReader::records_in(SimTime begin, SimTime end) {
  return state_->answer([&] {
    std::int64_t most = 0;
    for (const Source& source : kSources) {
      if (source.kind == TrackRecord::Kind::counter) continue;
      RowTable table{*state_->database, source.table, source.end, source.columns};
      const SimTime before = SimTime::from_ps(1);
      most = std::max(most, table.first_after(end - before) - table.first_after(begin - before));
    }
    return static_cast<std::uint64_t>(most);
  });
}

Result<std::vector<TrackRecord>> WindowReader::records(SimTime begin, SimTime end, std::size_t most_rows, const Cancelled& cancelled) {
  return state_->answer([&] {
    state_->learn_tracks();
    std::vector<TrackRecord> found;
    std::map<std::int64_t, std::string> names;
    RowQuery name{*state_->database, "SELECT text FROM name WHERE id = ?"};
    const auto name_of = [&](std::int64_t id) {
      const auto [place, is_new] = names.try_emplace(id);
      if (is_new) {
        name.ask(id);
        if (name.next()) place->second = name.text(0);
        name.done();
      }
      return place->second;
    };
    for (const Source& source : kSources) {
      RowTable table{*state_->database, source.table, source.end, source.columns};
      const std::int64_t first = std::max<std::int64_t>(table.first_after(begin - SimTime::from_ps(1)) - kOutOfOrder, 1);
      const std::int64_t last = std::min(table.last_row(), first + kOutOfOrder + static_cast<std::int64_t>(most_rows) - 1);
      state_->each_row_of_all(table, first, last, cancelled, [&](const RowQuery& row) {
        const SimTime from = row.time(2);
        const SimTime until = from + row.time(3);
        if (from >= end || until < begin || (until == begin && until > from)) return true;
        found.push_back({source.kind, row.number(0), state_->lane_of_track(row.number(0)), name_of(row.number(1)), from, until, row.real(4),
                         row.text(5)});
        return true;
      });
    }
    return found;
  });
}

}  // namespace lparsim::trace
