#pragma once
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "vsp/behaviour/faults.hpp"
#include "vsp/behaviour/service_program.hpp"

namespace lparsim::vsp {

/// What a behaviour asked for, to be done in its turn.
struct ServiceAction {
  enum class Kind : std::uint8_t { compute, copied, send, set_timer, log };
  Kind kind{};
  SimTime time = {};  ///< compute, copied: of processor; set_timer: from its turn
  std::uint64_t tag = 0;
  Message message = {};
  std::string text = {};
};

struct ServiceProgram::State final : Platform {
  /// What a thread takes up.
  struct Job {
    enum class Kind : std::uint8_t { start, message, timer, plan_changed };
    Kind kind{};
    std::uint64_t tag = 0;
    Message message = {};
  };
  struct Worker {
    system::ThreadId thread{};
    std::vector<ServiceAction> actions;
    std::size_t next = 0;
  };

  State(ServiceProgram& program, const ServiceProgramConfig& config, Port& port, BehaviourFactory factory, ServiceListener& listener,
        RandomStream random, RandomStream fault_random);

  std::int32_t send(std::span<const std::uint8_t> message) override;
  void compute(SimTime time) override;
  std::int32_t read(std::uint64_t grant, std::uint32_t offset, std::span<std::uint8_t> to) override;
  std::int32_t write(std::uint64_t grant, std::uint32_t offset, std::span<const std::uint8_t> from) override;
  SimTime now() override { return time; }
  void set_timer(std::uint64_t tag, SimTime after) override;
  std::uint64_t random() override { return stream.bits(); }
  void log(std::string_view text) override;

  system::Activity handle(SimTime now);
  system::Activity work(std::uint32_t number, SimTime now);
  void add(Job job, system::Cause cause, SimTime now);
  void begin_next(Worker& worker, SimTime now);
  void run(const Job& job, std::vector<ServiceAction>& actions, SimTime now);
  /// Does it; what it costs in processor time.
  SimTime perform(const ServiceAction& action, SimTime now);
  void wake_handler(system::Cause cause, SimTime now);
  void arm(SimTime now);
  ServiceAction* add_action(ServiceAction::Kind kind);

  ServiceProgram& owner;
  ServiceProgramConfig config;
  Port& port;
  BehaviourFactory factory;
  ServiceListener& listener;
  RandomStream stream;
  FaultPlan plan;
  ServiceCounts counts;
  system::Host* host = nullptr;
  bool active = false;
  std::unique_ptr<FaultyBehaviour> behaviour;

  // While a function of the behaviour runs.
  SimTime time;
  std::vector<ServiceAction>* asked = nullptr;

  // The channel's interrupt.
  system::ThreadId handler{};
  bool handler_busy = false;
  bool looked_in_vain = false;  ///< what that cost is being spent
  bool interrupted_again = false;
  bool stopped_at_backlog = false;
  std::optional<Message> taken;  ///< its cost is being spent

  std::vector<Worker> workers;
  std::vector<std::uint32_t> idle;
  std::deque<Job> jobs;
  std::uint32_t waiting_messages = 0;  ///< of the jobs
  std::vector<ServiceAction> at_once;  ///< of serve()

  std::set<std::tuple<SimTime, std::uint64_t, std::uint64_t>> timers;  ///< when, which came first, tag
  std::uint64_t timers_set = 0;
  system::TimerId timer{};
  SimTime armed = SimTime::never();
};

}  // namespace lparsim::vsp
