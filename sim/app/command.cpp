#include "sim/app/command.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <charconv>
#include <functional>
#include <utility>

#include "sim/app/requests.hpp"
#include "sim/base/nearest.hpp"
#include "sim/base/quantity.hpp"
#include "sim/base/text.hpp"
#include "sim/scenario/precision.hpp"

namespace lparsim::app {
namespace {

constexpr std::string_view kExitCodes =
    "Exit code: 0 all expectations hold; 1 an expectation failed; 2 the input is wrong; 3 the simulator failed.";
constexpr std::string_view kExitCodesOfOthers = "Exit code: 0 done; 2 the input is wrong; 3 the output did not get through.";

/// What the options of the sub-commands say, as text.
struct Words {
  std::string scenario, run_file, output, seed, duration, trace = "summary", format = "text", partition, interval, vp, at, worst, key;
  std::vector<std::string> settings, precision;
  std::string vsp, outage, jobs;
  std::string precision_limit, io_request, slowest, target;
  std::string subject, configuration, transcripts;
  std::vector<std::string> only;
  bool io = false;
};

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

std::vector<config::Override> overrides(const Words& words) {
  std::vector<config::Override> out;
  for (const std::string& setting : words.settings) out.push_back(taken(config::parse_override(setting), "--set"));
  if (!words.seed.empty()) out.push_back({"seed", words.seed});
  if (!words.duration.empty()) out.push_back({"duration", words.duration});
  return out;
}

trace::Level level_of(const std::string& word) {
  if (word == "off") return trace::Level::off;
  if (word == "summary") return trace::Level::summary;
  if (word == "full") return trace::Level::full;
  throw CLI::ValidationError(fmt::format("--trace: {} is no level; allowed: off, summary, full", shown(word)));
}

RunRequest run_request(const Words& words) {
  RunRequest request{.scenario = words.scenario,
                     .overrides = overrides(words),
                     .output = std::nullopt,
                     .level = level_of(words.trace),
                     .precision = {},
                     .precision_limit = std::nullopt,
                     .format = taken(report::format_of(words.format), "--format")};
  for (const std::string& goal : words.precision) request.precision.push_back(taken(scenario::parse_precision(goal), "--precision"));
  if (!words.precision_limit.empty()) request.precision_limit = taken(parse_time(words.precision_limit), "--precision-limit");
  if (request.precision_limit && request.precision.empty())
    throw CLI::ValidationError("--precision-limit: stands without --precision; allowed: together with it");
  if (!report::is_of_the_run(request.format))
    throw CLI::ValidationError(fmt::format("--format: `{}` is a format of lparsim report; allowed: text, json, junit", words.format));
  if (!words.output.empty()) request.output = words.output;
  return request;
}

Result<std::uint32_t> virtual_processor(const std::string& word) {
  std::uint32_t number = 0;
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), number);
  if (error == std::errc{} && end == word.data() + word.size()) return number;
  return unexpected(fmt::format("{} is no virtual processor; they are numbered from 0 in their partition", shown(word)));
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

void add_overrides(CLI::App& command, Words& words) {
  command.add_option("--set", words.settings, "Changes a key of the scenario, by the path that diagnostics print; may be repeated")
      ->type_name("PATH=VALUE")
      ->allow_extra_args(false);
  command.add_option("--seed", words.seed, "The same as --set seed=N")->type_name("N");
  command.add_option("--duration", words.duration, "The same as --set duration=T, such as 20 s")->type_name("T");
}

/// The command line as CLI11 sees it; `chosen` becomes what the sub-command does.
class CommandLine {
 public:
  CommandLine(Console& console, std::function<ExitCode()>& chosen) : console_{console}, chosen_{chosen} {
    app_.description("Simulates PowerVM-like servers: scenario in, run file and report out.");
    app_.footer(std::string(kExitCodes));
    app_.set_version_flag("--version", "lparsim " LPARSIM_VERSION);
    app_.require_subcommand(1);
    add_run();
    add_check();
    add_report();
    add_explain_wait();
    add_vsp();
    add_others();
  }
  CLI::App& app() { return app_; }

 private:
  CLI::App* add(const std::string& name, const std::string& what, std::function<ExitCode()> action) {
    return add_to(app_, name, what, std::move(action));
  }
  CLI::App* add_to(CLI::App& parent, const std::string& name, const std::string& what, std::function<ExitCode()> action) {
    CLI::App* command = parent.add_subcommand(name, what);
    command->footer(std::string(kExitCodesOfOthers));
    command->callback([this, action = std::move(action)] { chosen_ = action; });
    return command;
  }

  void add_run() {
    CLI::App* command =
        add("run", "Simulates a scenario; prints a report and leaves a run file", [this] { return run(run_request(words_), console_); });
    command->add_option("SCENARIO", words_.scenario, "Scenario file (YAML)")->required();
    command->add_option("-o,--output", words_.output, "Run file; by default NAME.db, by the scenario's name")->type_name("RUN.db");
    add_overrides(*command, words_);
    command
        ->add_option("--precision", words_.precision,
                     "Goes on past the duration until half the confidence interval of the metric is that narrow; may be repeated")
        ->type_name("METRIC=2%")
        ->allow_extra_args(false);
    command->add_option("--precision-limit", words_.precision_limit, "But no longer than T; by default 100 times the duration")
        ->type_name("T");
    command->add_option("--trace", words_.trace, "How much is recorded: off, summary (default), full")->type_name("LEVEL");
    command->add_option("--format", words_.format, "text (default), json, junit")->type_name("FORMAT");
    command->footer(std::string(kExitCodes));
  }

  void add_check() {
    CLI::App* command = add("check", "Reads a scenario only and prints every problem", [this] {
      return check({words_.scenario, overrides(words_)}, console_);
    });
    command->add_option("SCENARIO", words_.scenario, "Scenario file (YAML)")->required();
    add_overrides(*command, words_);
  }

  void add_report() {
    CLI::App* command = add("report", "Prints a report from a run file, finished or still growing",
                            [this] { return report_on(report_request(words_), console_); });
    command->add_option("RUN", words_.run_file, "Run file")->required();
    command->add_option("--format", words_.format, fmt::format("{}; default text", fmt::join(report::format_names(), ", ")))
        ->type_name("FORMAT");
    command->add_option("--partition", words_.partition, "Only this partition")->type_name("NAME");
    command->add_option("--interval", words_.interval, "Formats with rows: length of a row, such as 1 s")->type_name("T");
    command->add_option("--vp", words_.vp, "Formats with virtual processors: only this one, from 0")->type_name("N");
    command
        ->add_option("-o,--output", words_.output,
                     "Where the report goes instead of standard output; a directory for dtl-binary and lparcfg")
        ->type_name("FILE");
    command->add_option("--at", words_.at, "Format lparcfg: when, such as 4 s; a recorded interval has to end then")->type_name("T");
    command->footer("Exit code: that of the run (0 or 1); 0 while it goes on; 3 if it was interrupted; 2 the run file cannot be read.");
  }

  void add_explain_wait() {
    CLI::App* command = add("explain-wait", "Explains why virtual processors and threads waited, from a run file with --trace full",
                            [this] { return explain_wait(explain_wait_request(words_), console_); });
    command->add_option("RUN", words_.run_file, "Run file of a run with --trace full")->required();
    command->add_option("--partition", words_.partition, "Single waits of this partition; without it the causes of all waits, summed up")
        ->type_name("NAME");
    command->add_option("--vp", words_.vp, "Only this virtual processor of it, from 0")->type_name("N");
    command->add_option("--at", words_.at, "The waits at this moment of the run, such as 1.25 s")->type_name("T");
    command->add_option("--worst", words_.worst, "The K longest waits; 5 by default")->type_name("K");
    command->add_flag("--io", words_.io, "Requests of virtual I/O: where the time of all of them went");
    command->add_option("--request", words_.io_request, "The request of this number (v_io.number): its way, step by step")->type_name("N");
    command->add_option("--slowest", words_.slowest, "The K slowest requests; without a number 10")
        ->expected(0, 1)
        ->default_str("10")
        ->type_name("K");
    command->add_option("--target", words_.target, "With --io or --slowest: only requests to this disk or peer")->type_name("NAME");
    command->add_option("--format", words_.format, "text (default), json")->type_name("FORMAT");
  }

  void add_vsp() {
    CLI::App* group = app_.add_subcommand("vsp", "Virtual Service Partitions: what they may hook, whether they keep to the interface");
    group->require_subcommand(1);
    add_to(*group, "hooks", "Lists what a Virtual Service Partition may hook", [this] { return print_vsp_hooks(console_); });
    CLI::App* check = add_to(*group, "check", "Checks a Virtual Service Partition against its interface",
                             [this] { return vsp_check(vsp_check_request(words_), console_); });
    check
        ->add_option("SUBJECT", words_.subject,
                     "A plugin (NAME, or a path to NAME.so), or a scenario (NAME.yaml), all of whose are checked")
        ->required();
    check->add_option("--only", words_.only, "Only this check, by its id or the beginning of it (VSP-07); may be repeated")
        ->type_name("ID")
        ->allow_extra_args(false);
    check->add_option("--configuration", words_.configuration, "Text for the plugin")->type_name("TEXT");
    check->add_option("--seed", words_.seed, "Of its random numbers; default 1")->type_name("N");
    check->add_option("--transcripts", words_.transcripts, "A directory for charts of what happened in checks that failed")
        ->type_name("DIR");
    check->add_option("--format", words_.format, "text (default), json, junit")->type_name("FORMAT");
    check->footer("Exit code: 0 it keeps to it; 1 a check failed; 2 the input is wrong; 3 the output did not get through.");
    CLI::App* campaign =
        add_to(*group, "campaign", "Lets it crash, hang and starve in every state of its protocol under every policy; what others saw",
               [this] { return vsp_campaign(vsp_campaign_request(words_), console_); });
    campaign->add_option("SCENARIO", words_.scenario, "Scenario file (YAML)")->required();
    campaign->add_option("--vsp", words_.vsp, "Only this Virtual Service Partition; by default all, one after the other")
        ->type_name("NAME");
    campaign->add_option("--outage", words_.outage, "How long each failure lasts; by default a sixth of the duration")->type_name("T");
    campaign->add_option("--jobs", words_.jobs, "Runs at once; by default one for each processor")->type_name("N");
    campaign->add_option("--format", words_.format, "text (default), json")->type_name("FORMAT");
    add_overrides(*campaign, words_);
    campaign->footer("Exit code: 0 all runs came to their end; 2 the input is wrong; 3 one did not.");
  }

  void add_others() {
    CLI::App* explanation = add("explain", "Explains a key of scenario files: meaning, unit, range, default, example",
                                [this] { return explain(words_.key, console_); });
    explanation->add_option("KEY", words_.key, "A key or the end of its path, such as processors.entitlement; without it all are listed");
    add("schema", "Prints the JSON Schema of scenario files, for editors", [this] { return print_schema(console_); });
    add("machines", "Lists the machine catalogue: what `model` in a scenario may name", [this] { return print_machines(console_); });
    CLI::App* hash = add("hash", "Prints table, rows and hash of each table of a run file that depends on scenario, seed and version only",
                         [this] { return print_hashes(words_.run_file, console_); });
    hash->add_option("RUN", words_.run_file, "Run file")->required();
  }

  CLI::App app_{"", "lparsim"};
  Words words_;
  Console& console_;
  std::function<ExitCode()>& chosen_;
};

/// The commands that a command line may go on with.
std::vector<std::string> commands_of(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::App* command : app.get_subcommands([](const CLI::App*) { return true; })) names.push_back(command->get_name());
  return names;
}

std::string misuse(const CLI::App& app, const std::vector<std::string>& arguments, const CLI::ParseError& error) {
  if (dynamic_cast<const CLI::ValidationError*>(&error) != nullptr) return escaped(error.what());  // a sentence of ours
  const CLI::App* command = &app;
  std::string called = "lparsim";
  std::size_t depth = 0;
  for (; !command->get_subcommands().empty(); ++depth) {
    command = command->get_subcommands().front();
    called += " " + command->get_name();
  }
  if (const std::vector<std::string> names = commands_of(*command); !names.empty()) {
    if (arguments.size() <= depth)
      return fmt::format("no command is given; allowed: {} ({} --help explains them)", fmt::join(names, ", "), called);
    return fmt::format("unknown command {}; {}", shown(arguments[depth]), hint(arguments[depth], names));
  }
  for (const std::string& argument : command->remaining()) {
    if (!argument.starts_with("-")) continue;
    std::vector<std::string> names;
    for (const CLI::Option* option : command->get_options())
      for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
    return fmt::format("{} has no option {}; {}", called, shown(argument), hint(argument, names));
  }
  return fmt::format("{} ({} --help explains the arguments)", escaped(error.what()), called);
}

ExitCode parsed_and_done(const std::vector<std::string>& arguments, Console& console) {
  std::function<ExitCode()> chosen;
  CommandLine line(console, chosen);
  try {
    // CLI11 takes the arguments from the back.
    std::vector<std::string> reversed(arguments.rbegin(), arguments.rend());
    line.app().parse(std::move(reversed));
    return chosen();
  } catch (const CLI::CallForVersion& version) {
    console.print(fmt::format("{}\n", version.what()));
    return ExitCode::all_hold;
  } catch (const CLI::CallForHelp&) {
    console.print(line.app().help());
    return ExitCode::all_hold;
  } catch (const CLI::ParseError& error) {
    console.complain(misuse(line.app(), arguments, error));
    return ExitCode::wrong_input;
  }
}

}  // namespace

ExitCode command(const std::vector<std::string>& arguments, Console& console) {
  ExitCode code = ExitCode::simulator_failed;
  try {
    code = parsed_and_done(arguments, console);
  } catch (const std::bad_alloc&) {
    console.complain("there is not enough memory");
  } catch (const std::exception& error) {
    console.complain(escaped(error.what()));
  }
  return console.finish(code);
}

}  // namespace lparsim::app
