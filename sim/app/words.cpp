#include "sim/app/words.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <charconv>
#include <utility>

#include "sim/base/quantity.hpp"
#include "sim/base/text.hpp"
#include "sim/scenario/precision.hpp"

namespace lparsim::app {
namespace {

template <class T>
T taken(const Result<T>& value, std::string_view option) {
  if (!value) throw CLI::ValidationError(fmt::format("{}: {}", option, value.error()));
  return *value;
}

std::uint32_t counted(const std::string& word, std::string_view option, std::int64_t least, std::int64_t most) {
  const std::int64_t count = taken(parse_count(word), option);
  if (count < least || count > most)
    throw CLI::ValidationError(fmt::format("{}: {} is out of range; allowed: {} to {}", option, count, least, most));
  return static_cast<std::uint32_t>(count);
}

trace::Level level_of(const std::string& word) {
  if (word == "off") return trace::Level::off;
  if (word == "summary") return trace::Level::summary;
  if (word == "full") return trace::Level::full;
  throw CLI::ValidationError(fmt::format("--trace: {} is no level; allowed: off, summary, full", shown(word)));
}

/// Of a run that others control, or that repeats another one.
void add_control(RunRequest& request, const Words& words) {
  if (words.scenario.empty() && words.repeat.empty())
    throw CLI::ValidationError("there is nothing to run; allowed: a scenario file, or --repeat with a run file");
  if (!words.control.empty() && !words.repeat.empty())
    throw CLI::ValidationError("--control: not together with --repeat, which makes the changes of another run; allowed: one of them");
  for (const auto& [option, given] : {std::pair{"--paused", words.paused}, {"--pace", !words.pace.empty()}})
    if (given && words.control.empty()) throw CLI::ValidationError(fmt::format("{}: stands without --control; allowed: together", option));
  if (!words.control.empty()) request.control = words.control;
  if (!words.pace.empty()) request.pace = taken(control::parse_pace(words.pace), "--pace");
  if (!words.repeat.empty()) request.repeat = words.repeat;
}

Result<std::uint32_t> virtual_processor(const std::string& word) {
  std::uint32_t number = 0;
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), number);
  if (error == std::errc{} && end == word.data() + word.size()) return number;
  return unexpected(fmt::format("{} is no virtual processor; they are numbered from 0 in their partition", shown(word)));
}

/// A question about requests of virtual I/O, if it is one.
std::optional<explain::IoQuestion> io_question(const Words& words) {
  const int asked = (words.io ? 1 : 0) + (words.io_request.empty() ? 0 : 1) + (words.slowest.empty() ? 0 : 1);
  if (asked == 0) {
    if (!words.target.empty()) throw CLI::ValidationError("--target: stands alone; allowed: together with --io or --slowest");
    return std::nullopt;
  }
  if (asked > 1) throw CLI::ValidationError("--io, --request, --slowest: allowed: one of them");
  for (const auto& [option, word] : {std::pair{"--vp", &words.vp}, {"--at", &words.at}, {"--worst", &words.worst}})
    if (!word->empty()) throw CLI::ValidationError(fmt::format("{}: not together with --io, --request or --slowest", option));
  explain::IoQuestion question;
  if (!words.io_request.empty()) {
    if (!words.partition.empty() || !words.target.empty())
      throw CLI::ValidationError("--request: its number is enough; allowed: without --partition and --target");
    const std::int64_t number = taken(parse_count(words.io_request), "--request");
    if (number < 0) throw CLI::ValidationError("--request: requests count from 0");
    question.number = static_cast<std::uint64_t>(number);
  }
  if (!words.slowest.empty()) question.slowest = counted(words.slowest, "--slowest", 1, 1'000);
  if (!words.partition.empty()) question.partition = words.partition;
  if (!words.target.empty()) question.target = words.target;
  if (words.format == "json") question.format = explain::Format::json;
  return question;
}

}  // namespace

std::vector<config::Override> overrides(const Words& words) {
  std::vector<config::Override> out;
  for (const std::string& setting : words.settings) out.push_back(taken(config::parse_override(setting), "--set"));
  if (!words.seed.empty()) out.push_back({"seed", words.seed});
  if (!words.duration.empty()) out.push_back({"duration", words.duration});
  return out;
}

RunRequest run_request(const Words& words) {
  RunRequest request{.scenario = words.scenario,
                     .overrides = overrides(words),
                     .output = std::nullopt,
                     .level = std::nullopt,
                     .precision = {},
                     .precision_limit = std::nullopt,
                     .format = taken(report::format_of(words.format), "--format"),
                     .control = std::nullopt,
                     .paused = words.paused,
                     .repeat = std::nullopt};
  if (!words.trace.empty()) request.level = level_of(words.trace);
  for (const std::string& goal : words.precision) request.precision.push_back(taken(scenario::parse_precision(goal), "--precision"));
  if (!words.precision_limit.empty()) request.precision_limit = taken(parse_time(words.precision_limit), "--precision-limit");
  if (request.precision_limit && request.precision.empty())
    throw CLI::ValidationError("--precision-limit: stands without --precision; allowed: together with it");
  if (!report::is_of_the_run(request.format))
    throw CLI::ValidationError(fmt::format("--format: `{}` is a format of lparsim report; allowed: text, json, junit", words.format));
  if (!words.output.empty()) request.output = words.output;
  add_control(request, words);
  return request;
}

CheckRequest check_request(const Words& words) {
  if (words.format != "text" && words.format != "json")
    throw CLI::ValidationError(fmt::format("--format: {} is no format of check; allowed: text, json", shown(words.format)));
  if (!words.name.empty() && words.scenario != "-")
    throw CLI::ValidationError("--name: the file has a name; allowed: with `-`, which reads standard input");
  CheckRequest request{.scenario = words.scenario, .overrides = overrides(words), .name = std::nullopt, .json = words.format == "json"};
  if (!words.name.empty()) request.name = words.name;
  return request;
}

ReportRequest report_request(const Words& words) {
  ReportRequest request{
      .run_file = words.run_file, .format = taken(report::format_of(words.format), "--format"), .options = {}, .output = std::nullopt};
  if (!words.partition.empty()) request.options.partition = words.partition;
  if (!words.interval.empty()) request.options.interval = taken(parse_time(words.interval), "--interval");
  if (!words.vp.empty()) request.options.vp = taken(virtual_processor(words.vp), "--vp");
  if (!words.output.empty()) request.output = words.output;
  if (!words.at.empty()) request.options.at = taken(parse_time(words.at), "--at");
  return request;
}

ExplainWaitRequest explain_wait_request(const Words& words) {
  ExplainWaitRequest request{.run_file = words.run_file, .question = {}, .of_io = std::nullopt};
  if (words.format != "text" && words.format != "json")
    throw CLI::ValidationError(fmt::format("--format: {} is no format of explain-wait; allowed: text, json", shown(words.format)));
  request.of_io = io_question(words);
  if (request.of_io) return request;
  explain::Request& question = request.question;
  if (!words.partition.empty()) question.partition = words.partition;
  for (const auto& [option, word] : {std::pair{"--vp", &words.vp}, {"--at", &words.at}, {"--worst", &words.worst}})
    if (!word->empty() && words.partition.empty()) throw CLI::ValidationError(fmt::format("{}: needs --partition", option));
  if (!words.at.empty() && !words.worst.empty()) throw CLI::ValidationError("--worst: not together with --at; allowed: one of them");
  if (!words.vp.empty()) question.vp = counted(words.vp, "--vp", 0, 100'000);
  if (!words.at.empty()) question.at = taken(parse_time(words.at), "--at");
  if (!words.worst.empty()) question.worst = counted(words.worst, "--worst", 1, 1'000);
  if (words.format == "json") question.format = explain::Format::json;
  return request;
}

VspCheckRequest vsp_check_request(const Words& words) {
  using Format = VspCheckRequest::Format;
  VspCheckRequest request;
  request.subject = words.subject;
  request.configuration = words.configuration;
  request.only = words.only;
  if (!words.seed.empty()) request.seed = static_cast<std::uint64_t>(taken(parse_count(words.seed), "--seed"));
  if (words.format == "json")
    request.format = Format::json;
  else if (words.format == "junit")
    request.format = Format::junit;
  else if (words.format != "text")
    throw CLI::ValidationError(fmt::format("--format: {} is no format of vsp check; allowed: text, json, junit", shown(words.format)));
  if (!words.transcripts.empty()) request.transcripts = words.transcripts;
  return request;
}

VspCampaignRequest vsp_campaign_request(const Words& words) {
  if (words.format != "text" && words.format != "json")
    throw CLI::ValidationError(fmt::format("--format: {} is no format of vsp campaign; allowed: text, json", shown(words.format)));
  VspCampaignRequest request{
      .scenario = words.scenario, .overrides = overrides(words), .vsp = {}, .outage = {}, .jobs = {}, .json = words.format == "json"};
  if (!words.vsp.empty()) request.vsp = words.vsp;
  if (!words.outage.empty()) request.outage = taken(parse_time(words.outage), "--outage");
  if (request.outage && *request.outage <= SimTime{}) throw CLI::ValidationError("--outage: takes no time; allowed: more than 0 s");
  if (!words.jobs.empty()) request.jobs = counted(words.jobs, "--jobs", 1, 1'000);
  return request;
}

}  // namespace lparsim::app
