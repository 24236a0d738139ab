#pragma once
// A server whose operating systems do only what a test's table says.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <deque>
#include <functional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "models/hypervisor/hypervisor.hpp"
#include "sim/kernel/sim_time.hpp"

namespace lparsim::hypervisor::testing {

using Log = std::vector<std::string>;

/// An operating system that writes down what the platform tells it and answers with what the test has put into `on_dispatched`.
class ScriptedPartition final : public sc_core::sc_module, public PartitionListener {
 public:
  HypercallPort port;
  PartitionId id{};
  std::function<void(std::uint32_t vp)> on_dispatched = [](std::uint32_t) {
  };
  std::function<void(std::uint32_t source)> on_interrupt = [](std::uint32_t) {
  };
  SimTime useful_from;              ///< as told with the latest dispatch
  SimTime warm_from;                ///< the same
  std::set<std::uint32_t> running;  ///< as told, and left by ask()

  ScriptedPartition(const sc_core::sc_module_name& name, Hypervisor& hypervisor, Log& log, std::uint32_t boots)
      : sc_module{name}, port{"port", hypervisor}, log_{log}, boots_{boots} {}

  const HcallExtension& ask(std::uint32_t vp, Hcall which, std::initializer_list<std::uint64_t> arguments = {},
                            bool interrupts_enabled = true) {
    const HcallExtension& result = port.call(vp, which, arguments, interrupts_enabled);
    if (!result.keeps_core) running.erase(vp);
    return result;
  }
  HcallStatus call(std::uint32_t vp, Hcall which, std::initializer_list<std::uint64_t> arguments = {}, bool interrupts_enabled = true) {
    return ask(vp, which, arguments, interrupts_enabled).status;
  }
  void cede(std::uint32_t vp) { ask(vp, Hcall::cede); }

  void activated(std::uint32_t online, SimTime now) override {
    say(now, fmt::format("boots with {}", online));
    for (std::uint32_t i = 0; i < std::min(boots_, online); ++i) port.interrupt(i, DispatchReason::boot);
  }
  void deactivated(SimTime now) override {
    say(now, "stops");
    running.clear();
  }
  void online_processors_changed(std::uint32_t online, SimTime now) override {
    say(now, fmt::format("has {}", online));
    running.erase(running.lower_bound(online), running.end());
  }
  void dispatched(std::uint32_t vp, CoreId core, SimTime now, SimTime useful, SimTime warm) override {
    say(now, fmt::format("{} on core {}", vp, index(core)));
    useful_from = useful;
    warm_from = warm;
    EXPECT_TRUE(running.insert(vp).second) << "dispatched twice";
    on_dispatched(vp);
  }
  void preempted(std::uint32_t vp, SimTime now) override {
    say(now, fmt::format("{} off", vp));
    EXPECT_EQ(running.erase(vp), 1U) << "preempted and did not run";
  }
  void virtual_interrupt(std::uint32_t source, SimTime) override { on_interrupt(source); }

 private:
  void say(SimTime now, const std::string& what) {
    log_.push_back(fmt::format("{} ms: {} {}", static_cast<double>(now.ps()) / 1e9, basename(), what));
  }

  Log& log_;
  std::uint32_t boots_;
};

/// One line of a test's table: at `when`, before anything that the platform has due then, `stimulus` is done; until the next line the
/// partitions are told `expected`.
struct Step {
  SimTime when;
  std::function<void()> stimulus;
  Log expected;
};

/// Where the areas of a virtual processor lie that register_areas() has registered.
constexpr std::uint64_t vpa_of(std::uint32_t vp) {
  return 0x1000 + std::uint64_t{vp} * 0x1000;
}
constexpr std::uint64_t log_of(std::uint32_t vp) {
  return 0x80000 + std::uint64_t{vp} * 0x1000;
}

class ServerBench {
 public:
  Hypervisor hypervisor;

  explicit ServerBench(std::uint32_t cores, HypervisorConfig config = {}) : hypervisor{"server", with_cores(config, cores), nullptr} {}

  /// With `boots` of its virtual processors ready from activation on; the others are ceded.
  ScriptedPartition& shared(const std::string& name, const SharedSpec& spec, std::uint32_t boots = 1) {
    ScriptedPartition& partition = partitions_.emplace_back(name.c_str(), hypervisor, log_, boots);
    return bound(partition, hypervisor.add_shared(spec, kMemory, partition));
  }
  ScriptedPartition& dedicated(const std::string& name, const DedicatedSpec& spec, std::uint32_t boots = 1) {
    ScriptedPartition& partition = partitions_.emplace_back(name.c_str(), hypervisor, log_, boots);
    return bound(partition, hypervisor.add_dedicated(spec, kMemory, partition));
  }

  void activate_all() {
    for (ScriptedPartition& partition : partitions_) hypervisor.activate(partition.id);
  }
  /// Up to `when`; what is due then comes later.
  void run_until(SimTime when) {
    if (when > kernel::now()) sc_core::sc_start(kernel::to_sc_time(when - kernel::now()));
  }
  void play(const std::vector<Step>& steps, SimTime end) {
    for (std::size_t i = 0; i < steps.size(); ++i) {
      run_until(steps[i].when);
      log_.clear();
      steps[i].stimulus();
      run_until(i + 1 < steps.size() ? steps[i + 1].when : end);
      EXPECT_EQ(log_, steps[i].expected) << "from " << steps[i].when.milliseconds() << " ms on";
    }
  }

  /// The area of `vp` and a dispatch trace log of `entries`, for what the mask asks.
  void register_areas(ScriptedPartition& partition, std::uint32_t vp, std::uint8_t mask = 7, std::uint64_t entries = 85) {
    PartitionMemory& memory = hypervisor.memory(partition.id);
    memory.write(vpa_of(vp) + 4, 2, VirtualProcessorArea::kSize);
    memory.write(log_of(vp) + 4, 4, entries * DtlEntry::kSize);
    ASSERT_EQ(partition.call(vp, Hcall::register_vpa, {vpa_flags(VpaFunction::register_vpa), vp, vpa_of(vp)}), HcallStatus::success);
    ASSERT_EQ(partition.call(vp, Hcall::register_vpa, {vpa_flags(VpaFunction::register_dtl), vp, log_of(vp)}), HcallStatus::success);
    memory.write(vpa_of(vp) + 0xB8, 1, mask);
  }
  std::uint64_t logged(const ScriptedPartition& partition, std::uint32_t vp) {
    return hypervisor.memory(partition.id).read(vpa_of(vp) + 0x218, 8);
  }
  /// The field of `length` bytes at `offset` of the log's entry `i`.
  std::uint64_t entry(const ScriptedPartition& partition, std::uint32_t vp, std::uint64_t i, std::uint64_t offset, std::uint32_t length) {
    return hypervisor.memory(partition.id).read(log_of(vp) + i * DtlEntry::kSize + offset, length);
  }

  static constexpr Bytes kMemory{1 << 20};

 private:
  static HypervisorConfig with_cores(HypervisorConfig config, std::uint32_t cores) {
    config.frame.cores = config.frame.cores_per_chip = cores;
    return config;
  }
  ScriptedPartition& bound(ScriptedPartition& partition, PartitionId id) {
    partition.id = id;
    partition.port.set_partition(id);
    partition.port.socket.bind(hypervisor.hcalls);
    return partition;
  }

  Log log_;
  std::deque<ScriptedPartition> partitions_;
};

/// A capped partition's spec: entitlement in hundredths, virtual processors.
inline SharedSpec capped(std::int64_t hundredths, std::uint32_t online, std::uint32_t most = 0) {
  SharedSpec spec;
  spec.entitlement = ProcessingUnits::from_hundredths(hundredths);
  spec.online = online;
  spec.max_virtual = std::max(online, most);
  return spec;
}
inline SharedSpec uncapped(std::int64_t hundredths, std::uint32_t online, std::uint32_t weight = 128) {
  SharedSpec spec = capped(hundredths, online);
  spec.capped = false;
  spec.weight = weight;
  return spec;
}

}  // namespace lparsim::hypervisor::testing
