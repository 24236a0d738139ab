#pragma once
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "sim/app/console.hpp"
#include "sim/base/time.hpp"
#include "sim/config/document.hpp"
#include "sim/control/protocol.hpp"
#include "sim/explain/explain_io.hpp"
#include "sim/explain/explain_wait.hpp"
#include "sim/report/format.hpp"
#include "sim/scenario/document.hpp"
#include "sim/trace/records.hpp"

namespace lparsim::app {

// What the sub-commands are asked to do.

struct RunRequest {
  std::string scenario;  ///< empty: that of `repeat`
  std::vector<config::Override> overrides;
  std::optional<std::filesystem::path> output;  ///< absent: NAME.db in the current directory
  std::optional<trace::Level> level;            ///< absent: that of `repeat`, or summary
  std::vector<scenario::PrecisionGoal> precision;
  std::optional<SimTime> precision_limit;  ///< absent: a hundred times the duration
  report::Format format = report::Format::text;

  std::optional<std::filesystem::path> control;  ///< a local socket on which others control the run
  bool paused = false;                           ///< with `control`: at first
  control::Pace pace = 0;                        ///< likewise
  std::optional<std::filesystem::path> repeat;   ///< a run file whose changes are made again
};

struct CheckRequest {
  std::string scenario;  ///< `-`: standard input
  std::vector<config::Override> overrides;
  std::optional<std::string> name;  ///< what that is called, and where it would lie
  bool json = false;
};

struct ReportRequest {
  std::filesystem::path run_file;
  report::Format format = report::Format::text;
  report::Options options;
  std::optional<std::filesystem::path> output;  ///< absent: standard output; a directory where the format is files
};

struct ExplainWaitRequest {
  std::filesystem::path run_file;
  explain::Request question;
  std::optional<explain::IoQuestion> of_io;  ///< instead: about requests of virtual I/O
};

struct VspCheckRequest {
  enum class Format : std::uint8_t { text, json, junit };
  std::string subject;  ///< a scenario (NAME.yaml), or a plugin by name or path
  std::string configuration;
  std::vector<std::string> only;
  std::uint64_t seed = 1;
  Format format = Format::text;
  std::optional<std::filesystem::path> transcripts;  ///< a directory for those of the checks that failed
};

/// A run for every protocol state, failure and policy of the scenario's Virtual Service Partitions.
struct VspCampaignRequest {
  std::string scenario;
  std::vector<config::Override> overrides;
  std::optional<std::string> vsp;  ///< only this one
  std::optional<SimTime> outage;   ///< how long a failure lasts; absent: a sixth of the duration
  std::optional<unsigned> jobs;    ///< runs at once; absent: as many as there are processors
  bool json = false;
};

ExitCode run(const RunRequest& request, Console& console);
ExitCode check(const CheckRequest& request, Console& console);
ExitCode report_on(const ReportRequest& request, Console& console);
/// An empty key: the list of all.
ExitCode explain(const std::string& key, Console& console);
ExitCode print_schema(Console& console);
/// Why virtual processors, threads and requests of virtual I/O waited.
ExitCode explain_wait(const ExplainWaitRequest& request, Console& console);
/// The machine catalogue as a table.
ExitCode print_machines(Console& console);
/// What Virtual Service Partitions may hook.
ExitCode print_vsp_hooks(Console& console);
/// Whether a Virtual Service Partition keeps to its interface.
ExitCode vsp_check(const VspCheckRequest& request, Console& console);
ExitCode print_hashes(const std::filesystem::path& run_file, Console& console);

/// What others see of it when a Virtual Service Partition fails, in whichever state.
ExitCode vsp_campaign(const VspCampaignRequest& request, Console& console);

}  // namespace lparsim::app
