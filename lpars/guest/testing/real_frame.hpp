#pragma once
#include <gtest/gtest.h>

#include <deque>
#include <string>
#include <vector>

#include "lpars/guest/partition.hpp"
#include "models/hypervisor/hypervisor.hpp"
#include "sim/base/distribution.hpp"
#include "sim/kernel/sim_time.hpp"

namespace lparsim::guest::testing {

/// A server with the real hypervisor and real guests.
class RealFrame {
 public:
  struct Member {
    Member(const std::string& name, hypervisor::Hypervisor& hypervisor, PartitionTimers& timers, Guest::Workloads workloads,
           Guest::Services services)
        : partition{name.c_str(), hypervisor, timers, Config{}, std::move(workloads), nullptr, std::move(services)} {}
    Partition partition;
    PartitionId id{};
  };

  explicit RealFrame(std::uint32_t cores, std::uint64_t seed = 1) : seed_{seed}, hypervisor_{"server", config(cores), nullptr} {}

  Member& shared(const std::string& name, const hypervisor::SharedSpec& spec, const std::vector<workload::Config>& workloads,
                 Guest::Services services = {}) {
    Member& member = make(name, workloads, std::move(services));
    return bound(member, hypervisor_.add_shared(spec, kMemory, member.partition));
  }
  Member& dedicated(const std::string& name, const hypervisor::DedicatedSpec& spec, const std::vector<workload::Config>& workloads) {
    Member& member = make(name, workloads);
    return bound(member, hypervisor_.add_dedicated(spec, kMemory, member.partition));
  }

  hypervisor::Hypervisor& hypervisor() { return hypervisor_; }
  std::deque<Member>& members() { return members_; }
  void activate_all() {
    for (const Member& member : members_) hypervisor_.activate(member.id);
  }
  /// Up to `when`; what is due then comes later.
  void run_until(SimTime when) {
    if (when > kernel::now()) sc_core::sc_start(kernel::to_sc_time(when - kernel::now()));
  }

  static const workload::Statistics& statistics(const Member& member, std::size_t workload = 0) {
    return member.partition.guest().workloads()[workload]->statistics();
  }
  /// What the hypervisor charged is what the operating system had, and no transaction is lost.
  void check_books(const Member& member) {
    const SimTime now = kernel::now();
    const ProcessorTimes times = member.partition.guest().times(now);
    EXPECT_EQ(hypervisor_.usage(member.id).consumed, times.dispatched) << member.partition.name() << " at " << now.ps() << " ps";
    EXPECT_EQ(times.user + times.system + times.idle, times.dispatched) << member.partition.name();
    for (const auto& workload : member.partition.guest().workloads()) {
      const workload::Statistics& s = workload->statistics();
      EXPECT_EQ(s.arrived(), s.completed_total() + s.in_system() + s.dropped()) << member.partition.name();
    }
  }

  static constexpr Bytes kMemory{1 << 20};

 private:
  static hypervisor::HypervisorConfig config(std::uint32_t cores) {
    hypervisor::HypervisorConfig config;
    config.frame.cores = cores;
    config.frame.cores_per_chip = std::max(1U, cores / 2);
    return config;
  }
  Member& make(const std::string& name, const std::vector<workload::Config>& configs, Guest::Services services = {}) {
    Guest::Workloads workloads;
    for (const auto& c : configs) workloads.push_back(workload::make_workload(c, Hertz{4e9}, {seed_, name + "." + c.name}));
    return members_.emplace_back(name, hypervisor_, timers_, std::move(workloads), std::move(services));
  }
  Member& bound(Member& member, PartitionId id) {
    member.id = id;
    member.partition.hypercalls().set_partition(id);
    member.partition.hypercalls().socket.bind(hypervisor_.hcalls);
    return member;
  }

  std::uint64_t seed_;
  hypervisor::Hypervisor hypervisor_;
  PartitionTimers timers_;
  std::deque<Member> members_;
};

inline hypervisor::SharedSpec share(std::int64_t hundredths, std::uint32_t online, bool capped = true, std::uint32_t most = 0) {
  hypervisor::SharedSpec spec;
  spec.entitlement = ProcessingUnits::from_hundredths(hundredths);
  spec.online = online;
  spec.max_virtual = std::max(online, most);
  spec.capped = capped;
  return spec;
}

}  // namespace lparsim::guest::testing
