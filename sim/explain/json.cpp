// Explanations for programs. All times in whole picoseconds.
#include <nlohmann/json.hpp>

#include "sim/explain/explain_wait.hpp"
#include "sim/explain/words.hpp"

namespace lparsim::explain {
namespace {

using Json = nlohmann::ordered_json;

std::string document(const Json& json) {
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

Json reason_json(const Frame& frame, const Reason& reason, const std::string& words) {
  Json json = {{"cause", kCauseNames[static_cast<std::size_t>(reason.cause)]}};
  if (reason.other) json["other"] = frame.partition(*reason.other).name;
  json["ps"] = reason.time.ps();
  json["text"] = words;
  return json;
}

Json thread_reason(ThreadCause cause, SimTime time, const std::string& words) {
  return {{"cause", kThreadCauseNames[static_cast<std::size_t>(cause)]}, {"ps", time.ps()}, {"text", words}};
}

Json reasons_json(const ThreadBook::Times& times) {
  Json json = Json::array();
  for (std::size_t c = 0; c < kThreadCauses; ++c) {
    const auto cause = static_cast<ThreadCause>(c);
    if (times[c] > SimTime{}) json.push_back(thread_reason(cause, times[c], phrase(cause)));
  }
  return json;
}

Json wait_json(const Frame& frame, const WaitAccount& account) {
  const trace::DispatchSpan& w = account.wait;
  Json json = {{"partition", frame.partition(w.partition).name}, {"vp", w.vp}, {"ready_ps", w.ready.ps()}, {"enqueue_ps", w.enqueue.ps()}};
  json["end_ps"] = w.begin.ps();
  if (w.end > w.begin)
    json["core"] = index(w.core);
  else
    json["core"] = nullptr;
  json["ceded_ps"] = (w.ready - w.waiting).ps();
  json["waited_ps"] = (w.begin - w.ready).ps();
  json["causes"] = Json::array();
  for (const Reason& reason : account.reasons) json["causes"].push_back(reason_json(frame, reason, phrase(frame, account, reason)));
  json["windows"] = Json::array();
  for (const WindowUse& use : account.windows) {
    json["windows"].push_back({{"begin_ps", use.begin.ps()},
                               {"end_ps", use.end.ps()},
                               {"entitlement_ps", use.entitlement.ps()},
                               {"used_ps", use.used.ps()},
                               {"used_by_this_vp_ps", use.used_here.ps()},
                               {"pool_used_ps", use.pool_used.ps()}});
  }
  return json;
}

Json thread_json(const Frame& frame, const ThreadAccount& account) {
  Json json = {{"kind", account.spinning ? "spin" : "wait"}, {"vp", account.spin.vp}};
  if (account.spinning) {
    json["lock"] = account.spin.lock;
    json["holder_vp"] = account.spin.holder;
  }
  json["begin_ps"] = account.begin.ps();
  json["end_ps"] = account.end.ps();
  json["waited_ps"] = (account.end - account.begin).ps();
  json["most_folded"] = account.most_folded;
  json["causes"] = Json::array();
  for (const ThreadReason& reason : account.reasons)
    json["causes"].push_back(thread_reason(reason.cause, reason.time, phrase(reason.cause, account.most_folded)));
  json["processor_waits"] = Json::array();
  for (const WaitAccount& wait : account.processor_waits) json["processor_waits"].push_back(wait_json(frame, wait));
  return json;
}

Json doing_json(const Doing& doing) {
  static constexpr const char* kWhat[] = {"ran", "ceded", "nothing"};
  Json json = {{"vp", doing.vp}, {"what", kWhat[static_cast<std::size_t>(doing.what)]}};
  if (doing.what == Doing::What::nothing) return json;
  json["since_ps"] = doing.since.ps();
  if (doing.until < SimTime::never())
    json["until_ps"] = doing.until.ps();
  else
    json["until_ps"] = nullptr;
  if (doing.what == Doing::What::ran) {
    json["core"] = index(doing.stay.core);
    json["entitled_ps"] = doing.stay.entitled.ps();
  }
  return json;
}

}  // namespace

std::string json_of(const Frame& frame, const Answer& answer, PartitionId partition) {
  Json json = {{"partition", frame.partition(partition).name}, {"waits", Json::array()}, {"threads", Json::array()}};
  for (const WaitAccount& account : answer.waits) json["waits"].push_back(wait_json(frame, account));
  for (const ThreadAccount& account : answer.threads) json["threads"].push_back(thread_json(frame, account));
  if (!answer.doings.empty()) {
    json["not_waiting"] = Json::array();
    for (const Doing& doing : answer.doings) json["not_waiting"].push_back(doing_json(doing));
  }
  return document(json);
}

std::string json_of(const std::vector<ServerSummary>& summary) {
  Json partitions = Json::array();
  for (const ServerSummary& server : summary) {
    for (const PartitionSummary& p : server.partitions) {
      Json json = {{"partition", server.frame.partition(p.partition).name}, {"waits", p.waits}, {"waited_ps", p.waited.ps()}};
      json["causes"] = Json::array();
      for (const Reason& r : p.reasons)
        json["causes"].push_back(reason_json(server.frame, r, phrase(server.frame, p.partition, r.cause, r.other)));
      json["thread_waits"] = {{"waits", p.thread_waits}, {"waited_ps", p.threads_waited.ps()}, {"causes", reasons_json(p.threads)}};
      json["spins"] = Json::object();
      for (const auto& [lock, times] : p.spins) json["spins"][lock] = reasons_json(times);
      partitions.push_back(std::move(json));
    }
  }
  return document({{"partitions", std::move(partitions)}});
}

}  // namespace lparsim::explain
