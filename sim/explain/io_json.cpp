// Explanations of requests for programs. All times in whole picoseconds.
#include <nlohmann/json.hpp>

#include "sim/explain/explain_io.hpp"
#include "sim/explain/words.hpp"

namespace lparsim::explain {
namespace {

using Json = nlohmann::ordered_json;

std::string dump(const Json& json) {
  return json.dump(2, ' ', false, Json::error_handler_t::replace);
}

Json reasons_json(const Frame& frame, PartitionId waiter, const std::vector<Reason>& reasons) {
  Json list = Json::array();
  for (const Reason& reason : reasons) {
    Json json = {{"cause", kCauseNames[static_cast<std::size_t>(reason.cause)]}};
    if (reason.other) json["other"] = frame.partition(*reason.other).name;
    json["ps"] = reason.time.ps();
    json["text"] = phrase(frame, waiter, reason.cause, reason.other);
    list.push_back(std::move(json));
  }
  return list;
}

}  // namespace

std::string json_of(const Frame& frame, const IoAccount& account) {
  const trace::IoRequest& r = account.request;
  Json json = {{"number", r.number},
               {"partition", frame.partition(account.target.partition).name},
               {"target", account.target.name},
               {"kind", trace::to_string(r.kind)},
               {"outcome", trace::to_string(r.outcome)},
               {"bytes", r.bytes},
               {"path", account.path},
               {"attempts", r.attempts},
               {"begin_ps", r.begin.ps()},
               {"end_ps", r.end.ps()},
               {"latency_ps", (r.end - r.begin).ps()},
               {"parts", Json::array()}};
  for (const IoPart& part : account.parts) {
    Json one = {{"stage", trace::kIoStages[part.stage].name}, {"begin_ps", part.begin.ps()}, {"ps", part.length.ps()}};
    if (part.off) {
      one["off"] = frame.partition(part.off->partition).name;
      one["causes"] = reasons_json(frame, part.off->partition, part.off->reasons);
      one["asleep_ps"] = part.off->asleep.ps();
      one["unexplained_ps"] = part.off->unexplained.ps();
    }
    for (const trace::VspCall& call : part.services)
      one["services"].push_back({{"vsp", frame.partition(call.vsp).name},
                                 {"hook", trace::name_in(trace::kVspHooks, call.hook)},
                                 {"role", trace::name_in(trace::kVspRoles, call.role)},
                                 {"end", trace::name_in(trace::kVspCallEnds, call.end)},
                                 {"begin_ps", call.begin.ps()},
                                 {"ps", (call.end_time - call.begin).ps()},
                                 {"queued_ps", (call.taken - call.begin).ps()},
                                 {"undispatched_ps", call.undispatched.ps()}});
    json["parts"].push_back(std::move(one));
  }
  return dump(json);
}

std::string json_of(const std::vector<IoTargetSummary>& targets, const std::vector<ServerSummary>& waits) {
  Json list = Json::array();
  for (const IoTargetSummary& t : targets) {
    for (const ServerSummary& s : waits) {
      if (s.frame.server() != t.target.server) continue;
      Json json = {{"partition", s.frame.partition(t.target.partition).name},
                   {"target", t.target.name},
                   {"requests", t.requests},
                   {"latency_ps", t.latency.ps()},
                   {"stages", Json::object()},
                   {"vioses", Json::array()}};
      for (std::size_t i = 0; i < t.stages.size(); ++i) json["stages"][std::string{trace::kIoStages[i].name}] = t.stages[i].ps();
      for (const PartitionId vios : t.vioses) json["vioses"].push_back(s.frame.partition(vios).name);
      list.push_back(std::move(json));
    }
  }
  return dump({{"targets", std::move(list)}}) + "\n";
}

}  // namespace lparsim::explain
