#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "lpars/workload/schedule.hpp"
#include "models/system/service_type.hpp"
#include "sim/base/distribution.hpp"
#include "sim/base/result.hpp"
#include "sim/base/units.hpp"

namespace lparsim::workload {

/// Processor time that one thread needs, alone on a core of this server at its nominal frequency (or cycles of that core).
struct Compute {
  Distribution demand;
};

/// Off the processor for a time, waiting for something outside that is not modelled.
struct Sleep {
  Distribution time;
};

/// A critical section: the partition's lock of this name is taken, held while the thread computes (and then sleeps), and given up.
struct Locked {
  std::string lock;
  Distribution compute;
  std::optional<Distribution> sleep = {};
};

/// A read or write of one of the partition's disks; the thread is off its processor while the device works. Whole blocks of kBlock.
struct DiskIo {
  enum class Direction : std::uint8_t { read, write };
  /// Random ones go anywhere on the disk, to multiples of their size; sequential ones where the last sequential one of this workload on
  /// this disk ended.
  enum class Access : std::uint8_t { random, sequential };
  Direction direction = Direction::read;
  std::string disk;
  Bytes size;
  Access access = Access::random;
};
inline constexpr Bytes kBlock{512};

/// Data sent to a service of another partition (`web.orders`) or to an external host; over when the operating system has taken it.
struct Send {
  std::string to;
  Bytes size;
};

/// A request to a service of another partition or an external host, and its answer.
struct Call {
  std::string to;
  Bytes request;
  Bytes response;
};

/// Something asked of the operating system's kernel by the type of service: who answers is the kernel policy's to say, or a Virtual Service
/// Partition's.
struct OsService {
  /// Random: to any multiple of the size within the working set; sequential: where the last sequential one of this workload there ended,
  /// round the working set; skewed (memory only): four of five references to a fifth of the pages.
  enum class Access : std::uint8_t { random, sequential, skewed };
  system::ServiceType type = system::ServiceType::file_system;
  system::Operation operation = system::Operation::call;
  std::string file = "data";  ///< or the address space: its name within the partition
  Bytes size;                 ///< read, written or referred to; of operations that have one
  Access access = Access::random;
  Bytes working_set{std::uint64_t{64} << 20};
};

/// Something has happened in the application that a Virtual Service Partition may want to know; nothing otherwise.
struct ApplicationEvent {
  std::string name;  ///< a word, or its number
};

/// A hypervisor call by its number, with registers 4 and on.
struct HypervisorCall {
  std::uint64_t token = 0;
  std::vector<std::uint64_t> arguments;
};
inline constexpr std::size_t kMostArguments = 8;

struct Step;
/// Branches that are done at once, by a thread each; the next step begins when the last of them has ended.
struct Parallel {
  std::vector<std::vector<Step>> branches;
};

/// One thing that a transaction does; its steps are done one after the other.
struct Step : std::variant<Compute, Sleep, Locked, Parallel, DiskIo, Send, Call, OsService, ApplicationEvent, HypervisorCall> {
  using variant::variant;
};
using Transaction = std::vector<Step>;

/// How deep parallel steps may stand in each other.
inline constexpr int kMostDepth = 4;

/// One kind of transaction among those of a mix.
struct Kind {
  std::string name;
  double probability = 0;
  Transaction transaction;
};

/// `threads` software threads that compute for ever. The n-th (from 0) begins n x `stagger` after the first.
struct Spin {
  std::uint32_t threads = 1;
  SimTime stagger = {};
};

/// Transactions come from outside, the first one gap after the workload begins, whatever state the partition is in. At most
/// `threads` are served at once (without a number: all of them), the rest wait first come first served. The schedule scales the rate.
struct Open {
  Distribution arrival_gap;
  std::optional<std::uint32_t> threads;
  Transaction transaction;
  std::vector<Kind> mix = {};  ///< instead of `transaction`
  Schedule schedule = {};
};

/// `users` who each think, submit a transaction, wait for its end, and think again; they begin by thinking, the n-th (from 0) n x
/// `stagger` after the first. Each has its own thread. The schedule scales the number of those who are there: the others go home when
/// their transaction has ended, and come back, the first one first, when there are to be more.
struct Closed {
  std::uint32_t users = 1;
  Distribution think;
  Transaction transaction;
  std::vector<Kind> mix = {};  ///< instead of `transaction`
  SimTime stagger = {};
  Schedule schedule = {};
};

/// `jobs` transactions that are all there when the workload begins; `threads` work on them in order, the n-th (from 0) from n x `stagger`
/// on.
struct Batch {
  std::uint64_t jobs = 1;
  std::uint32_t threads = 1;
  Transaction transaction;
  std::vector<Kind> mix = {};  ///< instead of `transaction`
  SimTime stagger = {};
};

/// From `at` until the next point the workload wants `pu` processing units.
struct DemandPoint {
  SimTime at;
  double pu = 0;
};

/// Replays a recording of demand. In each quantum the processor time that was used in it, times `scale`, is handed out in equal bursts, one
/// a thread; what is not served in its quantum stays. Times count from the first point; the last one holds as long as the others usually
/// do (their median). Then there is no demand, or the recording begins again.
struct Recording {
  std::vector<DemandPoint> demand;
  std::optional<std::uint32_t> threads = {};  ///< absent: the least that the peak needs
  SimTime quantum = SimTime::from_ms(10);
  bool repeat = false;
  double scale = 1;
  std::string file = {};  ///< where the demand stands, as written; empty: in the scenario
};

/// Each of `connections` threads writes `size` to where it is connected, again and again, or until all have written `total`. The n-th
/// (from 0) begins n x `stagger` after the first. A write is a transaction.
struct Stream {
  std::string to;  ///< as in Send
  Bytes size;
  std::uint32_t connections = 1;
  std::optional<Bytes> total = {};  ///< since the partition's activation
  SimTime stagger = {};
};

/// Answers the requests that come for it (Call) under its name: each waits for one of `threads`, which does the transaction for it and then
/// sends the answer. The response time is from the request's arrival until the answer is sent.
struct Service {
  std::uint32_t threads = 1;
  Transaction transaction;
  std::vector<Kind> mix = {};  ///< instead of `transaction`
};

struct Config {
  std::string name;
  std::variant<Spin, Open, Closed, Batch, Recording, Stream, Service> type;
  SimTime start = {};    ///< it begins so long after the partition is activated
  std::int8_t nice = 0;  ///< of its threads: -20 (most favoured) to 19
};

/// The kinds of transactions that it has a mix of, if any.
const std::vector<Kind>& mix_of(const Config& config);

/// Whether it needs the operations of drivers: any of its steps does, or it is a Stream or Service.
bool uses_io(const Config& config);
/// Whether any of its steps asks the operating system's services, has events, or makes hypervisor calls.
bool uses_services(const Config& config);

/// The number by which an application event is hooked (function of vsp::Hook::application_event): a name that is a number stands for it,
/// any other one for the lowest 31 bits of its stable_hash().
std::uint32_t event_number(std::string_view name);

/// Whether its load changes over the simulated time because it was told to: by a schedule, or as in a recording.
bool changes_by_itself(const Config& config);

/// The most threads, and the most users, of one workload.
inline constexpr std::uint32_t kMostThreads = 1'000'000;
/// The largest disk operation, message or write.
inline constexpr Bytes kMostBytes{std::uint64_t{1} << 30};
/// The most points of a recording: a day by the second.
inline constexpr std::size_t kMostDemandPoints = 100'000;
/// The most processing units that a recording can want, times its scale: more than any machine has.
inline constexpr double kMostDemand = 1024;

/// What is wrong with the numbers of `config` beside their texts, or nothing: counts of zero or beyond kMostThreads, a transaction
/// without steps, a disk access that is not whole blocks, a think time in cycles, probabilities that do not add up to 1, a schedule or
/// recording that goes back in time.
std::optional<std::string> problem_of(const Config& config);

/// The same of a mix by itself, the sum of its probabilities, and of a recording's points (the index of the bad one).
std::optional<std::string> problem_of(const std::vector<Kind>& mix);
std::optional<std::string> problem_of_sum(double probabilities);
struct DemandProblem {
  std::size_t point;
  std::string message;
};
std::optional<DemandProblem> problem_of(const std::vector<DemandPoint>& demand);

}  // namespace lparsim::workload
