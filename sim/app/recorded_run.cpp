#include "sim/app/recorded_run.hpp"

#include <fmt/format.h>

#include <string_view>

#include "sim/base/quantity.hpp"
#include "sim/base/text.hpp"
#include "sim/scenario/precision.hpp"
#include "sim/trace/reader.hpp"

namespace lparsim::app {
namespace {

constexpr std::string_view kPrecision = "--precision ";
constexpr std::string_view kLimit = "--precision-limit ";

/// A line of column `overrides` of table `run`.
Result<void> take_line(std::string_view line, RecordedRun& run) {
  if (line.starts_with(kLimit)) {
    const auto limit = parse_time(line.substr(kLimit.size()));
    if (!limit) return unexpected(limit.error());
    run.precision_limit = *limit;
  } else if (line.starts_with(kPrecision)) {
    const auto goal = scenario::parse_precision(line.substr(kPrecision.size()));
    if (!goal) return unexpected(goal.error());
    run.precision.push_back(*goal);
  } else {
    const auto changed = config::parse_override(line);
    if (!changed) return unexpected(changed.error());
    run.overrides.push_back(*changed);
  }
  return {};
}

}  // namespace

Result<RecordedRun> read_recorded_run(const std::filesystem::path& run_file) {
  const auto reader = trace::Reader::open(run_file);
  if (!reader) return unexpected(reader.error());
  const auto info = reader->run();
  if (!info) return unexpected(info.error());
  const auto host = reader->host();
  if (!host) return unexpected(host.error());
  auto changes = reader->control_changes();
  if (!changes) return unexpected(changes.error());
  RecordedRun run;
  run.scenario_file = host->scenario_file.empty() ? run_file.string() : host->scenario_file;
  run.scenario_text = info->scenario_text;
  run.version = info->version;
  run.changes = std::move(*changes);
  if (host->trace_level == "off") run.level = trace::Level::off;
  if (host->trace_level == "full") run.level = trace::Level::full;
  std::string_view rest = info->overrides;
  while (!rest.empty()) {
    const auto newline = rest.find('\n');
    if (const auto taken = take_line(rest.substr(0, newline), run); !taken)
      return unexpected(fmt::format("{}: its overrides cannot be read again: {}", shown(run_file.string(), 200), taken.error()));
    rest.remove_prefix(newline == std::string_view::npos ? rest.size() : newline + 1);
  }
  return run;
}

}  // namespace lparsim::app
