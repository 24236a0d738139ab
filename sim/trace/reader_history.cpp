// Reader: what happened when (trace level full).
#include <map>

#include "sim/trace/reader.hpp"
#include "sim/trace/reader_query.hpp"

namespace lparsim::trace {

using namespace query;

namespace {

const std::string kDispatches =
    "SELECT server, core, \"partition\", vp, begin_ps, length_ps, queued_ps, withheld_ps, ceded_ps, excess_ps, dispatch_reason, "
    "preempt_reason FROM dispatch ";

DispatchSpan dispatch_of(SQLite::Statement& r) {
  DispatchSpan d;
  d.server = id<ServerId>(r.getColumn(0));
  d.core = id<CoreId>(r.getColumn(1));
  d.partition = id<PartitionId>(r.getColumn(2));
  d.vp = count(r.getColumn(3));
  d.begin = time(r.getColumn(4));
  d.end = d.begin + time(r.getColumn(5));
  d.enqueue = d.begin - time(r.getColumn(6));
  d.ready = d.enqueue - time(r.getColumn(7));
  d.waiting = d.ready - time(r.getColumn(8));
  d.entitled = d.end - d.begin - time(r.getColumn(9));
  d.dispatch_reason = static_cast<std::uint8_t>(count(r.getColumn(10)));
  d.preempt_reason = static_cast<std::uint8_t>(count(r.getColumn(11)));
  return d;
}

/// Where a track belongs; no entry for those of cores, pools and the like.
struct Place {
  ServerId server{};
  PartitionId partition{};
  std::optional<std::uint32_t> vp;
};

std::map<std::int64_t, Place> places(const SQLite::Database& database) {
  SQLite::Statement q{database,
                      "SELECT t.id, p.server, p.id, CASE k.text WHEN 'virtual_processor' THEN CAST(n.text AS INTEGER) END "
                      "FROM track t JOIN name k ON k.id = t.kind JOIN name n ON n.id = t.name "
                      "LEFT JOIN track u ON u.id = t.parent LEFT JOIN name un ON un.id = u.name "
                      "JOIN \"partition\" p ON p.name = CASE k.text WHEN 'partition' THEN n.text ELSE un.text END "
                      "WHERE k.text IN ('partition', 'virtual_processor')"};
  std::map<std::int64_t, Place> found;
  while (q.executeStep()) {
    Place place{id<ServerId>(q.getColumn(1)), id<PartitionId>(q.getColumn(2)), std::nullopt};
    if (!q.getColumn(3).isNull()) place.vp = count(q.getColumn(3));
    found.emplace(integer(q.getColumn(0)), place);
  }
  return found;
}

/// Rows track, name, begin, length, value.
class TrackEvents {
 public:
  TrackEvents(const SQLite::Database& database, const std::string& select) : places_{places(database)}, query_{database, select} {}
  void bind(int at, std::int64_t value) { query_.bind(at, value); }
  void bind(int at, const std::string& value) { query_.bind(at, value); }
  std::optional<TrackEvent> next() {
    while (query_.executeStep()) {
      const auto place = places_.find(integer(query_.getColumn(0)));
      if (place == places_.end()) continue;
      const Place& p = place->second;
      const SimTime begin = time(query_.getColumn(2));
      return TrackEvent{
          p.server, p.partition, p.vp, text(query_.getColumn(1)), begin, begin + time(query_.getColumn(3)), real(query_.getColumn(4))};
    }
    return std::nullopt;
  }
  std::vector<TrackEvent> all() {
    std::vector<TrackEvent> found;
    while (auto event = next()) found.push_back(std::move(*event));
    return found;
  }

 private:
  std::map<std::int64_t, Place> places_;
  SQLite::Statement query_;
};

const std::string kSpans = "SELECT s.track, n.text, s.begin_ps, s.length_ps, s.value FROM span s JOIN name n ON n.id = s.name ";

}  // namespace

Result<std::vector<DispatchSpan>> Reader::dispatches(SimTime begin, SimTime end) const {
  return guarded([&] {
    SQLite::Statement q{*database_, kDispatches + "WHERE begin_ps < ? AND begin_ps + length_ps > ? ORDER BY rowid"};
    q.bind(1, end.ps());
    q.bind(2, begin.ps());
    return rows<DispatchSpan>(q, dispatch_of);
  });
}

Result<std::vector<DispatchSpan>> Reader::dispatches_of(PartitionKey partition, SimTime begin, SimTime end) const {
  return guarded([&] {
    SQLite::Statement q{*database_, kDispatches +
                                        "WHERE server = ? AND \"partition\" = ? AND begin_ps - queued_ps - withheld_ps < ? AND begin_ps + "
                                        "length_ps > ? ORDER BY begin_ps, vp"};
    q.bind(1, static_cast<std::uint32_t>(partition.server));
    q.bind(2, static_cast<std::uint32_t>(partition.partition));
    q.bind(3, end.ps());
    q.bind(4, begin.ps());
    return rows<DispatchSpan>(q, dispatch_of);
  });
}

Result<std::vector<DispatchSpan>> Reader::stays_around(PartitionKey partition, std::uint32_t vp, SimTime at) const {
  return guarded([&] {
    std::vector<DispatchSpan> found;
    for (const char* side : {"begin_ps <= ? ORDER BY begin_ps DESC LIMIT 1", "begin_ps > ? ORDER BY begin_ps LIMIT 1"}) {
      SQLite::Statement q{*database_, kDispatches + "WHERE server = ? AND \"partition\" = ? AND vp = ? AND " + side};
      q.bind(1, static_cast<std::uint32_t>(partition.server));
      q.bind(2, static_cast<std::uint32_t>(partition.partition));
      q.bind(3, vp);
      q.bind(4, at.ps());
      if (q.executeStep()) found.push_back(dispatch_of(q));
    }
    return found;
  });
}

Result<std::vector<DispatchSpan>> Reader::longest_waits(PartitionKey partition, std::optional<std::uint32_t> vp, std::size_t most) const {
  return guarded([&] {
    SQLite::Statement q{*database_, kDispatches +
                                        "WHERE server = ? AND \"partition\" = ? AND (? < 0 OR vp = ?) AND queued_ps + withheld_ps > 0 "
                                        "ORDER BY queued_ps + withheld_ps DESC, begin_ps, vp LIMIT ?"};
    q.bind(1, static_cast<std::uint32_t>(partition.server));
    q.bind(2, static_cast<std::uint32_t>(partition.partition));
    q.bind(3, vp ? static_cast<std::int64_t>(*vp) : -1);
    q.bind(4, vp ? static_cast<std::int64_t>(*vp) : -1);
    q.bind(5, static_cast<std::int64_t>(most));
    return rows<DispatchSpan>(q, dispatch_of);
  });
}

Result<std::vector<TrackEvent>> Reader::spans(SimTime begin, SimTime end) const {
  return guarded([&] {
    TrackEvents events{*database_, kSpans + "WHERE s.begin_ps < ? AND s.begin_ps + s.length_ps > ? ORDER BY s.begin_ps, s.rowid"};
    events.bind(1, end.ps());
    events.bind(2, begin.ps());
    return events.all();
  });
}

Result<std::vector<TrackEvent>> Reader::longest_spans(PartitionKey partition, std::optional<std::uint32_t> vp, std::string_view name,
                                                      std::size_t most) const {
  return guarded([&] {
    std::string where;
    for (const auto& [track, place] : places(*database_)) {
      if (place.server != partition.server || place.partition != partition.partition || (vp && place.vp && place.vp != vp)) continue;
      const std::string value = vp && !place.vp ? fmt::format(" AND s.value = {}", *vp) : "";
      where += fmt::format("{}(s.track = {}{})", where.empty() ? "" : " OR ", track, value);
    }
    if (where.empty()) return std::vector<TrackEvent>{};
    TrackEvents events{*database_,
                       fmt::format("{}WHERE ({}) AND substr(n.text, 1, ?) = ? ORDER BY s.length_ps DESC, s.rowid LIMIT ?", kSpans, where)};
    events.bind(1, static_cast<std::int64_t>(name.size()));
    events.bind(2, std::string{name});
    events.bind(3, static_cast<std::int64_t>(most));
    return events.all();
  });
}

Result<std::vector<TrackEvent>> Reader::counters() const {
  return guarded([&] {
    return TrackEvents{*database_,
                       "SELECT c.track, n.text, c.at_ps, 0, c.value FROM counter c JOIN name n ON n.id = c.name ORDER BY c.at_ps, c.rowid"}
        .all();
  });
}

Result<std::uint64_t> Reader::replay(ServerId server, HistorySink& sink) const {
  return guarded([&] {
    SQLite::Statement dispatches{*database_, kDispatches + "WHERE server = ? ORDER BY begin_ps - queued_ps - withheld_ps, rowid"};
    dispatches.bind(1, static_cast<std::uint32_t>(server));
    TrackEvents spans{*database_, kSpans + "ORDER BY s.begin_ps, s.rowid"};
    std::optional<TrackEvent> span = spans.next();
    const auto tell_until = [&](SimTime until) {
      std::uint64_t told = 0;
      for (; span && span->begin <= until; span = spans.next()) {
        if (span->server != server) continue;
        sink.began(*span);
        ++told;
      }
      return told;
    };
    std::uint64_t told = 0;
    while (dispatches.executeStep()) {
      const DispatchSpan dispatch = dispatch_of(dispatches);
      told += tell_until(dispatch.ready) + 1;
      sink.became_ready(dispatch);
    }
    return told + tell_until(SimTime::never());
  });
}

}  // namespace lparsim::trace
