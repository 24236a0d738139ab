#include "sim/app/requests.hpp"

#include <fmt/format.h>

#include "sim/config/explain.hpp"
#include "sim/config/json_schema.hpp"
#include "sim/scenario/read_scenario.hpp"
#include "sim/scenario/schema.hpp"
#include "sim/trace/table_hash.hpp"

namespace lparsim::app {
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
  console.print(*text);
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
