#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "sim/scenario/io_index.hpp"
#include "sim/scenario/read_scenario.hpp"
#include "sim/scenario/testing/base_scenario.hpp"
#include "sim/scenario/testing/io_scenario.hpp"

namespace lparsim::scenario {
namespace {

using testing::Case;
using testing::diagnostics_of;
using testing::kIoBase;

const std::vector<Case> kCases = {
    // clang-format off
    {"type: hdd}",
     "type: hdd, rpm: 20000}",
     {"8:34: storage.lun3.rpm: `20000` is out of range; allowed: 3600 to 15000"}},
    {"type: nvme, max_transfer: 1 MiB}",
     "type: nvme, max_transfer: 128 KiB}",
     {"7:44: storage.lun2.max_transfer: `128 KiB` is out of range; allowed: 256 KiB to 16 MiB"}},
    {"type: array}",
     "type: array, cache_hit: 101 %}",
     {"6:42: storage.lun1.cache_hit: `101 %` is out of range; allowed: at most 100 %"}},
    {"vlan: 10}]",
     "vlan: 4095}]",
     {"10:33: network.hosts.gateway.vlan: `4095` is out of range; allowed: 1 to 4094"}},
    {"hdisk1, storage: lun1, adapter: fcs0}, {name: hdisk3",
     "hdisk1, storage: lunx1, adapter: fcs0}, {name: hdisk3",
     {"18:85: server.partitions.vios1.disks.hdisk1.storage: there is no storage `lunx1`; did you mean `lun1`?"}},
    {"hdisk1, storage: lun1, adapter: fcs0}, {name: hdisk3",
     "hdisk1, storage: lun1, adapter: fcs1}, {name: hdisk3",
     {"18:100: server.partitions.vios1.disks.hdisk1.adapter: `vios1` has no adapter `fcs1`; did you mean `fcs0`?"}},
    {"hdisk1, storage: lun1, adapter: fcs0}, {name: hdisk3",
     "hdisk1, storage: lun1, adapter: ent0}, {name: hdisk3",
     {"18:100: server.partitions.vios1.disks.hdisk1.adapter: `ent0` is an Ethernet adapter; allowed: one of type fibre_channel"}},
    {"hdisk3, storage: lun3}",
     "hdisk3, storage: lun3}, {name: hdisk4, storage: lun2, max_transfer: 512 KiB}",
     {"18:182: server.partitions.vios1.disks.hdisk4.max_transfer: 512 KiB are less than the 1 MiB of `lun2`, whose data clients could not read; allowed: at least as much"}},
    {"hdisk3, storage: lun3}",
     "hdisk3, storage: lun1}",
     {"18:131: server.partitions.vios1.disks.hdisk3.storage: `lun1` is already the disk `hdisk1`; allowed: storage of its own"}},
    {"hdisk3, storage: lun3}",
     "hdisk3, storage: lun3, queue_depth: 257}",
     {"18:150: server.partitions.vios1.disks.hdisk3.queue_depth: `257` is out of range; allowed: 1 to 256"}},
    {"hdisk3, storage: lun3}",
     "hdisk3, storage: lun3, rw_timeout: 200 s}",
     {"18:149: server.partitions.vios1.disks.hdisk3.rw_timeout: of no meaning for a disk of a VIOS; allowed: at a client's disk"}},
    {"hdisk3, storage: lun3}",
     "hdisk3}",
     {"18:107: server.partitions.vios1.disks.hdisk3: nothing says what it is; allowed: `storage` (a disk of a VIOS), `backing` (virtual SCSI), or `storage` with `paths` (virtual Fibre Channel)"}},
    {"type: fibre_channel}]\n      disks: [{name: hdisk0, storage: lun0, adapter: fcs0}, {name: hdisk1, storage: lun1, adapter: fcs0}]",
     "type: fibre_channel}]\n      disks: [{name: hdisk0, storage: lun0, adapter: fcs0}, {name: hdisk1, storage: lun1, adapter: fcs0}, {name: hdisk3, storage: lun3}]",
     {"26:131: server.partitions.vios2.disks.hdisk3.storage: `lun3` is in the hands of `vios1`; allowed: an `adapter` for storage that several reach"}},
    {"type: fibre_channel}]\n      disks: [{name: hdisk0, storage: lun0, adapter: fcs0}, {name: hdisk1, storage: lun1, adapter: fcs0}, {name: hdisk3",
     "type: fibre_channel, num_cmd_elems: 100}]\n      disks: [{name: hdisk0, storage: lun0, adapter: fcs0}, {name: hdisk1, storage: lun1, adapter: fcs0}, {name: hdisk3",
     {"17:97: server.partitions.vios1.adapters.fcs0.num_cmd_elems: `100` is out of range; allowed: 200 to 4096"}},
    {"type: fibre_channel}]\n      disks: [{name: hdisk0, storage: lun0, adapter: fcs0}, {name: hdisk1, storage: lun1, adapter: fcs0}, {name: hdisk3",
     "type: fibre_channel, rate: 10 Gb/s}]\n      disks: [{name: hdisk0, storage: lun0, adapter: fcs0}, {name: hdisk1, storage: lun1, adapter: fcs0}, {name: hdisk3",
     {"17:88: server.partitions.vios1.adapters.fcs0.rate: `10 Gb/s` is no speed of Fibre Channel; allowed: 4, 8, 16 or 32 Gb/s"}},
    {"disk: hdisk3, size: 50 GiB",
     "disk: hdisk2, size: 50 GiB",
     {"19:46: server.partitions.vios1.logical_volumes.lv_web.disk: `vios1` has no disk `hdisk2`; did you mean `hdisk0`?"}},
    {"disk: hdisk3, size: 10 GiB",
     "disk: hdisk3, size: 60 GiB",
     {"20:47: server.partitions.vios1.files.iso.size: 60 GiB do not fit on `hdisk3`, where 50 GiB of 100 GiB are taken; allowed: at most what is left"}},
    {"name: iso,",
     "name: lv_web,",
     {"20:22: server.partitions.vios1.files.lv_web.name: `lv_web` is already a disk or volume of `vios1`; allowed: a name of its own"}},
    {"backing: [vios1.hdisk0, vios2.hdisk0]",
     "backing: [vios1.hdisk0, vois2.hdisk0]",
     {"31:47: server.partitions.web.disks.sda.backing.1: there is no partition `vois2`; did you mean `vios2`?"}},
    {"backing: [vios1.hdisk0, vios2.hdisk0]",
     "backing: [vios1.hdisk0, vios2.hdisk7]",
     {"31:47: server.partitions.web.disks.sda.backing.1: `vios2` does not serve `hdisk7`; did you mean `hdisk0`?"}},
    {"backing: [vios1.hdisk0, vios2.hdisk0]",
     "backing: [vios1.hdisk0, web.hdisk0]",
     {"31:47: server.partitions.web.disks.sda.backing.1: `web` serves nothing to itself; allowed: another partition of type vios or ibmi"}},
    {"backing: [vios1.hdisk0, vios2.hdisk0]",
     "backing: [vios1.hdisk0, vios1.hdisk0]",
     {"31:47: server.partitions.web.disks.sda.backing.1: `vios1` is named twice; allowed: one path through each VIOS"}},
    {"backing: [vios1.hdisk0, vios2.hdisk0]",
     "backing: [vios1.hdisk0, vios2.hdisk1]",
     {"31:47: server.partitions.web.disks.sda.backing.1: `vios2.hdisk1` is the storage `lun1`, the first path leads to `lun0`; allowed: paths to the same storage"}},
    {"backing: [vios1.hdisk0, vios2.hdisk0]",
     "backing: [vios1.lv_web, vios2.hdisk0]",
     {"31:33: server.partitions.web.disks.sda.backing.0: `vios1.lv_web` is a logical volume, which has a single path always; allowed: a whole disk (physical volume) or a logical unit of a shared storage pool where there are several VIOSes"}},
    {"backing: [vios1.hdisk0, vios2.hdisk0]",
     "backing: [vios1.hdisk0, vios2.hdisk0], storage: lun0",
     {"31:71: server.partitions.web.disks.sda.storage: of no meaning beside `backing`; allowed: what the VIOS has, under `backing`"}},
    {"backing: [vios1.hdisk0, vios2.hdisk0]",
     "backing: [vios1.hdisk0, vios2.hdisk0], max_transfer: 1 MiB",
     {"31:76: server.partitions.web.disks.sda.max_transfer: of no meaning for a virtual SCSI disk, since the VIOS decides; allowed: at the disk of the VIOS"}},
    {"backing: [vios1.hdisk0, vios2.hdisk0]",
     "backing: vios1",
     {"31:32: server.partitions.web.disks.sda.backing: `vios1` does not say what of which partition; allowed: PARTITION.NAME such as `vios1.hdisk0`"}},
    {"backing: [vios1.hdisk0, vios2.hdisk0]",
     "backing: [vios1.hdisk0, vios2.hdisk0], queue_depth: 32",
     {"31:75: warning: server.partitions.web.disks.sda.queue_depth: 32 are more than the 20 of `vios1.hdisk0`, where the others wait",
      "31:75: warning: server.partitions.web.disks.sda.queue_depth: 32 are more than the 20 of `vios2.hdisk0`, where the others wait"}},
    {"backing: [vios1.hdisk0, vios2.hdisk0]",
     "backing: [vios1.hdisk0, vios2.hdisk0], path_timeout: 2 h",
     {"31:76: server.partitions.web.disks.sda.path_timeout: `2 h` is out of range; allowed: at most 1 h"}},
    {"backing: [vios1.hdisk0, vios2.hdisk0]",
     "backing: [vios1.hdisk0, vios2.hdisk0], rw_timeout: 30 s",
     {"31:74: server.partitions.web.disks.sda.rw_timeout: is too short; allowed: 0 s, or 120 s to 1 h"}},
    {"storage: lun2, paths",
     "storage: lun3, paths",
     {"33:32: server.partitions.web.disks.sdc.storage: `lun3` holds `vios1.lv_web`, which a client uses; allowed: storage of its own"}},
    {"backing: [vios1.hdisk0, vios2.hdisk0]",
     "storage: lun3, paths: vios1.fcs0",
     {"32:32: server.partitions.web.disks.sdb.backing: `vios1.lv_web` lies on `lun3`, which is already the disk `web.sda`; allowed: storage of its own"}},
    {"backing: vios1.lv_web}",
     "backing: vios1.lv_wbe}",
     {"32:32: server.partitions.web.disks.sdb.backing: `vios1` does not serve `lv_wbe`; did you mean `lv_web`?"}},
    {"backing: vios1.lv_web}",
     "backing: vios1.lv_web, queue_depth: 256}",
     {}},
    {"backing: vios1.lv_web}",
     "backing: vios1.hdisk3}",
     {"32:32: server.partitions.web.disks.sdb.backing: `vios1.hdisk3` holds `lv_web`; allowed: what lies on it, or a disk without volumes"}},
    {"backing: vios1.lv_web}",
     "backing: vios1.hdisk1}",
     {"38:36: server.partitions.db.disks.dd1.backing: `vios1.hdisk1` is already the disk `web.sdb`; allowed: storage of its own"}},
    {"paths: [vios1.fcs0, vios2.fcs0]",
     "paths: [vios1.fcs0, vios2.fcs1]",
     {"33:58: server.partitions.web.disks.sdc.paths.1: `vios2` has no adapter `fcs1`; did you mean `fcs0`?"}},
    {"paths: [vios1.fcs0, vios2.fcs0]",
     "paths: [vios1.fcs0, vios1.fcs0]",
     {"33:58: server.partitions.web.disks.sdc.paths.1: `vios1.fcs0` is named twice; allowed: one path through each adapter"}},
    {"paths: [vios1.fcs0, vios2.fcs0]",
     "paths: [vios1.fcs0, vios2.ent0]",
     {"33:58: server.partitions.web.disks.sdc.paths.1: `vios2.ent0` is an Ethernet adapter; allowed: one of type fibre_channel"}},
    {"storage: lun2, paths",
     "storage: lun9, paths",
     {"33:32: server.partitions.web.disks.sdc.storage: there is no storage `lun9`; did you mean `lun0`?"}},
    {"storage: lun2, paths",
     "paths",
     {"33:11: server.partitions.web.disks.sdc: the key `storage` is missing; allowed: what is reached through `paths`"}},
    {"storage: lun2, paths: [vios1.fcs0, vios2.fcs0]",
     "storage: lun2",
     {"33:32: server.partitions.web.disks.sdc.storage: storage in a partition that is no VIOS; allowed: `backing`, such as `vios1.hdisk0`, or `paths` beside it"}},
    {"queue_depth: 32}",
     "queue_depth: 16}",
     {"38:63: server.partitions.db.disks.dd1.queue_depth: 16 on IBM i, whose queue depth is fixed; allowed: 32"}},
    {"ethernet: [{name: eth0, pvid: 10}]",
     "ethernet: [{name: eth0, pvid: 10, mtu: 9000}]",
     {"34:46: warning: server.partitions.web.ethernet.eth0.mtu: packets of 9000 bytes are too long for `sea0`, which takes 1500: those that go outside are lost"}},
    {"ethernet: [{name: eth0, pvid: 10}]",
     "ethernet: [{name: eth0, pvid: 30}]",
     {"34:37: warning: server.partitions.web.ethernet.eth0.pvid: no Shared Ethernet Adapter bridges VLAN 30 of `ETHERNET0`: it reaches nobody"}},
    {"ethernet: [{name: eth0, pvid: 10}]",
     "ethernet: [{name: eth0, pvid: 10, vlans: [10]}]",
     {"34:41: server.partitions.web.ethernet.eth0.vlans: 10 is the adapter's own VLAN (pvid), which is untagged; allowed: others"}},
    {"ethernet: [{name: eth0, pvid: 10}]",
     "ethernet: [{name: eth0, pvid: 10, vlans: [11, 11]}]",
     {"34:41: server.partitions.web.ethernet.eth0.vlans: 11 stands there twice; allowed: each VLAN once"}},
    {"ethernet: [{name: eth0, pvid: 10}]",
     "ethernet: [{name: eth0, pvid: 10, vlans: [51, 52, 53, 54, 55, 56, 57, 58, 59, 60, 61, 62, 63, 64, 65, 66, 67, 68, 69, 70, 71]}]",
     {"34:41: server.partitions.web.ethernet.eth0.vlans: 21 VLANs beside the adapter's own; allowed: at most 20"}},
    {"ethernet: [{name: eth0, pvid: 10}]",
     "ethernet: [{name: eth0, pvid: 10, switch: ETHERNT0}]",
     {"34:49: server.partitions.web.ethernet.eth0.switch: there is no virtual switch `ETHERNT0`; did you mean `ETHERNET0`?"}},
    {"ethernet: [{name: eth0, pvid: 10}]",
     "ethernet: [{name: eth0, pvid: 10}]\n      shared_ethernet: [{name: sea0, adapter: ent0, trunks: [{}]}]",
     {"35:7: server.partitions.web.shared_ethernet: Shared Ethernet Adapters in a partition that is no VIOS; allowed: with `type: vios`"}},
    {"vlans: [10, 20], priority: 2",
     "vlans: [10, 20], priority: 1",
     {"27:105: server.partitions.vios2.shared_ethernet.sea0.trunks.0.priority: 1 is that of `vios1.sea0` too, which also bridges VLAN 1; allowed: a priority of its own"}},
    {"vlans: [10, 20], priority: 2",
     "pvid: 2, vlans: [30]",
     {"21:62: warning: server.partitions.vios1.shared_ethernet.sea0.ha_mode: no other Shared Ethernet Adapter bridges one of its VLANs: there is none to take over",
      "27:62: warning: server.partitions.vios2.shared_ethernet.sea0.ha_mode: no other Shared Ethernet Adapter bridges one of its VLANs: there is none to take over"}},
    {"ha_mode: auto, trunks: [{vlans: [10, 20], priority: 2",
     "trunks: [{vlans: [10, 20], priority: 2",
     {"27:25: server.partitions.vios2.shared_ethernet.sea0.ha_mode: `vios1.sea0` bridges VLAN 1 too: without failover both would, and frames go round in a loop; allowed: `ha_mode: auto` on both"}},
    {"ha_mode: auto, trunks: [{vlans: [10, 20], priority: 2",
     "ha_mode: auto, control_vlan: 99, trunks: [{vlans: [10, 20], priority: 2",
     {"27:82: server.partitions.vios2.shared_ethernet.sea0.control_vlan: VLAN 99 on switch `ETHERNET0` is not the control channel of `vios1.sea0`, VLAN 4095 on switch `ETHERNET0`: they would not hear of each other, and both be active; allowed: the same one"}},
    {"ha_mode: auto, trunks: [{vlans: [10, 20], priority: 2",
     "ha_mode: auto, control_vlan: 20, trunks: [{vlans: [10, 20], priority: 2",
     {"27:82: server.partitions.vios2.shared_ethernet.sea0.control_vlan: VLAN 20 on switch `ETHERNET0` is not the control channel of `vios1.sea0`, VLAN 4095 on switch `ETHERNET0`: they would not hear of each other, and both be active; allowed: the same one",
      "27:96: server.partitions.vios2.shared_ethernet.sea0.trunks.0.vlans: 20 is the VLAN of the control channel; allowed: another VLAN, or another `control_vlan`",
      "39:37: server.partitions.db.ethernet.cmn1.pvid: VLAN 20 is the control channel of Shared Ethernet Adapter `sea0`; allowed: another VLAN"}},
    {"ha_mode: auto, trunks: [{vlans: [10, 20], priority: 2",
     "ha_mode: sharing, trunks: [{vlans: [10, 20], priority: 2",
     {"27:62: server.partitions.vios2.shared_ethernet.sea0.ha_mode: sharing goes by trunks, and there is one; allowed: at least two trunks",
      "27:62: server.partitions.vios2.shared_ethernet.sea0.ha_mode: `vios1.sea0` does not share; allowed: sharing on both, or on none"}},
    {"ha_mode: auto, trunks: [{vlans: [10, 20], priority: 2",
     "ha_mode: auto, ping: gatway, trunks: [{vlans: [10, 20], priority: 2",
     {"27:74: server.partitions.vios2.shared_ethernet.sea0.ping: there is no host `gatway`; did you mean `gateway`?"}},
    {"ha_mode: auto, trunks: [{vlans: [10, 20], priority: 2}",
     "ha_mode: auto, trunks: [{vlans: [10, 20], priority: 2}, {pvid: 10, priority: 2}",
     {"27:116: server.partitions.vios2.shared_ethernet.sea0.trunks.1.pvid: VLAN 10 is already that of trunk 0 on the same switch; allowed: each VLAN on one trunk"}},
    {"adapter: ent0, ha_mode: auto, trunks: [{vlans: [10, 20], priority: 2",
     "adapter: fcs0, ha_mode: auto, trunks: [{vlans: [10, 20], priority: 2",
     {"27:47: server.partitions.vios2.shared_ethernet.sea0.adapter: `fcs0` is a Fibre Channel adapter; allowed: one of type ethernet"}},
    {"adapter: ent0, ha_mode: auto, trunks: [{vlans: [10, 20], priority: 2",
     "adapter: ent1, ha_mode: auto, trunks: [{vlans: [10, 20], priority: 2",
     {"27:47: server.partitions.vios2.shared_ethernet.sea0.adapter: `vios2` has no adapter `ent1`; did you mean `ent0`?"}},
    {"{name: sdb, backing: vios1.lv_web}",
     "{name: sdb, backing: vios1.lv_web, queue_depth: 256}\n        - {name: sdd, backing: vios1.iso, queue_depth: 256}",
     {"33:56: server.partitions.web.disks.sdd.queue_depth: the disks of adapter `vscsi0` to `vios1` need 537 of the 510 elements of its queue; allowed: 1 disks of queue depth 256, or another `adapter`"}},
    {"{name: sdb, backing: vios1.lv_web}",
     "{name: sdb, backing: vios1.lv_web, queue_depth: 256}\n        - {name: sdd, backing: vios1.iso, queue_depth: 256, adapter: vscsi1}",
     {}},
    {"{vlans: [10, 20], priority: 2}",
     "{vlans: [10, 20], priority: 2}, {pvid: 100, priority: 2}, {pvid: 101, priority: 2}, {pvid: 102, priority: 2}, {pvid: 103, priority: 2}, {pvid: 104, priority: 2}, {pvid: 105, priority: 2}, {pvid: 106, priority: 2}, {pvid: 107, priority: 2}, {pvid: 108, priority: 2}, {pvid: 109, priority: 2}, {pvid: 110, priority: 2}, {pvid: 111, priority: 2}, {pvid: 112, priority: 2}, {pvid: 113, priority: 2}, {pvid: 114, priority: 2}, {pvid: 115, priority: 2}",
     {"27:68: server.partitions.vios2.shared_ethernet.sea0.trunks: 17 trunks; allowed: at most 16"}},
    {"link: vios1.ent0, state: down",
     "link: vios1.ent9, state: down",
     {"41:21: events.0.link: `vios1` has no physical adapter `ent9`; did you mean `ent0`?"}},
    {"link: vios1.ent0, state: down",
     "link: vios9.ent0, state: down",
     {"41:21: events.0.link: there is no partition `vios9`; did you mean `vios1`?"}},
    {"link: vios1.ent0, state: down",
     "link: vios1.ent0, state: stopped",
     {"41:40: events.0.state: is that of a partition; allowed: up or down"}},
    {"link: vios1.ent0, state: down",
     "link: vios1.ent0",
     {"41:5: events.0: this event changes nothing; allowed: `state: down` or `state: up`"}},
    {"link: vios1.ent0, state: down",
     "storage: lun4, state: down",
     {"41:24: events.0.storage: there is no storage `lun4`; did you mean `lun0`?"}},
    {"link: vios1.ent0, state: down",
     "shared_ethernet: vios1.sea1, ha_mode: standby",
     {"41:32: events.0.shared_ethernet: `vios1` has no Shared Ethernet Adapter `sea1`; did you mean `sea0`?"}},
    {"link: vios1.ent0, state: down",
     "shared_ethernet: vios1.sea0, ha_mode: sharing",
     {"41:53: events.0.ha_mode: `vios1.sea0` does not share; allowed: auto or standby"}},
    {"link: vios1.ent0, state: down",
     "shared_ethernet: vios1.sea0",
     {"41:5: events.0: this event changes nothing; allowed: `ha_mode`"}},
    {"link: vios1.ent0, state: down",
     "shared_ethernet: vios1.sea0, ha_mode: standby, storage: lun0",
     {"41:5: events.0: several things change; allowed: one of link, storage, shared_ethernet, vnic and vsp"}},
    {"link: vios1.ent0, state: down",
     "partition: vios1, state: down",
     {"41:40: events.0.state: is that of a link; allowed: running, stopped or failed for a partition"}},
    {"link: vios1.ent0, state: down",
     "partition: vios1, state: failed}\n  - {at: 6 s, partition: vios1, state: stopped",
     {"42:40: events.1.state: `vios1` is stopped already at 6 s; allowed: running"}},
    {"link: vios1.ent0, state: down",
     "link: vios1.ent0, partition: vios1, state: down",
     {"41:44: events.0.partition: `partition` is about a partition, this event about virtual I/O; allowed: an event for each"}},
    // clang-format on
};

std::string changed_io(const std::string& from, const std::string& to) {
  std::string text = kIoBase;
  const auto at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return text.replace(at, from.size(), to);
}

class IoCheck : public ::testing::TestWithParam<std::size_t> {};

TEST_P(IoCheck, SaysWhatIsWrongAndWhere) {
  const Case& c = kCases[GetParam()];
  EXPECT_EQ(diagnostics_of(changed_io(c.from, c.to)), c.expected) << c.from << " -> " << c.to;
}
INSTANTIATE_TEST_SUITE_P(Table, IoCheck, ::testing::Range(std::size_t{0}, kCases.size()));

TEST(IoChecks, RefuseVolumesOfTwoViosesOnOneStorage) {
  std::string text = kIoBase;
  const auto replace = [&](const std::string& from, const std::string& to) {
    text.replace(text.find(from), from.size(), to);
  };
  replace("hdisk3, storage: lun3}", "hdisk3, storage: lun3, adapter: fcs0}");
  replace("adapter: fcs0}]\n      shared_ethernet",
          "adapter: fcs0}, {name: hdisk3, storage: lun3, adapter: fcs0}]\n      logical_volumes: [{name: lv_db, disk: hdisk3, size: 1 "
          "GiB}]\n      "
          "shared_ethernet");
  replace("backing: vios1.hdisk1,", "backing: vios2.lv_db,");
  EXPECT_THAT(diagnostics_of(text),
              ::testing::ElementsAre(::testing::EndsWith("db.disks.dd1.backing: `vios2.lv_db` lies on `lun3`, and so does "
                                                         "`vios1.lv_web` of another VIOS; allowed: storage of its own")));
}

TEST(IoChecks, HaveNothingToSayAboutTheBase) {
  EXPECT_THAT(diagnostics_of(kIoBase), ::testing::IsEmpty());
}

TEST(IoChecks, RefuseADiskOfAVirtualIoServerOnAnotherServer) {
  std::string text = kIoBase;
  text.replace(text.find("server:"), 7, "servers:\n- name: a");
  const auto db = text.find("    - name: db");
  text.insert(db, "- name: b\n  processor: {generation: POWER9, cores: 4, frequency: 3.8 GHz}\n  partitions:\n");
  EXPECT_THAT(diagnostics_of(text),
              ::testing::Contains(::testing::HasSubstr("`vios1` is on server `a`, `db` is not; allowed: a VIOS of the same server")));
}

TEST(IoChecks, RefuseMoreThan64VirtualFibreChannelAdaptersOnAPort) {
  std::string text = kIoBase;
  std::string storage;
  std::string clients;
  for (int i = 0; i < 64; ++i) {
    storage += fmt::format("  - {{name: san{}, type: nvme}}\n", i);
    clients += fmt::format(
        "    - {{name: c{0}, processors: {{entitlement: 0.05}}, disks: [{{name: sda, storage: san{0}, paths: vios1.fcs0}}]}}\n", i);
  }
  text.replace(text.find("cores: 4"), 8, "cores: 16");
  text.insert(text.find("events:"), clients);
  text.insert(text.find("network:"), storage);
  EXPECT_THAT(
      diagnostics_of(text),
      ::testing::ElementsAre(::testing::HasSubstr("`vios1.fcs0` has 65 virtual Fibre Channel adapters; allowed: at most 64 on a port")));
}

/// The base, whose VIOSes share a pool with a unit for `sda`.
std::string with_pool(const std::string& pool = "{name: pool1, storage: lun0, logical_units: [{name: lu_web, size: 20 GiB}]}") {
  std::string text = kIoBase;
  const auto replace = [&](const std::string& from, const std::string& to) {
    for (auto at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size())) text.replace(at, from.size(), to);
  };
  replace("backing: [vios1.hdisk0, vios2.hdisk0]", "backing: [vios1.lu_web, vios2.lu_web]");
  replace("type: vios\n      processors: {entitlement: 0.5, virtual: 2}",
          "type: vios\n      processors: {entitlement: 1, virtual: 2}\n      memory: 4 GiB");
  text.insert(text.find("network:"), "shared_storage_pools:\n  - " + pool + "\n");
  return text;
}

TEST(IoChecks, RefuseADiskThatIsNamedAsAWorkload) {
  std::string text = kIoBase;
  const std::string web = "ethernet: [{name: eth0, pvid: 10}]";
  text.replace(text.find(web), web.size(), web + "\n      workloads: [{name: sda, type: spin}]");
  EXPECT_THAT(diagnostics_of(text), ::testing::ElementsAre(::testing::HasSubstr(
                                        "sda.name: `sda` is the name of a workload, whose metrics begin with it; allowed: another name")));
}

TEST(IoChecks, RefuseADiskThatIsNamedAsAHostThatItsPartitionTalksTo) {
  std::string text = kIoBase;
  const std::string host = "name: gateway", web = "ethernet: [{name: eth0, pvid: 10}]";
  text.replace(text.find(host), host.size(), "name: sda");
  text.replace(text.find(web), web.size(),
               web + "\n      workloads: [{name: pings, type: batch, jobs: 1, transaction: [{call: sda, request: 64 B, response: 64 B}]}]");
  EXPECT_THAT(diagnostics_of(text), ::testing::ElementsAre(::testing::HasSubstr(
                                        "sda.name: `sda` is the name of a host that it sends to or calls, whose metrics begin with it")));
}

TEST(IoChecks, JudgeNoMetricsWhereDisksHaveTheSameName) {
  std::string text = kIoBase;
  text.replace(text.find("name: sdb"), 9, "name: sda");
  text += "expect: [web.sda.read.iops > 1 /s, web.nothing > 1]\n";
  EXPECT_THAT(diagnostics_of(text), ::testing::ElementsAre(::testing::HasSubstr("the name `sda` is already taken")));
}

TEST(SharedStoragePools, ServeTheirUnitsThroughEachVirtualIoServer) {
  EXPECT_THAT(diagnostics_of(with_pool()), ::testing::IsEmpty());
  const ScenarioConfig scenario =
      read_scenario_text("s",
                         with_pool("{name: pool1, storage: [lun0, lun2], logical_units: [{name: large, size: 90 GiB}, {name: lu_web, size: "
                                   "5 GiB}, {name: other, size: 20 GiB}]}"))
          .scenario;
  const IoIndex index(scenario);
  const auto* unit = index.served({0, 1}, "lu_web");
  ASSERT_NE(unit, nullptr);
  EXPECT_EQ(unit->kind, IoIndex::Kind::logical_unit);
  EXPECT_EQ(unit->disk, "hdisk0");
  EXPECT_EQ(index.units()[1].first_byte, std::uint64_t{90} << 30);
  EXPECT_EQ(index.units()[2].storage->name, "lun2") << "there is no room on the first";
}

TEST(SharedStoragePools, SayWhatIsWrongWithThem) {
  const auto expect = [](const std::string& text, const std::string& message) {
    EXPECT_THAT(diagnostics_of(text), ::testing::Contains(::testing::HasSubstr(message)));
  };
  expect(with_pool("{name: p, storage: lun9, logical_units: []}"), "there is no storage `lun9`; did you mean `lun0`?");
  expect(with_pool("{name: p, storage: lun0, logical_units: [{name: lu_web, size: 200 GiB}]}"),
         "200 GiB do not fit on what is left of any storage of `p`; allowed: less, or more storage");
  expect(with_pool("{name: p, storage: lun0, logical_units: [{name: lu_web, size: 1 GiB}]}\n  - {name: q, storage: lun0}"),
         "`lun0` belongs to `p`; allowed: storage of its own");
  expect(with_pool("{name: p, storage: lun0, logical_units: [{name: lu_web, size: 1 GiB}]}\n  - {name: q, storage: lun2, logical_units: "
                   "[{name: lu_web, size: 1 GiB}]}"),
         "the name `lu_web` is already taken by another logical unit; allowed: a name of its own");
  expect(with_pool("{name: p, storage: lun3, logical_units: [{name: lu_web, size: 1 GiB}]}"),
         "`hdisk3` is on storage of the pool `p`; allowed: with a Fibre Channel `adapter`");
  std::string text = with_pool();
  text.replace(text.find("entitlement: 1,"), 15, "entitlement: 0.9,");
  expect(text, "0.9 PU in a member of the shared storage pool `pool1`; allowed: at least 1 PU");
  text = with_pool();
  text.replace(text.find("memory: 4 GiB"), 13, "memory: 2 GiB");
  expect(text, "2 GiB in a member of the shared storage pool `pool1`; allowed: at least 4 GiB");
  text = with_pool();
  text.replace(text.find("ha_mode: auto"), 13, "ha_mode: auto, mode: interrupt");
  expect(text, "interrupt in a member of the shared storage pool `pool1`; allowed: threaded");
  text = with_pool();
  text.replace(text.find("vios2.lu_web"), 12, "vios2.hdisk0");
  expect(text, "`vios2.hdisk0` is the storage `lun0`, the first path leads to `lu_web`; allowed: paths to the same storage");
}

TEST(IoDocument, HasTheDefaultsOfEachKindOfStorageAndOperatingSystem) {
  const ScenarioConfig scenario = read_scenario_text("s", kIoBase).scenario;
  ASSERT_EQ(scenario.storage.size(), 4U);
  EXPECT_EQ(std::get<FixedStorage>(scenario.storage[0].type).service.mean(), SimTime::from_ms(5));
  EXPECT_EQ(std::get<ArrayStorage>(scenario.storage[1].type).disks, 8U);
  EXPECT_EQ(std::get<FlashStorage>(scenario.storage[2].type).channels, 40U);
  EXPECT_EQ(std::get<HddStorage>(scenario.storage[3].type).seek, SimTime::from_ms(4));
  const PartitionConfig& vios = scenario.servers[0].partitions[0];
  EXPECT_EQ(std::get<PhysicalVolume>(vios.io.disks[0].type).max_transfer, Bytes{std::uint64_t{256} << 10});
  EXPECT_EQ(vios.io.shared_ethernet[0].threads, 7U);
  EXPECT_EQ(vios.io.vscsi_server.profile, VscsiProfile::vios);
  const PartitionConfig& web = scenario.servers[0].partitions[2];
  const auto& sda = std::get<VscsiDisk>(web.io.disks[0].type);
  EXPECT_EQ(sda.policy.queue_depth, 16U);
  EXPECT_THAT(sda.backing, ::testing::ElementsAre(Reference{"vios1", "hdisk0"}, Reference{"vios2", "hdisk0"}));
  EXPECT_EQ(std::get<VscsiDisk>(web.io.disks[1].type).backing.size(), 1U);
  EXPECT_EQ(std::get<NpivDisk>(web.io.disks[2].type).paths.size(), 2U);
  EXPECT_EQ(scenario.servers[0].virtual_switches, std::vector<std::string>{"ETHERNET0"});
  EXPECT_EQ(scenario.events[0].io.link, (Reference{"vios1", "ent0"}));
  EXPECT_FALSE(scenario.events[0].io.up);
}

TEST(AssumedFigures, OfVirtualIoAreNamed) {
  using ::testing::Contains;
  using ::testing::HasSubstr;
  const auto assumptions = read_scenario_text("s.yaml", kIoBase, {}).scenario.assumptions;
  for (const char* part : {"hypervisor.virtual_io", "network.md", "shared-ethernet-adapter.md", "npiv.md"})
    EXPECT_THAT(assumptions, Contains(HasSubstr(part)));
}

}  // namespace
}  // namespace lparsim::scenario
