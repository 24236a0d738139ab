#pragma once
#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <span>

#include "models/hypervisor/hypercall_port.hpp"
#include "models/vsp/hooks.hpp"
#include "sim/base/ids.hpp"
#include "sim/base/time.hpp"

namespace lparsim::hypervisor {

/// Of a call that a thread has made by number.
struct HypervisorCallResult {
  HcallStatus status{};                   ///< R3: any number where a Virtual Service Partition answers
  std::array<std::uint64_t, 8> values{};  ///< R4 to R11
  SimTime cost;                           ///< processor time: the thread computes for so long before it goes on
};

/// Learns of results that were not there at once.
class HypervisorCallListener {
 public:
  virtual ~HypervisorCallListener() = default;
  /// At most once for each begin(), never from within it.
  virtual void call_answered(std::uint64_t ticket, const HypervisorCallResult& result, SimTime now) = 0;
};

/// Hypervisor calls that the threads of a partition make by number (steps `hypervisor_call`): asks who hooks them first. A call for which
/// somebody has to be asked holds up its thread, which blocks meanwhile: all but those that may be observed only.
///
/// What drivers and operating systems do within themselves goes through HypercallPort and can be observed only.
class HypervisorCalls final : private vsp::Caller {
 public:
  /// Outlives this; `hooks` may be null: there are no Virtual Service Partitions.
  HypervisorCalls(vsp::Hooks* hooks, PartitionId partition) : hooks_{hooks}, partition_{partition} {}
  ~HypervisorCalls() override = default;
  void bind(HypercallPort& port) { port_ = &port; }

  /// Whether a thread of a workload may make the call at all: not those that give its processor away or register what the operating system
  /// has registered (H_CEDE, H_CONFER, H_JOIN, H_PROD, H_REGISTER_VPA, H_EOI), nor the calls of channels. Unknown numbers it may: a Virtual
  /// Service Partition may provide them, and the hypervisor answers H_Function.
  static bool allowed(std::uint64_t token);

  /// Makes the call; `arguments`: R4 and on, 8 at most; `ticket` is the caller's own. The result, or nothing: then call_answered follows.
  std::optional<HypervisorCallResult> begin(std::uint64_t token, std::span<const std::uint64_t> arguments, std::uint32_t vp,
                                            HypervisorCallListener& listener, std::uint64_t ticket, SimTime now);
  /// The partition has stopped: nobody waits for anything any more.
  void forget_all(SimTime now);

  std::size_t under_way() const { return pending_.size(); }

 private:
  struct Pending {
    std::uint64_t token = 0;
    std::array<std::uint64_t, 8> arguments{};
    std::uint32_t vp = 0;
    HypervisorCallListener* listener = nullptr;
    std::uint64_t ticket = 0;
  };
  void decided(std::uint64_t number, const vsp::Outcome& outcome, SimTime now) override;
  HypervisorCallResult result_of(const Pending& call, std::uint64_t number, const vsp::Outcome& outcome, SimTime now);
  HypervisorCallResult natively(const Pending& call, bool asked);

  vsp::Hooks* hooks_;
  PartitionId partition_;
  HypercallPort* port_ = nullptr;
  std::map<std::uint64_t, Pending> pending_;  ///< by number of the call
  std::uint64_t calls_ = 0;
};

}  // namespace lparsim::hypervisor
