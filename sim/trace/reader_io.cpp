// What a run file says of virtual I/O.
#include <SQLiteCpp/SQLiteCpp.h>
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstdint>

#include "sim/trace/reader_query.hpp"

namespace lparsim::trace {

namespace {

using namespace query;

/// Files of format 2 have not all stages: nothing ever was in the others.
std::string stage_list(SQLite::Database& file) {
  const bool all = file.execAndGet("PRAGMA user_version").getInt() > 2;
  std::string list;
  for (std::size_t i = 0; i < kIoStageCount; ++i)
    list += all || i < kIoStagesBeforeServices ? fmt::format(", {}_ps", kIoStages[i].name) : ", 0";
  return list;
}

/// In the order of request_of().
std::string requests(SQLite::Database& file) {
  return fmt::format("SELECT number, target, kind, outcome, bytes, path, attempts, begin_ps, length_ps{}, steps FROM io_request ",
                     stage_list(file));
}
constexpr int kFirstStage = 9;

IoStageTimes stages_of(SQLite::Statement& r) {
  IoStageTimes stages{};
  for (std::size_t i = 0; i < kIoStageCount; ++i) stages[i] = time(r.getColumn(kFirstStage + static_cast<int>(i)));
  return stages;
}

IoRequest request_of(SQLite::Statement& r) {
  IoRequest q;
  q.number = static_cast<std::uint64_t>(integer(r.getColumn(0)));
  q.target = count(r.getColumn(1));
  q.kind = static_cast<IoKind>(count(r.getColumn(2)));
  q.outcome = static_cast<IoOutcome>(count(r.getColumn(3)));
  q.bytes = static_cast<std::uint64_t>(integer(r.getColumn(4)));
  q.path = count(r.getColumn(5));
  q.attempts = count(r.getColumn(6));
  q.begin = time(r.getColumn(7));
  q.end = q.begin + time(r.getColumn(8));
  q.stages = stages_of(r);
  return q;
}

/// `[[stage,ps],...]`; what is not so ends it.
std::vector<IoStep> steps_of(const std::string& text) {
  std::vector<IoStep> steps;
  const char* at = text.data();
  const char* const end = at + text.size();
  const auto next = [&](std::int64_t& number) {
    at = std::find_if(at, end, [](char c) { return c >= '0' && c <= '9'; });
    const auto [after, error] = std::from_chars(at, end, number);
    at = after;
    return error == std::errc{};
  };
  for (std::int64_t stage = 0, ps = 0; next(stage) && next(ps) && stage < static_cast<std::int64_t>(kIoStageCount);)
    steps.push_back({static_cast<std::uint8_t>(stage), SimTime::from_ps(ps)});
  return steps;
}

IoJourney journey_of(SQLite::Statement& r) {
  return {request_of(r), steps_of(text(r.getColumn(kFirstStage + static_cast<int>(kIoStageCount))))};
}

}  // namespace

Result<std::vector<IoTarget>> Reader::io_targets() const {
  return guarded([&] {
    if (!database_->tableExists("io_target")) return std::vector<IoTarget>{};
    SQLite::Statement q{*database_, "SELECT id, server, \"partition\", name, kind FROM io_target ORDER BY id"};
    return rows<IoTarget>(q, [](SQLite::Statement& r) {
      return IoTarget{count(r.getColumn(0)), id<ServerId>(r.getColumn(1)), id<PartitionId>(r.getColumn(2)), text(r.getColumn(3)),
                      text(r.getColumn(4)) == "peer" ? IoTargetKind::peer : IoTargetKind::disk};
    });
  });
}

Result<std::vector<IoPath>> Reader::io_paths() const {
  return guarded([&] {
    if (!database_->tableExists("io_path")) return std::vector<IoPath>{};
    SQLite::Statement q{*database_, "SELECT target, path, name, vios FROM io_path ORDER BY target, path"};
    return rows<IoPath>(q, [](SQLite::Statement& r) {
      IoPath path{count(r.getColumn(0)), count(r.getColumn(1)), text(r.getColumn(2)), std::nullopt};
      if (!r.getColumn(3).isNull()) path.vios = id<PartitionId>(r.getColumn(3));
      return path;
    });
  });
}

Result<std::vector<IoIntervalSample>> Reader::io_intervals() const {
  return guarded([&] {
    if (!database_->tableExists("io_interval")) return std::vector<IoIntervalSample>{};
    SQLite::Statement q{*database_, fmt::format("SELECT target, kind, begin_ps, length_ps, requests, failed, bytes, latency_ps, "
                                                "in_flight_ps{} FROM io_interval ORDER BY begin_ps, target, kind",
                                                stage_list(*database_))};
    return rows<IoIntervalSample>(q, [](SQLite::Statement& r) {
      IoIntervalSample i;
      i.target = count(r.getColumn(0));
      i.kind = static_cast<IoKind>(count(r.getColumn(1)));
      i.begin = time(r.getColumn(2));
      i.end = i.begin + time(r.getColumn(3));
      i.requests = static_cast<std::uint64_t>(integer(r.getColumn(4)));
      i.failed = static_cast<std::uint64_t>(integer(r.getColumn(5)));
      i.bytes = static_cast<std::uint64_t>(integer(r.getColumn(6)));
      i.latency = time(r.getColumn(7));
      i.in_flight = time(r.getColumn(8));
      i.stages = stages_of(r);
      return i;
    });
  });
}

Result<void> Reader::io_requests(const std::function<void(const IoRequest&)>& tell) const {
  const auto told = guarded([&] {
    if (!database_->tableExists("io_request")) return false;
    SQLite::Statement q{*database_, requests(*database_) + "ORDER BY rowid"};
    while (q.executeStep()) tell(request_of(q));
    return true;
  });
  if (!told) return unexpected(told.error());
  return {};
}

Result<std::optional<IoJourney>> Reader::io_journey(std::uint64_t number) const {
  return guarded([&] {
    if (!database_->tableExists("io_request")) return std::optional<IoJourney>{};
    if (number > static_cast<std::uint64_t>(INT64_MAX / 2)) return std::optional<IoJourney>{};
    // Rows come in the order of ends, numbers in that of beginnings: it is not far from its own place, unless very many were under way.
    const auto place = static_cast<std::int64_t>(number) + 1;
    for (const std::int64_t far : {std::int64_t{20'000}, INT64_MAX / 2}) {
      SQLite::Statement q{*database_, requests(*database_) + "WHERE rowid BETWEEN ? AND ? AND number = ? LIMIT 1"};
      q.bind(1, place - far);
      q.bind(2, place + far);
      q.bind(3, place - 1);
      if (q.executeStep()) return std::optional{journey_of(q)};
    }
    return std::optional<IoJourney>{};
  });
}

Result<std::vector<IoJourney>> Reader::slowest_io(const std::vector<std::uint32_t>& targets, std::size_t most) const {
  return guarded([&] {
    if (!database_->tableExists("io_request")) return std::vector<IoJourney>{};
    SQLite::Statement q{*database_, fmt::format("{}WHERE target IN ({}) ORDER BY length_ps DESC, number LIMIT {}", requests(*database_),
                                                fmt::join(targets, ", "), most)};
    return rows<IoJourney>(q, journey_of);
  });
}

}  // namespace lparsim::trace
