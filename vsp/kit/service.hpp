#pragma once
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "models/vsp/port.hpp"
#include "sim/base/random.hpp"
#include "sim/kernel/calendar.hpp"
#include "vsp/behaviour/behaviour.hpp"

namespace lparsim::vsp::kit {

/// Where a service's messages and copies go.
class ServiceLink {
 public:
  virtual ~ServiceLink() = default;
  virtual std::int32_t send(std::span<const std::uint8_t> message, SimTime now) = 0;
  virtual std::optional<Message> receive(SimTime now) = 0;
  virtual std::int32_t read(std::uint64_t grant, std::uint32_t offset, std::span<std::uint8_t> bytes, SimTime now) = 0;
  virtual std::int32_t write(std::uint64_t grant, std::uint32_t offset, std::span<const std::uint8_t> bytes, SimTime now) = 0;
  virtual void logged(std::string_view text, SimTime now) = 0;
};

/// A partition with one processor that runs a behaviour, one message after the other, in the time of a calendar. What a function asks for
/// takes place in order with the computing in between; copies take place when it begins. It cedes when there is nothing to do.
class Service final : public Platform, public OnCallersTime, public kernel::Alarm {
 public:
  /// All outlive it.
  Service(const BehaviourFactory& factory, ServiceLink& link, kernel::Calendar& calendar, std::uint64_t seed);

  /// Runs a fresh behaviour. False: the factory made none.
  bool start(SimTime now);
  void stop(SimTime now);
  /// Gets no processor from now on, and gets it back; what it computes waits.
  void starve(SimTime now);
  void feed(SimTime now);
  /// The next function that it enters never ends.
  void hang() { hangs_ = true; }
  /// The interrupt.
  void ring(SimTime now);
  bool running() const { return behaviour_ != nullptr; }
  /// Stands still while it is starved.
  SimTime unstarved(SimTime now) const;
  /// It has called its own timers or been called so often that something goes round in a circle; it computes for ever now.
  bool runaway() const { return functions_ >= kMostFunctions; }

  SimTime serve(std::span<const std::uint8_t> message, SimTime now) override;
  void rings(std::uint64_t argument, SimTime now) override;

 private:
  static constexpr std::uint64_t kMostFunctions = 50'000;
  struct Step {
    SimTime compute;
    std::function<void(SimTime now)> act;  ///< empty: for ever
  };

  std::int32_t send(std::span<const std::uint8_t> message) override;
  void compute(SimTime time) override;
  std::int32_t read(std::uint64_t grant, std::uint32_t offset, std::span<std::uint8_t> to) override;
  std::int32_t write(std::uint64_t grant, std::uint32_t offset, std::span<const std::uint8_t> from) override;
  SimTime now() override { return now_; }
  void set_timer(std::uint64_t tag, SimTime after) override;
  std::uint64_t random() override { return random_.bits(); }
  void log(std::string_view text) override { link_.logged(text, now_); }

  void enter(const std::function<void()>& function, SimTime now);
  void then(std::function<void(SimTime now)> act);
  void work(SimTime now);
  bool take_input(SimTime now);

  const BehaviourFactory& factory_;
  ServiceLink& link_;
  kernel::Calendar& calendar_;
  RandomStream random_;
  std::unique_ptr<Behaviour> behaviour_;
  std::uint32_t life_ = 0;        ///< counts starts and stops: alarms of before are nobody's
  std::uint32_t generation_ = 0;  ///< of the alarm that ends a step
  std::deque<Step> steps_;
  std::deque<std::uint64_t> expired_;
  std::vector<std::uint64_t> timers_;  ///< tags, by the number in their alarm
  SimTime pending_;                    ///< computed since the last step of the function that runs
  SimTime now_;
  SimTime step_begin_;
  bool at_once_ = false;  ///< on the caller's time
  SimTime at_once_cost_;
  std::uint64_t functions_ = 0;
  bool in_step_ = false, starved_ = false, hangs_ = false, working_ = false;
  SimTime starved_since_, starved_for_;
};

}  // namespace lparsim::vsp::kit
