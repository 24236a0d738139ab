#include "sim/report/format.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "sim/base/nearest.hpp"
#include "sim/base/text.hpp"
#include "sim/report/commands.hpp"
#include "sim/report/lparcfg/linux_tree.hpp"

namespace lparsim::report {

namespace {

using OfPartition = std::string (*)(const PartitionHistory&);
using OfRun = Result<std::string> (*)(const trace::Reader&, const PartitionHistory&, const Options&);

/// A format that shows a partition as a command or a file there would.
struct Command {
  Format format;
  std::string_view name;
  bool has_rows;  ///< takes --interval
  bool has_vps;   ///< takes --vp
  trace::Level needs;
  OfPartition aix = nullptr, linux = nullptr;
  OfRun general = nullptr;
};

constexpr auto kOff = trace::Level::off, kSummary = trace::Level::summary, kFull = trace::Level::full;
constexpr std::array kCommands{
    Command{Format::lparstat, "lparstat", true, false, kSummary},
    Command{Format::lparstat_i, "lparstat-i", false, false, kOff, nullptr, nullptr, lparstat_i_report},
    Command{Format::lparstat_e, "lparstat-e", true, false, kSummary, aix_lparstat_e, linux_lparstat_e},
    Command{Format::mpstat, "mpstat", true, true, kSummary, nullptr, nullptr, mpstat_report},
    Command{Format::mpstat_d, "mpstat-d", true, true, kSummary, nullptr, nullptr, mpstat_d_report},
    Command{Format::mpstat_s, "mpstat-s", true, true, kSummary, nullptr, nullptr, mpstat_s_report},
    Command{Format::vmstat, "vmstat", true, false, kSummary, nullptr, nullptr, vmstat_report},
    Command{Format::steal, "steal", true, true, kSummary, nullptr, nullptr, steal_report},
    Command{Format::vcpudispatch, "vcpudispatch", false, true, kSummary, nullptr, nullptr, vcpudispatch_report},
    Command{Format::dtl, "dtl", false, true, kFull, nullptr, nullptr, dtl_report},
    Command{Format::dtl_binary, "dtl-binary", false, true, kFull},
    Command{Format::lparcfg, "lparcfg", false, false, kSummary},
    Command{Format::io, "io", true, false, kSummary},
    Command{Format::vsp, "vsp", false, false, kSummary},
};

const Command* command_of(Format format) {
  const auto found = std::ranges::find(kCommands, format, &Command::format);
  return found == kCommands.end() ? nullptr : &*found;
}

std::string names_where(bool Command::*what) {
  std::vector<std::string_view> names;
  for (const Command& c : kCommands)
    if (c.*what) names.push_back(c.name);
  return fmt::format("{}", fmt::join(names, ", "));
}

/// What an option that the format does not take is for.
std::optional<std::string> misplaced(const Command* command, const Options& options) {
  if (options.interval && (command == nullptr || !command->has_rows))
    return fmt::format("an interval is for the formats {} only", names_where(&Command::has_rows));
  if (options.vp && (command == nullptr || !command->has_vps))
    return fmt::format("a virtual processor is for the formats {} only", names_where(&Command::has_vps));
  if (options.at && (command == nullptr || command->format != Format::lparcfg)) return "a time is for the format lparcfg only";
  return std::nullopt;
}

Result<std::string> of_partition(const trace::Reader& reader, const Command& command, const Options& options) {
  const auto snapshot = reader.snapshot();
  const auto partition = read_history(reader, options, command.needs);
  if (!partition) return unexpected(partition.error());
  if (command.general != nullptr) return command.general(reader, *partition, options);
  return (partition->linux() ? command.linux : command.aix)(*partition);
}

}  // namespace

std::vector<std::string> format_names() {
  std::vector<std::string> names{"text", "json", "junit"};
  for (const Command& c : kCommands) names.emplace_back(c.name);
  return names;
}

Result<Format> format_of(std::string_view name) {
  if (name == "text") return Format::text;
  if (name == "json") return Format::json;
  if (name == "junit") return Format::junit;
  const auto found = std::ranges::find(kCommands, name, &Command::name);
  if (found != kCommands.end()) return found->format;
  return unexpected(fmt::format("unknown format {}; {}", shown(name), hint(name, format_names())));
}

bool is_of_the_run(Format format) {
  return command_of(format) == nullptr;
}

bool is_files(Format format) {
  return format == Format::dtl_binary || format == Format::lparcfg;
}

Result<std::string> render(const trace::Reader& reader, Format format, const Options& options) {
  const Command* command = command_of(format);
  if (const auto why = misplaced(command, options)) return unexpected(*why);
  if (is_files(format)) return unexpected(fmt::format("format {} is files: -o has to name a directory for them", command->name));
  if (format == Format::lparstat) return lparstat_report(reader, options);
  if (format == Format::io) return io_report(reader, options);
  if (format == Format::vsp) return vsp_report(reader, options);
  if (command != nullptr) return of_partition(reader, *command, options);
  const Result<RunReport> report = read_report(reader, options.partition);
  if (!report) return unexpected(report.error());
  if (format == Format::json) return json_report(*report);
  return format == Format::junit ? junit_report(*report) : text_report(*report);
}

Result<std::vector<ReportFile>> render_files(const trace::Reader& reader, Format format, const Options& options) {
  const Command* command = command_of(format);
  if (const auto why = misplaced(command, options)) return unexpected(*why);
  if (!is_files(format)) return unexpected(std::string{"this format is a text, not files"});
  const auto snapshot = reader.snapshot();
  const auto partition = read_history(reader, options, command->needs);
  if (!partition) return unexpected(partition.error());
  return format == Format::lparcfg ? lparcfg_files(reader, *partition, options) : dtl_files(reader, *partition, options);
}

}  // namespace lparsim::report
