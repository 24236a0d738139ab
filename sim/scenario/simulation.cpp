#include "sim/scenario/simulation.hpp"

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <exception>
#include <iterator>
#include <limits>
#include <optional>
#include <system_error>
#include <systemc>

#include "sim/base/check.hpp"
#include "sim/kernel/agenda.hpp"
#include "sim/kernel/sim_time.hpp"
#include "sim/report/expectation.hpp"
#include "sim/scenario/io_recorder.hpp"
#include "sim/scenario/measurement.hpp"
#include "sim/scenario/platform.hpp"
#include "sim/scenario/precision.hpp"
#include "sim/scenario/run_control.hpp"
#include "sim/scenario/tracks.hpp"
#include "sim/scenario/vsp_campaign.hpp"
#include "sim/scenario/vsp_recorder.hpp"
#include "sim/scenario/vsp_triggered.hpp"
#include "sim/trace/recorder.hpp"

namespace lparsim::scenario {
namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point then) {
  return std::chrono::duration<double>(Clock::now() - then).count();
}

/// Between two looks at the wall clock no more than this is simulated, and much less where that takes long.
constexpr SimTime kLongestPiece = SimTime::from_s(1000);

/// A complaint of the SystemC kernel is a fault of ours. What a process threw comes here as a report while it is being handled: it goes on
/// as what it is.
void refuse_warnings(const sc_core::sc_report& report, const sc_core::sc_actions&) {
  if (report.get_severity() == sc_core::SC_INFO) return;
  if (const std::exception_ptr thrown = std::current_exception(); thrown != nullptr) std::rethrow_exception(thrown);
  throw CheckFailure(fmt::format("SystemC: {} ({}) in {}", report.get_msg_type(), report.get_msg(),
                                 report.get_process_name() == nullptr ? "no process" : report.get_process_name()));
}

std::vector<trace::ExpectationResult> judge_all(const ScenarioConfig& scenario, const report::MetricTable& metrics) {
  std::vector<trace::ExpectationResult> results;
  for (const std::string& text : scenario.expect) {
    const auto expectation = report::parse_expectation(text);
    LPARSIM_CHECK(expectation.has_value(), "expectation `{}` was accepted but cannot be read", text);
    results.push_back(report::judge(*expectation, metrics));
  }
  return results;
}

/// For readers of a run that is not over: what it will be judged by.
std::vector<trace::ExpectationResult> not_judged_yet(const ScenarioConfig& scenario) {
  std::vector<trace::ExpectationResult> results = judge_all(scenario, {});
  for (trace::ExpectationResult& result : results)
    result = {result.text, result.metric, std::nullopt, std::numeric_limits<double>::quiet_NaN(), "", ""};
  return results;
}

/// One run: the clock, and what is due at which time from outside the models.
class Run final : private Controlled {
 public:
  Run(const ScenarioConfig& scenario, const RunOptions& options)
      : scenario_{scenario},
        options_{options},
        recorder_{options.output, options.level, run_info(scenario)},
        io_{scenario, recorder_},
        tracks_{scenario, recorder_},
        services_{scenario, tracks_, recorder_},
        platform_{scenario, tracks_, io_, services_, recorder_},
        measurement_{scenario, platform_, io_, services_, recorder_} {
    if (options.control != nullptr) control_.emplace(*options.control, static_cast<Controlled&>(*this), options.stop);
    if (!scenario.trigger) return;
    trigger_.emplace(*scenario.trigger, platform_.calendar(), [this](const EventConfig& event) { apply(event, kernel::now()); });
    services_.tell_too(scenario.trigger->server, *trigger_);
  }

  Outcome run() {
    recorder_.expectations(not_judged_yet(scenario_));
    for (const auto& server : platform_.servers()) {
      for (const Server::Member& member : server->members())
        server->hypervisor().record_waits_on(member.id, tracks_.of(member.config->name).virtual_processors);
    }
    platform_.start();
    if (control_) control_->begin(hello());
    auto event = scenario_.events.begin();
    SimTime next_sample = scenario_.sample_interval;
    bool warming = scenario_.warmup > SimTime{};
    measurement_.begin(SimTime{});
    while (true) {
      SimTime until = std::min(end_, next_sample);
      until = std::min(until, warming ? scenario_.warmup : measurement_.confidence().next());
      if (event != scenario_.events.end()) until = std::min(until, event->at);
      if (change_ != options_.changes.end()) until = std::min(until, change_->logged.at);
      if (control_) until = std::min(until, control_->limit(kernel::now()));
      if (!advance(until)) return Outcome::stopped;
      const SimTime now = kernel::now();
      if (warming && now == scenario_.warmup) {
        measurement_.begin(now);
        warming = false;
      } else if (!warming && now == measurement_.confidence().next()) {
        measurement_.confidence().note(now);
      }
      if (now == end_ && wants_more(now)) end_ = next_look(now, scenario_.warmup, scenario_.precision_limit);
      if (now == next_sample || now == end_) {
        measurement_.sample(now);
        next_sample += scenario_.sample_interval;
        if (!warming) publish(now, false);
      }
      if (now == end_) break;
      for (; event != scenario_.events.end() && event->at == now; ++event) apply(*event, now);
      for (; change_ != options_.changes.end() && change_->logged.at == now; ++change_) make(*change_);
      if (control_ && !control_->serve(now, end_)) return Outcome::stopped;
    }
    platform_.finish();
    publish(kernel::now(), true);
    std::uint64_t dispatches = 0;
    for (const auto& server : platform_.servers()) dispatches += server->hypervisor().dispatches();
    recorder_.finish({kernel::now(), seconds_since(began_), kernel::Agenda::cycles(), dispatches});
    if (control_) control_->finish(kernel::now());
    return Outcome::finished;
  }

 private:
  /// Simulates up to `until`, in pieces short enough to report progress, or until somebody wants to control the run. False when the user
  /// wants to stop.
  bool advance(SimTime until) {
    while (kernel::now() < until) {
      SimTime piece = std::min(until - kernel::now(), piece_);
      if (control_) piece = std::min(piece, control_->longest_piece());
      const auto before = Clock::now();
      kernel::simulate_until(kernel::now() + piece);
      const double took = seconds_since(before);
      if (took < 0.02 && piece == piece_) piece_ = std::min(piece_ * 2, kLongestPiece);
      if (took > 0.1 && piece_ > SimTime::from_us(10)) piece_ = piece_ / 2;
      if (seconds_since(reported_) > 0.1) {
        reported_ = Clock::now();
        recorder_.progress(kernel::now());
        if (options_.progress) options_.progress(kernel::now());
      }
      if (control_) control_->after_piece(kernel::now(), end_);
      if (options_.stop != nullptr && *options_.stop) return false;
      if (control_ && control_->asked()) return true;
    }
    return true;
  }

  void apply(const EventConfig& event, SimTime now) {
    tracks_.change(event, now);
    for (std::string& what : platform_.apply(event)) {
      tracks_.event(event, now, what);
      recorder_.log(now, trace::Severity::info, std::move(what));
    }
  }

  void make(const ControlledChange& change) override {
    recorder_.control(change.logged);
    apply(change.event, change.logged.at);
    changed_ = changed_ || change.logged.at >= scenario_.warmup;
  }

  void show(SimTime now) override {
    recorder_.progress(now);
    recorder_.flush();
  }

  control::Hello hello() const {
    std::error_code error;
    const std::filesystem::path file = std::filesystem::absolute(options_.output, error);
    return {LPARSIM_VERSION, scenario_.name, (error ? options_.output : file).string(), ::getpid(), scenario_.duration};
  }

  /// Whether a metric is not known as precisely as was asked for, and the limit lets the run go on.
  bool wants_more(SimTime now) {
    if (scenario_.precision.empty() || now >= scenario_.precision_limit) return false;
    const report::MetricTable metrics = measurement_.metrics(now);
    return !std::ranges::all_of(scenario_.precision, [&](const PrecisionGoal& goal) { return reached(goal, metrics); });
  }

  /// Metrics for the file: now and then for those who read it while it grows, and at the end.
  void publish(SimTime now, bool last) {
    if (!last && seconds_since(published_) < 2) return;
    published_ = Clock::now();
    const report::MetricTable metrics = measurement_.metrics(now);
    recorder_.metrics(metrics.all());
    services_.write_ledger();
    if (!last) return;
    recorder_.expectations(judge_all(scenario_, metrics));
    if (trigger_ && trigger_->pulled()) recorder_.log(now, trace::Severity::info, std::string{kCampaignFailure});
    std::vector<std::string> remarks;
    // As with operators in the scenario: a change is what was asked for.
    if (!changed_) remarks = measurement_.confidence().warmup_remarks();
    std::ranges::copy(io_.remarks(platform_.ledger(), now), std::back_inserter(remarks));
    std::ranges::copy(services_.remarks(now), std::back_inserter(remarks));
    for (const std::string& text : remarks) recorder_.log(now, trace::Severity::warning, text);
    for (const auto& server : platform_.servers()) std::ranges::copy(server->kernel_services().remarks(), std::back_inserter(remarks));
    for (const PrecisionGoal& goal : scenario_.precision) remarks.push_back(remark_on(goal, metrics, now));
    recorder_.remarks(std::move(remarks));
  }

  const ScenarioConfig& scenario_;
  const RunOptions& options_;
  trace::Recorder recorder_;
  IoRecorder io_;
  Tracks tracks_;
  VspRecorder services_;
  Platform platform_;
  Measurement measurement_;
  std::optional<VspTriggered> trigger_;
  std::optional<RunControl> control_;
  std::vector<ControlledChange>::const_iterator change_ = options_.changes.begin();
  bool changed_ = false;  ///< by somebody, in the measured part
  SimTime end_ = scenario_.duration;
  SimTime piece_ = SimTime::from_ms(10);
  Clock::time_point began_ = Clock::now();
  Clock::time_point reported_ = began_;
  Clock::time_point published_ = began_;
};

}  // namespace

Outcome simulate(const ScenarioConfig& scenario, const RunOptions& options) {
  sc_core::sc_report_handler::set_handler(refuse_warnings);
  return Run{scenario, options}.run();
}

}  // namespace lparsim::scenario
