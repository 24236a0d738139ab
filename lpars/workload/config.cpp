#include "lpars/workload/config.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <set>
#include <type_traits>

#include "lpars/workload/demand_curve.hpp"
#include "lpars/workload/host.hpp"
#include "sim/base/quantity.hpp"
#include "sim/base/random.hpp"

namespace lparsim::workload {
namespace {

using Problem = std::optional<std::string>;
using namespace literals;

Problem transaction_problem(const Transaction& transaction, int depth_left);

Problem compute_problem(const Distribution& demand) {
  // Below that, rounding to whole picoseconds could leave transactions without end in no time at all.
  if (demand.at(Hertz{1e9}).mean() < 1_ns) return "compute needs a mean of at least 1 ns or 1 cycle";
  return std::nullopt;
}
Problem sleep_problem(const Distribution& time) {
  if (time.in_cycles()) return "sleep is a time, not cycles";
  return std::nullopt;
}

Problem step_problem(const Compute& compute, int) {
  return compute_problem(compute.demand);
}
Problem step_problem(const Sleep& sleep, int) {
  return sleep_problem(sleep.time);
}
Problem step_problem(const Locked& locked, int) {
  if (locked.lock.empty()) return "a lock needs a name";
  if (auto p = compute_problem(locked.compute)) return p;
  return locked.sleep ? sleep_problem(*locked.sleep) : std::nullopt;
}
Problem step_problem(const Parallel& parallel, int depth_left) {
  if (depth_left == 0) return fmt::format("parallel steps stand at most {} deep in each other", kMostDepth);
  if (parallel.branches.empty()) return "parallel needs at least one branch";
  for (const Transaction& branch : parallel.branches)
    if (auto p = transaction_problem(branch, depth_left - 1)) return p;
  return std::nullopt;
}

Problem size_problem(Bytes size, std::string_view what) {
  if (size.count >= 1 && size <= kMostBytes) return std::nullopt;
  return fmt::format("{} is from 1 B to 1 GiB; {} B is not", what, size.count);
}
Problem peer_problem(const std::string& to) {
  if (to.empty()) return "who it is for needs a name";
  return std::nullopt;
}
Problem step_problem(const DiskIo& io, int) {
  if (io.disk.empty()) return "a disk needs a name";
  if (auto p = size_problem(io.size, "the size of a disk access")) return p;
  if (io.size.count % kBlock.count != 0)
    return fmt::format("disks are accessed in blocks of {} B; {} B are not whole ones", kBlock.count, io.size.count);
  return std::nullopt;
}
Problem step_problem(const Send& send, int) {
  if (auto p = peer_problem(send.to)) return p;
  return size_problem(send.size, "a message's size");
}
Problem step_problem(const Call& call, int) {
  if (auto p = peer_problem(call.to)) return p;
  if (auto p = size_problem(call.request, "a request's size")) return p;
  return size_problem(call.response, "a response's size");
}

Problem step_problem(const OsService& service, int) {
  const auto known = system::operations(service.type);
  if (std::ranges::find(known, service.operation) == known.end())
    return fmt::format("a {} has no operation {}", to_string(service.type), to_string(service.operation));
  if (!system::has_size(service.operation)) return std::nullopt;
  if (auto p = size_problem(service.size, "the size of an operation")) return p;
  if (service.type == system::ServiceType::file_system && service.size.count % kBlock.count != 0)
    return fmt::format("files are accessed in blocks of {} B; {} B are not whole ones", kBlock.count, service.size.count);
  if (service.working_set < service.size || service.working_set.count > std::uint64_t{1} << 40)
    return fmt::format("a working set is from the operation's size to 1 TiB; {} B is not", service.working_set.count);
  return std::nullopt;
}
Problem step_problem(const ApplicationEvent& event, int) {
  if (event.name.empty()) return "an event needs a name";
  return std::nullopt;
}
Problem step_problem(const HypervisorCall& call, int) {
  if (call.arguments.size() > kMostArguments) return fmt::format("a call has at most {} arguments", kMostArguments);
  return std::nullopt;
}

Problem transaction_problem(const Transaction& transaction, int depth_left) {
  if (transaction.empty()) return "a transaction needs at least one step";
  for (const auto& step : transaction)
    if (auto p = std::visit([&](const auto& s) { return step_problem(s, depth_left); }, step)) return p;
  return std::nullopt;
}

/// Whether a transaction takes processor time, or at least some time, so that users without a pause do not stop the clock.
bool takes_time(const Transaction& transaction) {
  return std::ranges::any_of(transaction, [](const Step& step) {
    if (const auto* sleep = std::get_if<Sleep>(&step)) return sleep->time.mean() > SimTime{};
    if (std::holds_alternative<ApplicationEvent>(step) || std::holds_alternative<HypervisorCall>(step)) return false;
    const auto* parallel = std::get_if<Parallel>(&step);
    return parallel == nullptr || std::ranges::any_of(parallel->branches, takes_time);
  });
}

Problem work_problem(const Transaction& transaction, const std::vector<Kind>& mix) {
  if (!mix.empty() && !transaction.empty()) return "a workload has a transaction or a mix, not both";
  const auto one = [](const Transaction& t) -> Problem {
    if (auto p = transaction_problem(t, kMostDepth)) return p;
    if (!takes_time(t)) return "a transaction needs a step that takes time";
    return std::nullopt;
  };
  if (mix.empty()) return one(transaction);
  for (const Kind& kind : mix)
    if (auto p = one(kind.transaction)) return p;
  return problem_of(mix);
}

Problem count_problem(std::uint64_t count, std::uint64_t most, std::string_view what) {
  if (count >= 1 && count <= most) return std::nullopt;
  return fmt::format("{} are from 1 to {}; {} is not", what, most, count);
}

Problem schedule_problem(const Schedule& schedule) {
  if (const auto p = problem_of(schedule)) return fmt::format("schedule.{}: {}", p->key, p->message);
  return std::nullopt;
}

Problem problem(const Spin& spin) {
  return count_problem(spin.threads, kMostThreads, "threads");
}

Problem problem(const Open& open) {
  if (open.arrival_gap.in_cycles()) return "arrivals are apart by a time, not by cycles";
  if (open.arrival_gap.mean() <= SimTime{}) return "arrivals need a gap longer than 0";
  if (open.threads) {
    if (auto p = count_problem(*open.threads, kMostThreads, "threads")) return p;
  }
  if (auto p = schedule_problem(open.schedule)) return p;
  return work_problem(open.transaction, open.mix);
}

Problem problem(const Closed& closed) {
  if (closed.think.in_cycles()) return "users think for a time, not for cycles";
  if (auto p = count_problem(closed.users, kMostThreads, "users")) return p;
  if (auto p = schedule_problem(closed.schedule)) return p;
  const double most = closed.users * Profile{closed.schedule}.greatest();
  if (most > kMostThreads) return fmt::format("the schedule asks for {:.0f} users at its peak; allowed: at most {}", most, kMostThreads);
  return work_problem(closed.transaction, closed.mix);
}

Problem problem(const Batch& batch) {
  if (auto p = count_problem(batch.jobs, 1'000'000'000'000, "jobs")) return p;
  if (auto p = count_problem(batch.threads, kMostThreads, "threads")) return p;
  return work_problem(batch.transaction, batch.mix);
}

Problem problem(const Recording& recording) {
  if (recording.threads) {
    if (auto p = count_problem(*recording.threads, kMostThreads, "threads")) return p;
  }
  if (recording.quantum < 10_us || recording.quantum > 3600_s)
    return fmt::format("a quantum is from 10 us to 1 h; {} is not", format(recording.quantum));
  if (!(recording.scale > 0 && recording.scale <= kLargestFactor))
    return fmt::format("scale is more than 0 and at most {}; {} is not", kLargestFactor, recording.scale);
  if (const auto p = problem_of(recording.demand)) return fmt::format("demand.{}: {}", p->point, p->message);
  const double peak = DemandCurve{recording}.peak();
  if (peak > kMostDemand) return fmt::format("the demand's peak is {} PU; allowed: at most {} PU", peak, kMostDemand);
  return std::nullopt;
}

Problem problem(const Stream& stream) {
  if (auto p = peer_problem(stream.to)) return p;
  if (auto p = size_problem(stream.size, "the size of a write")) return p;
  if (stream.total && stream.total->count == 0) return "a total needs at least 1 B";
  return count_problem(stream.connections, kMostThreads, "connections");
}

Problem problem(const Service& service) {
  if (auto p = count_problem(service.threads, kMostThreads, "threads")) return p;
  return work_problem(service.transaction, service.mix);
}

template <class... Kinds>
bool has(const Transaction& transaction) {
  return std::ranges::any_of(transaction, [](const Step& step) {
    const auto* parallel = std::get_if<Parallel>(&step);
    if (parallel != nullptr) return std::ranges::any_of(parallel->branches, has<Kinds...>);
    return (std::holds_alternative<Kinds>(step) || ...);
  });
}

/// Whether any of its transactions has any such step.
template <class... Kinds>
bool any_has(const Config& config) {
  return std::visit(
      [](const auto& type) {
        if constexpr (requires { type.mix; })
          return has<Kinds...>(type.transaction) || std::ranges::any_of(type.mix, has<Kinds...>, &Kind::transaction);
        else
          return false;
      },
      config.type);
}

}  // namespace

const std::vector<Kind>& mix_of(const Config& config) {
  static const std::vector<Kind> kNone;
  return std::visit(
      [](const auto& type) -> const std::vector<Kind>& {
        if constexpr (requires { type.mix; })
          return type.mix;
        else
          return kNone;
      },
      config.type);
}

bool uses_io(const Config& config) {
  return std::holds_alternative<Stream>(config.type) || std::holds_alternative<Service>(config.type) ||
         any_has<DiskIo, Send, Call>(config) || uses_services(config);
}

bool uses_services(const Config& config) {
  return any_has<OsService, ApplicationEvent, HypervisorCall>(config);
}

std::uint32_t event_number(std::string_view name) {
  std::uint32_t number = 0;
  const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), number);
  if (error == std::errc{} && end == name.data() + name.size()) return number;
  return static_cast<std::uint32_t>(stable_hash(name) & 0x7FFF'FFFF);
}

bool changes_by_itself(const Config& config) {
  return std::visit(
      [](const auto& type) {
        if constexpr (requires { type.schedule; })
          return !type.schedule.points.empty();
        else
          return std::is_same_v<std::remove_cvref_t<decltype(type)>, Recording>;
      },
      config.type);
}

std::optional<std::string> problem_of(const std::vector<Kind>& mix) {
  double sum = 0;
  std::set<std::string_view> names;
  for (const Kind& kind : mix) {
    if (!(kind.probability >= 0 && kind.probability <= 1)) return fmt::format("a probability is from 0 to 1; {} is not", kind.probability);
    if (kind.name.empty() || !names.insert(kind.name).second) return "each kind of a mix needs a name of its own";
    sum += kind.probability;
  }
  return problem_of_sum(sum);
}

std::optional<std::string> problem_of_sum(double probabilities) {
  // As many digits as people write; rounding in the sum is far below.
  if (std::abs(probabilities - 1) > 1e-9) return fmt::format("the probabilities add up to {:.10g}; allowed: 1", probabilities);
  return std::nullopt;
}

std::optional<DemandProblem> problem_of(const std::vector<DemandPoint>& demand) {
  if (demand.empty()) return DemandProblem{0, "a recording needs at least one point"};
  if (demand.size() > kMostDemandPoints)
    return DemandProblem{kMostDemandPoints, fmt::format("{} points; allowed: at most {}", demand.size(), kMostDemandPoints)};
  for (std::size_t i = 0; i < demand.size(); ++i) {
    if (!(demand[i].pu >= 0 && demand[i].pu <= kMostDemand))
      return DemandProblem{i, fmt::format("{} PU is out of range; allowed: 0 to {}", demand[i].pu, kMostDemand)};
    if (i > 0 && demand[i].at <= demand[i - 1].at)
      return DemandProblem{i, fmt::format("{} does not come after {}, the time before it; allowed: rising times", format(demand[i].at),
                                          format(demand[i - 1].at))};
  }
  return std::nullopt;
}

std::optional<std::string> problem_of(const Config& config) {
  if (config.nice < kMostFavoured || config.nice > kLeastFavoured)
    return fmt::format("nice is from {} to {}; {} is not", kMostFavoured, kLeastFavoured, config.nice);
  return std::visit([](const auto& type) { return problem(type); }, config.type);
}

}  // namespace lparsim::workload
