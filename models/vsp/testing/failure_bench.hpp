#pragma once
#include "models/vsp/testing/exchange_bench.hpp"

namespace lparsim::vsp::testing {

/// A permit to provide the service.
inline HookPermit terms(FaultPolicy absent, InFlightPolicy in_flight = InFlightPolicy::abort) {
  HookPermit made = permit(Hook::os_service, Role::provider);
  made.when_absent = absent;
  made.in_flight = in_flight;
  return made;
}

/// One provider that is ready.
struct FailureBench : Bench {
  static constexpr Hook kService = Hook::os_service;

  explicit FailureBench(const HookPermit& permit, std::uint64_t with = kAllFeatures) : features{with} {
    exchange.add(vsp(kA, {permit}));
    exchange.started(kA, now());
    up();
  }
  void up() { bring_up(kA, kService, Role::provider, features); }
  void crash() { exchange.stopped(kA, true, now()); }
  void restart() {
    exchange.started(kA, now());
    up();
  }
  void call_once(std::uint64_t ticket, bool idempotent) {
    Call made;
    made.hook = kService;
    made.client = made.owner = kClient;
    made.idempotent = idempotent;
    exchange.call(made, caller, ticket, now());
  }
  Decision decision(std::uint64_t ticket) const { return caller.outcome(ticket).decision; }
  std::uint64_t features;
};

}  // namespace lparsim::vsp::testing
