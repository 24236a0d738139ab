#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "sim/base/result.hpp"
#include "sim/base/time.hpp"
#include "sim/base/units.hpp"

/// The lines of docs/control-protocol.md: what they say, without sockets and threads.
namespace lparsim::control {

inline constexpr int kProtocol = 1;
/// Of a line of a client, with its newline.
inline constexpr std::size_t kMostLineBytes = 4096;

/// Simulated seconds a wall second; 0: as fast as it can.
using Pace = double;
inline constexpr Pace kSlowest = 1e-9;
inline constexpr Pace kFastest = 1e9;
/// `0.5`, `0` or `max`, as the command line writes it.
Result<Pace> parse_pace(std::string_view text);

struct AskState {};
struct AskPartitions {};
struct Pause {};
struct Resume {};
struct Stop {};
struct SetPace {
  Pace pace = 0;
};
struct Step {
  SimTime by;
};
/// Values as the client wrote them: the scenario's schema judges them.
struct SetPartition {
  struct Value {
    std::string key;  ///< of a scenario's event
    std::string text;
  };
  std::string partition;
  std::vector<Value> values;
};
using Verb = std::variant<AskState, AskPartitions, Pause, Resume, Stop, SetPace, Step, SetPartition>;

struct Request {
  std::string id = "null";  ///< as JSON
  Verb verb;
};
struct Refused {
  std::string id = "null";
  std::string error;
};
/// Any bytes; without the newline.
std::variant<Request, Refused> parse_request(std::string_view line);

struct State {
  SimTime simulated;
  SimTime duration;
  Pace pace = 0;
  bool paused = false;
  std::optional<SimTime> step_until;
  double wall_seconds = 0;
};

/// A change as it is logged.
struct Change {
  std::uint32_t number = 0;  ///< from 1
  SimTime at;
  std::string text;
};

struct PartitionState {
  std::string server;
  std::string name;
  std::string type;
  bool running = false;
  std::uint32_t virtual_processors = 0;
  struct Shared {
    std::string pool;
    ProcessingUnits entitlement, least, most;
    std::uint32_t weight = 0;
    bool capped = false;
    std::uint32_t most_virtual_processors = 0;
  };
  std::optional<Shared> shared;  ///< absent: dedicated
};

struct Hello {
  std::string version;
  std::string scenario;
  std::string run_file;
  std::int64_t pid = 0;
  SimTime duration;
};

// Answers and events, each a line with its newline.

std::string refusal(const std::string& id, std::string_view error);
std::string answer(const std::string& id, const State& state);
std::string answer(const std::string& id, const std::vector<PartitionState>& partitions);
std::string answer(const std::string& id, const Change& change);
/// `until` of a step.
std::string answer_at(const std::string& id, SimTime at, std::optional<SimTime> until = std::nullopt);
std::string event(const Hello& hello);
std::string event(const State& state);
std::string event(const Change& change);
std::string event_of_end(bool finished, SimTime simulated);

}  // namespace lparsim::control
