#pragma once
#include <array>
#include <cstdint>
#include <limits>
#include <optional>

#include "sim/base/ids.hpp"
#include "sim/base/time.hpp"
#include "sim/base/units.hpp"

namespace lparsim::vsp {

/// A function of hypervisor, VIOS or operating system that Virtual Service Partitions may hook; numbers as in <lparsim/vsp.h>, which the
/// catalogue (catalogue.hpp) describes.
enum class Hook : std::uint16_t {
  hypervisor_call = 1,
  dispatch,
  accounting,
  switch_frame,
  crq_send,
  sea_forward,
  vscsi_command,
  os_service,
  application_event,
};
inline constexpr std::size_t kHooks = 10;  ///< numbers below it; 0 is none

/// Statuses of <lparsim/vsp.h> with which places of hooks end what they were to do natively: it failed; it will not be done any more.
inline constexpr std::int64_t kIoError = -5;
inline constexpr std::int64_t kAborted = -125;

inline constexpr std::uint32_t kNoProcessor = std::numeric_limits<std::uint32_t>::max();

/// Memory of a partition that goes with a call: who serves it may reach it until the reply.
struct Buffer {
  std::uint64_t address = 0;  ///< logical, in the owner's memory
  Bytes length;               ///< 0: none
  bool readable = true;       ///< by who serves the call
  bool writable = false;
};

/// A function is about to be done for `client`. What arguments mean is in the catalogue.
struct Call {
  Hook hook{};
  std::uint32_t function = 0;
  PartitionId client{};
  std::uint32_t processor = kNoProcessor;
  std::array<std::uint64_t, 8> arguments{};
  PartitionId owner{};  ///< of the buffers: the client, mostly
  std::array<Buffer, 2> buffers{};
  bool idempotent = true;
  /// The place of the hook computes Outcome::cost right away on its caller's processors: a service may run on the caller's time.
  bool caller_computes = false;
};

enum class Decision : std::uint8_t {
  native,     ///< do it as always, with `values` for the call's arguments
  denied,     ///< do not, and answer `status`
  completed,  ///< it has been done: answer `status` and `values`
  failed,     ///< whoever should have done it cannot, and the hook's policy is not to do it natively
};

struct Outcome {
  Decision decision = Decision::native;
  std::int64_t status = 0;
  std::array<std::uint64_t, 8> values{};
  /// Processor time that deciding took from the caller: routing, and the service itself where that ran on the caller's time.
  SimTime cost;
};

/// Who made a call. Outlives it, or withdraws it.
class Caller {
 public:
  virtual ~Caller() = default;
  /// Of a call that Hooks::call did not answer at once.
  virtual void decided(std::uint64_t ticket, const Outcome& outcome, SimTime now) = 0;
};

/// Told how a native function went that somebody else than its own caller asked for.
class NativeListener {
 public:
  virtual ~NativeListener() = default;
  virtual void native_ended(std::uint64_t ticket, std::int64_t status, const std::array<std::uint64_t, 8>& results, SimTime now) = 0;
};

/// The native function behind a hook, as a provider may use it for itself (ISSUE).
class NativeFunction {
 public:
  virtual ~NativeFunction() = default;
  /// Does the call, without its hook, at its own pace. False: it is none of its calls, and nothing happens.
  virtual bool issue(const Call& call, NativeListener& listener, std::uint64_t ticket, SimTime now) = 0;
};

/// What the places of hooks see of Virtual Service Partitions. With nothing registered a hook costs the one look-up in armed().
class Hooks {
 public:
  virtual ~Hooks() = default;

  /// Whether anybody is registered, or configured and absent, for the hook and this client: whatever the function, so call() may still say
  /// that it is nobody's.
  bool armed(Hook hook, PartitionId client) const {
    const std::uint64_t clients = armed_[static_cast<std::size_t>(hook)];
    return clients != 0 && (clients >> (index(client) % 64) & 1) != 0;
  }
  /// Asks those who are registered. The outcome, or nothing: then Caller::decided() follows, once, unless withdrawn.
  virtual std::optional<Outcome> call(const Call& call, Caller& caller, std::uint64_t ticket, SimTime now) = 0;
  /// The call ended natively; only of calls whose outcome was `native` (filters before learn of failures, providers of what they asked
  /// for). `call` and `ticket` as before.
  virtual void ended(const Caller& caller, std::uint64_t ticket, std::int64_t status, SimTime now) = 0;
  /// Nobody waits for it any more.
  virtual void withdraw(const Caller& caller, std::uint64_t ticket, SimTime now) = 0;
  /// Something has happened that only observers may hook.
  virtual void tell(const Call& event, SimTime now) = 0;
  /// Configuration: where providers' ISSUE goes. Several for a hook: asked in order until one takes it.
  virtual void add_native(Hook hook, NativeFunction& function) = 0;

 protected:
  /// By hook, a bit for each client modulo 64: a set bit says to look closer.
  std::array<std::uint64_t, kHooks> armed_{};
};

}  // namespace lparsim::vsp
