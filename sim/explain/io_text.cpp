// Explanations of requests for people.
#include <fmt/format.h>

#include <algorithm>

#include "sim/explain/explain_io.hpp"
#include "sim/explain/words.hpp"

namespace lparsim::explain {
namespace {

/// Parts of a way, and causes of one of them, that are named one by one.
constexpr std::size_t kMostCauses = 6;

std::string line(SimTime part, SimTime whole, const std::string& words, std::size_t indent = 2) {
  return fmt::format("{:{}}{:>12} {:>8}  {}\n", "", indent, length_text(part), share_text(part, whole), words);
}

const char* verb(trace::IoKind kind) {
  static constexpr const char* kVerbs[] = {"read", "wrote", "sent", "called"};
  return kVerbs[static_cast<std::size_t>(kind)];
}
const char* preposition(trace::IoKind kind) {
  static constexpr const char* kWords[] = {"from", "to", "to", ""};
  return kWords[static_cast<std::size_t>(kind)];
}

std::string first_sentence(const Frame& frame, const IoAccount& a) {
  const trace::IoRequest& r = a.request;
  const std::string who = frame.partition(a.target.partition).name;
  const std::string what = r.kind == trace::IoKind::call
                               ? fmt::format("called {} ({} bytes)", a.target.name, r.bytes)
                               : fmt::format("{} {} bytes {} {}", verb(r.kind), r.bytes, preposition(r.kind), a.target.name);
  const std::string path = a.path.empty() ? "" : fmt::format(" through {}", a.path);
  std::string out = fmt::format("Request {}: {} {}{}. It asked at {}", r.number, who, what, path, moment_text(r.begin));
  const SimTime latency = r.end - r.begin;
  if (r.outcome == trace::IoOutcome::done) out += fmt::format(" and had its answer {} later", length_text(latency));
  if (r.outcome == trace::IoOutcome::failed) out += fmt::format(" and was told of an error {} later", length_text(latency));
  if (r.outcome == trace::IoOutcome::dropped) out += fmt::format("; the request was dropped {} later", length_text(latency));
  if (r.attempts > 1) out += fmt::format(", after {} attempts", r.attempts);
  return out + ".\n";
}

std::string causes(const Frame& frame, const OffAccount& off) {
  std::vector<Reason> reasons = off.reasons;
  std::ranges::stable_sort(reasons, std::ranges::greater{}, &Reason::time);
  const std::string& name = frame.partition(off.partition).name;
  std::string out;
  SimTime rest = off.off - off.asleep - off.unexplained;
  for (std::size_t i = 0; i < std::min(kMostCauses, reasons.size()); ++i) {
    out += line(reasons[i].time, off.off, phrase(frame, off.partition, reasons[i].cause, reasons[i].other), 6);
    rest -= reasons[i].time;
  }
  if (reasons.size() > kMostCauses)
    out += line(rest, off.off, fmt::format("{} more causes (--format json has all)", reasons.size() - kMostCauses), 6);
  if (off.asleep > SimTime{}) out += line(off.asleep, off.off, fmt::format("{} had ceded and was still to be woken", name), 6);
  if (off.unexplained > SimTime{}) out += line(off.unexplained, off.off, "no cause was found", 6);
  return out;
}

/// What the Virtual Service Partitions did with it, and whether they could.
std::string services(const Frame& frame, const IoPart& part) {
  std::string out;
  for (const trace::VspCall& call : part.services) {
    const std::string& name = frame.partition(call.vsp).name;
    const SimTime whole = call.end_time - call.begin;
    out += line(whole, part.length,
                fmt::format("{}, {} of {}: {}", name, trace::name_in(trace::kVspRoles, call.role),
                            trace::name_in(trace::kVspHooks, call.hook), trace::name_in(trace::kVspCallEnds, call.end)),
                4);
    if (call.undispatched > SimTime{}) {
      out += line(call.undispatched, whole, fmt::format("{} had no virtual processor on a core", name), 6);
      if (part.off && part.off->partition == call.vsp && part.off->off == call.undispatched) out += causes(frame, *part.off);
    }
    if (whole > call.undispatched) out += line(whole - call.undispatched, whole, fmt::format("{} on a core", name), 6);
  }
  return out;
}

std::string part_words(const Frame& frame, const IoPart& part) {
  if (part.off && part.stage != trace::kServiceStage)
    return fmt::format("{} had no virtual processor on a core", frame.partition(part.off->partition).name);
  return std::string{trace::kIoStages[part.stage].meaning};
}

/// What a partition waited for most, in the whole run.
std::string biggest_cause(const std::vector<ServerSummary>& waits, ServerId server, PartitionId partition) {
  for (const ServerSummary& s : waits) {
    if (s.frame.server() != server) continue;
    const PartitionSummary& p = s.partitions[index(partition)];
    const std::string& name = s.frame.partition(partition).name;
    if (p.reasons.empty()) return fmt::format("{:26}{} never waited for a core: it had ceded and was still to be woken\n", "", name);
    const auto most = std::ranges::max_element(p.reasons, {}, &Reason::time);
    return fmt::format("{:26}{} waited for a core {} in the run; most of it ({}): {}\n", "", name, length_text(p.waited),
                       share_text(most->time, p.waited), phrase(s.frame, partition, most->cause, most->other));
  }
  return "";
}

std::string target_text(const IoTargetSummary& t, const std::vector<ServerSummary>& waits, const std::string& who) {
  if (t.requests == 0) return fmt::format("{}, {}: no request has ended\n", who, t.target.name);
  std::string out = fmt::format("{}, {}: {} {}, {} in all\n", who, t.target.name, t.requests, t.requests == 1 ? "request" : "requests",
                                length_text(t.latency));
  for (std::size_t i = 0; i < t.stages.size(); ++i) {
    if (t.stages[i] == SimTime{}) continue;
    out += line(t.stages[i], t.latency, std::string{trace::kIoStages[i].meaning});
    if (i == trace::kClientDispatchStage) out += biggest_cause(waits, t.target.server, t.target.partition);
    if (i == trace::kServiceStage)
      for (const PartitionId service : t.services) out += biggest_cause(waits, t.target.server, service);
    if (i != trace::kViosDispatchStage) continue;
    for (const PartitionId vios : t.vioses) out += biggest_cause(waits, t.target.server, vios);
  }
  return out;
}

}  // namespace

std::string text_of(const Frame& frame, const IoAccount& account) {
  std::string out = first_sentence(frame, account);
  const SimTime whole = account.request.end - account.request.begin;
  for (const IoPart& part : account.parts) {
    out += line(part.length, whole, part_words(frame, part));
    if (part.stage == trace::kServiceStage)
      out += services(frame, part);
    else if (part.off)
      out += causes(frame, *part.off);
  }
  return out + line(whole, whole, "in all");
}

std::string text_of(const std::vector<IoTargetSummary>& targets, const std::vector<ServerSummary>& waits) {
  std::string out;
  SimTime latency, stages;
  for (const IoTargetSummary& t : targets) {
    const auto server = std::ranges::find_if(waits, [&](const ServerSummary& s) { return s.frame.server() == t.target.server; });
    out += target_text(t, waits, server->frame.partition(t.target.partition).name) + "\n";
    latency += t.latency;
    for (const SimTime stage : t.stages) stages += stage;
  }
  return out + fmt::format("All requests took {} in all, and their stages add up to {}.\n", length_text(latency),
                           stages == latency ? "that to the picosecond" : length_text(stages));
}

}  // namespace lparsim::explain
