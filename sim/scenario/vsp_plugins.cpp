#include "sim/scenario/vsp_plugins.hpp"

#include <filesystem>

#include "sim/base/text.hpp"
#include "vsp/behaviour/plugin.hpp"

namespace lparsim::scenario {
namespace {

namespace fs = std::filesystem;

/// A name is looked for by the loader; a path is the scenario's.
std::string as_found(const std::string& plugin, const fs::path& folder) {
  if (plugin.find('/') == std::string::npos) return plugin;
  const fs::path path = folder / plugin;
  return path.has_parent_path() ? path.string() : (fs::path(".") / path).string();
}

}  // namespace

void check_plugins(ScenarioConfig& scenario, const Places& places, const config::Document& document, config::Diagnostics& diagnostics) {
  const fs::path folder = fs::path(document.file()).parent_path();
  for (std::size_t s = 0; s < scenario.servers.size(); ++s) {
    for (std::size_t p = 0; p < scenario.servers[s].partitions.size(); ++p) {
      auto& vsp = scenario.servers[s].partitions[p].vsp;
      if (!vsp || vsp->plugin.empty()) continue;
      const std::string place = places.partition(s, p) + ".vsp";
      if (diagnostics.has_errors_under(place + ".plugin")) continue;
      vsp->plugin = as_found(vsp->plugin, folder);
      const auto plugin = vsp::Plugin::load(vsp->plugin);
      if (!plugin) {
        diagnostics.error_at(place + ".plugin", escaped(plugin.error()));
        continue;
      }
      if (diagnostics.has_errors_under(place + ".configuration")) continue;
      if (const auto taken = (*plugin)->check(vsp->configuration); !taken)
        diagnostics.error_at(place + (vsp->configuration.empty() ? ".plugin" : ".configuration"), escaped(taken.error()));
    }
  }
}

}  // namespace lparsim::scenario
