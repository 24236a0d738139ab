#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "models/vsp/config.hpp"
#include "vsp/behaviour/behaviour.hpp"
#include "vsp/kit/tamper.hpp"
#include "vsp/kit/transcript.hpp"

namespace lparsim::vsp::kit {

enum class Verdict : std::uint8_t { passed, failed, not_applicable };
std::string_view to_string(Verdict verdict);

/// Whose conduct a check judges.
enum class Side : std::uint8_t { behaviour, platform, both };
std::string_view to_string(Side side);

/// One of the kit's checks, for people.
struct CheckDescription {
  int number = 0;       ///< 1 to 30
  std::string_view id;  ///< stable: `VSP-01-init-race`
  std::string_view title;
  std::string_view clause;  ///< of docs/vsp/interface.md
  std::string_view field;   ///< what went wrong in the field
  std::string_view source;  ///< of that
  Side judges = Side::both;
  std::string_view roles;  ///< of the behaviour, to which its part applies; the platform's part is always done
};
std::span<const CheckDescription> descriptions();

struct CheckResult {
  CheckDescription check;
  Verdict verdict = Verdict::passed;
  std::string reason;                    ///< failed, not_applicable: a sentence
  std::optional<Transcript> transcript;  ///< failed: of what happened
};

struct CheckOptions {
  std::uint64_t seed = 1;
  /// Simulated time within which a behaviour is to be ready, and to be ready again.
  SimTime patience = SimTime::from_s(5);
  std::vector<std::string> only;    ///< ids or their beginnings (`VSP-07`); empty: all
  std::vector<HookPermit> permits;  ///< what the console permits it; empty: everything
  Tamper* tamper = nullptr;         ///< makes the platform lie
};

/// Runs the checks on a behaviour, each on benches of its own, with the platform of the simulator. The same arguments give the same
/// results. Rules of the interface that it is seen to break in any of them fail the check whose rule it is.
std::vector<CheckResult> check(const BehaviourFactory& behaviour, const CheckOptions& options = {});

/// Whether none has failed.
bool conforms(std::span<const CheckResult> results);

/// A table for a terminal, and a line that sums it up.
std::string render_table(std::span<const CheckResult> results, std::string_view subject);
std::string render_json(std::span<const CheckResult> results, std::string_view subject);
/// One test case for each check.
std::string render_junit(std::span<const CheckResult> results, std::string_view subject);
/// DIRECTORY/ID.txt and ID.svg for each check that failed; the directory is made. Throws std::filesystem::filesystem_error or
/// std::runtime_error where that cannot be written.
void write_charts(std::span<const CheckResult> results, const std::string& directory);

}  // namespace lparsim::vsp::kit
