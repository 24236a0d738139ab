#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include "sim/app/requests.hpp"
#include "sim/base/nearest.hpp"
#include "sim/base/text.hpp"
#include "sim/scenario/read_scenario.hpp"
#include "sim/scenario/resolve_vsp.hpp"
#include "vsp/behaviour/plugin.hpp"
#include "vsp/kit/check.hpp"

namespace lparsim::app {
namespace {

namespace kit = vsp::kit;

/// Something that the kit can check.
struct Subject {
  std::string name;
  vsp::BehaviourFactory behaviour;
};

/// All Virtual Service Partitions of a scenario. Empty: why has been said.
std::vector<Subject> subjects_of_scenario(const VspCheckRequest& request, Console& console) {
  const auto reading = scenario::read_scenario(request.subject);
  console.show(reading.diagnostics);
  std::vector<Subject> subjects;
  if (reading.diagnostics.has_errors()) return subjects;
  if (!request.configuration.empty()) {
    console.complain("--configuration: a scenario says that itself; allowed: with a plugin");
    return subjects;
  }
  for (const scenario::ServerConfig& server : reading.scenario.servers) {
    for (std::size_t p = 0; p < server.partitions.size(); ++p) {
      const scenario::PartitionConfig& partition = server.partitions[p];
      if (!partition.vsp) continue;
      if (partition.vsp->plugin.empty()) {
        subjects.push_back(
            {partition.name, vsp::declared(scenario::declared_behaviour(server, p), std::make_shared<vsp::DeclaredCounts>())});
      } else if (const auto plugin = vsp::Plugin::load(partition.vsp->plugin)) {
        subjects.push_back({partition.name, (*plugin)->factory(partition.vsp->configuration)});
      }
    }
  }
  if (subjects.empty()) console.complain(fmt::format("{} has no Virtual Service Partition", shown(request.subject, 200)));
  return subjects;
}

std::vector<Subject> subject_of_plugin(const VspCheckRequest& request, Console& console) {
  // What stands in the present folder is meant, too, where it looks like a file.
  const bool bare = request.subject.find('/') == std::string::npos;
  const auto plugin = vsp::Plugin::load(
      bare && request.subject.ends_with(".so") && std::filesystem::exists(request.subject) ? "./" + request.subject : request.subject);
  if (!plugin) {
    console.complain(escaped(plugin.error()));
    return {};
  }
  if (const auto taken = (*plugin)->check(request.configuration); !taken) {
    console.complain(escaped(taken.error()));
    return {};
  }
  return {{std::string{(*plugin)->name()}, (*plugin)->factory(request.configuration)}};
}

Result<void> check_ids(const std::vector<std::string>& only) {
  std::vector<std::string> ids;
  for (const kit::CheckDescription& check : kit::descriptions()) ids.emplace_back(check.id);
  for (const std::string& wanted : only)
    if (std::ranges::none_of(ids, [&](const std::string& id) { return id.starts_with(wanted); }))
      return unexpected(fmt::format("--only: there is no check {}; {}", shown(wanted), hint(wanted, ids)));
  return {};
}

std::string rendered(VspCheckRequest::Format format, std::span<const kit::CheckResult> results, std::string_view name) {
  switch (format) {
    case VspCheckRequest::Format::json:
      return kit::render_json(results, name);
    case VspCheckRequest::Format::junit:
      return kit::render_junit(results, name);
    case VspCheckRequest::Format::text:
      break;
  }
  return kit::render_table(results, name);
}

}  // namespace

ExitCode vsp_check(const VspCheckRequest& request, Console& console) {
  if (const auto known = check_ids(request.only); !known) return wrong_input(known.error(), console);
  const bool is_scenario = request.subject.ends_with(".yaml") || request.subject.ends_with(".yml");
  const std::vector<Subject> subjects = is_scenario ? subjects_of_scenario(request, console) : subject_of_plugin(request, console);
  if (subjects.empty()) return ExitCode::wrong_input;
  if (subjects.size() > 1 && request.format != VspCheckRequest::Format::text)
    return wrong_input(fmt::format("--format: {} has {} Virtual Service Partitions; allowed: text, or one of them",
                                   shown(request.subject, 200), subjects.size()),
                       console);
  kit::CheckOptions options;
  options.seed = request.seed;
  options.only = request.only;
  bool all = true;
  for (const Subject& subject : subjects) {
    const std::vector<kit::CheckResult> results = kit::check(subject.behaviour, options);
    console.print(rendered(request.format, results, subject.name));
    all = all && kit::conforms(results);
    if (request.transcripts) kit::write_charts(results, (*request.transcripts / (subjects.size() > 1 ? subject.name : "")).string());
  }
  return all ? ExitCode::all_hold : ExitCode::expectation_failed;
}

}  // namespace lparsim::app
