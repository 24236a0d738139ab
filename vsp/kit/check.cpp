#include "vsp/kit/check.hpp"

#include <algorithm>
#include <array>
#include <memory>

#include "vsp/kit/checks.hpp"

namespace lparsim::vsp::kit {

namespace {

using Conduct = void (*)(Trial&);

// By number.
constexpr Conduct kChecks[] = {
    init_race,     before_ready,       second_provider, own_calls,         features,       structures,       version_skew, credits,
    completions,   doorbell,           double_fetch,    revoked_memory,    touched_buffer, crash_everywhere, replay,       long_outage,
    crash_noticed, hang_or_starvation, ejection_damped, observer_overflow, absent_or_slow, deadlock,         filter_order, suspension,
    late_provider, dependency_circle,  rescind,         permissions,       grant_cap,      ejection_dump,
};
static_assert(std::size(kChecks) == 30);

bool wanted(const CheckDescription& check, const CheckOptions& options) {
  return options.only.empty() ||
         std::any_of(options.only.begin(), options.only.end(), [&](const std::string& id) { return check.id.starts_with(id); });
}

/// Why none of the checks can be done; empty where they can.
std::string cannot(const Profile& profile) {
  if (!profile.created) return "The behaviour could not be created";
  if (!profile.ready) return "It never became ready";
  if (profile.registrations.empty()) return "It registers for nothing that exists";
  return "";
}

/// The first rule of the check's that was seen broken.
const Trial::Seen* broken(int number, const std::vector<Trial::Seen>& seen) {
  const auto found = std::find_if(seen.begin(), seen.end(), [&](const Trial::Seen& s) { return s.breach.check == number; });
  return found == seen.end() ? nullptr : &*found;
}

}  // namespace

std::vector<CheckResult> check(const BehaviourFactory& behaviour, const CheckOptions& options) {
  std::vector<Trial::Seen> seen;
  const Profile profile = profile_of(behaviour, options, seen);
  const std::string reason = cannot(profile);
  const bool explained = !seen.empty();
  std::vector<CheckResult> results;
  for (const CheckDescription& description : descriptions()) {
    if (!wanted(description, options)) continue;
    Trial trial{description.number, behaviour, profile, options};
    if (reason.empty())
      kChecks[description.number - 1](trial);
    else if (description.number == 2 && !explained)
      trial.fail(reason + "; nothing else could be checked");
    else
      trial.not_applicable(reason);
    results.push_back(trial.result(description));
    for (Trial::Seen& s : trial.take_seen()) seen.push_back(std::move(s));
  }
  // A rule that was seen broken says more than what came of it.
  for (CheckResult& result : results) {
    const Trial::Seen* found = broken(result.check.number, seen);
    if (found == nullptr) continue;
    result.verdict = Verdict::failed;
    result.reason = found->breach.text;
    result.transcript = found->transcript;
  }
  return results;
}

bool conforms(std::span<const CheckResult> results) {
  return std::none_of(results.begin(), results.end(), [](const CheckResult& r) { return r.verdict == Verdict::failed; });
}

std::string_view to_string(Verdict verdict) {
  static constexpr std::string_view kNames[] = {"passed", "failed", "not applicable"};
  return kNames[static_cast<std::size_t>(verdict)];
}

std::string_view to_string(Side side) {
  static constexpr std::string_view kNames[] = {"behaviour", "platform", "both"};
  return kNames[static_cast<std::size_t>(side)];
}

}  // namespace lparsim::vsp::kit
