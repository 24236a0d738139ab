#include "sim/explain/surroundings.hpp"

#include <algorithm>

namespace lparsim::explain {

Result<std::vector<trace::DispatchSpan>> WholeTables::dispatches(ServerId server, SimTime begin, SimTime end) const {
  auto rows = reader_.dispatches(begin, end);
  if (rows) std::erase_if(*rows, [&](const trace::DispatchSpan& d) { return d.server != server; });
  return rows;
}

Result<std::vector<trace::DispatchSpan>> WholeTables::dispatches_of(trace::PartitionKey partition, SimTime begin, SimTime end) const {
  return reader_.dispatches_of(partition, begin, end);
}

Result<std::vector<trace::TrackEvent>> WholeTables::spans(SimTime begin, SimTime end) const {
  return reader_.spans(begin, end);
}

Result<std::vector<trace::VspCall>> WholeTables::vsp_calls(ServerId server, SimTime begin, SimTime end) const {
  return reader_.vsp_calls(server, std::nullopt, begin, end);
}

Result<std::vector<trace::DispatchSpan>> rows_around(const RowSource& source, const Frame& frame, PartitionId partition, SimTime begin,
                                                     SimTime end) {
  const SimTime window = frame.window();
  auto rows = source.dispatches(frame.server(), window * (begin / window), window * (end / window + 1));
  if (!rows) return rows;
  // A thread may end its wait while its virtual processor waits on: that one's dispatch may come later.
  const auto own = source.dispatches_of({frame.server(), partition}, begin, end);
  if (!own) return unexpected(own.error());
  for (const trace::DispatchSpan& d : *own) {
    const auto same = [&](const trace::DispatchSpan& r) {
      return r.partition == d.partition && r.vp == d.vp && r.begin == d.begin;
    };
    if (std::ranges::none_of(*rows, same)) rows->push_back(d);
  }
  return rows;
}

}  // namespace lparsim::explain
