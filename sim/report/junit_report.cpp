#include <fmt/format.h>

#include <cmath>
#include <string>
#include <string_view>

#include "sim/base/xml.hpp"
#include "sim/report/format.hpp"

namespace lparsim::report {

namespace {

/// xs:dateTime without a zone, as the schema wants it.
std::string timestamp_of(const std::string& utc) {
  return utc.size() == 20 ? utc.substr(0, 19) : "1970-01-01T00:00:00";
}

std::string or_else(const std::string& text, const char* otherwise) {
  return text.empty() ? otherwise : text;
}

std::string property(std::string_view name, std::string_view value) {
  return fmt::format("      <property name=\"{}\" value=\"{}\"/>\n", name, xml_escaped(value));
}

std::string test_case(const trace::ExpectationResult& e, const RunReport& report) {
  const std::string open = fmt::format("    <testcase name=\"{}\" classname=\"lparsim.{}\" time=\"0\"", xml_escaped(e.text),
                                       xml_escaped(or_else(report.run.scenario_name, "scenario")));
  if (report.state != trace::RunState::finished)
    return fmt::format("{}>\n      <error message=\"the run is {}\" type=\"unfinished\"/>\n    </testcase>\n", open,
                       trace::name_of(report.state));
  if (e.passed.value_or(false)) return open + "/>\n";
  std::string message = std::isfinite(e.actual) ? fmt::format("{} is {:.6g}{}", e.metric, e.actual, e.unit == "1" ? "" : " " + e.unit) : "";
  if (!e.reason.empty()) message += (message.empty() ? "" : "; ") + e.reason;
  return fmt::format("{}>\n      <failure message=\"{}\" type=\"expectation\">expected {}; {}</failure>\n    </testcase>\n", open,
                     xml_escaped(message), xml_escaped(e.text), xml_escaped(message));
}

}  // namespace

std::string junit_report(const RunReport& report) {
  const bool finished = report.state == trace::RunState::finished;
  std::size_t failures = 0;
  std::string cases;
  for (const trace::ExpectationResult& e : report.expectations) {
    failures += finished && !e.passed.value_or(false) ? 1U : 0U;
    cases += test_case(e, report);
  }
  std::string out = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n";
  out += fmt::format(
      "  <testsuite package=\"lparsim\" id=\"0\" name=\"{}\" timestamp=\"{}\" hostname=\"{}\" tests=\"{}\" failures=\"{}\" errors=\"{}\" "
      "time=\"{:.3f}\">\n",
      xml_escaped(or_else(report.run.scenario_name, "scenario")), timestamp_of(report.host.started_at),
      xml_escaped(or_else(report.host.hostname, "localhost")), report.expectations.size(), failures,
      finished ? 0 : report.expectations.size(), report.host.wall_seconds);
  out += "    <properties>\n";
  out += property("seed", std::to_string(report.run.seed));
  out += property("version", or_else(report.run.version, "-"));
  out += property("state", trace::name_of(report.state));
  out += property("simulated_s", fmt::format("{:g}", report.simulated.seconds()));
  out += "    </properties>\n" + cases;
  out += "    <system-out>" + xml_escaped(text_report(report)) + "</system-out>\n    <system-err/>\n  </testsuite>\n</testsuites>\n";
  return out;
}

}  // namespace lparsim::report
