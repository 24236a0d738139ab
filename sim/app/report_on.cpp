#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>

#include "sim/app/requests.hpp"
#include "sim/base/quantity.hpp"
#include "sim/base/read_file.hpp"
#include "sim/base/text.hpp"
#include "sim/report/lparcfg/export_tree.hpp"
#include "sim/trace/reader.hpp"

namespace lparsim::app {
namespace {

namespace fs = std::filesystem;

ExitCode complaint(std::string_view message, Console& console, ExitCode code = ExitCode::wrong_input) {
  console.complain(message);
  return code;
}

// A run that is still going on promises nothing; one that never came to its end did not keep what it promised.
ExitCode verdict(trace::RunState state, const std::vector<trace::ExpectationResult>& expectations) {
  if (state == trace::RunState::running) return ExitCode::all_hold;
  if (state == trace::RunState::interrupted) return ExitCode::simulator_failed;
  const bool all = std::ranges::all_of(expectations, [](const auto& e) { return e.passed.value_or(false); });
  return all ? ExitCode::all_hold : ExitCode::expectation_failed;
}

std::string named(const fs::path& path) {
  return shown(path.string(), 200);
}

std::string reason() {
  return errno != 0 ? std::strerror(errno) : "it could not be written";
}

/// What cannot be opened is a wrong path; what cannot be filled is a failure.
ExitCode write_file(const fs::path& path, std::string_view content, Console& console) {
  errno = 0;
  std::ofstream out{path, std::ios::binary | std::ios::trunc};
  if (!out) return complaint(fmt::format("{}: {}", named(path), reason()), console);
  out.write(content.data(), static_cast<std::streamsize>(content.size()));
  out.close();
  if (!out) return complaint(fmt::format("{}: {}", named(path), reason()), console, ExitCode::simulator_failed);
  return ExitCode::all_hold;
}

ExitCode write_files(const trace::Reader& reader, const ReportRequest& request, Console& console) {
  if (!request.output) return complaint("this format is files: -o has to name a directory for them", console);
  const auto files = report::render_files(reader, request.format, request.options);
  if (!files) return complaint(files.error(), console);
  if (request.format == report::Format::lparcfg) {
    const std::string origin = fmt::format("{} at {}", request.run_file.filename().string(), format(*request.options.at));
    const auto exported = report::export_tree(*request.output, *files, origin);
    return exported ? ExitCode::all_hold : complaint(exported.error(), console);
  }
  for (const report::ReportFile& file : *files) {
    const fs::path path = *request.output / file.path;
    std::error_code error;
    fs::create_directories(path.parent_path(), error);
    if (error) return complaint(fmt::format("{}: {}", named(path.parent_path()), error.message()), console);
    if (const ExitCode code = write_file(path, file.content, console); code != ExitCode::all_hold) return code;
  }
  return ExitCode::all_hold;
}

ExitCode write_text(const trace::Reader& reader, const ReportRequest& request, Console& console) {
  const auto text = report::render(reader, request.format, request.options);
  if (!text) return complaint(text.error(), console);
  if (request.output) return write_file(*request.output, *text, console);
  console.print(*text);
  return ExitCode::all_hold;
}

}  // namespace

ExitCode report_on(const ReportRequest& request, Console& console) {
  const auto reader = trace::Reader::open(request.run_file);
  if (!reader) return complaint(reader.error(), console);
  if (request.output && same_file(*request.output, request.run_file))
    return complaint(fmt::format("{} is the run file: the report has to go elsewhere", named(*request.output)), console);
  const auto expectations = reader->expectations();
  if (!expectations) return complaint(expectations.error(), console);
  const ExitCode code = report::is_files(request.format) ? write_files(*reader, request, console) : write_text(*reader, request, console);
  return code == ExitCode::all_hold ? verdict(reader->state(), *expectations) : code;
}

}  // namespace lparsim::app
