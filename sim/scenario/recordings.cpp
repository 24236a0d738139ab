#include "sim/scenario/recordings.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <map>

#include "lpars/workload/recording_text.hpp"
#include "sim/base/read_file.hpp"
#include "sim/base/text.hpp"

namespace lparsim::scenario {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMostBytes = std::size_t{16} << 20;
/// In all recordings of a scenario, counted as often as they are used.
constexpr std::size_t kMostPointsTogether = 1'000'000;

Result<std::string> read_recording(const fs::path& file) {
  std::error_code error;
  const fs::file_status status = fs::status(file, error);
  if (fs::exists(status) && status.type() != fs::file_type::regular && status.type() != fs::file_type::directory)
    return unexpected<std::string>("is no ordinary file; allowed: one");
  auto text = read_file(file, kMostBytes);
  if (text && text->size() > kMostBytes) return unexpected<std::string>("is too large; allowed: 16 MiB");
  return text;
}

/// All recordings of one scenario; a file that several workloads name is read once.
class Loading {
 public:
  Loading(const std::string& scenario_file, config::Diagnostics& diagnostics)
      : folder_{fs::path(scenario_file).parent_path()}, diagnostics_{diagnostics} {}

  /// The overrides that stand for the file, or nothing.
  std::string load(workload::Recording& recording, const std::string& place) {
    const auto [found, is_new] = texts_.try_emplace(recording.file);
    if (is_new) read(recording.file, place, found->second);
    const workload::RecordingText& text = found->second;
    if (text.demand.empty() || !text.problems.empty()) {
      // Said once already; but this workload has no demand either.
      if (!is_new) diagnostics_.error_at(place + ".recording", fmt::format("{} could not be read", shown(recording.file, 100)));
      return "";
    }
    points_ += text.demand.size();
    if (points_ > kMostPointsTogether) {
      diagnostics_.error_at(place + ".recording",
                            fmt::format("the recordings have too many points together; allowed: {}", kMostPointsTogether));
      return "";
    }
    recording.demand = text.demand;
    return fmt::format("{0}.recording=null\n{0}.demand={1}\n", place, text.as_yaml);
  }

 private:
  void read(const std::string& name, const std::string& place, workload::RecordingText& into) {
    const fs::path file = folder_ / name;
    const Result<std::string> text = read_recording(file);
    if (!text) {
      diagnostics_.error_at(place + ".recording", fmt::format("{} {}", shown(file.string(), 200), text.error()));
      return;
    }
    into = workload::read_recording(*text);
    for (const auto& problem : into.problems) {
      config::Place at{.file = escaped(file.string()), .override_path = {}};
      at.line = static_cast<int>(problem.line);
      diagnostics_.add({at, config::Severity::error, place + ".recording", problem.message});
    }
  }

  fs::path folder_;
  config::Diagnostics& diagnostics_;
  std::map<std::string, workload::RecordingText> texts_;
  std::size_t points_ = 0;
};

}  // namespace

void load_recordings(ScenarioConfig& scenario, const Places& places, const config::Document& document, config::Diagnostics& diagnostics) {
  Loading loading{document.file(), diagnostics};
  for (std::size_t s = 0; s < scenario.servers.size(); ++s) {
    for (std::size_t p = 0; p < scenario.servers[s].partitions.size(); ++p) {
      auto& workloads = scenario.servers[s].partitions[p].workloads;
      for (std::size_t w = 0; w < workloads.size(); ++w) {
        auto* recording = std::get_if<workload::Recording>(&workloads[w].type);
        if (recording == nullptr || recording->file.empty() || !recording->demand.empty()) continue;
        scenario.overrides += loading.load(*recording, places.workload(s, p, w));
      }
    }
  }
}

}  // namespace lparsim::scenario
