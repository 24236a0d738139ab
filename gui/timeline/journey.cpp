#include "gui/timeline/journey.hpp"

#include <QCoreApplication>
#include <algorithm>

namespace lparsim::gui {

namespace {

enum class Side : std::uint8_t { client, vios, other };

Side sideOf(std::size_t stage) {
  const std::string_view name = stage < trace::kIoStages.size() ? trace::kIoStages[stage].name : std::string_view{};
  if (name.starts_with("client_")) return Side::client;
  if (name.starts_with("vios_")) return Side::vios;
  return Side::other;
}

}  // namespace

Journey journeyOf(const trace::IoJourney& journey, const RunFacts& facts) {
  Journey drawn{journey.request, LaneKey::io_target(journey.request.target), {}};
  std::optional<LaneKey> client, vios;
  for (const trace::IoTarget& target : facts.targets) {
    if (target.id != journey.request.target) continue;
    client = LaneKey::partition(target.server, target.partition);
    for (const trace::IoPath& path : facts.paths)
      if (path.target == target.id && path.path == journey.request.path && path.vios) vios = LaneKey::partition(target.server, *path.vios);
  }
  SimTime at = journey.request.begin;
  for (const trace::IoStep& step : journey.steps) {
    const SimTime end = at + step.length;
    if (step.length > SimTime{}) {
      const Side side = sideOf(step.stage);
      if (!drawn.steps.empty() && drawn.steps.back().stage == step.stage)
        drawn.steps.back().end = end;
      else
        drawn.steps.push_back({step.stage, at, end, side == Side::client ? client : side == Side::vios ? vios : std::nullopt});
    }
    at = end;
  }
  return drawn;
}

QString stageText(std::size_t stage) {
  if (stage >= trace::kIoStages.size()) return QStringLiteral("?");
  const std::string_view name = trace::kIoStages[stage].name;
  QString text = QString::fromUtf8(name.data(), static_cast<qsizetype>(name.size())).replace('_', ' ');
  return text.replace("vios", "VIOS");
}

QString stageMeaning(std::size_t stage) {
  if (stage >= trace::kIoStages.size()) return {};
  return QCoreApplication::translate("lparsim::gui::Timeline", trace::kIoStages[stage].meaning.data());
}

}  // namespace lparsim::gui
