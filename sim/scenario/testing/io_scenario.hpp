#pragma once

namespace lparsim::scenario::testing {

/// Two VIOSes, two clients, a disk of each kind, failover of the network.
inline constexpr const char* kIoBase = R"(lparsim: 1
name: base
duration: 10 s
storage:
  - {name: lun0, type: fixed, service: exponential(5 ms)}
  - {name: lun1, type: array}
  - {name: lun2, type: nvme, max_transfer: 1 MiB}
  - {name: lun3, type: hdd}
network:
  hosts: [{name: gateway, vlan: 10}]
server:
  processor: {generation: POWER9, cores: 4, frequency: 3.8 GHz}
  partitions:
    - name: vios1
      type: vios
      processors: {entitlement: 0.5, virtual: 2}
      adapters: [{name: ent0, type: ethernet}, {name: fcs0, type: fibre_channel}]
      disks: [{name: hdisk0, storage: lun0, adapter: fcs0}, {name: hdisk1, storage: lun1, adapter: fcs0}, {name: hdisk3, storage: lun3}]
      logical_volumes: [{name: lv_web, disk: hdisk3, size: 50 GiB}]
      files: [{name: iso, disk: hdisk3, size: 10 GiB}]
      shared_ethernet: [{name: sea0, adapter: ent0, ha_mode: auto, trunks: [{vlans: [10, 20], priority: 1}]}]
    - name: vios2
      type: vios
      processors: {entitlement: 0.5, virtual: 2}
      adapters: [{name: ent0, type: ethernet}, {name: fcs0, type: fibre_channel}]
      disks: [{name: hdisk0, storage: lun0, adapter: fcs0}, {name: hdisk1, storage: lun1, adapter: fcs0}]
      shared_ethernet: [{name: sea0, adapter: ent0, ha_mode: auto, trunks: [{vlans: [10, 20], priority: 2}]}]
    - name: web
      processors: {entitlement: 0.5, virtual: 2}
      disks:
        - {name: sda, backing: [vios1.hdisk0, vios2.hdisk0]}
        - {name: sdb, backing: vios1.lv_web}
        - {name: sdc, storage: lun2, paths: [vios1.fcs0, vios2.fcs0]}
      ethernet: [{name: eth0, pvid: 10}]
    - name: db
      type: ibmi
      processors: {entitlement: 0.5, virtual: 2}
      disks: [{name: dd1, backing: vios1.hdisk1, queue_depth: 32}]
      ethernet: [{name: cmn1, pvid: 20}]
events:
  - {at: 5 s, link: vios1.ent0, state: down}
)";

}  // namespace lparsim::scenario::testing
