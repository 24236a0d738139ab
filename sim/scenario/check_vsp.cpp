#include <fmt/format.h>

#include <algorithm>

#include "models/vsp/catalogue.hpp"
#include "sim/base/quantity.hpp"
#include "sim/base/text.hpp"
#include "sim/scenario/checks_vsp.hpp"
#include "sim/scenario/hcall_names.hpp"

namespace lparsim::scenario {
namespace {

using vsp::Hook;
using vsp::Role;

/// Where the caller computes for the service at once (docs/vsp/interface.md, "Who pays").
bool may_run_on_callers_time(Hook hook) {
  return hook != Hook::switch_frame && hook != Hook::crq_send;
}

std::string functions_text(const VspHookConfig& hook) {
  const auto one = [&](std::uint32_t function) {
    if (hook.hook == Hook::hypervisor_call) return hcall_name(function);
    return hook.hook == Hook::vscsi_command ? fmt::format("{:#04x}", function) : std::to_string(function);
  };
  if (hook.function_first == hook.function_last) return one(hook.function_first);
  return fmt::format("{} to {}", one(hook.function_first), one(hook.function_last));
}

/// Whom it is for, and that they are there.
void check_clients(const VspChecking& vsps, std::size_t p, const VspHookConfig& hook, const std::string& place) {
  const std::string& own = vsps.partition(p).name;
  std::vector<std::string> others;
  for (const PartitionConfig& other : vsps.config().partitions)
    if (other.name != own) others.push_back(other.name);
  for (std::size_t i = 0; i < hook.client_names.size(); ++i) {
    const std::string& name = hook.client_names[i];
    const std::string at = fmt::format("{}.clients.{}", place, i);
    const auto end = hook.client_names.begin() + static_cast<std::ptrdiff_t>(i);
    if (name == own) {
      vsps.error(at, fmt::format("`{}` cannot hook its own calls; allowed: others of its server", name));
    } else if (std::ranges::find(others, name) == others.end()) {
      vsps.error(at, fmt::format("there is no partition {} on server `{}`; {}", shown(name), vsps.config().name,
                                 vsps.checking.hint(name, others)));
    } else if (std::find(hook.client_names.begin(), end, name) != end) {
      vsps.error(at, fmt::format("`{}` stands there twice; allowed: once", name));
    }
  }
}

void check_role(const VspChecking& vsps, const VspHookConfig& hook, const std::string& place) {
  if (vsp::any_hookable(hook.hook, hook.role, hook.function_first, hook.function_last)) return;
  const std::string_view name = to_string(hook.hook);
  if (!vsp::any_hookable(hook.hook, hook.role, 0, ~0U))
    return vsps.error(place + ".role", fmt::format("`{}` may be observed only; allowed: observer", name));
  const bool observable = vsp::any_hookable(hook.hook, Role::observer, hook.function_first, hook.function_last);
  vsps.error(place + ".functions",
             observable
                 ? fmt::format("{} of `{}` may be observed only, since an answer later would be another call; allowed: role: observer",
                               functions_text(hook), name)
                 : fmt::format("{} of `{}` may not be hooked; allowed: what is not the interface's own", functions_text(hook), name));
}

std::string_view needs(Hook hook) {
  switch (hook) {
    case Hook::sea_forward:
      return "a Shared Ethernet Adapter";
    case Hook::vscsi_command:
      return "a virtual SCSI disk";
    case Hook::switch_frame:
      return "a virtual Ethernet adapter";
    case Hook::crq_send:
      return "a command/response queue";
    default:
      return "";
  }
}

/// A hook that never sees a call is a mistake, if nothing worse.
void check_use(const VspChecking& vsps, std::size_t p, const VspHookConfig& hook, const std::string& place) {
  if (needs(hook.hook).empty()) return;
  const std::vector<std::size_t> clients = vsps.clients(p, hook);
  const auto calls = [&](std::size_t client) {
    return makes_calls(vsps.partition(client), hook);
  };
  if (std::ranges::none_of(clients, calls))
    return vsps.warning(place + ".hook", fmt::format("of no effect: none of its clients has {}", needs(hook.hook)));
  for (std::size_t i = 0; i < hook.client_names.size(); ++i) {
    const auto client = std::ranges::find(vsps.config().partitions, hook.client_names[i], &PartitionConfig::name);
    if (client == vsps.config().partitions.end() || makes_calls(*client, hook)) continue;
    vsps.warning(fmt::format("{}.clients.{}", place, i),
                 fmt::format("of no effect: `{}` has no {}; the client of `{}` is {}", client->name, needs(hook.hook).substr(2),
                             to_string(hook.hook), vsp::description_of(hook.hook)->client));
  }
}

void check_hook(const VspChecking& vsps, std::size_t p, std::size_t h) {
  const VspPartitionConfig& vsp = *vsps.partition(p).vsp;
  const VspHookConfig& hook = vsp.hooks[h];
  const std::string place = vsps.place(p, h);
  if (!vsps.read(place)) return;
  check_clients(vsps, p, hook, place);
  check_role(vsps, hook, place);
  if (hook.decides() && hook.payer == vsp::Payer::client) {
    if (!may_run_on_callers_time(hook.hook))
      vsps.error(place + ".pays", fmt::format("callers of `{}` do not compute for it at once; allowed: vsp", to_string(hook.hook)));
    const auto& verdicts = vsp.behaviour.verdicts;
    if (std::ranges::any_of(verdicts, [](const auto& v) { return v.verdict == VspVerdict::defer; }))
      vsps.error(place + ".pays", "a service that runs on its caller's time may not defer; allowed: vsp, or another verdict");
  }
  if (vsps.read(place)) check_use(vsps, p, hook, place);
}

bool share_a_client(const VspChecking& vsps, std::size_t p, const VspHookConfig& a, std::size_t q, const VspHookConfig& b) {
  const std::vector<std::size_t> of_a = vsps.clients(p, a), of_b = vsps.clients(q, b);
  return std::ranges::any_of(of_a, [&](std::size_t client) { return std::ranges::find(of_b, client) != of_b.end(); });
}

/// A function of a client has one provider.
void check_providers(const VspChecking& vsps) {
  struct Provider {
    std::size_t partition, hook;
  };
  std::vector<Provider> before;
  const auto hook_of = [&](const Provider& x) -> const VspHookConfig& {
    return vsps.partition(x.partition).vsp->hooks[x.hook];
  };
  for (std::size_t p = 0; p < vsps.config().partitions.size(); ++p) {
    if (!vsps.partition(p).vsp) continue;
    for (std::size_t h = 0; h < vsps.partition(p).vsp->hooks.size(); ++h) {
      const VspHookConfig& hook = vsps.partition(p).vsp->hooks[h];
      if (hook.role != Role::provider || !vsps.read(vsps.place(p, h))) continue;
      const auto other = std::ranges::find_if(before, [&](const Provider& x) {
        const VspHookConfig& o = hook_of(x);
        return o.hook == hook.hook && o.function_first <= hook.function_last && hook.function_first <= o.function_last &&
               share_a_client(vsps, x.partition, o, p, hook);
      });
      if (other != before.end())
        vsps.error(vsps.place(p, h), fmt::format("`{}` provides `{}` for the same functions and clients; allowed: one provider for each",
                                                 vsps.partition(other->partition).name, to_string(hook.hook)));
      else
        before.push_back({p, h});
    }
  }
}

void check_behaviour(const VspChecking& vsps, std::size_t p) {
  const PartitionConfig& partition = vsps.partition(p);
  const VspPartitionConfig& vsp = *partition.vsp;
  const std::string place = vsps.place(p);
  if (!vsp.behaviour.verdicts.empty() && std::ranges::none_of(vsp.hooks, &VspHookConfig::decides) && vsps.read(place))
    vsps.warning(place + ".behaviour", "its verdicts are of no effect: nobody waits for an observer");
  for (std::size_t f = 0; f < vsp.faults.size(); ++f) {
    const SimTime end = vsps.checking.scenario.duration;
    if (end > SimTime{} && vsp.faults[f].from >= end && vsp.random_faults.empty())
      vsps.warning(fmt::format("{}.faults.{}", place, f), fmt::format("never happens: the simulation ends at {}", format(end)));
  }
  for (std::size_t w = 0; w < partition.workloads.size(); ++w)
    if (partition.workloads[w].name == "vsp")
      vsps.error(vsps.checking.places.workload(vsps.server, p, w) + ".name",
                 "the metrics of the service begin with `vsp`; allowed: another name for a workload here");
}

void check_event(Checking& checking, std::size_t number) {
  const VspEvent& event = checking.scenario.events[number].vsp;
  const std::string place = Places::event(checking.event_places[number]);
  if (!event || checking.diagnostics.has_errors_under(place)) return;
  std::vector<std::string> names;
  for (const ServerConfig& server : checking.scenario.servers) {
    for (const PartitionConfig& partition : server.partitions) {
      if (partition.vsp && partition.name == event.partition) return;
      if (partition.vsp) names.push_back(partition.name);
    }
  }
  checking.diagnostics.error_at(place + ".vsp", names.empty() ? "there is no Virtual Service Partition; allowed: one of `type: vsp`"
                                                              : fmt::format("there is no Virtual Service Partition {}; {}",
                                                                            shown(event.partition), checking.hint(event.partition, names)));
}

}  // namespace

std::vector<std::size_t> VspChecking::clients(std::size_t vsp, const VspHookConfig& hook) const {
  std::vector<std::size_t> all;
  for (std::size_t p = 0; p < config().partitions.size(); ++p) {
    const bool named = std::ranges::find(hook.client_names, partition(p).name) != hook.client_names.end();
    if (p != vsp && (named || hook.client_names.empty())) all.push_back(p);
  }
  return all;
}

bool makes_calls(const PartitionConfig& partition, const VspHookConfig& hook) {
  const PartitionIoConfig& io = partition.io;
  const auto has_disk = [&]<class Kind>(std::type_identity<Kind>) {
    return std::ranges::any_of(io.disks, [](const DiskConfig& disk) { return std::holds_alternative<Kind>(disk.type); });
  };
  const bool virtual_disk = has_disk(std::type_identity<VscsiDisk>{});
  switch (hook.hook) {
    case Hook::dispatch:
    case Hook::accounting:
      return true;
    case Hook::hypervisor_call:
      // What drivers and operating systems do within themselves can be observed only (docs/models/vsp-hooks.md).
      return !hook.decides() || !partition.workloads.empty();
    case Hook::switch_frame:
      return !io.shared_ethernet.empty() || !std::ranges::all_of(io.ethernet, &EthernetConfig::is_vnic);
    case Hook::crq_send:
      return virtual_disk || has_disk(std::type_identity<NpivDisk>{}) || std::ranges::any_of(io.ethernet, &EthernetConfig::is_vnic) ||
             partition.type == PartitionType::vios || has_disk(std::type_identity<PhysicalVolume>{});
    case Hook::sea_forward:
      return !io.shared_ethernet.empty();
    case Hook::vscsi_command:
      return virtual_disk;
    case Hook::os_service:
    case Hook::application_event:
      return !partition.workloads.empty();
  }
  return false;
}

void check_vsps(Checking& checking) {
  for (std::size_t s = 0; s < checking.scenario.servers.size(); ++s) {
    const VspChecking vsps{checking, s};
    const auto& partitions = vsps.config().partitions;
    if (std::ranges::none_of(partitions, [](const PartitionConfig& p) { return p.vsp.has_value(); })) continue;
    for (std::size_t p = 0; p < partitions.size(); ++p) {
      if (!partitions[p].vsp) continue;
      for (std::size_t h = 0; h < partitions[p].vsp->hooks.size(); ++h) check_hook(vsps, p, h);
      check_behaviour(vsps, p);
    }
    check_providers(vsps);
    check_vsp_circles(vsps);
  }
  for (std::size_t i = 0; i < checking.scenario.events.size(); ++i) check_event(checking, i);
}

}  // namespace lparsim::scenario
