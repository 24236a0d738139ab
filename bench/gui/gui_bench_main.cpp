// lparsim_gui_bench generate FILE [--size 1GB] [--cores N] [--partitions N] [--virtual-processors N]: writes a big run file.
// lparsim_gui_bench windows FILE [--sql] [--random N]: how long the questions of a timeline take, beside plain SQL.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <chrono>

#include "bench/gui/big_run.hpp"
#include "bench/gui/window_bench.hpp"
#include "sim/trace/process.hpp"
#include "sim/trace/reader.hpp"

namespace lparsim::bench {
namespace {

int complain(const std::string& what) {
  fmt::print(stderr, "lparsim_gui_bench: {}\n", what);
  return 2;
}

int generate(const std::string& file, const BigRun& run) {
  const auto begin = std::chrono::steady_clock::now();
  write_big_run(file, run);
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  fmt::print("{}: {:.2f} GB in {:.0f} s\n", file, static_cast<double>(std::filesystem::file_size(file)) / 1e9, seconds);
  return 0;
}

int measure(const std::string& file, bool with_sql, int any) {
  const auto begin = std::chrono::steady_clock::now();
  auto reader = trace::WindowReader::open(file);
  if (!reader) return complain(reader.error());
  const auto end = reader->last_end();
  const auto rows = reader->rows_in(SimTime{}, SimTime::never() - SimTime::from_ps(1));
  if (!end || !rows) return complain((end ? rows.error() : end.error()));
  const double opened = std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begin).count();
  const auto file_facts = trace::Reader::open(file);
  const auto run = file_facts ? file_facts->run() : unexpected(file_facts.error());
  if (!run) return complain(run.error());
  fmt::print("{:.2f} GB, {} stays in {:.1f} s; opened in {:.1f} ms; {} lanes of {} pixels; times in ms\n",
             static_cast<double>(std::filesystem::file_size(file)) / 1e9, *rows, end->seconds(), opened, kLanes, kPixels);
  fmt::print("{:<20} {:<10} {:>8} {:>8} {:>9} {:>8} {:>6} {:>10} {:>11}\n", "lanes", "window", "first", "median", "processor", "shown",
             "exact", "plain SQL", "peak memory");
  for (const LaneSet& lanes : lane_sets(*run)) {
    for (const Window& window : windows(*end)) {
      const auto times = time_window(*reader, lanes, window, 5);
      if (!times) return complain(times.error());
      const std::int64_t peak = trace::peak_memory_bytes();
      std::string sql = "-";
      if (with_sql && (lanes.name == "cores" || lanes.name == "virtual processors")) {
        const auto plain = time_plain_sql(file, lanes, window);
        if (!plain) return complain(plain.error());
        sql = fmt::format("{:.0f}", *plain);
      }
      fmt::print("{:<20} {:<10} {:>8.1f} {:>8.1f} {:>9.1f} {:>8} {:>6} {:>10} {:>8.0f} MB\n", lanes.name, window.name, times->first,
                 times->median, times->processor, times->shown, times->exact, sql, static_cast<double>(peak) / 1e6);
    }
    const auto anywhere = time_any_windows(*reader, lanes, *end, any);
    if (!anywhere) return complain(anywhere.error());
    fmt::print("{:<20} {} anywhere: p95 {:.1f}, worst {:.1f} ({}); worst in processor time {:.1f}\n", lanes.name, any, anywhere->p95,
               anywhere->worst, anywhere->worst_window, anywhere->worst_processor);
  }
  fmt::print("Peak memory {:.0f} MB\n", static_cast<double>(trace::peak_memory_bytes()) / 1e6);
  return 0;
}

}  // namespace
}  // namespace lparsim::bench

int main(int argc, char** argv) {
  CLI::App app{"Measures what the graphical program asks of run files"};
  app.require_subcommand(1);
  std::string file;
  lparsim::bench::BigRun run;
  CLI::App* generate = app.add_subcommand("generate", "Write a big run file");
  generate->add_option("file", file)->required();
  generate->add_option("--size", run.size.count, "Of the file, such as 10GB")->transform(CLI::AsSizeValue{true});
  generate->add_option("--cores", run.cores)->check(CLI::PositiveNumber);
  generate->add_option("--partitions", run.partitions)->check(CLI::PositiveNumber);
  generate->add_option("--virtual-processors", run.virtual_processors, "Of each partition")->check(CLI::PositiveNumber);
  CLI::App* windows = app.add_subcommand("windows", "Time windows of a run file");
  windows->add_option("file", file)->required();
  bool with_sql = false;
  int any = 200;
  windows->add_flag("--sql", with_sql, "Beside the time that plain SQL takes");
  windows->add_option("--random", any, "Windows anywhere");
  CLI11_PARSE(app, argc, argv);
  try {
    if (*windows) return lparsim::bench::measure(file, with_sql, any);
    if (std::uint64_t{run.partitions} * run.virtual_processors < 2ULL * run.cores)
      return lparsim::bench::complain("there have to be twice as many virtual processors as cores");
    return lparsim::bench::generate(file, run);
  } catch (const std::exception& e) {
    return lparsim::bench::complain(e.what());
  }
}
