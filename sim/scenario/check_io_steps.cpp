#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "sim/base/text.hpp"
#include "sim/scenario/checks_io.hpp"
#include "sim/scenario/io_routes.hpp"
#include "sim/scenario/io_steps.hpp"

namespace lparsim::scenario {
namespace {

using Owner = IoIndex::Owner;

/// The steps of one partition's workloads.
class StepCheck {
 public:
  StepCheck(const IoChecking& io, Owner owner) : io_{io}, owner_{owner}, config_{io.index.config(owner)} {}

  void check() {
    for (std::size_t w = 0; w < config_.workloads.size(); ++w) {
      place_ = io_.place(owner_, "workloads", w);
      if (!io_.read(place_)) continue;
      said_.clear();
      const std::string workload = place_;
      for_each_io_step(config_.workloads[w], [&](const workload::Step& step, const std::string& path) {
        place_ = fmt::format("{}.{}", workload, path);
        if (const auto* disk = std::get_if<workload::DiskIo>(&step)) check_disk(disk->disk);
        if (const auto* send = std::get_if<workload::Send>(&step)) check_peer(send->to, false);
        if (const auto* call = std::get_if<workload::Call>(&step)) check_peer(call->to, true);
      });
      place_ = workload;
      if (const auto* stream = std::get_if<workload::Stream>(&config_.workloads[w].type)) check_peer(stream->to, false);
      if (std::holds_alternative<workload::Service>(config_.workloads[w].type) && config_.io.ethernet.empty() &&
          io_.read(io_.place(owner_) + ".ethernet"))
        io_.error(place_, fmt::format("nobody reaches a service of `{}`, which has no `ethernet`; allowed: an adapter", config_.name));
    }
  }

 private:
  /// Each name is complained about once in a workload.
  void error(const std::string& name, std::string message) {
    if (said_.insert(name).second) io_.error(place_, std::move(message));
  }

  void check_disk(const std::string& name) {
    if (!io_.read(io_.place(owner_) + ".disks")) return;
    std::vector<std::string> disks;
    for (const DiskConfig& disk : config_.io.disks) disks.push_back(disk.name);
    const auto found = std::ranges::find(config_.io.disks, name, &DiskConfig::name);
    if (found == config_.io.disks.end())
      error(name, fmt::format("`{}` has no disk {}; {}", config_.name, shown(name), io_.checking.hint(name, disks)));
    else if (std::holds_alternative<PhysicalVolume>(found->type))
      error(name, fmt::format("`{}` is served to clients; allowed: workloads that use disks in a client", name));
  }

  void check_peer(const std::string& peer, bool call) {
    if (const auto point = peer.find('.'); point != std::string::npos) {
      if (!check_service(peer, peer.substr(0, point), peer.substr(point + 1))) return;
    } else if (io_.index.host(peer) == nullptr) {
      if (io_.read("network")) error(peer, fmt::format("there is no host {}; {}", shown(peer), io_.checking.hint(peer, io_.index.hosts())));
      return;
    }
    if (!io_.read(io_.place(owner_) + ".ethernet")) return;
    if (config_.io.ethernet.empty())
      error(peer, fmt::format("`{}` has no `ethernet` to {} `{}` with; allowed: an adapter in a VLAN of both", config_.name,
                              call ? "call" : "reach", peer));
    else if (!route_to(io_.index, owner_, peer))
      error(peer, fmt::format("no way from `{}` to `{}`: they have no VLAN in common on one virtual switch, nor one that Shared Ethernet "
                              "Adapters bridge; allowed: the same `pvid` at both ends",
                              config_.name, peer));
  }

  /// Whether there is such a service, or it could not be read.
  bool check_service(const std::string& peer, const std::string& partition, const std::string& name) {
    const Owner* to = io_.index.partition(partition);
    if (to == nullptr) {
      error(peer, fmt::format("there is no partition {}; {}", shown(partition), io_.checking.hint(partition, io_.index.partitions())));
      return false;
    }
    if (!io_.read(io_.place(*to) + ".workloads") || !io_.read(io_.place(*to) + ".ethernet")) return false;
    if (*to == owner_) {
      error(peer, fmt::format("`{}` is in the same partition; allowed: a service of another one", peer));
      return false;
    }
    if (find_service(io_.index.config(*to), name)) return true;
    std::vector<std::string> services;
    for (const workload::Config& workload : io_.index.config(*to).workloads)
      if (std::holds_alternative<workload::Service>(workload.type)) services.push_back(workload.name);
    error(peer, fmt::format("`{}` has no service {}; {}", partition, shown(name), io_.checking.hint(name, services)));
    return false;
  }

  const IoChecking& io_;
  Owner owner_;
  const PartitionConfig& config_;
  std::string place_;  // of the step or workload in hand
  std::set<std::string> said_;
};

}  // namespace

void check_io_steps(const IoChecking& io, Owner owner) {
  StepCheck(io, owner).check();
}

}  // namespace lparsim::scenario
