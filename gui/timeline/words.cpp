#include "gui/timeline/words.hpp"

#include <QCoreApplication>
#include <array>
#include <cmath>

#include "gui/paint/time_text.hpp"

namespace lparsim::gui {

namespace {

QString tr(const char* text) {
  return QCoreApplication::translate("lparsim::gui::Timeline", text);
}
QString of(std::string_view text) {
  return QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size()));
}
QString stateText(State state) {
  return tr(wordsFor(state).data());
}

QString callerOf(const Slice& slice, const RunFacts& facts) {
  const trace::PartitionFacts* partition = facts.partition(slice.server, slice.partition);
  return partition == nullptr ? tr("somebody") : of(partition->name);
}

bool isRunning(State state) {
  return state == State::entitled || state == State::excess || state == State::dedicated;
}

/// As fine as a thousandth of the length.
QString momentText(SimTime at, SimTime length) {
  return instantText(at, std::max(length / 1000, SimTime::from_ps(1)));
}

QString spanText(SimTime begin, SimTime end) {
  return tr("%1, from %2 to %3").arg(durationText(end - begin), momentText(begin, end - begin), momentText(end, end - begin));
}

QString firstUpper(QString text) {
  if (!text.isEmpty()) text[0] = text[0].toUpper();
  return text;
}

}  // namespace

std::size_t ordinalOf(ServerId server, PartitionId partition, const RunFacts& facts) {
  const auto& all = facts.info.partitions;
  const trace::PartitionFacts* found = facts.partition(server, partition);
  return found == nullptr ? all.size() : static_cast<std::size_t>(found - all.data());
}

QString ownerText(const Slice& slice, const RunFacts& facts) {
  const trace::PartitionFacts* partition = facts.partition(slice.server, slice.partition);
  if (partition == nullptr) return {};
  return tr("%1 vp %2").arg(of(partition->name)).arg(slice.vp);
}

QStringList labelsOf(const Slice& slice, LaneKey::Kind kind, const RunFacts& facts) {
  const trace::PartitionFacts* partition = facts.partition(slice.server, slice.partition);
  const QString name = partition == nullptr ? QString{} : of(partition->name);
  switch (kind) {
    case LaneKey::Kind::core:
      return {ownerText(slice, facts), name};
    case LaneKey::Kind::io_target:
      return {QString::number(slice.number)};
    case LaneKey::Kind::vsp:
      return {tr("%1 for %2").arg(slice.number).arg(name), QString::number(slice.number)};
    case LaneKey::Kind::virtual_processor:
    case LaneKey::Kind::partition:
      break;
  }
  if (isRunning(slice.state)) {
    const QString core = QString::number(static_cast<std::uint32_t>(slice.core));
    return {tr("core %1").arg(core), core};
  }
  if (slice.state == State::waitingCapacity) return {stateText(slice.state), tr("capacity")};
  if (slice.state == State::waitingProcessor) return {stateText(slice.state), tr("processor")};
  return {stateText(slice.state)};
}

QString dispatchReasonText(std::uint8_t reason) {
  constexpr std::array kReasons{
      QT_TRANSLATE_NOOP("lparsim::gui::Timeline", "an interrupt from outside arrived for it"),
      QT_TRANSLATE_NOOP("lparsim::gui::Timeline", "of an event within the firmware"),
      QT_TRANSLATE_NOOP("lparsim::gui::Timeline", "another virtual processor woke it (H_PROD)"),
      QT_TRANSLATE_NOOP("lparsim::gui::Timeline", "its timer was due (decrementer interrupt)"),
      QT_TRANSLATE_NOOP("lparsim::gui::Timeline", "of a system reset"),
      QT_TRANSLATE_NOOP("lparsim::gui::Timeline", "of an event within the firmware"),
      QT_TRANSLATE_NOOP("lparsim::gui::Timeline", "another virtual processor conferred its cycles on it (H_CONFER)"),
      QT_TRANSLATE_NOOP("lparsim::gui::Timeline", "its turn had come again (time slice)"),
      QT_TRANSLATE_NOOP("lparsim::gui::Timeline", "a page that it had missed was there"),
      QT_TRANSLATE_NOOP("lparsim::gui::Timeline", "its adjunct had been expropriated"),
      QT_TRANSLATE_NOOP("lparsim::gui::Timeline", "a privileged doorbell rang for it"),
  };
  return reason < kReasons.size() ? tr(kReasons[reason]) : tr("of reason %1").arg(reason);
}

QString preemptReasonText(std::uint8_t reason) {
  constexpr std::array kReasons{
      QT_TRANSLATE_NOOP("lparsim::gui::Timeline", "the run or its recording ended"),
      QT_TRANSLATE_NOOP("lparsim::gui::Timeline", "of an event within the firmware"),
      QT_TRANSLATE_NOOP("lparsim::gui::Timeline", "it had nothing to do (H_CEDE)"),
      QT_TRANSLATE_NOOP("lparsim::gui::Timeline", "it conferred its cycles on another virtual processor (H_CONFER)"),
      QT_TRANSLATE_NOOP("lparsim::gui::Timeline", "it was preempted: its time slice was over"),
      QT_TRANSLATE_NOOP("lparsim::gui::Timeline", "of a page that is missing while it migrates or wakes from hibernation"),
      QT_TRANSLATE_NOOP("lparsim::gui::Timeline", "of a missing page of its virtual memory"),
  };
  return reason < kReasons.size() ? tr(kReasons[reason]) : tr("of reason %1").arg(reason);
}

QString descriptionOf(const Slice& slice, const Lane& lane, const RunFacts& facts) {
  QStringList lines;
  const QString owner = ownerText(slice, facts);
  switch (slice.state) {
    case State::request:
    case State::failedRequest:
    case State::call: {
      const bool call = lane.key.kind == LaneKey::Kind::vsp;
      const QString what = call ? tr("call %1 of %2").arg(slice.number).arg(callerOf(slice, facts))
                                : tr("request %1 to %2").arg(slice.number).arg(of(lane.full));
      lines << firstUpper(slice.state == State::failedRequest ? tr("%1, failed").arg(what) : what);
      lines << spanText(slice.begin, slice.end);
      lines << tr("Click to follow it through its stages.");
      return lines.join('\n');
    }
    default:
      break;
  }
  if (isRunning(slice.state)) {
    lines << tr("%1: %2, core %3").arg(owner, stateText(slice.state)).arg(static_cast<std::uint32_t>(slice.core));
    lines << spanText(slice.begin, slice.end);
    lines << tr("It came to the core because %1.").arg(dispatchReasonText(slice.dispatchReason));
    lines << tr("It left it because %1.").arg(preemptReasonText(slice.preemptReason));
  } else {
    lines << tr("%1: %2").arg(owner, stateText(slice.state));
    lines << spanText(slice.begin, slice.end);
    if (slice.state == State::waitingProcessor) lines << tr("Then it came to core %1.").arg(static_cast<std::uint32_t>(slice.core));
  }
  lines << tr(meaningOf(slice.state).data());
  return lines.join('\n');
}

QString descriptionOf(const Columns& columns, int column, std::uint64_t things, const Lane& lane, SimTime begin, SimTime end) {
  QStringList lines;
  for (const State state : Columns::stackOrder())
    if (const float share = columns.share(column, state); share >= 0.0005F)
      lines << tr("%1: %2").arg(stateText(state), figureText(std::round(static_cast<double>(share) * 1000) / 10, "%"));
  if (lines.isEmpty()) return {};
  lines.prepend(tr("%1: %2 from %3").arg(of(lane.full), durationText(end - begin), momentText(begin, end - begin)));
  if (things > 1) lines << tr("%1 pieces, too short to be drawn: zoom in to see them.").arg(countText(things));
  return lines.join('\n');
}

QString textOf(const Mark& mark, const RunFacts& facts) {
  const QString text = of(mark.text);
  if (!mark.lane || (mark.lane->kind != LaneKey::Kind::vsp && mark.lane->kind != LaneKey::Kind::partition)) return text;
  const trace::PartitionFacts* partition = facts.partition(mark.lane->server, PartitionId{mark.lane->first});
  if (partition == nullptr || text.startsWith(of(partition->name))) return text;
  return tr("%1: %2").arg(of(partition->name), text);
}

QString sharesText(const trace::PartitionFacts& partition) {
  const QString vps = tr("%1 vp").arg(partition.virtual_processors);
  if (partition.mode == "dedicated") return partition.cores == 1 ? tr("1 core of its own") : tr("%1 cores of its own").arg(partition.cores);
  const QString share = tr("%1 PU").arg(partition.entitlement.value(), 0, 'f', 2);
  return QStringList{share, partition.capped ? tr("capped") : tr("weight %1").arg(partition.weight), vps}.join(QStringLiteral(" · "));
}

QString descriptionOf(const Lane& lane, const RunFacts& facts) {
  const trace::PartitionFacts* partition = facts.partition(lane.key.server, PartitionId{lane.key.first});
  switch (lane.key.kind) {
    case LaneKey::Kind::core:
      return lane.dedicated ? tr("%1, owned by a dedicated partition: who is on it").arg(of(lane.full))
                            : tr("%1, shared: who is on it").arg(of(lane.full));
    case LaneKey::Kind::partition:
      return partition == nullptr ? of(lane.full)
                                  : tr("%1: %2\nBeneath: processors' worth of time that it really used, against its entitlement (the "
                                       "line).\nAbove: the part of its virtual processors that waited.")
                                        .arg(of(lane.full), sharesText(*partition));
    case LaneKey::Kind::virtual_processor:
      return tr("%1: what it did").arg(of(lane.full));
    case LaneKey::Kind::io_target:
      return tr("%1: requests under way").arg(of(lane.full));
    case LaneKey::Kind::vsp:
      return tr("%1: calls that it was given").arg(of(lane.full));
  }
  return {};
}

}  // namespace lparsim::gui
