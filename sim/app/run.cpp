#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <csignal>

#include "sim/app/requests.hpp"
#include "sim/base/check.hpp"
#include "sim/base/quantity.hpp"
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

}  // namespace

ExitCode run(const RunRequest& request, Console& console) {
  auto reading = scenario::read_scenario(request.scenario, request.overrides);
  console.show(reading.diagnostics);
  if (reading.diagnostics.has_errors()) return ExitCode::wrong_input;
  scenario::ScenarioConfig& config = reading.scenario;
  if (const auto complaint = set_precision(config, request)) {
    console.complain(*complaint);
    return ExitCode::wrong_input;
  }

  end_run_on_signals();
  scenario::RunOptions options;
  options.output = request.output.value_or(config.name + ".db");
  options.level = request.level;
  options.stop = &stop_wanted;
  options.progress = [&](SimTime now) {
    console.status(progress_bar(now, config.duration));
  };
  const auto failure = failure_of(config, options);
  console.status("");
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
