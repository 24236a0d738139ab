#include "sim/app/command.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <functional>
#include <utility>

#include "sim/app/words.hpp"
#include "sim/base/nearest.hpp"
#include "sim/base/text.hpp"

namespace lparsim::app {
namespace {

constexpr std::string_view kExitCodes =
    "Exit code: 0 all expectations hold; 1 an expectation failed; 2 the input is wrong; 3 the simulator failed.";
constexpr std::string_view kExitCodesOfOthers = "Exit code: 0 done; 2 the input is wrong; 3 the output did not get through.";

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
    command->add_option("SCENARIO", words_.scenario, "Scenario file (YAML); with --repeat, by default that of the run");
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
    command->add_option("--control", words_.control, "Lets other programs control the run by this local socket")->type_name("SOCKET");
    command->add_flag("--paused", words_.paused, "With --control: waits until somebody lets it go on");
    command->add_option("--pace", words_.pace, "With --control: simulated seconds a wall second at first; max by default")->type_name("P");
    command->add_option("--repeat", words_.repeat, "Makes what was changed during the run of this run file again")->type_name("RUN.db");
    command->footer(std::string(kExitCodes));
  }

  void add_check() {
    CLI::App* command =
        add("check", "Reads a scenario only and prints every problem", [this] { return check(check_request(words_), console_); });
    command->add_option("SCENARIO", words_.scenario, "Scenario file (YAML); - reads standard input")->required();
    command->add_option("--name", words_.name, "With -: what the file is called in messages; its recordings are looked for beside it")
        ->type_name("FILE");
    command->add_option("--format", words_.format, "text (default), json")->type_name("FORMAT");
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
