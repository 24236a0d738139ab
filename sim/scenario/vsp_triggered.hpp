#pragma once
#include <cstdint>
#include <functional>
#include <span>
#include <utility>

#include "models/vsp/records.hpp"
#include "sim/kernel/calendar.hpp"
#include "sim/scenario/document.hpp"

namespace lparsim::scenario {

/// Waits for the moment that a VspTrigger names, once, and lets its events happen from then on: the first ones at that very instant, after
/// the callbacks that brought it.
class VspTriggered final : public vsp::ExchangeObserver, private kernel::Alarm {
 public:
  /// `trigger` and `calendar` outlive it.
  VspTriggered(const VspTrigger& trigger, kernel::Calendar& calendar, std::function<void(const EventConfig& event)> apply)
      : trigger_{trigger}, calendar_{calendar}, apply_{std::move(apply)} {}

  /// Whether its moment has come.
  bool pulled() const { return pulled_; }

  void call_ended(const vsp::CallRecord&) override {}
  void happened(const vsp::VspEvent& event) override;
  bool wants_messages() const override { return !trigger_.state; }
  void message(PartitionId vsp, bool to_vsp, std::span<const std::uint8_t> bytes, SimTime now) override;

 private:
  void pull(PartitionId vsp, SimTime now);
  void rings(std::uint64_t number, SimTime now) override;

  const VspTrigger& trigger_;
  kernel::Calendar& calendar_;
  std::function<void(const EventConfig& event)> apply_;
  bool pulled_ = false;
};

}  // namespace lparsim::scenario
