#include "sim/trace/window_reader.hpp"

#include <algorithm>
#include <unordered_map>
#include <utility>

#include "sim/trace/open_database.hpp"
#include "sim/trace/reader.hpp"
#include "sim/trace/window_state.hpp"

namespace lparsim::trace {

namespace {

using Kind = LaneKey::Kind;

/// Of how many times the rows that may be read is it worth looking which are of the lanes.
constexpr std::int64_t kSparse = 64;
/// A row that is looked up takes as long as so many that are read on.
constexpr std::size_t kLookUp = 32;

std::optional<RowTable> table_if_there(const SQLite::Database& database, const char* name, RowTable (*table)(const SQLite::Database&)) {
  if (!database.tableExists(name)) return std::nullopt;
  return table(database);
}

/// Buckets may be this long.
SimTime two_pixels(const WindowQuestion& question) {
  const SimTime whole = question.end - std::max(question.begin, SimTime{});
  return question.pixels < 2 ? whole : whole / question.pixels * 2;
}

/// When what a row is about began on the lane: with the wait, for those that show it.
SimTime begin_of(const DispatchSpan& stay, Kind kind) {
  return kind == Kind::core ? stay.begin : std::min(stay.begin, stay.waiting);
}

}  // namespace

WindowReader::State::State(std::filesystem::path file, std::unique_ptr<SQLite::Database> connection)
    : path{std::move(file)},
      database{std::move(connection)},
      dispatches{dispatch_table(*database)},
      requests{table_if_there(*database, "io_request", request_table)},
      calls{table_if_there(*database, "vsp_call", call_table)},
      detail{*database} {
  SQLite::Statement level{*database, "SELECT value FROM host WHERE key = 'trace_level'"};
  traced = level.executeStep() && level.getColumn(0).getString() == "full";
}

WindowReader::WindowReader(std::unique_ptr<State> state) : state_{std::move(state)} {}
WindowReader::WindowReader(WindowReader&&) noexcept = default;
WindowReader& WindowReader::operator=(WindowReader&&) noexcept = default;
WindowReader::~WindowReader() = default;

Result<WindowReader> WindowReader::open(const std::filesystem::path& path) {
  if (const Result<Reader> checked = Reader::open(path); !checked) return unexpected(checked.error());
  try {
    auto database = open_database(path, SQLite::OPEN_NOMUTEX);
    database->exec("PRAGMA cache_size = -65536");
    return WindowReader{std::make_unique<State>(path, std::move(database))};
  } catch (const SQLite::Exception& e) {
    return unexpected(fmt::format("cannot read {}: {}", path.string(), e.what()));
  }
}

Result<std::vector<LaneDetail>> WindowReader::read(const WindowQuestion& question, const Cancelled& cancelled) {
  return state_->answer([&] {
    std::vector<LaneDetail> answers(question.lanes.size());
    std::map<Kind, State::Places> kinds;
    for (std::size_t i = 0; i < answers.size(); ++i) {
      answers[i].lane = question.lanes[i];
      kinds[question.lanes[i].kind].push_back(i);
    }
    if (question.end <= question.begin) return answers;
    // Lanes of processors share their rows: one pass for all.
    State::Places processors;
    std::size_t look_ups = question.most_rows / kLookUp;
    const std::int64_t first = state_->dispatches.first_after(question.begin);
    const std::int64_t last = state_->dispatches.first_after(question.end) - 1;
    const bool few = state_->traced && last - first < static_cast<std::int64_t>(question.most_rows);
    for (const auto& [kind, places] : kinds) {
      if (few && is_processor_lane(kind))
        processors.insert(processors.end(), places.begin(), places.end());
      else
        state_->read_kind(question, kind, places, answers, cancelled, look_ups);
    }
    if (!processors.empty()) state_->read_rows(question, state_->dispatches, first, last, processors, answers, cancelled);
    return answers;
  });
}

void WindowReader::State::read_kind(const WindowQuestion& question, Kind kind, const Places& places, std::vector<LaneDetail>& answers,
                                    const Cancelled& cancelled, std::size_t& look_ups) {
  RowTable* table = table_of(kind);
  if (!traced || table == nullptr) return read_samples(question, kind, places, answers, cancelled);
  const std::int64_t first = table->first_after(question.begin);
  const std::int64_t last = table->first_after(question.end) - 1;
  if (last - first < static_cast<std::int64_t>(question.most_rows))
    return read_rows(question, *table, first, last, places, answers, cancelled);
  const auto& levels = detail.levels(kind);
  if (levels.empty()) return read_samples(question, kind, places, answers, cancelled);
  const bool fine = bucket_length(levels.front().level) <= two_pixels(question);
  if (fine || (last - first) / kSparse > static_cast<std::int64_t>(question.most_rows))
    return read_buckets(question, kind, places, answers, cancelled);
  read_buckets(question, kind, read_sparse(question, *table, first, last, places, answers, cancelled, look_ups), answers, cancelled);
}

void WindowReader::State::read_rows(const WindowQuestion& question, RowTable& table, std::int64_t first, std::int64_t last,
                                    const Places& places, std::vector<LaneDetail>& answers, const Cancelled& cancelled) {
  std::map<LaneKey, Places> wanted;
  for (const std::size_t i : places) {
    answers[i].exact = true;
    wanted[answers[i].lane].push_back(i);
  }
  // By server and number: a row is of one core, partition and virtual processor, whose lanes may all be asked for.
  std::unordered_map<std::uint64_t, const Places*> by_first[5];
  std::unordered_map<std::uint64_t, std::vector<std::pair<std::uint32_t, const Places*>>> virtual_processors;
  const auto key = [](std::uint32_t server, std::uint32_t number) {
    return (static_cast<std::uint64_t>(server) << 32) | number;
  };
  for (const auto& [lane, at] : wanted) {
    const std::uint64_t number = key(static_cast<std::uint32_t>(lane.server), lane.first);
    if (lane.kind == Kind::virtual_processor)
      virtual_processors[number].emplace_back(lane.second, &at);
    else
      by_first[static_cast<std::size_t>(lane.kind)][number] = &at;
  }
  const auto places_of = [&](Kind kind, std::uint64_t number) -> const Places* {
    const auto& known = by_first[static_cast<std::size_t>(kind)];
    if (known.empty()) return nullptr;
    const auto found = known.find(number);
    return found == known.end() ? nullptr : found->second;
  };
  NumberRanges numbers;
  for (const auto& [lane, at] : wanted) include(numbers, lane);
  const auto sort_out = [&](const RowQuery& row) {
    if (&table == &dispatches) {
      const std::uint32_t server = row.count(1);
      const std::uint64_t partition = key(server, row.count(3));
      const auto give = [&](const Places* to) {
        if (to == nullptr) return;
        for (const std::size_t i : *to) answers[i].stays.push_back(stay_of(row));
      };
      give(places_of(Kind::core, key(server, row.count(2))));
      give(places_of(Kind::partition, partition));
      if (!virtual_processors.empty())
        if (const auto found = virtual_processors.find(partition); found != virtual_processors.end())
          for (const auto& [vp, at] : found->second)
            if (vp == row.count(4)) give(at);
    } else if (&table == &*requests) {
      if (const Places* to = places_of(Kind::io_target, key(0, row.count(1))))
        for (const std::size_t i : *to) answers[i].requests.push_back(request_of(row));
    } else if (const Places* to = places_of(Kind::vsp, key(row.count(1), row.count(2)))) {
      for (const std::size_t i : *to) answers[i].calls.push_back(call_of(row));
    }
    return true;
  };
  each_row_of_all(table, first, last, cancelled, sort_out, &numbers);
  read_later_rows(question, table, last, places, answers, cancelled);
}

void WindowReader::State::read_buckets(const WindowQuestion& question, Kind kind, const Places& places, std::vector<LaneDetail>& answers,
                                       const Cancelled& cancelled) {
  if (places.empty()) return;
  const auto& levels = detail.levels(kind);
  int level = levels.front().level;
  while (level < levels.back().level && bucket_length(level + 1) <= two_pixels(question)) ++level;
  const std::int64_t first = std::max<std::int64_t>(bucket_of(question.begin, level), 0);
  const std::int64_t last = std::max(bucket_of_end(question.end, level), first);
  // The last bucket may stick out of the window, and holds all of its time like the others.
  if (last >= bucket_of(levels.front().until, level)) detail.cover_tail(kind, *table_of(kind), cancelled);
  for (const std::size_t i : places) {
    stop_if(cancelled);
    const auto number = detail.number_of(answers[i].lane);
    if (!number) continue;
    const DetailEntries entries = detail.entries(kind, *number, level, first, last, cancelled);
    answers[i].buckets.reserve(entries.size());
    for (const DetailEntry& entry : entries) answers[i].buckets.push_back(lane_bucket(entry, kind, level));
  }
}

WindowReader::State::Places WindowReader::State::read_sparse(const WindowQuestion& question, RowTable& table, std::int64_t first,
                                                             std::int64_t last, const Places& places, std::vector<LaneDetail>& answers,
                                                             const Cancelled& cancelled, std::size_t& look_ups) {
  Places others;
  Places exact;
  for (std::size_t done = 0; done < places.size(); ++done) {
    LaneDetail& answer = answers[places[done]];
    // Those in view share what may be read; the last may have what the first left over.
    const std::size_t most = look_ups / (places.size() - done);
    const auto rows = known_rows(answer.lane, first, last, most, cancelled);
    if (!rows) {
      others.push_back(places[done]);
      continue;
    }
    look_ups -= rows->size();
    answer.exact = true;
    exact.push_back(places[done]);
    for (const std::int64_t number : *rows) {
      RowQuery& row = table.row(number);
      if (!row.next()) continue;
      if (answer.lane.kind == Kind::io_target)
        answer.requests.push_back(request_of(row));
      else if (answer.lane.kind == Kind::vsp)
        answer.calls.push_back(call_of(row));
      else
        answer.stays.push_back(stay_of(row));
      row.done();
    }
  }
  read_later_rows(question, table, last, exact, answers, cancelled);
  return others;
}

/// Rows that end after the window and began in it or before.
void WindowReader::State::read_later_rows(const WindowQuestion& question, RowTable& table, std::int64_t last, const Places& places,
                                          std::vector<LaneDetail>& answers, const Cancelled& cancelled) {
  // Cores and virtual processors do one thing at a time: what they do at the end of the window is their next row.
  std::map<LaneKey, Places> waiting;
  bool open_end = false;  // any number may follow
  SimTime longest;
  for (const std::size_t i : places) {
    const LaneKey& lane = answers[i].lane;
    if (lane.kind == Kind::partition) {
      const auto& vps = detail.lanes(Kind::virtual_processor);
      if (indexed_until(lane) == 0)
        open_end = true;
      else
        for (const std::uint32_t vp : detail.virtual_processors_of(lane)) waiting[vps[vp]].push_back(i);
    } else if (is_processor_lane(lane.kind)) {
      waiting[lane].push_back(i);
    } else {
      open_end = true;
    }
  }
  const std::int64_t until = table.last_row();
  const auto give_stay = [&](const RowQuery& row, const Places& to) {
    const DispatchSpan stay = stay_of(row);
    for (const std::size_t i : to)
      if (begin_of(stay, answers[i].lane.kind) < question.end) answers[i].stays.push_back(stay);
  };
  for (auto lane = waiting.begin(); lane != waiting.end();) {
    const bool found = each_indexed_row(lane->first, last + 1, until, false, cancelled, [&](const RowQuery& row) {
      give_stay(row, lane->second);
      return false;
    });
    lane = found ? waiting.erase(lane) : std::next(lane);
  }
  // Lane by lane these are not in the order of their ends.
  const auto sort = [&] {
    for (const std::size_t i : places)
      if (answers[i].lane.kind == Kind::partition) std::ranges::stable_sort(answers[i].stays, {}, &DispatchSpan::end);
  };
  if (waiting.empty() && !open_end) return sort();
  const Kind kind = answers[places[0]].lane.kind;
  const bool processors = is_processor_lane(kind);
  // The longest that ended later, where that is known.
  const auto& levels = detail.levels(kind);
  bool bounded = open_end && !processors && !levels.empty();
  if (bounded) {
    const int level = levels.back().level;
    detail.cover_tail(kind, table, cancelled);
    for (const std::size_t i : places)
      if (const auto number = detail.number_of(answers[i].lane))
        for (const DetailEntry& e :
             detail.entries(kind, *number, level, bucket_of(question.end, level), INT64_MAX >> (2 * level), cancelled))
          longest = std::max(longest, SimTime::from_ps(e.peak));
  }
  const std::int64_t from = processors && !open_end ? std::max(last, detail.indexed_until(Kind::core)) + 1 : last + 1;
  const std::int64_t most = std::min(until, from - 1 + static_cast<std::int64_t>(question.most_rows));
  std::set<LaneKey> seen;
  NumberRanges numbers;
  for (const std::size_t i : places) include(numbers, answers[i].lane);
  const auto sort_out = [&](const RowQuery& row) {
    if (processors) {
      const DispatchSpan stay = stay_of(row);
      for (const LaneKey& lane : {LaneKey::core(stay.server, stay.core), LaneKey::virtual_processor(stay.server, stay.partition, stay.vp)})
        if (const auto found = waiting.find(lane); found != waiting.end()) {
          give_stay(row, found->second);
          waiting.erase(found);
        }
      if (open_end && seen.insert(LaneKey::virtual_processor(stay.server, stay.partition, stay.vp)).second)
        for (const std::size_t i : places)
          if (answers[i].lane == LaneKey::partition(stay.server, stay.partition)) give_stay(row, {i});
      return open_end || !waiting.empty();
    }
    for (const std::size_t i : places) {
      if (!belongs(row, answers[i].lane)) continue;
      if (kind == Kind::io_target) {
        if (IoRequest request = request_of(row); request.begin < question.end) answers[i].requests.push_back(request);
      } else if (VspCall call = call_of(row); call.begin < question.end) {
        answers[i].calls.push_back(call);
      }
    }
    const SimTime end = kind == Kind::io_target ? row.time(8) + row.time(9) : row.time(12) + row.time(13);
    return !bounded || end - longest <= question.end;
  };
  each_row_of_all(table, from, most, cancelled, sort_out, &numbers);
  sort();
}

Result<std::uint64_t> WindowReader::rows_in(SimTime begin, SimTime end) {
  return state_->answer([&] {
    const std::int64_t rows = state_->dispatches.first_after(end) - state_->dispatches.first_after(begin);
    return static_cast<std::uint64_t>(std::max<std::int64_t>(rows, 0));
  });
}

Result<SimTime> WindowReader::last_sample_end() {
  return state_->answer([&] {
    SimTime last;
    for (const char* table : {"interval", "vp_interval", "io_interval"}) {
      if (!state_->database->tableExists(table)) continue;
      RowTable samples{*state_->database, table, "begin_ps + length_ps", "rowid"};
      last = std::max(last, samples.end_of(samples.last_row()));
    }
    return last;
  });
}

Result<SimTime> WindowReader::last_end() {
  return state_->answer([&] {
    SimTime last;
    for (const Kind kind : {Kind::core, Kind::io_target, Kind::vsp})
      if (RowTable* table = state_->table_of(kind)) last = std::max(last, table->end_of(table->last_row()));
    return last;
  });
}

}  // namespace lparsim::trace
