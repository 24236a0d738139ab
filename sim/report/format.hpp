#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/base/result.hpp"
#include "sim/base/time.hpp"
#include "sim/report/run_report.hpp"
#include "sim/trace/reader.hpp"

namespace lparsim::report {

/// Reports of this program, then what commands and files of a partition would show.
enum class Format : std::uint8_t {
  text,
  json,
  junit,
  lparstat,
  lparstat_i,
  lparstat_e,
  mpstat,
  mpstat_d,
  mpstat_s,
  vmstat,
  steal,
  vcpudispatch,
  dtl,
  dtl_binary,
  lparcfg,
  io,
  vsp
};
/// By the name that --format takes: the above with `-` for `_`. An unknown one is an error with did-you-mean.
Result<Format> format_of(std::string_view name);
/// All of them, as --format takes them.
std::vector<std::string> format_names();
/// A report on the whole run, which `lparsim run` can print at its end: text, json, junit.
bool is_of_the_run(Format format);
/// Not a text but files: see render_files.
bool is_files(Format format);

struct Options {
  std::optional<std::string> partition;  ///< only this one
  std::optional<SimTime> interval;       ///< length of the rows; formats with rows only
  std::optional<std::uint32_t> vp = {};  ///< only this virtual processor; formats with lines for each only
  std::optional<SimTime> at = {};        ///< lparcfg only, which needs it: when
};

/// A report from a run file alone: finished, still growing (then it says so), or left by an interrupted run (then it says that).
Result<std::string> render(const trace::Reader& reader, Format format, const Options& options = {});

/// A file of a report, by its path within the report's directory.
struct ReportFile {
  std::string path;
  std::string content;
};
/// For the formats that are files.
Result<std::vector<ReportFile>> render_files(const trace::Reader& reader, Format format, const Options& options = {});

// The formats one by one; docs/reports.md describes them.

/// For people: 100 columns.
std::string text_report(const RunReport& report);
/// One JSON object: scenario, seed, version, state, duration_s, metrics, expectations, simulator.
std::string json_report(const RunReport& report);
/// JUnit XML as the schema of the Ant JUnit task wants it (windyroad/JUnit-Schema): a test case per expectation. Of a run that did not
/// finish every test case is an error.
std::string junit_report(const RunReport& report);
/// The interval rows of `lparstat`, as AIX prints them, for type linux as powerpc-utils does.
Result<std::string> lparstat_report(const trace::Reader& reader, const Options& options);
/// Disks and peers of each partition in the columns of iostat, and in which stages their requests' time went.
Result<std::string> io_report(const trace::Reader& reader, const Options& options);
/// The ledger of Virtual Service Partitions: what redirected calls added, by client and hook, and who paid.
Result<std::string> vsp_report(const trace::Reader& reader, const Options& options);

}  // namespace lparsim::report
