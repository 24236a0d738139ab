// Who waits for whom on a server, and whether anybody ends up waiting for himself.
#include <fmt/format.h>

#include <algorithm>
#include <deque>
#include <optional>

#include "models/vsp/catalogue.hpp"
#include "sim/scenario/checks_vsp.hpp"

namespace lparsim::scenario {
namespace {

constexpr std::size_t kNone = static_cast<std::size_t>(-1);

/// `from` waits for `to`, and why.
struct Wait {
  std::size_t to = 0;
  std::size_t hook = kNone;  ///< of `to`, which hooks what `from` does; none: `to` serves it
  std::string why;           ///< `its disk `sda` is served by`
};

class Waits {
 public:
  explicit Waits(const VspChecking& vsps) : vsps_{vsps}, of_(vsps.config().partitions.size()) {
    for (std::size_t p = 0; p < of_.size(); ++p) add_served(p);
    for (std::size_t p = 0; p < of_.size(); ++p)
      if (vsps.partition(p).vsp) add_hooked(p);
  }

  /// The shortest way from the partition back to itself, if there is one.
  std::vector<Wait> circle(std::size_t from) const {
    struct Came {
      std::size_t before = kNone;
      Wait by;
    };
    std::vector<Came> came(of_.size());
    std::deque<std::size_t> next{from};
    while (!next.empty()) {
      const std::size_t at = next.front();
      next.pop_front();
      for (const Wait& wait : of_[at]) {
        if (wait.to == from) {
          std::vector<Wait> way{wait};
          for (std::size_t back = at; back != from; back = came[back].before) way.insert(way.begin(), came[back].by);
          return way;
        }
        if (came[wait.to].before != kNone) continue;
        came[wait.to] = {at, wait};
        next.push_back(wait.to);
      }
    }
    return {};
  }

 private:
  std::optional<std::size_t> index_of(const std::string& name) const {
    const auto& all = vsps_.config().partitions;
    const auto found = std::ranges::find(all, name, &PartitionConfig::name);
    if (found == all.end()) return std::nullopt;
    return static_cast<std::size_t>(found - all.begin());
  }

  void add(std::size_t from, const std::string& to, std::string why) {
    const auto index = index_of(to);
    const auto known = [&](const Wait& wait) {
      return index && wait.to == *index;
    };
    if (index && *index != from && std::ranges::none_of(of_[from], known)) of_[from].push_back({*index, kNone, std::move(why)});
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
          of_[client].push_back({vsp, h, fmt::format("its `{}` waits for", to_string(hooks[h].hook))});
    }
  }

  const VspChecking& vsps_;
  std::vector<std::vector<Wait>> of_;  ///< by partition
};

}  // namespace

void check_vsp_circles(const VspChecking& vsps) {
  const Waits waits(vsps);
  std::vector<bool> told(vsps.config().partitions.size());
  for (std::size_t p = 0; p < told.size(); ++p) {
    if (!vsps.partition(p).vsp || told[p]) continue;
    const std::vector<Wait> circle = waits.circle(p);
    // A Virtual Service Partition serves nobody; who says so has been told.
    if (circle.empty() || circle.back().hook == kNone) continue;
    std::string text = fmt::format("`{}` would wait for itself: ", vsps.partition(p).name);
    for (std::size_t i = 0; i < circle.size(); ++i) {
      text += fmt::format("{}{} `{}`", i == 0 ? "" : ", and ", circle[i].why, vsps.partition(circle[i].to).name);
      told[circle[i].to] = true;
    }
    const std::size_t client = circle.size() > 1 ? circle[circle.size() - 2].to : p;
    vsps.error(vsps.place(p, circle.back().hook),
               fmt::format("{}; allowed: `clients` without `{}`, or observing only", text, vsps.partition(client).name));
  }
}

}  // namespace lparsim::scenario
