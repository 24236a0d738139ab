#include "sim/explain/words.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace lparsim::explain {
namespace {

std::string used_text(SimTime used, SimTime of) {
  return fmt::format("{:.3f} of {:.3f} ms", used.milliseconds(), of.milliseconds());
}

std::string out_of_entitlement(const Frame& frame, const WaitAccount& account) {
  const Rights& rights = frame.rights(account.wait.partition, account.wait.ready);
  const std::string why = rights.capped ? "capped" : "its weight is 0, which counts as capped";
  const SimTime until = account.wait.enqueue;
  const auto touched = std::ranges::count_if(account.windows, [&](const WindowUse& w) { return w.begin < until; });
  const WindowUse& first = account.windows.front();
  std::string used = fmt::format("{} used", used_text(first.used, first.entitlement));
  if (first.used_here < first.used) used += fmt::format(" by its partition, {} of it by this one", length_text(first.used_here));
  if (touched > 1)
    return fmt::format("out of entitlement in {} windows, the first from {} ({}), and {}", touched, moment_text(first.begin), used, why);
  return fmt::format("out of entitlement in the window from {} ({}), and {}, so until the next at {}", moment_text(first.begin), used, why,
                     moment_text(first.end));
}

std::string pool_maximum(const Frame& frame, const WaitAccount& account) {
  const Frame::Pool& pool = frame.pool_of(account.wait.partition);
  const SimTime most = pool.maximum.time_in(frame.window());
  const auto busiest = std::ranges::max_element(account.windows, {}, &WindowUse::pool_used);
  if (reached_maximum(pool, busiest->pool_used, frame.window()))
    return fmt::format("pool {} was at its maximum ({} used in the window from {})", pool.name, used_text(busiest->pool_used, most),
                       moment_text(busiest->begin));
  return fmt::format(
      "pool {} held back what was left of its maximum of {:.3f} ms a window for partitions that may yet claim their entitlement", pool.name,
      most.milliseconds());
}

}  // namespace

std::string length_text(SimTime length) {
  const std::int64_t ps = length.ps();
  if (ps >= 1'000'000'000'000) return fmt::format("{:.3f} s", length.seconds());
  if (ps >= 1'000'000'000) return fmt::format("{:.3f} ms", length.milliseconds());
  if (ps == 0) return "0 ms";
  if (ps >= 1'000'000) return fmt::format("{:.3f} us", length.microseconds());
  return fmt::format("{:.3f} ns", static_cast<double>(ps) * 1e-3);
}

std::string moment_text(SimTime at) {
  return fmt::format("{:.6f} s", at.seconds());
}

std::string share_text(SimTime part, SimTime whole) {
  return fmt::format("{:.1f} %", whole > SimTime{} ? 100.0 * part.seconds() / whole.seconds() : 0.0);
}

std::string phrase(const Frame& frame, PartitionId waiter, Cause cause, std::optional<PartitionId> other) {
  const bool own = other == waiter;
  const std::string who = !other ? "" : own ? "another virtual processor of its own" : frame.partition(*other).name;
  switch (cause) {
    case Cause::out_of_entitlement:
      return "out of entitlement, capped";
    case Cause::lost_excess:
      return fmt::format("lost excess to {}", who);
    case Cause::no_excess_left:
      return fmt::format("out of entitlement, and no excess was left: {} was on entitled time", who);
    case Cause::pool_maximum:
      return fmt::format("pool {} was at its maximum", frame.pool_of(waiter).name);
    case Cause::dedicated_taken:
      return fmt::format("out of entitlement, and {} had its dedicated cores for itself", who);
    case Cause::core_on_entitlement:
      return fmt::format("no free core: {} was on entitled time", who);
    case Cause::core_on_excess:
      return fmt::format("no free core: {} was on excess, in a stay that had not ended yet", who);
    case Cause::core_taken_back:
      return fmt::format("no free core: {} had its dedicated cores for itself", who);
    case Cause::unknown:
      break;
  }
  return "no cause was found";
}

std::string phrase(ThreadCause cause, std::size_t folded, std::size_t of) {
  switch (cause) {
    case ThreadCause::all_busy:
      return "all logical processors were busy";
    case ThreadCause::folded:
      return of > 0 ? fmt::format("{} of {} virtual processors were folded, and the logical processors of the others were busy", folded, of)
                    : "virtual processors were folded, and the logical processors of the others were busy";
    case ThreadCause::no_core:
      return "its virtual processor had no core";
    case ThreadCause::asleep:
      return "its virtual processor had ceded and was still to be woken";
    case ThreadCause::holder_off:
      return "spinning on a lock whose holder was preempted: the holder's virtual processor had no core";
    case ThreadCause::holder_asleep:
      return "spinning on a lock whose holder's virtual processor had ceded";
    case ThreadCause::holder_running:
      return "spinning while the holder of the lock was running";
    case ThreadCause::conferred:
      return "its own virtual processor had given its core to the holder's (H_CONFER)";
    case ThreadCause::spinner_off:
      return "its own virtual processor was on no core";
  }
  return "";
}

std::string phrase(const Frame& frame, const WaitAccount& account, const Reason& reason) {
  const PartitionId waiter = account.wait.partition;
  if (reason.cause == Cause::out_of_entitlement && !account.windows.empty()) return out_of_entitlement(frame, account);
  if (reason.cause == Cause::pool_maximum && !account.windows.empty()) return pool_maximum(frame, account);
  std::string text = phrase(frame, waiter, reason.cause, reason.other);
  if (reason.cause == Cause::lost_excess && reason.other != waiter)
    text += fmt::format(" (weight {} against {})", frame.rights(*reason.other, account.wait.ready).weight,
                        frame.rights(waiter, account.wait.ready).weight);
  return text;
}

}  // namespace lparsim::explain
