#include "lpars/workload/recording_text.hpp"

#include <fmt/format.h>

#include "lpars/workload/demand_curve.hpp"
#include "sim/base/decimal.hpp"
#include "sim/base/quantity.hpp"
#include "sim/base/text.hpp"

namespace lparsim::workload {
namespace {

constexpr std::size_t kMostProblems = 20;

Result<SimTime> parse_instant(std::string_view text) {
  const bool bare = text.find_first_not_of("0123456789.-+") == std::string_view::npos;
  return parse_time(bare ? fmt::format("{} s", text) : std::string(text));
}

/// Takes a text apart line by line, and writes down what it is.
class Reader {
 public:
  explicit Reader(RecordingText& out) : out_{out} {}

  bool full() const { return out_.problems.size() >= kMostProblems || out_.demand.size() > kMostDemandPoints; }
  void line(std::size_t number, std::string_view text) {
    number_ = number;
    text = trimmed(text);
    if (text.empty() || text.starts_with('#')) return;
    const auto comma = text.find(',');
    const std::string_view time = trimmed(text.substr(0, comma));
    const std::string_view pu = comma == std::string_view::npos ? std::string_view{} : trimmed(text.substr(comma + 1));
    if (!header_read_) {
      header_read_ = true;
      if (time != "time" || pu != "pu") problem(fmt::format("{} stands here; allowed: the first line is `time,pu`", shown(text)));
      return;
    }
    if (comma == std::string_view::npos) return problem(fmt::format("{} is one figure; allowed: `time,pu`", shown(text)));
    if (time.empty()) return problem("the time is missing; allowed: a time such as `300` (seconds) or `5 min`");
    if (pu.empty()) return problem("the demand is missing: a hole; allowed: processing units such as `0.5`");
    point(time, pu);
  }
  void end() {
    if (!header_read_) return problem("nothing stands here; allowed: the first line is `time,pu`, a point on each further one");
    if (!out_.problems.empty()) return;
    if (out_.demand.empty()) return problem("there is no point; allowed: at least one");
    if (out_.demand.size() > kMostDemandPoints) return problem(fmt::format("more than {} points; allowed: so many", kMostDemandPoints));
    find_holes();
    out_.as_yaml += "]";
  }

 private:
  void problem(std::string message) {
    if (out_.problems.size() < kMostProblems) out_.problems.push_back({number_, std::move(message)});
  }

  void point(std::string_view time, std::string_view pu) {
    const auto at = parse_instant(time);
    const auto demand = parse_demand(pu);
    if (!at) problem(at.error());
    if (!demand) problem(demand.error());
    if (!at || !demand) return;
    if (!out_.demand.empty() && *at <= out_.demand.back().at)
      return problem(fmt::format("{} {} {}, the time before it; allowed: rising times", format(*at),
                                 *at == out_.demand.back().at ? "is again" : "goes back before", format(out_.demand.back().at)));
    out_.as_yaml += fmt::format("{}{{at: {}, pu: {}}}", out_.demand.empty() ? "[" : ", ", format(*at), pu);
    out_.demand.push_back({*at, *demand});
    lines_.push_back(number_);
  }

  void find_holes() {
    const auto& demand = out_.demand;
    if (demand.size() < 3) return;
    const SimTime usual = usual_step(demand);
    for (std::size_t i = 1; i < demand.size(); ++i) {
      const SimTime step = demand[i].at - demand[i - 1].at;
      if (step / kLargestHole < usual || step <= usual * kLargestHole) continue;
      number_ = lines_[i];
      problem(fmt::format("a hole of {} before {}, where {} is usual; allowed: at most {} times the usual step", format(step),
                          format(demand[i].at), format(usual), kLargestHole));
    }
  }

  RecordingText& out_;
  std::size_t number_ = 1;
  bool header_read_ = false;
  std::vector<std::size_t> lines_;  // of the points
};

}  // namespace

Result<double> parse_demand(std::string_view text) {
  const auto number = parse_leading_decimal(text);
  const std::string_view rest = number ? trimmed(number->rest) : std::string_view{};
  if (!number || !(rest.empty() || rest == "PU"))
    return unexpected(
        fmt::format("{} {}; allowed: processing units such as `0.5`", shown(text), number ? "is not a number" : number.error()));
  const double pu = number->value.approximately();
  if (pu > kMostDemand) return unexpected(fmt::format("{} is out of range; allowed: at most {} PU", shown(text), kMostDemand));
  return pu;
}

RecordingText read_recording(std::string_view text) {
  RecordingText out;
  Reader reader{out};
  if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);  // spreadsheets begin so
  for (std::size_t number = 1; !text.empty() && !reader.full(); ++number) {
    const auto end = text.find('\n');
    std::string_view line = text.substr(0, end);
    if (line.ends_with('\r')) line.remove_suffix(1);
    reader.line(number, line);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
  reader.end();
  return out;
}

}  // namespace lparsim::workload
