#include "sim/report/format.hpp"

#include <fmt/format.h>

#include <array>
#include <utility>

namespace lparsim::report {

Result<Format> format_of(std::string_view name) {
  constexpr std::array kFormats{std::pair{"text", Format::text}, std::pair{"json", Format::json}, std::pair{"junit", Format::junit},
                                std::pair{"lparstat", Format::lparstat}, std::pair{"lparcfg", Format::lparcfg}};
  for (const auto& [text, format] : kFormats)
    if (name == text) return format;
  return unexpected(fmt::format("unknown format `{}`; there are text, json, junit, lparstat and lparcfg", name));
}

Result<std::string> render(const trace::Reader& reader, Format format, const Options& options) {
  if (format == Format::lparstat) return lparstat_report(reader, options);
  if (options.interval) return unexpected(std::string{"an interval is for the format lparstat only"});
  const Result<RunReport> report = read_report(reader, options.partition);
  if (!report) return unexpected(report.error());
  switch (format) {
    case Format::json:
      return json_report(*report);
    case Format::junit:
      return junit_report(*report);
    case Format::text:
    case Format::lparstat:
    case Format::lparcfg:
      break;
  }
  return text_report(*report);
}

}  // namespace lparsim::report
