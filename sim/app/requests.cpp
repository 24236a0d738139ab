#include "sim/app/requests.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "sim/config/explain.hpp"
#include "sim/config/json_schema.hpp"
#include "sim/scenario/read_scenario.hpp"
#include "sim/scenario/schema.hpp"
#include "sim/trace/table_hash.hpp"

namespace lparsim::app {
namespace {

/// Lines of at most 100 columns: what is longer goes on under its own last column, as long as that is not too far to the right.
std::string within_a_terminal(std::string_view text) {
  constexpr std::size_t kWidth = 100, kFurthest = 40;
  std::string out;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    const std::size_t gap = line.substr(0, kFurthest).rfind("  ");
    const std::size_t indent = gap == std::string_view::npos ? 2 : gap + 2;
    for (std::size_t width = kWidth; line.size() > width; width = kWidth - indent) {
      const std::size_t blank = line.rfind(' ', width);
      if (blank == std::string_view::npos || blank <= indent) break;
      out += fmt::format("{}\n{:{}}", line.substr(0, blank), "", indent);
      line.remove_prefix(blank + 1);
    }
    out += fmt::format("{}\n", line);
  }
  return out;
}

}  // namespace

ExitCode explain_wait(const ExplainWaitRequest& request, Console& console) {
  const auto reader = trace::Reader::open(request.run_file);
  if (!reader) return wrong_input(reader.error(), console);
  const auto text = request.of_io ? explain::explain_io(*reader, *request.of_io) : explain::explain_wait(*reader, request.question);
  if (!text) return wrong_input(text.error(), console);
  console.print(*text);
  return ExitCode::all_hold;
}

ExitCode explain(const std::string& key, Console& console) {
  const auto text = config::explain(scenario::scenario_schema().info(), key);
  if (!text) return wrong_input(text.error(), console);
  console.print(within_a_terminal(*text));
  return ExitCode::all_hold;
}

ExitCode print_schema(Console& console) {
  console.print(config::json_schema(scenario::scenario_schema().info()));
  return ExitCode::all_hold;
}

ExitCode print_hashes(const std::filesystem::path& run_file, Console& console) {
  const auto hashes = trace::table_hashes(run_file);
  if (!hashes) return wrong_input(hashes.error(), console);
  for (const auto& table : *hashes) console.print(fmt::format("{} {} {:016x}\n", table.table, table.rows, table.hash));
  return ExitCode::all_hold;
}

}  // namespace lparsim::app
