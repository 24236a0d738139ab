#pragma once
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <vector>

#include "models/vsp/port.hpp"
#include "vsp/behaviour/behaviour.hpp"
#include "vsp/behaviour/fault_plan.hpp"

namespace lparsim::vsp {

/// Any behaviour, made to go wrong as its plan says: stands between it and its platform. With an empty plan nothing is changed.
///
/// While it hangs, calls are taken and forgotten, and what else came is given to the behaviour when that is over, as to a process that was
/// stopped and goes on. Faults that begin or end by themselves do so when the partition is given a processor.
class FaultyBehaviour final : public Behaviour, private Platform {
 public:
  /// Of crash and restart: told while one of its functions runs, so what is done about it is done later, at the same instant. From then on
  /// it does nothing.
  using Signal = std::function<void(FaultKind kind, SimTime now)>;

  /// `plan` and `platform` outlive it.
  FaultyBehaviour(FaultPlan& plan, Platform& platform, const BehaviourFactory& factory, Signal signal);
  ~FaultyBehaviour() override;

  /// Whether the factory has made one.
  bool usable() const { return inner_ != nullptr; }
  /// The plan has changed.
  void plan_changed();

  void started() override;
  void message(std::span<const std::uint8_t> message) override;
  void timer(std::uint64_t tag) override;

 private:
  enum class Pending : std::uint8_t { inner_timer, late_reply, spinning, change };
  struct Timer {
    Pending kind{};
    std::uint64_t tag = 0;  ///< the inner behaviour's
    Message reply;
  };
  struct Kept {
    enum class Kind : std::uint8_t { start, message, timer };
    Kind kind{};
    std::uint64_t tag = 0;
    Message message;
  };

  // What the inner behaviour sees.
  std::int32_t send(std::span<const std::uint8_t> message) override;
  void compute(SimTime time) override;
  std::int32_t read(std::uint64_t grant, std::uint32_t offset, std::span<std::uint8_t> to) override;
  std::int32_t write(std::uint64_t grant, std::uint32_t offset, std::span<const std::uint8_t> from) override;
  SimTime now() override;
  void set_timer(std::uint64_t tag, SimTime after) override;
  std::uint64_t random() override;
  void log(std::string_view text) override;

  /// Whether it runs at all: false once it has crashed, or while it hangs.
  bool goes_on();
  const Fault* hang() const;
  void call_came(std::span<const std::uint8_t> message);
  void end(FaultKind kind);
  void burn();
  void look_for_slowness();
  void watch_plan();
  void set(Timer timer, SimTime after);
  std::int32_t send_reply(std::span<const std::uint8_t> message);
  void make_wrong(Message& reply);
  void violate(const Fault& fault, std::span<const std::uint8_t> call);
  std::int32_t violate_in_handshake(std::span<const std::uint8_t> message);

  FaultPlan& plan_;
  Platform& platform_;
  Signal signal_;
  bool dead_ = false;
  bool burning_ = false;
  bool watching_ = false;
  SimTime watched_;
  std::optional<Fault> latched_;  ///< a hang that a lot has begun
  double factor_ = 1;
  std::map<std::uint64_t, Timer> timers_;
  std::uint64_t next_timer_ = 0;
  std::vector<Kept> kept_;
  std::uint32_t epoch_ = 0;
  std::uint32_t hooks_ = 0;  ///< a bit for each that it has registered for
  std::unique_ptr<Behaviour> inner_;
};

}  // namespace lparsim::vsp
