#pragma once
#include <cstdint>
#include <deque>
#include <vector>

#include "lpars/services/service.hpp"
#include "sim/kernel/calendar.hpp"

namespace lparsim::services {

/// Who waits for its turn.
class TurnTaker {
 public:
  virtual ~TurnTaker() = default;
  virtual void turn_has_come(std::uint32_t id, SimTime now) = 0;
};

/// The disk operations of one partition at the I/O schedulers that its kernel policy has named so far: each waits at the one that was in
/// force when it came.
class DiskTurns final : private kernel::Alarm {
 public:
  DiskTurns(TurnTaker& taker, kernel::Calendar& calendar) : taker_{taker}, calendar_{calendar} {}

  /// The taker is told when it may go to the driver: perhaps from within this call. Returns what ended() is to be given.
  std::uint32_t wait(const ServiceConfig& scheduler, const DiskRequest& request, SimTime now);
  /// The driver is done with it.
  void ended(std::uint32_t scheduler, SimTime now);
  /// The partition has stopped; nobody waits any more.
  void reset();

 private:
  struct Queue {
    const ServiceConfig* config;
    ServiceInstance instance;
    SimTime alarm = SimTime::never();
  };
  void rings(std::uint64_t number, SimTime now) override;
  void serve(std::uint32_t number, SimTime now);

  TurnTaker& taker_;
  kernel::Calendar& calendar_;
  std::deque<Queue> queues_;
};

}  // namespace lparsim::services
