// Who waits for whom on a server, and whether anybody ends up waiting for himself.
#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "models/vsp/catalogue.hpp"
#include "models/vsp/dependencies.hpp"
#include "sim/scenario/checks_vsp.hpp"

namespace lparsim::scenario {
namespace {

constexpr std::size_t kNone = static_cast<std::size_t>(-1);

/// Who waits for whom, and why: `its disk `sda` is served by`. Marks: the hook, of the one on whom another depends, that makes it so; none:
/// the one serves the other.
class Waits {
 public:
  explicit Waits(const VspChecking& vsps) : vsps_{vsps} {
    const std::size_t partitions = vsps.config().partitions.size();
    for (std::size_t p = 0; p < partitions; ++p) add_served(p);
    for (std::size_t p = 0; p < partitions; ++p)
      if (vsps.partition(p).vsp) add_hooked(p);
  }

  std::vector<vsp::Dependency> circle(std::size_t from) const { return vsp::circle_of(id_of<PartitionId>(from), all_); }

 private:
  std::optional<std::size_t> index_of(const std::string& name) const {
    const auto& all = vsps_.config().partitions;
    const auto found = std::ranges::find(all, name, &PartitionConfig::name);
    if (found == all.end()) return std::nullopt;
    return static_cast<std::size_t>(found - all.begin());
  }

  void add(std::size_t from, const std::string& to, std::string why) {
    const auto index = index_of(to);
    if (!index || *index == from) return;
    const vsp::Dependency served{id_of<PartitionId>(from), id_of<PartitionId>(*index), std::move(why), kNone};
    const bool known = std::ranges::any_of(all_, [&](const vsp::Dependency& d) { return d.who == served.who && d.on == served.on; });
    if (!known) all_.push_back(served);
  }

  void add_served(std::size_t p) {
    const PartitionIoConfig& io = vsps_.partition(p).io;
    for (const DiskConfig& disk : io.disks) {
      const auto* scsi = std::get_if<VscsiDisk>(&disk.type);
      const auto* npiv = std::get_if<NpivDisk>(&disk.type);
      // Where there is another path nobody waits for one of them for ever.
      const std::vector<Reference>* through = scsi != nullptr ? &scsi->backing : npiv != nullptr ? &npiv->paths : nullptr;
      if (through == nullptr) continue;
      for (const Reference& path : *through) add(p, path.partition, fmt::format("its disk `{}` is served by", disk.name));
    }
    for (const EthernetConfig& adapter : io.ethernet) {
      for (const Reference& port : adapter.backing) add(p, port.partition, fmt::format("its adapter `{}` is served by", adapter.name));
      if (!adapter.is_vnic()) add_bridges(p, adapter);
    }
  }

  void add_bridges(std::size_t p, const EthernetConfig& adapter) {
    for (const PartitionConfig& bridge : vsps_.config().partitions) {
      for (const SharedEthernetConfig& sea : bridge.io.shared_ethernet) {
        const bool bridges = std::ranges::any_of(sea.trunks, [&](const TrunkConfig& trunk) {
          return trunk.virtual_switch == adapter.virtual_switch &&
                 (trunk.pvid == adapter.pvid || std::ranges::find(trunk.vlans, adapter.pvid) != trunk.vlans.end());
        });
        if (bridges) add(p, bridge.name, fmt::format("its adapter `{}` is bridged by", adapter.name));
      }
    }
  }

  void add_hooked(std::size_t vsp) {
    const auto& hooks = vsps_.partition(vsp).vsp->hooks;
    for (std::size_t h = 0; h < hooks.size(); ++h) {
      if (!hooks[h].decides() || !vsps_.read(vsps_.place(vsp, h))) continue;
      for (const std::size_t client : vsps_.clients(vsp, hooks[h]))
        if (makes_calls(vsps_.partition(client), hooks[h]))
          all_.push_back(
              {id_of<PartitionId>(client), id_of<PartitionId>(vsp), fmt::format("its `{}` waits for", to_string(hooks[h].hook)), h});
    }
  }

  const VspChecking& vsps_;
  std::vector<vsp::Dependency> all_;
};

}  // namespace

void check_vsp_circles(const VspChecking& vsps) {
  const Waits waits(vsps);
  std::vector<bool> told(vsps.config().partitions.size());
  for (std::size_t p = 0; p < told.size(); ++p) {
    if (!vsps.partition(p).vsp || told[p]) continue;
    const std::vector<vsp::Dependency> circle = waits.circle(p);
    // A Virtual Service Partition serves nobody; who says so has been told.
    if (circle.empty() || circle.back().mark == kNone) continue;
    std::string text = fmt::format("`{}` would wait for itself: ", vsps.partition(p).name);
    for (std::size_t i = 0; i < circle.size(); ++i) {
      text += fmt::format("{}{} `{}`", i == 0 ? "" : ", and ", circle[i].why, vsps.partition(index(circle[i].on)).name);
      told[index(circle[i].on)] = true;
    }
    const std::size_t client = index(circle.back().who);
    vsps.error(vsps.place(p, circle.back().mark),
               fmt::format("{}; allowed: `clients` without `{}`, or observing only", text, vsps.partition(client).name));
  }
}

}  // namespace lparsim::scenario
