#include "sim/scenario/vsp_campaign.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <thread>
#include <tuple>

#include "sim/app/requests.hpp"
#include "sim/base/check.hpp"
#include "sim/base/quantity.hpp"
#include "sim/base/text.hpp"
#include "sim/report/blast_radius.hpp"
#include "sim/scenario/read_scenario.hpp"
#include "sim/scenario/simulation.hpp"
#include "sim/trace/reader.hpp"

namespace lparsim::app {
namespace {

namespace fs = std::filesystem;
using scenario::CampaignPoint;
using scenario::ScenarioConfig;

/// What came of a run in a process of its own.
struct Figures {
  std::string failure;  ///< empty: it went well
  bool happened = true;
  std::vector<trace::MetricValue> metrics;
};

/// SystemC elaborates once a process, so that each run has one.
pid_t start(const ScenarioConfig& config, const fs::path& file) {
  const pid_t child = fork();
  if (child != 0) return child;
  int code = 1;
  try {
    code = scenario::simulate(config, {.output = file, .level = trace::Level::summary, .progress = {}, .stop = nullptr}) ==
                   scenario::Outcome::finished
               ? 0
               : 1;
  } catch (const std::exception& error) {
    fmt::print(stderr, "lparsim: {}\n", error.what());
  }
  _exit(code);  // the parent's buffers and temporary files are not the child's to look after
}

Figures figures_of(const fs::path& file, int status, bool triggered) {
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) return {"the run did not come to its end", true, {}};
  const auto reader = trace::Reader::open(file);
  if (!reader) return {reader.error(), true, {}};
  const auto metrics = reader->metrics();
  if (!metrics) return {metrics.error(), true, {}};
  Figures figures{{}, !triggered, *metrics};
  if (const auto log = reader->log(); triggered && log)
    figures.happened = std::ranges::any_of(*log, [](const trace::LogEntry& entry) { return entry.text == scenario::kCampaignFailure; });
  return figures;
}

/// A folder that goes when this does.
class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string pattern = (fs::temp_directory_path() / "lparsim-campaign-XXXXXX").string();
    if (mkdtemp(pattern.data()) == nullptr)
      throw std::runtime_error("no temporary folder can be made in " + fs::temp_directory_path().string());
    path_ = pattern;
  }
  ~TemporaryFolder() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

/// Runs in processes, so many at once.
class Runs {
 public:
  Runs(unsigned at_once, Console& console) : at_once_{at_once}, console_{console} {}

  void add(ScenarioConfig config, Figures& result) { waiting_.push_back({std::move(config), &result}); }
  void finish() {
    for (std::size_t i = 0; i < waiting_.size(); ++i) {
      if (running_.size() == at_once_) reap();
      console_.status(fmt::format("run {} of {}", i + 1, waiting_.size()));
      const fs::path file = folder_.path() / fmt::format("{}.db", i);
      const pid_t child = start(waiting_[i].config, file);
      if (child < 0)
        waiting_[i].result->failure = "no process can be started";
      else
        running_.emplace(child, std::pair{i, file});
    }
    while (!running_.empty()) reap();
    console_.status("");
  }

 private:
  struct Waiting {
    ScenarioConfig config;
    Figures* result;
  };
  void reap() {
    int status = 0;
    const auto child = running_.find(waitpid(-1, &status, 0));
    if (child == running_.end()) return;
    const auto& [number, file] = child->second;
    *waiting_[number].result = figures_of(file, status, waiting_[number].config.trigger.has_value());
    std::error_code ignored;
    fs::remove(file, ignored);
    running_.erase(child);
  }

  unsigned at_once_;
  Console& console_;
  TemporaryFolder folder_;
  std::vector<Waiting> waiting_;
  std::map<pid_t, std::pair<std::size_t, fs::path>> running_;
};

/// What two points with the same comparison have in common.
using Comparison = std::tuple<std::size_t, std::size_t, int, vsp::FaultPolicy, vsp::InFlightPolicy>;
Comparison comparison(const CampaignPoint& point) {
  using enum vsp::ChannelState;
  // What leads to the state is there without the failure, too.
  const int way = point.state == quiescing || point.state == suspended ? 1 : point.state == backing_off ? 2 : 0;
  return {point.server, point.partition, way, point.policy, point.in_flight};
}

std::vector<std::string> partition_names(const ScenarioConfig& config) {
  std::vector<std::string> names;
  for (const scenario::ServerConfig& server : config.servers)
    for (const scenario::PartitionConfig& partition : server.partitions) names.push_back(partition.name);
  return names;
}

}  // namespace

ExitCode vsp_campaign(const VspCampaignRequest& request, Console& console) {
  const auto reading = scenario::read_scenario(request.scenario, request.overrides);
  console.show(reading.diagnostics);
  if (reading.diagnostics.has_errors()) return ExitCode::wrong_input;
  const ScenarioConfig& config = reading.scenario;
  const auto points = scenario::campaign_points(config, request.vsp);
  if (points.empty()) {
    std::vector<std::string_view> services;
    for (const scenario::ServerConfig& server : config.servers)
      for (const scenario::PartitionConfig& partition : server.partitions)
        if (partition.vsp) services.emplace_back(partition.name);
    console.complain(request.vsp ? fmt::format("--vsp: {} is no Virtual Service Partition of {}; allowed: {}", shown(*request.vsp),
                                               shown(request.scenario, 200),
                                               services.empty() ? "none, it has none" : fmt::format("{}", fmt::join(services, ", ")))
                                 : fmt::format("{} has no Virtual Service Partition", shown(request.scenario, 200)));
    return ExitCode::wrong_input;
  }
  const SimTime outage = request.outage.value_or(config.duration / 6);

  Runs runs(request.jobs.value_or(std::max(1U, std::thread::hardware_concurrency())), console);
  std::map<Comparison, Figures> without;
  std::vector<Figures> with(points.size());
  for (std::size_t i = 0; i < points.size(); ++i) {
    const auto [same, fresh] = without.try_emplace(comparison(points[i]));
    if (fresh) runs.add(scenario::without_fault(config, points[i], outage), same->second);
    runs.add(scenario::with_fault(config, points[i], outage), with[i]);
  }
  runs.finish();

  report::Campaign campaign{.scenario = config.name, .partitions = partition_names(config), .runs = {}};
  bool complete = true;
  for (std::size_t i = 0; i < points.size(); ++i) {
    const CampaignPoint& point = points[i];
    const Figures& other = without.at(comparison(point));
    report::CampaignRun& run = campaign.runs.emplace_back();
    run.vsp = config.servers[point.server].partitions[point.partition].name;
    run.state = point.state_name();
    run.fault = to_string(point.fault);
    run.policy = scenario::to_string(point.policy);
    run.in_flight = scenario::to_string(point.in_flight);
    run.failure = !with[i].failure.empty() ? with[i].failure : other.failure;
    run.happened = with[i].happened;
    run.without = other.metrics;
    run.metrics = with[i].metrics;
    complete = complete && run.failure.empty();
  }
  console.print(request.json ? report::blast_radius_json(campaign) : report::blast_radius_text(campaign));
  return complete ? ExitCode::all_hold : ExitCode::simulator_failed;
}

}  // namespace lparsim::app
