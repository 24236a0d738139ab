#include "sim/trace/device_rows.hpp"

#include <SQLiteCpp/SQLiteCpp.h>

#include <algorithm>

#include "sim/trace/inserter.hpp"
#include "sim/trace/reader_query.hpp"

namespace lparsim::trace {

namespace {

using namespace query;

template <class Id>
std::optional<std::int64_t> number(std::optional<Id> id) {
  return id ? std::optional{static_cast<std::int64_t>(*id)} : std::nullopt;
}

template <class Id>
std::optional<Id> optional_id(const SQLite::Column& column) {
  return column.isNull() ? std::nullopt : std::optional{id<Id>(column)};
}

DeviceKind kind_of(const std::string& name) {
  return static_cast<DeviceKind>(std::ranges::find(kDeviceKindNames, name) - kDeviceKindNames.begin());
}

}  // namespace

void insert_devices(SQLite::Database& file, const RunInfo& run) {
  Inserter device{file, "device"};
  for (const DeviceFacts& d : run.devices) device(d.id, number(d.server), number(d.partition), to_string(d.kind), d.name, d.about);
  Inserter connection{file, "connection"};
  for (const ConnectionFacts& c : run.connections) connection(c.from, c.to, c.about);
  Inserter route{file, "io_route"};
  for (const RouteFacts& r : run.routes) {
    std::uint32_t step = 0;
    for (const std::uint32_t passed : r.devices) route(r.target, r.path, r.alternative, step++, passed);
  }
}

void read_devices(SQLite::Database& file, RunInfo& run) {
  if (!file.tableExists("device")) return;
  SQLite::Statement devices{file, "SELECT id, server, \"partition\", kind, name, about FROM device ORDER BY id"};
  run.devices = rows<DeviceFacts>(devices, [](SQLite::Statement& r) {
    return DeviceFacts{count(r.getColumn(0)),
                       optional_id<ServerId>(r.getColumn(1)),
                       optional_id<PartitionId>(r.getColumn(2)),
                       kind_of(text(r.getColumn(3))),
                       text(r.getColumn(4)),
                       text(r.getColumn(5))};
  });
  SQLite::Statement connections{file, "SELECT from_device, to_device, about FROM connection ORDER BY rowid"};
  run.connections = rows<ConnectionFacts>(connections, [](SQLite::Statement& r) {
    return ConnectionFacts{count(r.getColumn(0)), count(r.getColumn(1)), text(r.getColumn(2))};
  });
  SQLite::Statement steps{file, "SELECT target, path, alternative, device FROM io_route ORDER BY target, path, alternative, step"};
  while (steps.executeStep()) {
    const RouteFacts of{count(steps.getColumn(0)), count(steps.getColumn(1)), count(steps.getColumn(2)), {}};
    const bool goes_on = !run.routes.empty() && run.routes.back().target == of.target && run.routes.back().path == of.path &&
                         run.routes.back().alternative == of.alternative;
    if (!goes_on) run.routes.push_back(of);
    run.routes.back().devices.push_back(count(steps.getColumn(3)));
  }
}

namespace {

/// Those that begin by `until`; `rest` of the statement has a parameter, the first row.
std::vector<DeviceIntervalSample> samples(SQLite::Database& file, const std::string& rest, std::int64_t from_row, SimTime until) {
  SQLite::Statement q{file, "SELECT device, begin_ps, length_ps, transfers, bytes, busy_ps FROM device_interval " + rest};
  q.bind(1, from_row);
  std::vector<DeviceIntervalSample> found;
  while (q.executeStep()) {
    DeviceIntervalSample i;
    i.device = count(q.getColumn(0));
    i.begin = time(q.getColumn(1));
    if (i.begin > until) break;
    i.end = i.begin + time(q.getColumn(2));
    i.transfers = static_cast<std::uint64_t>(integer(q.getColumn(3)));
    i.bytes = static_cast<std::uint64_t>(integer(q.getColumn(4)));
    i.busy = time(q.getColumn(5));
    found.push_back(i);
  }
  return found;
}

}  // namespace

Result<std::vector<DeviceIntervalSample>> Reader::device_intervals() const {
  return guarded([&] {
    if (!database_->tableExists("device_interval")) return std::vector<DeviceIntervalSample>{};
    return samples(*database_, "WHERE rowid >= ? ORDER BY begin_ps, device", 0, SimTime::never());
  });
}

Result<std::vector<DeviceIntervalSample>> Reader::device_intervals(SimTime at) const {
  return guarded([&] {
    if (!database_->tableExists("device_interval")) return std::vector<DeviceIntervalSample>{};
    // An interval that ended then is wanted where none begins.
    const std::int64_t first = first_row(*database_, "device_interval", at - SimTime::from_ps(1));
    std::vector<DeviceIntervalSample> found = samples(*database_, "WHERE rowid >= ? ORDER BY rowid", first, at);
    std::erase_if(found, [last = found.empty() ? SimTime{} : found.back().begin](const auto& i) { return i.begin != last; });
    std::ranges::sort(found, {}, &DeviceIntervalSample::device);
    return found;
  });
}

}  // namespace lparsim::trace
