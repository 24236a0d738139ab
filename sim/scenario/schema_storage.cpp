#include "sim/scenario/schema_io.hpp"
#include "sim/scenario/schema_workload.hpp"

namespace lparsim::scenario {

using namespace config;

namespace {

const Schema<FixedStorage>& fixed_schema() {
  static const auto schema =
      Schema<FixedStorage>("fixed", "Commands take what is said here, whatever block they are for.")
          .optional("service", &FixedStorage::service, pause(), "Time for each command.",
                    {.default_text = "5 ms", .assumed = true, .example = "exponential(5 ms)"})
          .optional("rate", &FixedStorage::rate, data_rate().at_least("1 kB/s"), "Beside `service`: how fast the data goes.",
                    {.default_text = "no time for the data", .example = "200 MB/s"})
          .optional("channels", &FixedStorage::channels, count().at_least("1").at_most("65536"), "Commands served at once.",
                    {.default_text = "1", .assumed = true, .example = "4"});
  return schema;
}

template <class T>
Schema<T>& add_disk(Schema<T>& schema) {
  return schema
      .optional("rpm", &T::rpm, count().at_least("3600").at_most("15000"), "Turns a minute; a command waits half a turn on average.",
                {.default_text = "15000", .assumed = true, .example = "10000"})
      .optional("seek", &T::seek, duration().at_most("1 s"), "Mean time of a seek to a block anywhere.",
                {.default_text = "4 ms from 15,000 rpm on, 6 ms from 10,000 rpm, 9 ms below",
                 .source = "codeproject.com, disk I/O and IOPS",
                 .example = "4 ms"})
      .optional("disk_rate", &T::disk_rate, data_rate().at_least("1 MB/s"), "How fast a disk's data goes.",
                {.default_text = "200 MB/s from 15,000 rpm on, 180 MB/s from 10,000 rpm, 150 MB/s below",
                 .assumed = true,
                 .example = "200 MB/s"});
}

const Schema<HddKeys>& hdd_schema() {
  static const auto schema = [] {
    auto disk = Schema<HddKeys>("hdd", "A disk that turns: seek, half a turn, transfer; one command at a time.");
    return add_disk(disk);
  }();
  return schema;
}

// Both have the same keys; the words of their defaults differ.
struct FlashFigures {
  std::string_view channels, read_latency, write_latency, read_rate, write_rate;
  std::string_view source;
};

template <class T>
Schema<T> flash_schema(std::string_view name, std::string_view doc, const FlashFigures& f) {
  return Schema<T>(name, doc)
      .optional("channels", &T::channels, count().at_least("1").at_most("65536"), "Commands served at once.",
                {.default_text = f.channels, .assumed = true})
      .optional("read_latency", &T::read_latency, duration().more_than("0 s").at_most("1 s"),
                "Time of a read before its data; channels / read_latency are its reads a second.",
                {.default_text = f.read_latency, .source = f.source, .example = "100 us"})
      .optional("write_latency", &T::write_latency, duration().more_than("0 s").at_most("1 s"), "The same of a write.",
                {.default_text = f.write_latency, .source = f.source, .example = "100 us"})
      .optional("read_rate", &T::read_rate, data_rate().at_least("1 MB/s"), "Of all reads together.",
                {.default_text = f.read_rate, .source = f.source})
      .optional("write_rate", &T::write_rate, data_rate().at_least("1 MB/s"), "Of all writes together.",
                {.default_text = f.write_rate, .source = f.source});
}

const Schema<SsdKeys>& ssd_schema() {
  static const auto schema = flash_schema<SsdKeys>(
      "ssd", "A SATA solid-state disk.",
      {"8", "85 us", "123 us", "560 MB/s", "530 MB/s", "Kingston DC600M: 94,000 reads and 65,000 writes a second, 560 and 530 MB/s"});
  return schema;
}

const Schema<NvmeKeys>& nvme_schema() {
  static const auto schema =
      flash_schema<NvmeKeys>("nvme", "A solid-state disk on PCI Express.",
                             {"40", "80 us", "80 us", "7 GB/s", "4 GB/s", "techtarget.com, NVMe: below 100 us, 500,000 a second, 7 GB/s"});
  return schema;
}

const Schema<ArrayKeys>& array_schema() {
  static const auto schema = [] {
    auto array = Schema<ArrayKeys>("array", "A storage controller: a cache, which takes all writes and some reads, before turning disks.")
                     .optional("cache_hit", &ArrayKeys::cache_hit, percent().at_most("100 %"), "Reads that the cache has.",
                               {.default_text = "90 %", .assumed = true, .example = "95 %"})
                     .optional("hit_time", &ArrayKeys::hit_time, pause(), "Time of a command in the cache.",
                               {.default_text = "500 us", .assumed = true, .example = "300 us"})
                     .optional("write_cache", &ArrayKeys::write_cache, bytes().at_most("1 TiB"),
                               "What it holds of written data; a full one lets writes wait. 0 B: writes go to the disks.",
                               {.default_text = "1 GiB", .assumed = true, .example = "4 GiB"})
                     .optional("rate", &ArrayKeys::rate, data_rate().at_least("1 MB/s"), "Of its ports together, each direction.",
                               {.default_text = "3200 MB/s", .assumed = true, .example = "1600 MB/s"})
                     .optional("disks", &ArrayKeys::disks, count().at_least("1").at_most("1024"),
                               "Turning disks over which blocks are spread.", {.default_text = "8", .assumed = true, .example = "16"});
    return add_disk(array);
  }();
  return schema;
}

const Schema<HostConfig>& host_schema() {
  static const auto schema =
      Schema<HostConfig>("host", "A computer outside of the servers: answers calls and takes what it is sent.")
          .required("name", &HostConfig::name, name().with_example("gateway"), "What `call`, `send` and `ping` refer to.")
          .optional("link", &HostConfig::link, data_rate().at_least("1 Mb/s").at_most("1 Tb/s"), "Its link to the switch.",
                    {.default_text = "10 Gb/s", .assumed = true, .example = "25 Gb/s"})
          .optional("delay", &HostConfig::delay, duration().at_most("10 s"), "From it to the switch, one way.",
                    {.default_text = "20 us", .assumed = true, .example = "5 ms"})
          .optional("service", &HostConfig::service, pause(), "How long it works on a request; on any number at once.",
                    {.default_text = "exponential(100 us)", .assumed = true, .example = "exponential(1 ms)"})
          .optional("vlan", &HostConfig::vlan, vlan(), "VLAN of its port, untagged.",
                    {.default_text = "1", .assumed = true, .example = "10"})
          .optional("mtu", &HostConfig::mtu, count().at_least("576").at_most("65390"), "Longest packet.",
                    {.default_text = "1500", .source = "IEEE 802.3", .example = "9000"});
  return schema;
}

}  // namespace

Value<std::int64_t> vlan() {
  return count().at_least("1").at_most("4094");
}

const Schema<StorageKeys>& storage_schema() {
  static const auto schema =
      Schema<StorageKeys>("storage", "A disk, or a logical unit of a storage area network.")
          .required("name", &StorageKeys::name, name().with_example("lun0"), "What the disks of a VIOS refer to.")
          .optional("capacity", &StorageKeys::capacity, bytes().at_least("1 MiB").at_most("1024 TiB"), "How much it holds.",
                    {.default_text = "100 GiB", .assumed = true, .example = "500 GiB"})
          .optional(
              "max_transfer", &StorageKeys::max_transfer, bytes().at_least("256 KiB").at_most("16 MiB"),
              "The longest command that it takes.",
              {.default_text = "256 KiB", .source = "IBM Docs, Planning for virtual SCSI: the least that clients need", .example = "1 MiB"})
          .variant("type", &StorageKeys::type, "What it is made of.", {.example = "ssd"}, alternative("fixed", fixed_schema()),
                   alternative("hdd", hdd_schema()), alternative("ssd", ssd_schema()), alternative("nvme", nvme_schema()),
                   alternative("array", array_schema()));
  return schema;
}

const Schema<StoragePoolConfig>& storage_pool_schema() {
  static const auto unit =
      Schema<LogicalUnitConfig>("logical_unit", "A part of the pool that is served as a disk.")
          .required("name", &LogicalUnitConfig::name, name().with_example("lu_web"), "What the `backing` of clients refers to.")
          .required("size", &LogicalUnitConfig::size, bytes().at_least("1 MiB").at_most("1024 TiB"), "How much it holds; on one storage.",
                    {.example = "20 GiB"});
  static const auto schema =
      Schema<StoragePoolConfig>("shared_storage_pool",
                                "Storage that several VIOSes share: each of them that has a disk on it serves the logical units there.")
          .required("name", &StoragePoolConfig::name, name().with_example("pool1"), "What messages call it.")
          .list_or_one_of("storage", &StoragePoolConfig::storage, name().with_example("lun0"), "What it is made of, and used for it alone.",
                          {.example = "[lun0, lun1]"})
          .list("logical_units", &StoragePoolConfig::logical_units, unit, "Its parts; each on the first storage that has room.");
  return schema;
}

const Schema<NetworkConfig>& network_schema() {
  static const auto network_switch =
      Schema<SwitchConfig>("switch", "The Ethernet switch between hosts and servers.")
          .optional("delay", &SwitchConfig::delay, duration().at_most("1 s"),
                    "From the end of a frame's arrival to the begin of its departure.",
                    {.default_text = "1 us", .assumed = true, .example = "5 us"})
          .optional("spanning_tree", &SwitchConfig::spanning_tree, duration().at_most("1 h"),
                    "How long a port whose link comes up forwards nothing (spanning tree without portfast: 30 s).",
                    {.default_text = "0 s", .assumed = true, .example = "30 s"});
  static const auto schema =
      Schema<NetworkConfig>("network", "The network outside: one switch, with hosts and all physical Ethernet adapters at it.")
          .list("hosts", &NetworkConfig::hosts, host_schema(), "Computers outside of the servers.")
          .section("switch", &NetworkConfig::network_switch, network_switch, "The switch.");
  return schema;
}

}  // namespace lparsim::scenario
