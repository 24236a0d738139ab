#include "sim/explain/surroundings.hpp"

#include <algorithm>

namespace lparsim::explain {

Result<std::vector<trace::DispatchSpan>> rows_around(const trace::Reader& reader, const Frame& frame, PartitionId partition, SimTime begin,
                                                     SimTime end) {
  const SimTime window = frame.window();
  auto rows = reader.dispatches(window * (begin / window), window * (end / window + 1));
  if (!rows) return rows;
  std::erase_if(*rows, [&](const trace::DispatchSpan& d) { return d.server != frame.server(); });
  // A thread may end its wait while its virtual processor waits on: that one's dispatch may come later.
  const auto own = reader.dispatches_of({frame.server(), partition}, begin, end);
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
