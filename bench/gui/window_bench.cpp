#include "bench/gui/window_bench.hpp"

#include <SQLiteCpp/SQLiteCpp.h>
#include <fmt/format.h>
#include <time.h>

#include <algorithm>
#include <chrono>
#include <cmath>

#include "sim/base/random.hpp"

namespace lparsim::bench {

namespace {

using trace::LaneKey;

const std::atomic<bool> kGoOn{false};

double milliseconds_since(std::chrono::steady_clock::time_point begin) {
  return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begin).count();
}

double processor_milliseconds() {
  timespec now{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) * 1e3 + static_cast<double>(now.tv_nsec) * 1e-6;
}

struct OneTime {
  double wall = 0;
  double processor = 0;
};
double median(std::vector<double> values) {
  if (values.empty()) return 0;
  std::ranges::sort(values);
  return values[values.size() / 2];
}

Result<OneTime> time_one(trace::WindowReader& reader, const LaneSet& lanes, const Window& window, WindowTimes* of = nullptr) {
  const auto begin = std::chrono::steady_clock::now();
  const double processor = processor_milliseconds();
  const auto answer = reader.read({window.begin, window.end, kPixels, lanes.lanes}, kGoOn);
  const OneTime time{milliseconds_since(begin), processor_milliseconds() - processor};
  if (!answer) return unexpected(answer.error());
  if (of != nullptr) {
    of->shown = 0;
    of->exact = 0;
    for (const trace::LaneDetail& lane : *answer) {
      of->shown += lane.buckets.size() + lane.stays.size() + lane.requests.size() + lane.calls.size();
      of->exact += lane.exact ? 1 : 0;
    }
  }
  return time;
}

}  // namespace

std::vector<LaneSet> lane_sets(const trace::RunInfo& run) {
  LaneSet cores{"cores", {}}, vps{"virtual processors", {}}, partitions{"partitions", {}}, mixture{"mixture", {}};
  for (const trace::ServerFacts& s : run.servers)
    for (std::uint32_t c = 0; c < s.cores && cores.lanes.size() < kLanes; ++c) cores.lanes.push_back(LaneKey::core(s.server, CoreId{c}));
  for (const trace::PartitionFacts& p : run.partitions) {
    if (partitions.lanes.size() < kLanes) partitions.lanes.push_back(LaneKey::partition(p.server, p.partition));
    for (std::uint32_t vp = 0; vp < p.virtual_processors && vps.lanes.size() < kLanes; ++vp)
      vps.lanes.push_back(LaneKey::virtual_processor(p.server, p.partition, vp));
  }
  const auto some = [&](const LaneSet& from, std::size_t count) {
    mixture.lanes.insert(mixture.lanes.end(), from.lanes.begin(),
                         from.lanes.begin() + static_cast<std::ptrdiff_t>(std::min(count, from.lanes.size())));
  };
  some(cores, kLanes / 4);
  some(vps, kLanes / 4);
  some(partitions, kLanes / 4);
  for (std::uint32_t target = 0; mixture.lanes.size() < kLanes; ++target) mixture.lanes.push_back(LaneKey::io_target(target));
  return {cores, vps, partitions, mixture};
}

std::vector<Window> windows(SimTime end) {
  std::vector<Window> all{{"all", SimTime{}, end}};
  for (const std::int64_t part : {10, 100, 1000, 1'000'000}) {
    const SimTime length = std::max(end / part, SimTime::from_ps(1));
    const SimTime begin = (end - length) / 2;
    all.push_back({fmt::format("1/{}", part), begin, begin + length});
  }
  return all;
}

Result<WindowTimes> time_window(trace::WindowReader& reader, const LaneSet& lanes, const Window& window, int repetitions) {
  WindowTimes times;
  std::vector<double> later, processor;
  for (int i = 0; i <= repetitions; ++i) {
    const auto time = time_one(reader, lanes, window, &times);
    if (!time) return unexpected(time.error());
    if (i == 0) {
      times.first = time->wall;
    } else {
      later.push_back(time->wall);
      processor.push_back(time->processor);
    }
  }
  times.median = median(later);
  times.processor = median(processor);
  return times;
}

Result<AnyWindowTimes> time_any_windows(trace::WindowReader& reader, const LaneSet& lanes, SimTime end, int count) {
  AnyWindowTimes times;
  std::vector<double> all;
  KeyedStream random = RandomKey{1, lanes.name}.stream();
  const double decades = std::log10(end.seconds() / 1e-6);
  for (int i = 0; i < count; ++i) {
    const SimTime length = std::max(SimTime::from_seconds(end.seconds() * std::pow(10, -decades * random.uniform())), SimTime::from_ps(1));
    const SimTime begin = SimTime::from_seconds((end - length).seconds() * random.uniform());
    const auto time = time_one(reader, lanes, {"", begin, begin + length});
    if (!time) return unexpected(time.error());
    all.push_back(time->wall);
    times.worst_processor = std::max(times.worst_processor, time->processor);
    if (time->wall > times.worst) {
      times.worst = time->wall;
      times.worst_window = fmt::format("{:.6f} s at {:.6f} s", length.seconds(), begin.seconds());
    }
  }
  std::ranges::sort(all);
  if (!all.empty()) times.p95 = all[all.size() * 95 / 100];
  return times;
}

Result<double> time_plain_sql(const std::filesystem::path& file, const LaneSet& lanes, const Window& window) {
  try {
    const SQLite::Database database{file.string(), SQLite::OPEN_READONLY};
    std::string where;
    for (const LaneKey& lane : lanes.lanes) {
      const bool core = lane.kind == LaneKey::Kind::core;
      where += fmt::format("{}(server = {} AND {} = {}{})", where.empty() ? "" : " OR ", index(lane.server),
                           core ? "core" : "\"partition\"", lane.first, core ? "" : fmt::format(" AND vp = {}", lane.second));
    }
    const std::int64_t pixel = std::max<std::int64_t>((window.end - window.begin).ps() / kPixels, 1);
    const auto begin = std::chrono::steady_clock::now();
    SQLite::Statement query{
        database,
        fmt::format("SELECT server, core, \"partition\", vp, begin_ps / {} AS pixel, count(*), sum(length_ps), max(length_ps) FROM "
                    "dispatch WHERE begin_ps < {} AND begin_ps + length_ps > {} AND ({}) GROUP BY {}, pixel",
                    pixel, window.end.ps(), window.begin.ps(), where,
                    lanes.lanes[0].kind == LaneKey::Kind::core ? "server, core" : "server, \"partition\", vp")};
    while (query.executeStep()) continue;
    return milliseconds_since(begin);
  } catch (const SQLite::Exception& e) {
    return unexpected(fmt::format("cannot read {}: {}", file.string(), e.what()));
  }
}

}  // namespace lparsim::bench
