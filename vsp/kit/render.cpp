#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <stdexcept>

#include "sim/base/xml.hpp"
#include "vsp/kit/check.hpp"
#include "vsp/kit/markup.hpp"

namespace lparsim::vsp::kit {

namespace {

std::size_t count(std::span<const CheckResult> results, Verdict verdict) {
  return static_cast<std::size_t>(
      std::count_if(results.begin(), results.end(), [&](const CheckResult& r) { return r.verdict == verdict; }));
}

std::string title_of(const CheckResult& result) {
  return fmt::format("{}: {}. {}", result.check.id, result.check.title, result.reason);
}

void write(const std::filesystem::path& path, const std::string& text) {
  std::ofstream file{path, std::ios::binary};
  file << text;
  file.close();
  if (!file) throw std::runtime_error{fmt::format("cannot write {}", path.string())};
}

/// Breaks text at blanks into lines of 100 columns, of which the first `indent` are taken.
std::string wrapped(std::string_view text, std::size_t indent) {
  constexpr std::size_t kWidth = 100;
  std::string out;
  while (text.size() > kWidth - indent) {
    std::size_t blank = text.rfind(' ', kWidth - indent);
    if (blank == std::string_view::npos) blank = std::min(text.find(' '), text.size());
    out += fmt::format("{}\n{:{}}", text.substr(0, blank), "", indent);
    text.remove_prefix(std::min(blank + 1, text.size()));
  }
  return out.append(text) + "\n";
}

}  // namespace

std::string render_table(std::span<const CheckResult> results, std::string_view subject) {
  constexpr std::size_t kId = 27, kText = 43;  // columns before them
  std::string out = fmt::format("Conformance of {}\n\n{:<{}}verdict\n", subject, "check", kId);
  for (const CheckResult& r : results) {
    const std::string text = r.verdict == Verdict::passed ? std::string{r.check.title} : r.reason;
    out += fmt::format("{:<{}}{:<{}}{}", r.check.id, kId, to_string(r.verdict), kText - kId, wrapped(text, kText));
    if (r.verdict == Verdict::failed)
      out += fmt::format(
          "{:{}}{}", "", kText,
          wrapped(fmt::format("Clause {} of docs/vsp/interface.md. In the field: {} ({})", r.check.clause, r.check.field, r.check.source),
                  kText));
  }
  return out + fmt::format("\n{} passed, {} failed, {} not applicable\n", count(results, Verdict::passed), count(results, Verdict::failed),
                           count(results, Verdict::not_applicable));
}

std::string render_json(std::span<const CheckResult> results, std::string_view subject) {
  std::string out = fmt::format(
      "{{\n  \"subject\": {},\n  \"passed\": {},\n  \"failed\": {},\n  \"not_applicable\": {},\n  \"checks\": [\n", json_text(subject),
      count(results, Verdict::passed), count(results, Verdict::failed), count(results, Verdict::not_applicable));
  for (std::size_t i = 0; i < results.size(); ++i) {
    const CheckResult& r = results[i];
    out += fmt::format(
        "    {{\"id\": {}, \"title\": {}, \"clause\": {}, \"field\": {}, \"source\": {}, \"judges\": {}, \"roles\": {}, \"verdict\": {}, "
        "\"reason\": {}}}{}\n",
        json_text(r.check.id), json_text(r.check.title), json_text(r.check.clause), json_text(r.check.field), json_text(r.check.source),
        json_text(to_string(r.check.judges)), json_text(r.check.roles), json_text(to_string(r.verdict)), json_text(r.reason),
        i + 1 == results.size() ? "" : ",");
  }
  return out + "  ]\n}\n";
}

std::string render_junit(std::span<const CheckResult> results, std::string_view subject) {
  std::string cases;
  for (const CheckResult& r : results) {
    const std::string open =
        fmt::format("    <testcase name=\"{}\" classname=\"lparsim.vsp.{}\" time=\"0\"", xml_escaped(r.check.id), xml_escaped(subject));
    switch (r.verdict) {
      case Verdict::passed:
        cases += open + "/>\n";
        break;
      case Verdict::not_applicable:
        cases += fmt::format("{}>\n      <skipped message=\"{}\"/>\n    </testcase>\n", open, xml_escaped(r.reason));
        break;
      case Verdict::failed:
        cases += fmt::format(
            "{}>\n      <failure message=\"{}\" type=\"conformance\">{}\nclause {} of docs/vsp/interface.md\n\n{}</failure>\n    "
            "</testcase>\n",
            open, xml_escaped(r.reason), xml_escaped(r.check.title), xml_escaped(r.check.clause),
            r.transcript ? xml_escaped(chart_text(*r.transcript, title_of(r))) : "");
    }
  }
  return fmt::format(
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n  <testsuite package=\"lparsim\" id=\"0\" name=\"{}\" "
      "timestamp=\"1970-01-01T00:00:00\" hostname=\"localhost\" tests=\"{}\" failures=\"{}\" errors=\"0\" skipped=\"{}\" time=\"0.000\">\n"
      "    <properties/>\n{}    <system-out/>\n    <system-err/>\n  </testsuite>\n</testsuites>\n",
      xml_escaped(subject), results.size(), count(results, Verdict::failed), count(results, Verdict::not_applicable), cases);
}

void write_charts(std::span<const CheckResult> results, const std::string& directory) {
  std::filesystem::create_directories(directory);
  for (const CheckResult& r : results) {
    if (r.verdict != Verdict::failed || !r.transcript) continue;
    const std::filesystem::path base = std::filesystem::path{directory} / r.check.id;
    write(base.string() + ".txt", chart_text(*r.transcript, title_of(r)));
    write(base.string() + ".svg", chart_svg(*r.transcript, title_of(r)));
  }
}

}  // namespace lparsim::vsp::kit
