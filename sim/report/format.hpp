#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "sim/base/result.hpp"
#include "sim/base/time.hpp"
#include "sim/report/run_report.hpp"
#include "sim/trace/reader.hpp"

namespace lparsim::report {

/// lparcfg is a tree of files, which export_lparcfg writes (sim/report/lparcfg); the others are one text.
enum class Format : std::uint8_t { text, json, junit, lparstat, lparcfg };
/// text, json, junit, lparstat, lparcfg.
Result<Format> format_of(std::string_view name);

struct Options {
  std::optional<std::string> partition;  ///< only this one
  std::optional<SimTime> interval;       ///< lparstat only: length of its rows
};

/// A report (not lparcfg) from a run file alone: finished, still growing (then it says so), or left by an interrupted run (then it says
/// that).
Result<std::string> render(const trace::Reader& reader, Format format, const Options& options = {});

// The formats one by one.

/// For people: 100 columns.
std::string text_report(const RunReport& report);
/// One JSON object: scenario, seed, version, state, duration_s, metrics, expectations, simulator.
std::string json_report(const RunReport& report);
/// JUnit XML as the schema of the Ant JUnit task wants it (windyroad/JUnit-Schema): a test case per expectation. Of a run that did not
/// finish every test case is an error.
std::string junit_report(const RunReport& report);
/// The interval rows of `lparstat`, as AIX prints them, for type linux as powerpc-utils does.
Result<std::string> lparstat_report(const trace::Reader& reader, const Options& options);

}  // namespace lparsim::report
