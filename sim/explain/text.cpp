// Explanations for people.
#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "sim/explain/explain_wait.hpp"
#include "sim/explain/words.hpp"

namespace lparsim::explain {
namespace {

/// Reasons of a partition that the summary names one by one.
constexpr std::size_t kMostReasons = 8;
/// Of one wait.
constexpr std::size_t kMostOfWait = 12;
/// In the dispatch trace log.
constexpr std::uint8_t kBoot = 4;

std::string line(SimTime part, SimTime whole, const std::string& words, std::size_t indent = 2) {
  return fmt::format("{:{}}{:>12} {:>8}  {}\n", "", indent, length_text(part), share_text(part, whole), words);
}

std::string chain(const Frame& frame, const WaitAccount& account, std::size_t indent = 2) {
  const SimTime whole = account.wait.begin - account.wait.ready;
  std::string out;
  const bool all = account.reasons.size() <= kMostOfWait;
  std::vector<SimTime> times;
  for (const Reason& reason : account.reasons) times.push_back(reason.time);
  std::ranges::sort(times, std::ranges::greater{});
  const SimTime least = all ? SimTime{} : times[kMostOfWait - 1];
  std::size_t shown = 0;
  SimTime rest = whole;
  for (const Reason& reason : account.reasons) {
    if (reason.time < least || (!all && shown == kMostOfWait)) continue;
    out += line(reason.time, whole, phrase(frame, account, reason), indent);
    rest -= reason.time;
    ++shown;
  }
  if (!all) out += line(rest, whole, fmt::format("{} more causes (--format json has all)", account.reasons.size() - shown), indent);
  return out;
}

std::string wait_text(const Frame& frame, const WaitAccount& account) {
  const trace::DispatchSpan& w = account.wait;
  const SimTime whole = w.begin - w.ready;
  const bool in_vain = w.end == w.begin;
  std::string out = fmt::format("{}, virtual processor {}, waited {}: it had work from {} on and {}.\n", frame.partition(w.partition).name,
                                w.vp, length_text(whole), moment_text(w.ready),
                                in_vain ? fmt::format("no core until {}, when the run ended or it was taken away", moment_text(w.begin))
                                        : fmt::format("came to core {} at {}", index(w.core), moment_text(w.begin)));
  if (!in_vain)
    out += w.waiting < w.ready          ? fmt::format("  Before that it had ceded for {}.\n", length_text(w.ready - w.waiting))
           : w.dispatch_reason == kBoot ? "  It had just been started.\n"
                                        : "  It had just been preempted.\n";
  out += chain(frame, account);
  return out + line(whole, whole, "in all");
}

/// The causes of several waits of virtual processors of a partition, summed up, the largest first.
std::string sums(const Frame& frame, PartitionId partition, const std::vector<WaitAccount>& waits, std::size_t indent) {
  std::vector<Reason> causes;
  SimTime whole;
  for (const WaitAccount& wait : waits) {
    for (const Reason& reason : wait.reasons) {
      const auto same = std::ranges::find_if(causes, [&](const Reason& r) { return r.cause == reason.cause && r.other == reason.other; });
      same == causes.end() ? causes.push_back(reason) : void(same->time += reason.time);
      whole += reason.time;
    }
  }
  std::ranges::stable_sort(causes, std::ranges::greater{}, &Reason::time);
  std::string out;
  for (const Reason& reason : causes) out += line(reason.time, whole, phrase(frame, partition, reason.cause, reason.other), indent);
  return out;
}

std::string thread_text(const Frame& frame, PartitionId partition, const ThreadAccount& account) {
  const SimTime whole = account.end - account.begin;
  const Frame::Partition& facts = frame.partition(partition);
  std::string out =
      account.spinning
          ? fmt::format("A thread of {} spun on lock {} on virtual processor {} for {}, from {} to {}{}.\n", facts.name, account.spin.lock,
                        account.spin.vp, length_text(whole), moment_text(account.begin), moment_text(account.end),
                        account.spin.holder >= 0 ? fmt::format("; the holder was on virtual processor {}", account.spin.holder) : "")
          : fmt::format("A thread of {} waited {} for a logical processor, from {} to {}; then it ran on virtual processor {}.\n",
                        facts.name, length_text(whole), moment_text(account.begin), moment_text(account.end), account.spin.vp);
  for (const ThreadReason& reason : account.reasons) {
    out += line(reason.time, whole, phrase(reason.cause, account.most_folded, facts.virtual_processors));
    if (reason.cause != ThreadCause::no_core && reason.cause != ThreadCause::holder_off) continue;
    out += sums(frame, partition, account.processor_waits, 6);
  }
  return out + line(whole, whole, "in all");
}

std::string doing_text(const Frame& frame, PartitionId partition, const Doing& doing, SimTime at) {
  const std::string who =
      fmt::format("{}, virtual processor {}, did not wait at {}", frame.partition(partition).name, doing.vp, moment_text(at));
  if (doing.what == Doing::What::ran) {
    std::string right = "its own core";
    if (!frame.partition(partition).dedicated)
      right = fmt::format("{} of it entitled time, {} excess", length_text(doing.stay.entitled),
                          length_text(doing.stay.end - doing.stay.begin - doing.stay.entitled));
    return fmt::format("{}: it was on core {} from {} to {} ({}).\n", who, index(doing.stay.core), moment_text(doing.since),
                       moment_text(doing.until), right);
  }
  if (doing.what == Doing::What::ceded) {
    const std::string until = doing.until == SimTime::never() ? "the run does not show it with work again"
                                                              : fmt::format("it had work again at {}", moment_text(doing.until));
    return fmt::format("{}: it had nothing to do since {} (ceded); {}.\n", who, moment_text(doing.since), until);
  }
  return fmt::format("{}: the run does not show it with work at any time.\n", who);
}

std::string partition_text(const Frame& frame, const PartitionSummary& p) {
  std::string out = fmt::format("{}: {} {} of virtual processors, {} in all\n", frame.partition(p.partition).name, p.waits,
                                p.waits == 1 ? "wait" : "waits", length_text(p.waited));
  SimTime rest = p.waited;
  for (std::size_t i = 0; i < std::min(kMostReasons, p.reasons.size()); ++i) {
    const Reason& reason = p.reasons[i];
    out += line(reason.time, p.waited, phrase(frame, p.partition, reason.cause, reason.other));
    rest -= reason.time;
  }
  if (p.reasons.size() > kMostReasons)
    out += line(rest, p.waited, fmt::format("{} more causes (--format json has all)", p.reasons.size() - kMostReasons));
  if (p.thread_waits > 0) {
    out += fmt::format("  threads: {} {} for a logical processor, {} in all\n", p.thread_waits, p.thread_waits == 1 ? "wait" : "waits",
                       length_text(p.threads_waited));
    for (std::size_t c = 0; c < kThreadCauses; ++c) {
      if (p.threads[c] > SimTime{}) out += line(p.threads[c], p.threads_waited, phrase(static_cast<ThreadCause>(c)), 4);
    }
  }
  for (const auto& [lock, times] : p.spins) {
    SimTime spun;
    for (const SimTime t : times) spun += t;
    out += fmt::format("  threads: {} spinning on lock {}\n", length_text(spun), lock);
    for (std::size_t c = 0; c < kThreadCauses; ++c) {
      if (times[c] > SimTime{}) out += line(times[c], spun, phrase(static_cast<ThreadCause>(c)), 4);
    }
  }
  return out;
}

}  // namespace

std::string text_of(const Frame& frame, const Answer& answer, PartitionId partition, const Request& request) {
  std::string out;
  const auto add = [&](const std::string& paragraph) {
    out += (out.empty() ? "" : "\n") + paragraph;
  };
  for (const WaitAccount& account : answer.waits) add(wait_text(frame, account));
  for (const ThreadAccount& account : answer.threads) add(thread_text(frame, partition, account));
  for (const Doing& doing : answer.doings) add(doing_text(frame, partition, doing, request.at.value_or(SimTime{})));
  if (out.empty()) {
    const std::string vp = request.vp ? fmt::format(", virtual processor {},", *request.vp) : "";
    return fmt::format("{}{} never waited for a core.\n", frame.partition(partition).name, vp);
  }
  return out;
}

std::string text_of(const std::vector<ServerSummary>& summary) {
  std::string out;
  SimTime waited, unknown;
  for (const ServerSummary& server : summary) {
    for (const PartitionSummary& p : server.partitions) {
      if (p.waited == SimTime{} && p.thread_waits == 0 && p.spins.empty()) {
        out += fmt::format("{}: never waited for a core\n\n", server.frame.partition(p.partition).name);
        continue;
      }
      out += partition_text(server.frame, p) + "\n";
      waited += p.waited;
      for (const Reason& reason : p.reasons) unknown += reason.cause == Cause::unknown ? reason.time : SimTime{};
    }
  }
  if (waited == SimTime{}) return out + "No virtual processor waited.\n";
  return out + fmt::format("Virtual processors waited {} in all; causes are known for {} of it ({}).\n", length_text(waited),
                           length_text(waited - unknown),
                           unknown == SimTime{} ? "100 %" : fmt::format("{:.4f} %", 100.0 * (1.0 - unknown.seconds() / waited.seconds())));
}

}  // namespace lparsim::explain
