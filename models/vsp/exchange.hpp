#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "models/vsp/config.hpp"
#include "models/vsp/hooks.hpp"
#include "models/vsp/port.hpp"
#include "models/vsp/records.hpp"
#include "sim/base/ids.hpp"
#include "sim/base/time.hpp"
#include "sim/kernel/calendar.hpp"

namespace lparsim::vsp {

/// What the exchange needs of its server.
class ExchangeHost {
 public:
  virtual ~ExchangeHost() = default;
  /// The channel's interrupt: a message has come, and there was none.
  virtual void ring(PartitionId vsp, SimTime now) = 0;
  /// A clock that stands still only while the partition wants a processor and has none: what watchdogs count. Its zero does not matter.
  virtual SimTime unstarved(PartitionId vsp, SimTime now) const = 0;
  /// Its processors stand still from now on, whatever wakes them; they go on where they were. Calls of it that are being made end first.
  virtual void suspend(PartitionId vsp, SimTime now) = 0;
  virtual void resume(PartitionId vsp, SimTime now) = 0;
  /// Its processors are taken away, in good order: Exchange::stopped() follows at this instant.
  virtual void stop(PartitionId vsp, SimTime now) = 0;
  /// Copies `bytes` from or to the owner's memory; false where that does not exist.
  virtual bool read(PartitionId owner, std::uint64_t address, std::span<std::uint8_t> bytes) const = 0;
  virtual bool write(PartitionId owner, std::uint64_t address, std::span<const std::uint8_t> bytes) = 0;
};

/// The platform's side of Virtual Service Partitions on one server: their channels, what they have registered for, the calls that are with
/// them, and what happens when they fail. Knows no simulation kernel. Rules: docs/vsp/interface.md; decisions: docs/decisions/0009.
class Exchange final : public Hooks {
 public:
  /// All outlive it; `observer` may be null.
  Exchange(const VspCosts& costs, ExchangeHost& host, kernel::Calendar& calendar, ExchangeObserver* observer);
  ~Exchange() override;

  // Configuration.
  void add(const VspConfig& vsp);
  /// Where its services run on callers' time; may stay unset.
  void on_callers_time(PartitionId vsp, OnCallersTime& service);

  // Hooks.
  std::optional<Outcome> call(const Call& call, Caller& caller, std::uint64_t ticket, SimTime now) override;
  void ended(const Caller& caller, std::uint64_t ticket, std::int64_t status, SimTime now) override;
  void withdraw(const Caller& caller, std::uint64_t ticket, SimTime now) override;
  void tell(const Call& event, SimTime now) override;
  void add_native(Hook hook, NativeFunction& function) override;

  // The partitions' end: what the hypervisor calls H_VSP_SEND, H_VSP_RECEIVE and H_VSP_COPY do. `cost` is added to.
  std::int32_t send(PartitionId vsp, std::span<const std::uint8_t> message, SimTime& cost, SimTime now);
  std::optional<Message> receive(PartitionId vsp, SimTime& cost, SimTime now);
  std::int32_t read(PartitionId vsp, std::uint64_t grant, std::uint32_t offset, std::span<std::uint8_t> bytes, SimTime& cost, SimTime now);
  std::int32_t write(PartitionId vsp, std::uint64_t grant, std::uint32_t offset, std::span<const std::uint8_t> bytes, SimTime& cost,
                     SimTime now);

  // What happens to partitions.
  void started(PartitionId partition, SimTime now);
  /// `failed`: it crashed. Also of clients: their calls are withdrawn by who made them.
  void stopped(PartitionId partition, bool failed, SimTime now);

  // What an operator does. Who wants notice gets it, and has a bounded time to say QUIESCED; then it happens, and calls that are still
  // under way are treated as when it fails.
  /// It stands still until resume(), which brings the channel back: its old epoch is over. While it quiesces resume() is kept for then.
  void suspend(PartitionId vsp, SimTime now);
  void resume(PartitionId vsp, SimTime now);
  /// As suspend(), and resume() `blackout` after it stands still.
  void migrate(PartitionId vsp, SimTime blackout, SimTime now);
  void shut_down(PartitionId vsp, SimTime now);

  // Observation.
  VspStatus status(PartitionId vsp, SimTime now) const;
  const std::vector<LedgerEntry>& ledger() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace lparsim::vsp
