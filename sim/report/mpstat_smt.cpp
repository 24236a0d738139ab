#include <fmt/format.h>

#include "sim/report/aix_shares.hpp"
#include "sim/report/columns.hpp"
#include "sim/report/mpstat_tables.hpp"

namespace lparsim::report {

namespace {

constexpr std::size_t kCellWidth = 10;
constexpr std::size_t kThreadsPerLine = 8;

/// Three lines a block: the virtual processors (Proc and the number of their first thread), their physc in %, over their threads with
/// theirs; as many virtual processors side by side as fit.
struct Block {
  std::string names, sums, threads, parts;
  std::size_t width = 0;

  void add(const std::string& name, double sum, const std::vector<std::pair<std::string, double>>& processors) {
    const std::size_t place = processors.size() * kCellWidth;
    names += fmt::format("{:^{}}", name, place);
    sums += fmt::format("{:^{}}", fixed(sum, 2) + "%", place);
    for (const auto& [thread, part] : processors) {
      threads += fmt::format("{:^{}}", thread, kCellWidth);
      parts += fmt::format("{:^{}}", fixed(part, 2) + "%", kCellWidth);
    }
    width += processors.size();
  }
  std::string text() const { return names + "\n" + sums + "\n" + threads + "\n" + parts + "\n"; }
};

std::string table(const PartitionHistory& p, const ProcessorsInInterval& now) {
  const SimTime span = now.interval.end - now.interval.begin;
  std::string out;
  Block block;
  for (auto at = now.logical.begin(); at != now.logical.end();) {
    const std::uint32_t vp = at->first.first;
    std::vector<std::pair<std::string, double>> processors;
    double sum = 0;
    for (; at != now.logical.end() && at->first.first == vp; ++at) {
      const trace::LogicalIntervalSample& s = at->second;
      processors.emplace_back(fmt::format("cpu{}", p.logical_number(vp, at->first.second)),
                              percent(s.user + s.sys + s.wait + s.idle, span));
      sum += processors.back().second;
    }
    if (block.width > 0 && block.width + processors.size() > kThreadsPerLine) {
      out += block.text() + "\n";
      block = {};
    }
    block.add(fmt::format("Proc{}", p.logical_number(vp, 0)), sum, processors);
  }
  return out + block.text();
}

}  // namespace

Result<std::string> mpstat_s_report(const trace::Reader& reader, const PartitionHistory& p, const Options& options) {
  return mpstat_tables(reader, p, options, "", [&](const ProcessorsInInterval& now) { return table(p, now); });
}

}  // namespace lparsim::report
