#pragma once
#include <QStringList>

#include "gui/data/slice.hpp"
#include "gui/timeline/columns.hpp"

namespace lparsim::gui {

// What the timeline says of what is under the pointer.

/// `web vp 1`; empty where the slice is nobody's.
QString ownerText(const Slice& slice, const RunFacts& facts);
/// What is written on the slice itself, the longest first: whose it is on a core's lane, else its state.
QStringList labelsOf(const Slice& slice, LaneKey::Kind kind, const RunFacts& facts);
/// Why a virtual processor came to a core and why it left it, by the codes of the dispatch trace log (LoPAR, "Dispatch Trace Log Buffer
/// Entry"): clauses that follow "because".
QString dispatchReasonText(std::uint8_t reason);
QString preemptReasonText(std::uint8_t reason);
/// Of one slice, in lines: what, how long, from when to when, why.
QString descriptionOf(const Slice& slice, const Lane& lane, const RunFacts& facts);
/// Of a pixel in which several things happened: the share of every state. Empty: nothing did.
QString descriptionOf(const Columns& columns, int column, std::uint64_t things, const Lane& lane, SimTime begin, SimTime end);
/// Of a lane's header.
QString descriptionOf(const Lane& lane, const RunFacts& facts);
/// With whom it happened to, where it does not say so itself.
QString textOf(const Mark& mark, const RunFacts& facts);
/// `0.50 PU · uncapped, weight 128 · 2 vp`
QString sharesText(const trace::PartitionFacts& partition);
/// The place of a partition among all of them, for its colour.
std::size_t ordinalOf(ServerId server, PartitionId partition, const RunFacts& facts);

}  // namespace lparsim::gui
