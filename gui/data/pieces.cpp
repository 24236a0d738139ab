#include "gui/data/pieces.hpp"

#include <algorithm>

#include "sim/explain/occupancy.hpp"

namespace lparsim::gui {

namespace {

Slice pieceOf(const trace::DispatchSpan& stay) {
  Slice piece;
  piece.server = stay.server;
  piece.partition = stay.partition;
  piece.vp = stay.vp;
  piece.core = stay.core;
  piece.dispatchReason = stay.dispatch_reason;
  piece.preemptReason = stay.preempt_reason;
  return piece;
}

void tellPart(Slice piece, State state, SimTime begin, SimTime end, const PieceRules& rules, const TellPiece& tell) {
  if (begin >= end || begin >= rules.end || end <= rules.begin) return;
  piece.state = state;
  piece.begin = begin;
  piece.end = end;
  tell(piece);
}

}  // namespace

void tellStay(const trace::DispatchSpan& stay, const PieceRules& rules, const TellPiece& tell) {
  const Slice piece = pieceOf(stay);
  const SimTime length = stay.end - stay.begin;
  if (rules.dedicated || stay.entitled >= length || stay.entitled <= SimTime{}) {
    const State state = rules.dedicated ? State::dedicated : stay.entitled > SimTime{} ? State::entitled : State::excess;
    tellPart(piece, state, stay.begin, stay.end, rules, tell);
    return;
  }
  if (rules.window <= rules.pixel && length > rules.window) {
    Slice share = piece;
    share.fill = static_cast<float>(static_cast<double>(stay.entitled.ps()) / static_cast<double>(length.ps()));
    tellPart(share, State::entitled, stay.begin, stay.end, rules, tell);
    share.fill = 1 - share.fill;
    tellPart(share, State::excess, stay.begin, stay.end, rules, tell);
    return;
  }
  for (SimTime at = std::max(stay.begin, std::min(rules.begin, stay.end)); at < std::min(stay.end, rules.end);) {
    const explain::Portion portion = explain::portion_of(stay, rules.window, at);
    tellPart(piece, State::entitled, portion.begin, portion.changes_at, rules, tell);
    tellPart(piece, State::excess, portion.changes_at, portion.end, rules, tell);
    at = portion.end;
  }
}

void tellWait(const trace::DispatchSpan& stay, bool after_confer, std::span<const TimeRange> folded, const PieceRules& rules,
              const TellPiece& tell) {
  const Slice piece = pieceOf(stay);
  const State idle = after_confer ? State::conferred : State::ceded;
  SimTime at = stay.waiting;
  const auto first = std::ranges::partition_point(folded, [&](const TimeRange& f) { return f.end <= stay.waiting; });
  for (auto f = first; f != folded.end() && f->begin < stay.ready; ++f) {
    tellPart(piece, idle, at, std::max(at, f->begin), rules, tell);
    const SimTime until = std::min(f->end, stay.ready);
    tellPart(piece, State::folded, std::max(at, f->begin), until, rules, tell);
    at = std::max(at, until);
  }
  tellPart(piece, idle, at, stay.ready, rules, tell);
  tellPart(piece, State::waitingCapacity, stay.ready, stay.enqueue, rules, tell);
  tellPart(piece, State::waitingProcessor, stay.enqueue, stay.begin, rules, tell);
}

}  // namespace lparsim::gui
