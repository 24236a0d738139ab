#include <fmt/format.h>

#include "sim/scenario/schema_io.hpp"

namespace lparsim::scenario {

using namespace config;

namespace {

Value<DataRate> fibre_channel_rate() {
  return {
      {.noun = "the speed of a Fibre Channel port", .form = "4, 8, 16 or 32 Gb/s", .example = "16 Gb/s", .pattern = "^(4|8|16|32) ?Gb/s$"},
      [](std::string_view text) -> Result<DataRate> {
        const auto rate = parse_data_rate(text);
        if (!rate) return unexpected(rate.error());
        for (const std::uint64_t gigabits : {4, 8, 16, 32})
          if (rate->bits_per_second == gigabits * 1'000'000'000) return *rate;
        return unexpected(fmt::format("{} is no speed of Fibre Channel; allowed: 4, 8, 16 or 32 Gb/s", shown(text)));
      }};
}

const Schema<TrunkConfig>& trunk_schema() {
  static const auto schema =
      Schema<TrunkConfig>("trunk", "A virtual trunk adapter: which VLANs it bridges to the outside.")
          .optional("pvid", &TrunkConfig::pvid, vlan(), "VLAN of untagged frames.", {.default_text = "1", .assumed = true, .example = "99"})
          .list_of("vlans", &TrunkConfig::vlans, vlan().narrowed<std::uint16_t>(),
                   "Further VLANs, tagged; at most 20 (IBM PowerVM Virtualization, SG24-7940).", {.example = "[10, 20]"})
          .optional(
              "switch", &TrunkConfig::virtual_switch, name().with_example("ETHERNET0"), "Which of the server's virtual switches.",
              {.default_text = "ETHERNET0", .source = "the name of the switch that every managed system has (IBM Docs, Virtual switches)"})
          .optional("priority", &TrunkConfig::priority, count().at_least("1").at_most("15"),
                    "The lower number is active where several trunks bridge a VLAN.",
                    {.default_text = "1", .assumed = true, .example = "2"});
  return schema;
}

}  // namespace

const Schema<AdapterConfig>& adapter_schema() {
  static const auto ethernet = Schema<EthernetPort>("ethernet", "An Ethernet port, connected to the switch of `network`.")
                                   .optional("rate", &EthernetPort::rate, data_rate().at_least("10 Mb/s").at_most("400 Gb/s"),
                                             "Speed of its link.", {.default_text = "10 Gb/s", .assumed = true, .example = "25 Gb/s"});
  static const auto fibre_channel =
      Schema<FibreChannelPort>("fibre_channel", "A Fibre Channel port, connected to the storage area network.")
          .optional("rate", &FibreChannelPort::rate, fibre_channel_rate(),
                    "Speed of its link, by its name: 800 MB/s at 8 Gb/s, 1600 MB/s at 16 Gb/s.",
                    {.default_text = "16 Gb/s", .assumed = true, .example = "32 Gb/s"})
          .optional("num_cmd_elems", &FibreChannelPort::num_cmd_elems, count().at_least("200").at_most("4096"),
                    "Commands that it has under way at once.",
                    {.default_text = "200", .source = "IBM Docs, AIX: num_cmd_elems of fcs devices", .example = "1024"});
  static const auto schema =
      Schema<AdapterConfig>("adapter", "A physical adapter that the partition owns.")
          .required("name", &AdapterConfig::name, name().with_example("ent0"), "What `shared_ethernet`, `disks` and events refer to.")
          .variant("type", &AdapterConfig::type, "What it is.", {.example = "ethernet"}, alternative("ethernet", ethernet),
                   alternative("fibre_channel", fibre_channel));
  return schema;
}

const Schema<VolumeConfig>& volume_schema() {
  static const auto schema =
      Schema<VolumeConfig>("volume", "A part of a disk that is served as a disk of its own.")
          .required("name", &VolumeConfig::name, name().with_example("lv_web"), "What the `backing` of clients refers to.")
          .required("disk", &VolumeConfig::disk, name().with_example("hdisk3"), "The disk that it lies on.")
          .required("size", &VolumeConfig::size, bytes().at_least("1 MiB").at_most("1024 TiB"), "How much it holds.",
                    {.example = "50 GiB"});
  return schema;
}

const Schema<SharedEthernetConfig>& shared_ethernet_schema() {
  using Sea = SharedEthernetConfig;
  static constexpr std::string_view kDefaults = "IBM Docs, Shared Ethernet Adapter attributes, VIOS 2.2.2";
  static const auto schema =
      Schema<Sea>("shared_ethernet",
                  "A Shared Ethernet Adapter (SEA): bridges virtual VLANs to a physical adapter (docs/models/shared-ethernet-adapter.md).")
          .required("name", &Sea::name, name().with_example("sea0"), "What events call it.")
          .required("adapter", &Sea::adapter, name().with_example("ent0"), "Its physical adapter, which is its own.")
          .required_list("trunks", &Sea::trunks, trunk_schema(), "Its virtual trunk adapters; at most 16.")
          .optional("mode", &Sea::mode,
                    one_of<SeaMode>({{"threaded", SeaMode::threaded, "Frames are queued for kernel threads: fair to virtual SCSI."},
                                     {"interrupt", SeaMode::interrupt, "Frames are bridged in the interrupt handler: fewer cycles."}}),
                    "Where frames are bridged.", {.default_text = "threaded", .source = kDefaults})
          .optional("threads", &Sea::threads, count().at_least("1").at_most("128"), "Threads of threaded mode (nthreads).",
                    {.default_text = "7", .source = kDefaults})
          .optional("queue_size", &Sea::queue_size, count().at_least("2").at_most("65535"), "Frames that wait for one thread.",
                    {.default_text = "8192", .source = kDefaults, .example = "1024"})
          .optional("large_send", &Sea::large_send, boolean(), "Takes large sends of clients as they are; the port cuts them into frames.",
                    {.default_text = "true", .source = "IBM Techdocs PRS5353: on by default in later VIOS"})
          .optional("jumbo_frames", &Sea::jumbo_frames, boolean(), "Packets of up to 9000 bytes instead of 1500.",
                    {.default_text = "false", .source = kDefaults})
          .optional("ha_mode", &Sea::ha_mode,
                    one_of<HaMode>({{"disabled", HaMode::disabled, "It is alone."},
                                    {"auto", HaMode::automatic, "The trunk with the lower priority number is active."},
                                    {"standby", HaMode::standby, "The other one is active, as long as there is one."},
                                    {"sharing", HaMode::sharing, "Both are active, each for some of the trunks."}}),
                    "Failover between two of them.", {.default_text = "disabled", .source = kDefaults, .example = "auto"})
          .optional("control_vlan", &Sea::control_vlan, count().at_least("1").at_most("4095"),
                    "VLAN of the control channel, on the virtual switch of its first trunk; nobody else's.",
                    {.default_text = "4095", .assumed = true, .example = "99"})
          .optional("heartbeat", &Sea::heartbeat, duration().at_least("1 ms").at_most("1 min"), "Between two keep-alive messages.",
                    {.default_text = "100 ms", .assumed = true})
          .optional("missed_heartbeats", &Sea::missed_heartbeats, count().at_least("1").at_most("100"),
                    "So many missed in a row mean that the other one is gone.", {.default_text = "3", .assumed = true})
          .optional("ping", &Sea::ping, name().with_example("gateway"), "A host that it must reach to be active (netaddr).",
                    {.default_text = "no host", .source = kDefaults, .example = "gateway"})
          .optional("ping_interval", &Sea::ping_interval, duration().at_least("10 ms").at_most("1 h"), "Between two pings.",
                    {.default_text = "1 s", .source = "IBM PowerVM Virtualization Managing and Monitoring, SG24-7940"})
          .optional("ping_retries", &Sea::ping_retries, count().at_least("1").at_most("100"), "So many unanswered in a row: it gives way.",
                    {.default_text = "3", .source = "IBM PowerVM Virtualization Managing and Monitoring, SG24-7940"});
  return schema;
}

const Schema<VscsiServerKeys>& vscsi_server_schema() {
  using Server = VscsiServerKeys;
  static const auto schema =
      Schema<Server>("vscsi_server", "The virtual SCSI server of a partition (docs/models/virtual-scsi.md).")
          .optional("profile", &Server::profile,
                    one_of<VscsiProfile>({{"vios", VscsiProfile::vios, "Costs of the Virtual I/O Server."},
                                          {"ibmi", VscsiProfile::ibmi, "Costs of IBM i."}}),
                    "Whose processor costs it has.", {.default_text = "that of the partition's type", .example = "ibmi"})
          .optional("cost_distribution", &Server::cost_distribution,
                    one_of<CostDistribution>({{"constant", CostDistribution::constant, "Each request of a size costs the same."},
                                              {"exponential", CostDistribution::exponential, "With that mean."}}),
                    "How costs vary.", {.default_text = "constant", .assumed = true})
          .optional(
              "request_limit", &Server::request_limit, count().at_least("1").at_most("510"),
              "Requests that a client adapter may have under way (SRP request limit).",
              {.default_text = "510", .source = "IBM Docs, Changing the queue depth: 512 elements, two of them reserved", .example = "64"});
  return schema;
}

}  // namespace lparsim::scenario
