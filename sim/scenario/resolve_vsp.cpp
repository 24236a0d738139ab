#include "sim/scenario/resolve_vsp.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "sim/base/check.hpp"
#include "sim/base/quantity.hpp"
#include "sim/base/random.hpp"

namespace lparsim::scenario {
namespace {

VspHookConfig resolve(const VspHookKeys& keys) {
  VspHookConfig hook = keys;
  if (!keys.functions.empty()) {
    hook.function_first = keys.functions.front().number;
    hook.function_last = keys.functions.back().number;
  }
  return hook;
}

VspBehaviourConfig resolve(const VspBehaviourKeys& keys) {
  VspBehaviourConfig behaviour = keys;
  if (keys.verdict) behaviour.verdicts.push_back({*keys.verdict, 1});
  if (!keys.shares) return behaviour;
  const VspVerdictsKeys& shares = *keys.shares;
  for (const auto& [verdict, share] : {std::pair{VspVerdict::pass, shares.pass},
                                       {VspVerdict::deny, shares.deny},
                                       {VspVerdict::complete, shares.complete},
                                       {VspVerdict::native, shares.native},
                                       {VspVerdict::defer, shares.defer}})
    if (share.value_or(0) > 0) behaviour.verdicts.push_back({verdict, *share});
  return behaviour;
}

/// As many as a run with faults every millisecond has in a quarter of an hour.
constexpr std::size_t kMostRandomFaults = 1'000'000;

}  // namespace

VspPartitionConfig resolve(const VspKeys& keys) {
  VspPartitionConfig vsp;
  vsp.plugin = keys.plugin;
  vsp.configuration = keys.configuration;
  if (keys.behaviour) vsp.behaviour = resolve(*keys.behaviour);
  vsp.threads = keys.threads;
  vsp.channel = keys;
  for (const VspHookKeys& hook : keys.hooks) vsp.hooks.push_back(resolve(hook));
  for (const VspFaultKeys& fault : keys.faults) {
    if (fault.every) {
      vsp.random_faults.push_back({*fault.every, fault.kinds, fault});
    } else {
      VspFaultConfig& one = vsp.faults.emplace_back(fault);
      one.kind = fault.given_kind.value_or(one.kind);
      one.from = fault.given_at.value_or(SimTime{});
    }
  }
  return vsp;
}

std::vector<std::string> vsp_assumptions(const ServerConfig& server, bool costs_given) {
  std::vector<std::string> sentences;
  if (std::ranges::none_of(server.partitions, [](const PartitionConfig& p) { return p.vsp.has_value(); })) return sentences;
  sentences.emplace_back(
      "The interface of Virtual Service Partitions, its limits and its deadlines: nobody has published one (docs/vsp/interface.md).");
  const vsp::VspCosts& costs = server.hypervisor.vsp_costs;
  if (!costs_given)
    sentences.push_back(fmt::format(
        "Finding who has hooked a call takes {} of its caller, a message to or from a Virtual Service Partition {}, a copy {} and {} for "
        "each 4 KiB, and a service that runs on its caller's time {} (hypervisor.vsp_costs).",
        format(costs.look_up), format(costs.message), format(costs.copy), format(costs.copy_page), format(costs.switch_over)));
  return sentences;
}

std::vector<PartitionId> clients_of(const ServerConfig& server, const VspHookConfig& hook) {
  std::vector<PartitionId> ids;
  for (const std::string& name : hook.client_names) {
    const auto found = std::ranges::find(server.partitions, name, &PartitionConfig::name);
    LPARSIM_CHECK(found != server.partitions.end(), "there is no partition {} on {}", name, server.name);
    ids.push_back(id_of<PartitionId>(static_cast<std::size_t>(found - server.partitions.begin())));
  }
  return ids;
}

vsp::VspConfig vsp_config(const ServerConfig& server, std::size_t partition) {
  const PartitionConfig& of = server.partitions[partition];
  vsp::VspConfig config = of.vsp->channel;
  config.name = of.name;
  config.partition = id_of<PartitionId>(partition);
  for (const VspHookConfig& hook : of.vsp->hooks) {
    vsp::HookPermit permit = hook;
    permit.clients = clients_of(server, hook);
    config.permits.push_back(std::move(permit));
  }
  return config;
}

vsp::DeclaredConfig declared_behaviour(const ServerConfig& server, std::size_t partition) {
  const PartitionConfig& of = server.partitions[partition];
  const VspBehaviourConfig& from = of.vsp->behaviour;
  vsp::DeclaredConfig to;
  to.name = of.name.substr(0, 31);
  for (const VspHookConfig& hook : of.vsp->hooks) {
    to.registrations.push_back({hook.hook, hook.role, hook.function_first, hook.function_last});
  }
  to.time = from.time;
  to.per_byte = from.per_byte;
  for (const VspVerdictShare& share : from.verdicts) {
    vsp::DeclaredVerdict verdict;
    verdict.share = share.share;
    switch (share.verdict) {
      case VspVerdict::pass:
        verdict.verdict = LPARSIM_VSP_PASS;
        break;
      case VspVerdict::deny:
        verdict.verdict = LPARSIM_VSP_DENY;
        verdict.status = from.status.value_or(LPARSIM_VSP_IO_ERROR);
        break;
      case VspVerdict::complete:
        verdict.verdict = LPARSIM_VSP_COMPLETE;
        verdict.status = from.status.value_or(LPARSIM_VSP_OK);
        break;
      case VspVerdict::native:
        verdict.verdict = LPARSIM_VSP_NATIVE;
        break;
      case VspVerdict::defer:
        verdict.verdict = LPARSIM_VSP_DEFER;
        verdict.defer = from.defer;
        break;
    }
    to.verdicts.push_back(verdict);
  }
  to.credits = of.vsp->channel.most_credits;
  to.reconnects = from.reconnects;
  return to;
}

vsp::Fault vsp_fault(const VspFaultConfig& fault) {
  vsp::Fault made = fault;
  if (fault.length) made.until = made.from + *fault.length;
  return made;
}

std::vector<vsp::Fault> vsp_faults(const PartitionConfig& partition, std::uint64_t seed, SimTime end) {
  std::vector<vsp::Fault> all;
  for (const VspFaultConfig& fault : partition.vsp->faults) all.push_back(vsp_fault(fault));
  for (std::size_t i = 0; i < partition.vsp->random_faults.size(); ++i) {
    const VspRandomFaults& random = partition.vsp->random_faults[i];
    RandomStream stream{seed, fmt::format("{}.faults.{}", partition.name, i)};
    SimTime at = random.every.sample(stream);
    for (; at < end && all.size() < kMostRandomFaults; at += std::max(random.every.sample(stream), SimTime::from_us(1))) {
      VspFaultConfig fault = random.each;
      fault.kind = random.kinds[stream.bits() % random.kinds.size()];
      fault.from = at;
      if (!fault.length) fault.length = kVspRestart;
      all.push_back(vsp_fault(fault));
    }
  }
  return all;
}

}  // namespace lparsim::scenario
