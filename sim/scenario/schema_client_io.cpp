#include <fmt/format.h>

#include "sim/base/text.hpp"
#include "sim/scenario/schema_io.hpp"

namespace lparsim::scenario {

using namespace config;

namespace {

constexpr std::uint32_t kMostVnicMtu = 9000;
constexpr std::string_view kQueueDepth = "IBM Docs, Changing the queue depth";

// The three kinds of disks that stand in one list have keys of their own.
void check_disk(const DiskKeys& disk, const Context& context) {
  const auto refuse = [&](std::string_view key, std::string_view why) {
    if (context.given(key)) context.error(key, fmt::format("of no meaning {}", why));
  };
  if (!disk.backing.empty()) {
    refuse("storage", "beside `backing`; allowed: what the VIOS has, under `backing`");
    refuse("paths", "beside `backing`; allowed: several names under `backing`");
    refuse("max_transfer", "for a virtual SCSI disk, since the VIOS decides; allowed: at the disk of the VIOS");
  } else if (!disk.paths.empty()) {
    if (disk.storage.empty()) context.error("", "the key `storage` is missing; allowed: what is reached through `paths`");
    refuse("adapter", "beside `paths`, which name the adapters");
    refuse("max_transfer", "beside `paths`, where the storage decides");
  } else if (disk.storage.empty()) {
    context.error("",
                  "nothing says what it is; allowed: `storage` (a disk of a VIOS), `backing` (virtual SCSI), or `storage` with "
                  "`paths` (virtual Fibre Channel)");
  } else {
    for (const char* key : {"path_timeout", "health_check", "recovery", "rw_timeout", "no_path_wait"})
      refuse(key, "for a disk of a VIOS; allowed: at a client's disk");
  }
}

// Either kind of network adapter has keys of its own.
void check_ethernet(const EthernetConfig& adapter, const Context& context) {
  if (adapter.is_vnic()) {
    if (adapter.backing.empty()) context.error("", "the key `backing` is missing; allowed: ports of VIOSes behind the vNIC");
    if (!adapter.priorities.empty() && adapter.priorities.size() != adapter.backing.size())
      context.error("priorities", fmt::format("{} for {} backing devices; allowed: one for each, or none", adapter.priorities.size(),
                                              adapter.backing.size()));
    if (adapter.capacity.fraction() <= 0) context.error("capacity", "0 %; allowed: above 0 %");
    if (adapter.mtu > kMostVnicMtu) context.error("mtu", fmt::format("{} on a vNIC; allowed: at most {}", adapter.mtu, kMostVnicMtu));
    for (const char* key : {"vlans", "switch"})
      if (context.given(key)) context.error(key, "of no meaning for a vNIC, which is on no virtual switch; allowed: `pvid`");
    return;
  }
  for (const char* key : {"backing", "priorities", "capacity", "heartbeat", "missed_heartbeats", "auto_priority_failover"})
    if (context.given(key)) context.error(key, "of no meaning for a virtual Ethernet adapter; allowed: with `type: vnic`");
}

}  // namespace

Value<Reference> reference(std::string_view example) {
  ScalarInfo info{.noun = "something of a partition",
                  .form = "PARTITION.NAME",
                  .example = std::string(example),
                  .pattern = "^[A-Za-z][A-Za-z0-9_-]{0,62}\\.[A-Za-z][A-Za-z0-9_-]{0,62}$"};
  const Value<std::string> part = name();
  return {info, [info, part](std::string_view text) -> Result<Reference> {
            const auto point = text.find('.');
            if (point != std::string_view::npos) {
              auto partition = part.parse(text.substr(0, point));
              auto thing = part.parse(text.substr(point + 1));
              if (partition && thing) return Reference{std::move(*partition), std::move(*thing)};
            }
            return unexpected(
                fmt::format("{} does not say what of which partition; allowed: PARTITION.NAME such as `{}`", shown(text), info.example));
          }};
}

const Schema<DiskKeys>& disk_schema() {
  static const auto schema =
      Schema<DiskKeys>("disk",
                       "A disk. Of a VIOS: `storage`, and `adapter` unless it is in the server. Virtual SCSI: `backing`. Virtual Fibre "
                       "Channel (NPIV): `storage` and `paths`.")
          .required("name", &DiskKeys::name, name().with_example("hdisk0"), "What steps, volumes, `backing` and metrics call it.")
          .optional("storage", &DiskKeys::storage, name().with_example("lun0"), "The storage that it is.", {.example = "lun0"})
          .optional("adapter", &DiskKeys::adapter, name().with_example("fcs0"),
                    "Of a VIOS: the Fibre Channel adapter that leads to it. Virtual SCSI: which client adapter, by any name; disks of one "
                    "name share its queue on each VIOS.",
                    {.default_text = "of a VIOS: none; virtual SCSI: vscsi0", .assumed = true, .example = "fcs0"})
          .list_or_one_of("backing", &DiskKeys::backing, reference("vios1.hdisk0"),
                          "What a VIOS serves: a disk, a logical volume or a file; several names are paths to the same storage through "
                          "several VIOSes, the first one preferred.",
                          {.example = "[vios1.hdisk0, vios2.hdisk0]"})
          .list_or_one_of("paths", &DiskKeys::paths, reference("vios1.fcs0"),
                          "Fibre Channel adapters of VIOSes through which the storage is reached, the first one preferred.",
                          {.example = "[vios1.fcs0, vios2.fcs0]"})
          .optional("queue_depth", &DiskKeys::queue_depth, count().at_least("1").at_most("256"), "Commands that are under way at once.",
                    {.default_text = "AIX 3, Linux 16, IBM i 32 (fixed); 20 for a disk of a VIOS (assumed)",
                     .source = kQueueDepth,
                     .example = "20"})
          .optional("max_transfer", &DiskKeys::max_transfer, bytes().at_least("64 KiB").at_most("16 MiB"),
                    "Of a VIOS: the longest command, for its clients too; at least the storage's.",
                    {.default_text = "the storage's", .example = "256 KiB"})
          .optional("path_timeout", &DiskKeys::path_timeout, duration().at_most("1 h"),
                    "A VIOS that says nothing for so long has failed (vscsi_path_to; 30 s is recommended); 0 s: it is waited for.",
                    {.default_text = "0 s", .source = "IBM Docs, Configuring VIOS disks: vscsi_path_to", .example = "30 s"})
          .optional("health_check", &DiskKeys::health_check, duration().at_most("1 h"),
                    "How often failed paths are tried again (hcheck_interval; 60 s is recommended); 0 s: never.",
                    {.default_text = "0 s", .source = "IBM Docs, Configuring VIOS disks: hcheck_interval", .example = "60 s"})
          .optional("recovery", &DiskKeys::recovery,
                    one_of<ErrorRecovery>({{"fast_fail", ErrorRecovery::fast_fail, "A path whose adapter is in trouble fails at once."},
                                           {"delayed_fail", ErrorRecovery::delayed_fail, "It gets about 15 s to come back."}}),
                    "What happens when the VIOS breaks off (vscsi_err_recov).",
                    {.default_text = "delayed_fail", .source = "IBM Docs, Configuring VIOS disks: vscsi_err_recov"})
          .optional("rw_timeout", &DiskKeys::rw_timeout, duration().at_most("1 h"),
                    "A command that takes so long is aborted and tried again; 0 s: never, otherwise 120 s to 1 h.",
                    {.default_text = "0 s", .source = "IBM Docs, Configuring VIOS disks: rw_timeout", .example = "120 s"})
          .optional("no_path_wait", &DiskKeys::no_path_wait, duration().at_most("1 h"),
                    "How long a command waits while no path works, before it fails.",
                    {.default_text = "60 s", .assumed = true, .example = "5 s"})
          .check(check_disk)
          .check([](const DiskKeys& disk, const Context& context) {
            if (disk.rw_timeout > SimTime{} && disk.rw_timeout < SimTime::from_s(120))
              context.error("rw_timeout", "is too short; allowed: 0 s, or 120 s to 1 h");
          });
  return schema;
}

const Schema<EthernetConfig>& ethernet_schema() {
  static const auto schema =
      Schema<EthernetConfig>("ethernet", "A virtual Ethernet adapter, or with `type: vnic` a virtual NIC (docs/models/vnic.md).")
          .required("name", &EthernetConfig::name, name().with_example("en0"), "What metrics call it.")
          .optional("pvid", &EthernetConfig::pvid, vlan(), "Its VLAN: of what it sends untagged.",
                    {.default_text = "1", .assumed = true, .example = "10"})
          .list_of("vlans", &EthernetConfig::vlans, vlan().narrowed<std::uint16_t>(),
                   "Further VLANs that it may tag; at most 20 (IBM PowerVM Virtualization, SG24-7940).", {.example = "[20]"})
          .optional(
              "switch", &EthernetConfig::virtual_switch, name().with_example("ETHERNET0"), "Which of the server's virtual switches.",
              {.default_text = "ETHERNET0", .source = "the name of the switch that every managed system has (IBM Docs, Virtual switches)"})
          .optional("mtu", &EthernetConfig::mtu, count().at_least("576").at_most("65394"),
                    "Longest packet; 65,394 at most untagged (IBM Docs, Virtual Ethernet).",
                    {.default_text = "1500", .source = "IEEE 802.3", .example = "9000"})
          .optional("large_send", &EthernetConfig::large_send, boolean(),
                    "Hands over up to 64 KiB at once and leaves the cutting to the receiver or the port (mtu_bypass).",
                    {.default_text = "true", .assumed = true, .example = "false"})
          .optional("type", &EthernetConfig::kind,
                    one_of<EthernetKind>({{"virtual", EthernetKind::virtual_ethernet, "On a virtual switch of the server."},
                                          {"vnic", EthernetKind::vnic, "On logical ports of physical ones, through VIOSes."}}),
                    "What it is.", {.default_text = "virtual", .example = "vnic"})
          .list_or_one_of("backing", &EthernetConfig::backing, reference("vios1.ent0"),
                          "vNIC: Ethernet ports of VIOSes, one behind each backing device; at most 6. On a port of its own each, they fail "
                          "independently.",
                          {.example = "[vios1.ent0, vios2.ent0]"})
          .list_of("priorities", &EthernetConfig::priorities, count().at_least("1").at_most("100").narrowed<std::uint32_t>(),
                   "vNIC: of the backing devices, in their order; the lowest number that works is used (default 50 for all: the order "
                   "decides).",
                   {.example = "[10, 20]"})
          .optional("capacity", &EthernetConfig::capacity, percent().at_most("100 %"),
                    "vNIC: of each port's rate, guaranteed; what others leave is free for all.",
                    {.default_text = "2 %", .source = "the least and usual capacity of an SR-IOV logical port (HMC)", .example = "20 %"})
          .optional("heartbeat", &EthernetConfig::heartbeat, duration().at_least("1 ms").at_most("1 min"),
                    "vNIC: between two reports of a VIOS to the hypervisor.", {.default_text = "100 ms", .assumed = true})
          .optional("missed_heartbeats", &EthernetConfig::missed_heartbeats, count().at_least("1").at_most("100"),
                    "vNIC: so many missed in a row mean that the backing device is gone.", {.default_text = "3", .assumed = true})
          .optional("auto_priority_failover", &EthernetConfig::auto_priority_failover, boolean(),
                    "vNIC: goes back to a better backing device as soon as that works again.",
                    {.default_text = "true", .assumed = true, .example = "false"})
          .check(check_ethernet);
  return schema;
}

}  // namespace lparsim::scenario
