// What a run file says of Virtual Service Partitions.
#include <SQLiteCpp/SQLiteCpp.h>
#include <fmt/format.h>

#include <algorithm>

#include "sim/trace/reader_query.hpp"

namespace lparsim::trace {

namespace {

using namespace query;

std::uint64_t whole(const SQLite::Column& column) {
  return static_cast<std::uint64_t>(integer(column));
}

/// The place of a name; behind all of them where a newer program wrote it.
template <class Names>
std::uint8_t place_of(const Names& names, const std::string& name) {
  return static_cast<std::uint8_t>(std::ranges::find(names, name) - names.begin());
}

}  // namespace

std::vector<VspHookFacts> query::vsp_hooks(SQLite::Database& file) {
  if (!file.tableExists("vsp_hook")) return {};
  SQLite::Statement q{file,
                      "SELECT server, vsp, hook, role, function_first, function_last, clients, deadline_ps, wall_limit_ps, when_absent, "
                      "when_slow, in_flight, pays FROM vsp_hook ORDER BY rowid"};
  return rows<VspHookFacts>(q, [](SQLite::Statement& r) {
    return VspHookFacts{id<ServerId>(r.getColumn(0)),
                        id<PartitionId>(r.getColumn(1)),
                        static_cast<std::uint16_t>(count(r.getColumn(2))),
                        static_cast<std::uint8_t>(count(r.getColumn(3))),
                        count(r.getColumn(4)),
                        count(r.getColumn(5)),
                        text(r.getColumn(6)),
                        time(r.getColumn(7)),
                        time(r.getColumn(8)),
                        text(r.getColumn(9)),
                        text(r.getColumn(10)),
                        text(r.getColumn(11)),
                        text(r.getColumn(12))};
  });
}

Result<std::vector<VspLedgerRow>> Reader::vsp_ledger() const {
  return guarded([&] {
    if (!database_->tableExists("vsp_ledger")) return std::vector<VspLedgerRow>{};
    std::string ends;
    for (const std::string_view end : kVspCallEnds) ends += fmt::format(", \"{}\"", end);
    SQLite::Statement q{*database_, fmt::format("SELECT server, vsp, client, hook, role, calls, latency_ps, undispatched_ps, "
                                                "client_paid_ps, vsp_paid_ps, messages, doorbells, bytes{} FROM vsp_ledger ORDER BY "
                                                "server, vsp, client, hook, role",
                                                ends)};
    return rows<VspLedgerRow>(q, [](SQLite::Statement& r) {
      VspLedgerRow row;
      row.server = id<ServerId>(r.getColumn(0));
      row.vsp = id<PartitionId>(r.getColumn(1));
      row.client = id<PartitionId>(r.getColumn(2));
      row.hook = static_cast<std::uint16_t>(count(r.getColumn(3)));
      row.role = static_cast<std::uint8_t>(count(r.getColumn(4)));
      row.calls = whole(r.getColumn(5));
      row.latency = time(r.getColumn(6));
      row.undispatched = time(r.getColumn(7));
      row.client_paid = time(r.getColumn(8));
      row.vsp_paid = time(r.getColumn(9));
      row.messages = whole(r.getColumn(10));
      row.doorbells = whole(r.getColumn(11));
      row.bytes = whole(r.getColumn(12));
      for (std::size_t i = 0; i < row.ends.size(); ++i) row.ends[i] = whole(r.getColumn(13 + static_cast<int>(i)));
      return row;
    });
  });
}

Result<std::vector<VspEvent>> Reader::vsp_events() const {
  return guarded([&] {
    if (!database_->tableExists("vsp_event")) return std::vector<VspEvent>{};
    SQLite::Statement q{*database_, "SELECT at_ps, server, vsp, kind, state, hook, call, client, text FROM vsp_event ORDER BY rowid"};
    return rows<VspEvent>(q, [](SQLite::Statement& r) {
      VspEvent event;
      event.at = time(r.getColumn(0));
      event.server = id<ServerId>(r.getColumn(1));
      event.vsp = id<PartitionId>(r.getColumn(2));
      event.kind = place_of(kVspEventKinds, text(r.getColumn(3)));
      event.state = place_of(kVspStates, text(r.getColumn(4)));
      if (!r.getColumn(5).isNull()) event.hook = place_of(kVspHooks, text(r.getColumn(5)));
      event.call = whole(r.getColumn(6));
      if (!r.getColumn(7).isNull()) event.client = id<PartitionId>(r.getColumn(7));
      event.text = text(r.getColumn(8));
      return event;
    });
  });
}

Result<std::vector<VspCall>> Reader::vsp_calls(ServerId server, std::optional<PartitionId> client, SimTime begin, SimTime end) const {
  return guarded([&] {
    if (!database_->tableExists("vsp_call")) return std::vector<VspCall>{};
    SQLite::Statement q{*database_,
                        fmt::format("SELECT vsp, number, hook, role, function, client, \"end\", status, epoch, sent, begin_ps, "
                                    "length_ps, queued_ps, undispatched_ps, client_cost_ps, vsp_cost_ps, bytes FROM vsp_call "
                                    "WHERE server = {} AND begin_ps < {} AND begin_ps + length_ps > {}{} ORDER BY begin_ps, "
                                    "number, rowid",
                                    index(server), end.ps(), begin.ps(), client ? fmt::format(" AND client = {}", index(*client)) : "")};
    return rows<VspCall>(q, [&](SQLite::Statement& r) {
      VspCall call;
      call.server = server;
      call.vsp = id<PartitionId>(r.getColumn(0));
      call.number = whole(r.getColumn(1));
      call.hook = static_cast<std::uint16_t>(count(r.getColumn(2)));
      call.role = static_cast<std::uint8_t>(count(r.getColumn(3)));
      call.function = count(r.getColumn(4));
      call.client = id<PartitionId>(r.getColumn(5));
      call.end = static_cast<std::uint8_t>(count(r.getColumn(6)));
      call.status = integer(r.getColumn(7));
      call.epoch = count(r.getColumn(8));
      call.sent = count(r.getColumn(9));
      call.begin = time(r.getColumn(10));
      call.end_time = call.begin + time(r.getColumn(11));
      call.taken = call.begin + time(r.getColumn(12));
      call.undispatched = time(r.getColumn(13));
      call.client_cost = time(r.getColumn(14));
      call.vsp_cost = time(r.getColumn(15));
      call.bytes = whole(r.getColumn(16));
      return call;
    });
  });
}

}  // namespace lparsim::trace
