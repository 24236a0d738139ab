#pragma once
#include <QString>
#include <QStringList>

#include "gui/topology/strands.hpp"

namespace lparsim::gui {

// What hovering says: a sentence for each figure that is drawn. `flows` null: not known yet.

/// `web`, `core 3`, `vios1 fcs0`: short, for lists and screen readers.
QString nameOfPart(const RunFacts& facts, const PartId& id);
/// The first is a title.
QStringList sentencesOf(const RunFacts& facts, const PartId& id, const Flows* flows);
QStringList sentencesOf(const RunFacts& facts, const MachineLayout& layout, const Strand& strand);

/// Calls of all its partitions to the hypervisor, a second; absent: not recorded.
std::optional<double> callsOf(const RunFacts& facts, const Flows* flows, ServerId server);

QString pointOfView(const Flows& flows);  ///< `at 3.25 s, averages of 1 s`

// Flows of a part, or null.
const PartitionFlow* flowOf(const Flows* flows, ServerId server, std::uint32_t partition);
const CoreFlow* coreFlow(const Flows* flows, ServerId server, std::uint32_t core);
const DeviceFlow* deviceFlow(const Flows* flows, std::uint32_t device);
/// Of a pool, or with nothing given of the server.
const PoolFlow* poolFlow(const Flows* flows, ServerId server, std::optional<std::uint32_t> pool);

}  // namespace lparsim::gui
