#pragma once
#include <array>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "sim/base/time.hpp"

namespace lparsim::io {

/// Where a request is, from the moment in which a thread asks for it to the one in which that thread has the answer. At any instant it is
/// in one of them, so that they add up to its latency exactly.
enum class Stage : std::uint8_t {
  client_queue,       ///< waits in the client for a place: queue depth, credits, send window
  client_processing,  ///< instructions of the client's driver and its interrupt handler, and waiting for these behind others
  client_dispatch,    ///< the client could go on, but none of its virtual processors is on a core
  transport,          ///< on a command/response queue or in a receive queue, not seen yet by a server that is on a core
  vios_dispatch,      ///< in the hands of a VIOS that has none of its virtual processors on a core
  vios_queue,         ///< in a VIOS that runs, behind other requests
  vios_processing,    ///< instructions of the VIOS for this request
  adapter_queue,      ///< waits for a place in a physical adapter or for its link
  device,             ///< disk, array, tape
  network,            ///< on wires and in switches outside of the server
  copy,               ///< the hypervisor copies its data
  remote,             ///< the other end of a call works on it: another partition or an external host
  recovery,           ///< a path failed: until it is tried again
  service,            ///< with a Virtual Service Partition that hooks its way
};
inline constexpr std::size_t kStages = 14;
/// As in reports and columns: `vios_dispatch`.
std::string_view to_string(Stage stage);

/// A request under way; opaque to protocols, which carry it where theirs have a place for a tag of the client's own.
enum class RequestTag : std::uint64_t { none = 0 };

enum class RequestKind : std::uint8_t { read, write, send, call };
enum class Outcome : std::uint8_t { done, failed, dropped };

/// A part of a request's way. Where time in a stage is split, the other part stands before what is left of the stage, even if that is
/// nothing; in which order the two really alternated is not known.
struct Step {
  Stage stage{};
  SimTime length;
};

/// Of a finished request.
struct RequestRecord {
  std::uint64_t number = 0;  ///< in the order of their beginnings
  std::uint32_t target = 0;  ///< RequestLedger::add_target
  RequestKind kind{};
  Outcome outcome{};
  std::uint64_t bytes = 0;
  std::uint32_t path = 0;      ///< through which it was answered, counted within its target
  std::uint32_t attempts = 1;  ///< how often it was sent
  SimTime begin;
  SimTime end;
  std::array<SimTime, kStages> stages{};  ///< add up to end - begin
  std::span<const Step> steps{};          ///< the same in the order of time, for an observer that wants it
};

/// Is told of every request that has ended.
class RequestObserver {
 public:
  virtual ~RequestObserver() = default;
  /// Asked once: whether records are to have steps.
  virtual bool wants_steps() const { return false; }
  virtual void request_began(std::uint32_t target, RequestKind kind, SimTime now) { (void)target, (void)kind, (void)now; }
  virtual void request_ended(const RequestRecord& record) = 0;
};

/// Follows every request through the machine. Whoever holds a request says where it is from now on; nobody measures anything. Costs a few
/// additions a stage and allocates nothing in the steady state. Tags of requests that have ended are known to be old and ignored.
class RequestLedger {
 public:
  /// `observer` may be null.
  explicit RequestLedger(RequestObserver* observer) : observer_{observer}, with_steps_{observer != nullptr && observer->wants_steps()} {}

  RequestTag begin(std::uint32_t target, RequestKind kind, std::uint64_t bytes, Stage stage, SimTime now);
  /// It is in `stage` from now on.
  void enter(RequestTag tag, Stage stage, SimTime now);
  /// The same; of the time in the stage that ends, `part` was spent in `other` (no more than there was): readings of
  /// system::Host::undispatched.
  void enter(RequestTag tag, Stage stage, SimTime now, Stage other, SimTime part);
  /// It was sent (again) through this path.
  void sent(RequestTag tag, std::uint32_t path);
  /// It has ended. The record stays valid until the next call.
  const RequestRecord& end(RequestTag tag, Outcome outcome, SimTime now);

  bool known(RequestTag tag) const;
  /// When it began; of a known one.
  SimTime began(RequestTag tag) const;
  std::uint64_t under_way() const { return under_way_; }
  /// Requests to one target that have not ended.
  struct Unended {
    std::uint32_t target = 0;
    std::uint64_t requests = 0;
    SimTime oldest;  ///< when the first of them began
  };
  /// Those that began at `before` or earlier, by target.
  std::vector<Unended> unended(SimTime before) const;
  std::uint64_t begun() const { return begun_; }

 private:
  struct Entry {
    std::uint32_t generation = 0;
    bool used = false;
    Stage stage{};
    SimTime since;
    RequestRecord record;
    std::vector<Step> steps;
  };
  Entry* find(RequestTag tag);
  const Entry* find(RequestTag tag) const;

  RequestObserver* observer_;
  bool with_steps_;
  std::vector<Entry> entries_;
  std::vector<std::uint32_t> free_;
  RequestRecord last_;
  std::vector<Step> last_steps_;
  std::uint64_t begun_ = 0;
  std::uint64_t under_way_ = 0;
};

}  // namespace lparsim::io
