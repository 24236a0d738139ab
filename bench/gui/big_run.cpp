#include "bench/gui/big_run.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <queue>
#include <vector>

#include "sim/base/deterministic_math.hpp"
#include "sim/base/random.hpp"
#include "sim/trace/recorder.hpp"

namespace lparsim::bench {

namespace {

using namespace literals;

/// Of the whole file, measured.
constexpr std::uint64_t kBytesPerStay = 66;
constexpr SimTime kMeanStay = 400_us;
constexpr SimTime kInterval = 1_s;
constexpr std::uint32_t kTargetsPerPartition = 2;
constexpr std::uint32_t kPartitionsWithDisks = 100;
constexpr std::uint64_t kStaysPerRequest = 24;
constexpr std::uint64_t kStaysPerCall = 400;

struct VirtualProcessor {
  SimTime free;  ///< end of its last stay
  bool preempted = false;
  bool running = false;
};

/// What will be recorded when it is over.
struct Ending {
  SimTime end;
  std::uint64_t order = 0;  ///< of two with the same end
  std::uint32_t what = 0;
  bool operator>(const Ending& o) const { return end != o.end ? end > o.end : order > o.order; }
};
template <class T>
using Earliest = std::priority_queue<T, std::vector<T>, std::greater<>>;

class Generator {
 public:
  Generator(const std::filesystem::path& path, const BigRun& run)
      : run_{run},
        stays_{std::max<std::uint64_t>(run.size.count / kBytesPerStay, 1)},
        duration_{SimTime::from_ps(static_cast<std::int64_t>(stays_ / run.cores + 1) * kMeanStay.ps())},
        recorder_{path, trace::Level::full, facts()},
        vps_(std::size_t{run.partitions} * run.virtual_processors),
        on_core_(run.cores),
        sums_(run.partitions),
        vp_sums_(vps_.size()) {}

  void write() {
    announce();
    for (std::uint32_t core = 0; core < run_.cores; ++core) begin_stay(core, SimTime{});
    for (std::uint64_t written = 0; written < stays_; ++written) {
      const Ending ending = cores_.top();
      cores_.pop();
      now_ = ending.end;
      while (now_ >= next_sample_) sample();
      end_others();
      end_stay(ending.what);
      if (written % kStaysPerRequest == 0) begin_request();
      if (written % kStaysPerCall == 0) call();
    }
    recorder_.finish({now_, 1, stays_ * 10, stays_});
  }

 private:
  trace::RunInfo facts() const;
  void announce();
  std::uint32_t choose();
  void begin_stay(std::uint32_t core, SimTime at);
  void end_stay(std::uint32_t core);
  void begin_request();
  void end_others();
  void call();
  void sample();
  SimTime exponential(SimTime mean) {
    return SimTime::from_ps(static_cast<std::int64_t>(-static_cast<double>(mean.ps()) * deterministic_log(random_.uniform())) + 1);
  }
  std::uint64_t below(std::uint64_t limit) { return random_.bits() % limit; }
  bool capped(std::uint32_t partition) const { return partition % 3 == 0; }

  BigRun run_;
  std::uint64_t stays_;
  SimTime duration_;
  trace::Recorder recorder_;
  KeyedStream random_ = RandomKey{1, "big run"}.stream();
  SimTime now_;
  std::vector<VirtualProcessor> vps_;
  std::vector<trace::DispatchSpan> on_core_;
  Earliest<Ending> cores_;
  Earliest<Ending> requests_ending_;
  std::vector<trace::IoRequest> requests_;
  std::vector<std::uint32_t> free_requests_;
  std::uint64_t requests_begun_ = 0;
  std::uint64_t calls_ = 0;
  std::uint64_t order_ = 0;
  SimTime next_sample_ = kInterval;
  std::vector<trace::IntervalSample> sums_;
  std::vector<trace::VpIntervalSample> vp_sums_;
};

trace::RunInfo Generator::facts() const {
  trace::RunInfo info;
  info.scenario_name = "big-run";
  info.description = fmt::format("Generated: {} cores, {} partitions.", run_.cores, run_.partitions);
  info.scenario_text = "lparsim: 1\nname: big-run\n";
  info.version = "generated";
  info.duration = duration_;
  info.servers = {{ServerId{0}, "frame", "", "POWER10", run_.cores, 8, Hertz{3.65e9}, Bytes{16ULL << 40}, 10_ms, 1_ms, "partition"}};
  info.pools = {{ServerId{0}, PoolId{0}, "default", ProcessingUnits::cores(run_.cores), {}}};
  for (std::uint32_t p = 0; p < run_.partitions; ++p) {
    trace::PartitionFacts partition;
    partition.partition = PartitionId{p};
    partition.name = fmt::format("lpar{:04}", p);
    partition.type = "linux";
    partition.entitlement = ProcessingUnits::from_hundredths(std::max<std::int64_t>(run_.cores * 90 / run_.partitions, 5));
    partition.virtual_processors = run_.virtual_processors;
    partition.capped = capped(p);
    partition.weight = capped(p) ? 0 : 128;
    partition.pool = "default";
    partition.smt = 8;
    partition.memory = Bytes{8ULL << 30};
    partition.sharing_mode = capped(p) ? "cap" : "uncap";
    info.partitions.push_back(std::move(partition));
  }
  return info;
}

void Generator::announce() {
  const trace::TrackId server = recorder_.add_track("server", trace::TrackId::none, "frame");
  trace::TrackId chip{};
  for (std::uint32_t core = 0; core < run_.cores; ++core) {
    if (core % 15 == 0) chip = recorder_.add_track("chip", server, std::to_string(core / 15));
    recorder_.add_track("core", chip, std::to_string(core));
  }
  for (std::uint32_t p = 0; p < run_.partitions; ++p) {
    const trace::TrackId partition = recorder_.add_track("partition", server, fmt::format("lpar{:04}", p));
    for (std::uint32_t vp = 0; vp < run_.virtual_processors; ++vp) recorder_.add_track("virtual_processor", partition, std::to_string(vp));
    for (std::uint32_t t = 0; t < kTargetsPerPartition && p < kPartitionsWithDisks; ++t)
      recorder_.io_target(
          {p * kTargetsPerPartition + t, ServerId{0}, PartitionId{p}, fmt::format("hdisk{}", t), trace::IoTargetKind::disk});
  }
}

/// A virtual processor that is on no core. The work is with a tenth of the partitions, which is another one every ten seconds.
std::uint32_t Generator::choose() {
  while (true) {
    std::uint64_t partition = below(run_.partitions);
    if (below(10) < 6 && run_.partitions >= 10) {
      const auto phase = static_cast<std::uint64_t>(now_ / 10_s);
      partition = (below(run_.partitions / 10) * 10 + phase % 10) % run_.partitions;
    }
    const std::uint64_t vp = partition * run_.virtual_processors + below(run_.virtual_processors);
    if (!vps_[vp].running) return static_cast<std::uint32_t>(vp);
  }
}

void Generator::begin_stay(std::uint32_t core, SimTime at) {
  const std::uint32_t number = choose();
  VirtualProcessor& vp = vps_[number];
  trace::DispatchSpan& stay = on_core_[core];
  stay = {};
  stay.core = CoreId{core};
  stay.partition = PartitionId{number / run_.virtual_processors};
  stay.vp = number % run_.virtual_processors;
  stay.begin = at + (below(5) == 0 ? exponential(60_us) : SimTime{});  // now and then the core has nothing to do
  stay.waiting = vp.free;
  const SimTime wait = stay.begin - stay.waiting;
  stay.enqueue = stay.begin - std::min(wait, exponential(20_us));
  stay.ready =
      stay.enqueue - (capped(number / run_.virtual_processors) ? std::min(stay.enqueue - stay.waiting, exponential(2_ms)) : SimTime{});
  if (vp.preempted) stay.ready = stay.waiting;  // it never had nothing to do
  stay.end = stay.begin + exponential(kMeanStay);
  const SimTime length = stay.end - stay.begin;
  stay.entitled = !capped(number / run_.virtual_processors) && below(3) == 0 ? length / 2 : length;
  stay.dispatch_reason = vp.preempted ? 7 : 0;
  vp.running = true;
  vp.preempted = below(4) == 0;
  stay.preempt_reason = vp.preempted ? 4 : 2;
  cores_.push({stay.end, ++order_, core});
}

void Generator::end_stay(std::uint32_t core) {
  const trace::DispatchSpan stay = on_core_[core];
  recorder_.dispatch(stay);
  const std::size_t number = index(stay.partition) * run_.virtual_processors + stay.vp;
  vps_[number].running = false;
  vps_[number].free = stay.end;
  trace::VpIntervalSample& vp = vp_sums_[number];
  trace::IntervalSample& sum = sums_[index(stay.partition)];
  const SimTime length = stay.end - stay.begin;
  vp.consumed += length;
  sum.consumed += length;
  sum.user += length;
  vp.wait_processor += stay.begin - stay.enqueue;
  sum.wait_processor += stay.begin - stay.enqueue;
  vp.wait_capacity += stay.enqueue - stay.ready;
  sum.wait_capacity += stay.enqueue - stay.ready;
  ++vp.dispatches;
  ++sum.dispatches;
  ++(stay.preempt_reason == 4 ? vp.involuntary : vp.voluntary);
  sum.preemptions += stay.preempt_reason == 4 ? 1 : 0;
  begin_stay(core, stay.end);
}

void Generator::begin_request() {
  if (free_requests_.empty()) {
    free_requests_.push_back(static_cast<std::uint32_t>(requests_.size()));
    requests_.emplace_back();
  }
  const std::uint32_t place = free_requests_.back();
  free_requests_.pop_back();
  trace::IoRequest& r = requests_[place];
  r = {};
  r.number = requests_begun_++;
  r.target = static_cast<std::uint32_t>(below(std::uint64_t{std::min(kPartitionsWithDisks, run_.partitions)} * kTargetsPerPartition));
  r.kind = below(3) == 0 ? trace::IoKind::write : trace::IoKind::read;
  r.outcome = below(5000) == 0 ? trace::IoOutcome::failed : trace::IoOutcome::done;
  r.bytes = 4096;
  r.begin = now_;
  r.stages[1] = 10_us;
  r.stages[6] = 20_us;
  r.stages[8] = exponential(250_us);
  r.end = r.begin + r.stages[1] + r.stages[6] + r.stages[8];
  requests_ending_.push({r.end, ++order_, place});
}

void Generator::end_others() {
  for (; !requests_ending_.empty() && requests_ending_.top().end <= now_; requests_ending_.pop()) {
    const std::uint32_t place = requests_ending_.top().what;
    const trace::IoRequest& r = requests_[place];
    const trace::IoStep steps[] = {{1, r.stages[1]}, {6, r.stages[6]}, {8, r.stages[8]}};
    recorder_.io_request(r, steps);
    free_requests_.push_back(place);
  }
}

void Generator::call() {
  trace::VspCall c;
  c.vsp = PartitionId{run_.partitions - 1};
  c.number = calls_++;
  c.hook = 7;
  c.role = 2;
  c.client = PartitionId{static_cast<std::uint32_t>(below(kPartitionsWithDisks))};
  c.end_time = now_;
  c.begin = now_ - std::min(now_, exponential(30_us));
  c.taken = c.begin;
  recorder_.vsp_call(c);
}

void Generator::sample() {
  for (std::uint32_t p = 0; p < run_.partitions; ++p) {
    trace::IntervalSample& sum = sums_[p];
    sum.partition = PartitionId{p};
    sum.begin = next_sample_ - kInterval;
    sum.end = next_sample_;
    sum.virtual_processors = run_.virtual_processors;
    sum.logical_processors = run_.virtual_processors * 8;
    sum.capped = capped(p);
    sum.entitled = ProcessingUnits::from_hundredths(std::max<std::int64_t>(run_.cores * 90 / run_.partitions, 5)).time_in(kInterval);
    sum.vcsw = sum.dispatches;
    recorder_.interval(sum);
    sum = {};
  }
  for (std::uint32_t vp = 0; vp < vp_sums_.size(); ++vp) {
    trace::VpIntervalSample& sum = vp_sums_[vp];
    if (sum.dispatches == 0) continue;
    sum.partition = PartitionId{vp / run_.virtual_processors};
    sum.vp = vp % run_.virtual_processors;
    sum.begin = next_sample_ - kInterval;
    sum.end = next_sample_;
    recorder_.vp_interval(sum);
    sum = {};
  }
  recorder_.progress(next_sample_);
  next_sample_ += kInterval;
}

}  // namespace

void write_big_run(const std::filesystem::path& path, const BigRun& run) {
  Generator{path, run}.write();
}

}  // namespace lparsim::bench
