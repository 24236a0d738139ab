#pragma once
#include <cstdint>
#include <deque>
#include <memory>
#include <vector>

#include "lpars/services/kernel_policy.hpp"
#include "sim/kernel/calendar.hpp"

namespace lparsim::services {

/// Who asked a node for something.
class NodeClient {
 public:
  virtual ~NodeClient() = default;
  /// `reached`: the node did it. Otherwise it was silent for as long as the proxy waits. `plan`: what is left to be done where the call
  /// came from (pages of memory lie there).
  virtual void answered(std::uint64_t ticket, bool reached, const Plan& plan, SimTime now) = 0;
  /// The service has done, before or after that, a call that was told to have had no answer.
  virtual void done_unheard(const ServiceConfig& service) { (void)service; }
};

/// A service node behind its link. What is sent waits until what was sent before is on the link, and arrives size / rate + delay later;
/// requests count with their data only, so instructions are here size / rate + 2 x delay after they were asked for. A request waits for one
/// of the node's threads, which computes and waits for the node's disk, an operation at a time. While the link is down everything on it is
/// lost, also what the node still works on: whoever waits learns it by silence.
class ServiceNode final : private kernel::Alarm {
 public:
  /// `config` and `calendar` outlive it.
  ServiceNode(const NodeConfig& config, SimTime timeout, kernel::Calendar& calendar);

  /// Retrieves the instructions of a service.
  void fetch(const ServiceConfig& service, NodeClient& client, std::uint64_t ticket, SimTime now);
  /// Has the service do it.
  void perform(const ServiceConfig& service, const ServiceRequest& request, NodeClient& client, std::uint64_t ticket, SimTime now);
  void set_link(bool up, SimTime now);

  bool up() const { return up_; }
  const NodeConfig& config() const { return config_; }
  std::uint64_t fetches() const { return fetches_; }
  std::uint64_t performed() const { return performed_; }

 private:
  enum class Stage : std::uint8_t { arrived, computed, disk, answered, silence };
  struct Call {
    NodeClient* client = nullptr;
    std::uint64_t ticket = 0;
    const ServiceConfig* service = nullptr;
    bool fetch = false;
    bool lost = false;
    bool performed = false;
    bool done = false;  ///< the node has nothing to do with it any more
    bool told = false;  ///< nor has the client
    ServiceRequest request;
    Plan plan;
    std::size_t accesses_done = 0;
    std::uint64_t answer = 0;  ///< bytes
  };
  /// One direction of the link.
  struct Line {
    SimTime free;
  };
  void rings(std::uint64_t argument, SimTime now) override;
  std::uint32_t begin(const ServiceConfig& service, NodeClient& client, std::uint64_t ticket);
  void depart(std::uint32_t call, std::uint64_t bytes, SimTime now);
  void start(std::uint32_t call, SimTime now);
  void go_on(std::uint32_t call, SimTime now);
  void end(std::uint32_t call, SimTime now);
  void answer(std::uint32_t call, SimTime now);
  void release(std::uint32_t call);
  SimTime cross(Line& line, std::uint64_t bytes, SimTime now) const;
  void plan_alarm(std::uint32_t call, Stage stage, SimTime when) {
    calendar_.call(*this, std::uint64_t{call} << 8 | static_cast<std::uint64_t>(stage), when);
  }

  const NodeConfig& config_;
  SimTime timeout_;
  kernel::Calendar& calendar_;
  bool up_ = true;
  Line there_, back_;
  SimTime disk_free_;
  std::uint32_t busy_ = 0;
  std::deque<std::uint32_t> queue_;
  std::deque<Call> calls_;
  std::vector<std::uint32_t> free_;
  std::vector<std::unique_ptr<ServiceInstance>> instances_;  ///< by service
  std::uint64_t fetches_ = 0;
  std::uint64_t performed_ = 0;
};

}  // namespace lparsim::services
