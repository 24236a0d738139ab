#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <csignal>
#include <memory>
#include <system_error>

#include "sim/app/recorded_run.hpp"
#include "sim/app/requests.hpp"
#include "sim/base/check.hpp"
#include "sim/base/quantity.hpp"
#include "sim/base/read_file.hpp"
#include "sim/base/text.hpp"
#include "sim/control/server.hpp"
#include "sim/scenario/capacity.hpp"
#include "sim/scenario/precision.hpp"
#include "sim/scenario/read_scenario.hpp"
#include "sim/scenario/simulation.hpp"
#include "sim/trace/reader.hpp"
#include "sim/trace/write_error.hpp"

namespace lparsim::app {
namespace {

std::atomic<bool> stop_wanted{false};
static_assert(std::atomic<bool>::is_always_lock_free, "a signal handler sets it");

// The first signal ends the run in good order, the second one at once.
void end_run_on_signals() {
  struct sigaction action {};
  action.sa_handler = [](int) {
    stop_wanted = true;
  };
  action.sa_flags = static_cast<int>(SA_RESETHAND);
  for (const int signal : {SIGINT, SIGTERM}) sigaction(signal, &action, nullptr);
}

std::string progress_bar(SimTime now, SimTime duration) {
  constexpr std::size_t kWidth = 40;
  // A run that goes on for precision is at its end for long.
  const double share = std::min(1.0, static_cast<double>(now.ps()) / static_cast<double>(duration.ps()));
  const auto done = std::min(kWidth, static_cast<std::size_t>(share * static_cast<double>(kWidth)));
  return fmt::format("[{:#<{}}{:.<{}}] {:3.0f} %  {:.3g} s of {}", "", done, "", kWidth - done, share * 100, now.seconds(),
                     format(duration));
}

// What --precision asks for, made part of the scenario; why it cannot, in a sentence.
std::optional<std::string> set_precision(scenario::ScenarioConfig& config, const RunRequest& request) {
  constexpr std::int64_t kTimesDuration = 100;
  config.precision = request.precision;
  const SimTime longest =
      std::min(SimTime::never() / 4, scenario::longest_run(config).duration);  // what is due after the end is a time, too
  config.precision_limit = request.precision_limit.value_or(std::min(config.duration, longest / kTimesDuration) * kTimesDuration);
  for (const scenario::PrecisionGoal& goal : config.precision) {
    if (const auto fits = scenario::check_precision(goal, config); !fits) return fmt::format("--precision: {}", fits.error());
    config.overrides += fmt::format("--precision {}={:g}%\n", goal.metric, goal.percent);
  }
  if (!request.precision_limit) return std::nullopt;
  if (config.precision_limit < config.duration || config.precision_limit > longest)
    return fmt::format("--precision-limit: {} does not fit; allowed: the duration, {}, to {}", format(config.precision_limit),
                       format(config.duration), format(longest));
  config.overrides += fmt::format("--precision-limit {}\n", format(config.precision_limit));
  return std::nullopt;
}

// Simulates; what keeps it from its end is said in a sentence.
std::optional<std::string> failure_of(const scenario::ScenarioConfig& config, const scenario::RunOptions& options) {
  try {
    if (scenario::simulate(config, options) == scenario::Outcome::finished) return std::nullopt;
    return fmt::format("interrupted; {} holds what was simulated until then", options.output.string());
  } catch (const trace::WriteError& error) {
    return error.what();
  } catch (const CheckFailure& error) {
    return fmt::format("the simulator broke a promise of its own, please report this: {}", error.what());
  } catch (const std::bad_alloc&) {
    return "there is not enough memory";
  } catch (const std::exception& error) {
    return fmt::format("the simulator failed: {}", error.what());
  }
}

/// Another run's changes, as far as they fit here; why one does not, in a sentence.
Result<std::vector<scenario::ControlledChange>> changes_again(const RunRequest& request, const RecordedRun& recorded,
                                                              scenario::ControlRules& rules) {
  std::vector<scenario::ControlledChange> changes;
  for (const trace::ControlChange& logged : recorded.changes) {
    auto change = rules.repeat(logged);
    if (!change)
      return unexpected(
          fmt::format("{}: change {} at {}: {}", shown(request.repeat->string(), 200), logged.number, format(logged.at), change.error()));
    changes.push_back(std::move(*change));
  }
  return changes;
}

/// The scenario file, or the one that a run file holds.
scenario::ScenarioReading read(const RunRequest& request, const std::optional<RecordedRun>& recorded) {
  if (!request.scenario.empty()) return scenario::read_scenario(request.scenario, request.overrides);
  std::vector<config::Override> overrides = recorded->overrides;
  overrides.insert(overrides.end(), request.overrides.begin(), request.overrides.end());
  return scenario::read_scenario_text(recorded->scenario_file, recorded->scenario_text, overrides);
}

/// With what the other run was asked to do where this one is not asked otherwise.
RunRequest completed(RunRequest request, const RecordedRun& recorded) {
  if (!request.level) request.level = recorded.level;
  if (!request.scenario.empty() || !request.precision.empty()) return request;
  request.precision = recorded.precision;
  request.precision_limit = recorded.precision_limit;
  return request;
}

}  // namespace

ExitCode run(const RunRequest& asked, Console& console) {
  const auto wrong = [&](std::string_view sentence) {
    console.complain(sentence);
    return ExitCode::wrong_input;
  };
  std::optional<RecordedRun> recorded;
  RunRequest request = asked;
  if (asked.repeat) {
    auto read_again = read_recorded_run(*asked.repeat);
    if (!read_again) return wrong(read_again.error());
    recorded = std::move(*read_again);
    request = completed(asked, *recorded);
    if (recorded->version != LPARSIM_VERSION)
      console.complain(fmt::format("{} was simulated by lparsim {}; this is {}, whose figures may differ",
                                   shown(asked.repeat->string(), 200), escaped(recorded->version), LPARSIM_VERSION));
  }
  auto reading = read(request, recorded);
  console.show(reading.diagnostics);
  if (reading.diagnostics.has_errors()) return ExitCode::wrong_input;
  scenario::ScenarioConfig& config = reading.scenario;
  if (const auto complaint = set_precision(config, request)) return wrong(*complaint);
  std::error_code error;
  if (auto file = std::filesystem::absolute(config.file, error); !error) config.file = file.string();

  scenario::RunOptions options;
  options.output = request.output.value_or(config.name + ".db");
  options.level = request.level.value_or(trace::Level::summary);
  if (request.repeat && same_file(options.output, *request.repeat))
    return wrong(fmt::format("{} is the run that is repeated; allowed: another file, with -o", shown(options.output.string(), 200)));
  std::optional<scenario::ControlRules> rules;
  if (recorded || request.control) rules.emplace(*reading.document, config);
  if (recorded) {
    auto changes = changes_again(request, *recorded, *rules);
    if (!changes) return wrong(changes.error());
    options.changes = std::move(*changes);
  }
  std::unique_ptr<control::Server> server;
  std::optional<scenario::LiveControl> control;
  if (request.control) {
    auto listening = control::Server::listen(*request.control);
    if (!listening) return wrong(fmt::format("--control: {}", listening.error()));
    server = std::move(*listening);
    control.emplace(scenario::LiveControl{*server, *rules, request.paused, request.pace});
    options.control = &*control;
  }

  end_run_on_signals();
  options.stop = &stop_wanted;
  options.progress = [&](SimTime now) {
    console.status(progress_bar(now, config.duration));
  };
  const auto failure = failure_of(config, options);
  console.status("");
  if (server) server->end(!failure);
  if (failure) {
    console.complain(*failure);
    return ExitCode::simulator_failed;
  }

  // Printed from the file alone, so that it is what `lparsim report` prints.
  ReportRequest report{.run_file = options.output, .format = request.format, .options = {}, .output = std::nullopt};
  const ExitCode code = report_on(report, console);
  return code == ExitCode::wrong_input ? ExitCode::simulator_failed : code;
}

}  // namespace lparsim::app
