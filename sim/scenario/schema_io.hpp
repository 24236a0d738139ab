#pragma once
#include <string_view>

#include "sim/config/schema.hpp"
#include "sim/scenario/keys_io.hpp"

namespace lparsim::scenario {

// What the schemas of virtual I/O have in common, and what schema.hpp's are made of.

const config::Schema<StorageKeys>& storage_schema();
const config::Schema<StoragePoolConfig>& storage_pool_schema();
const config::Schema<NetworkConfig>& network_schema();
const config::Schema<AdapterConfig>& adapter_schema();
const config::Schema<VolumeConfig>& volume_schema();
const config::Schema<SharedEthernetConfig>& shared_ethernet_schema();
const config::Schema<VscsiServerKeys>& vscsi_server_schema();
const config::Schema<DiskKeys>& disk_schema();
const config::Schema<EthernetConfig>& ethernet_schema();

/// `PARTITION.NAME`: something of a partition, from elsewhere.
config::Value<Reference> reference(std::string_view example);
/// A VLAN that a user may have: 1 to 4094.
config::Value<std::int64_t> vlan();

}  // namespace lparsim::scenario
