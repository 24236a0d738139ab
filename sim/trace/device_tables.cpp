#include <fmt/format.h>

#include "sim/trace/declarations.hpp"
#include "sim/trace/device_records.hpp"

namespace lparsim::trace {

std::vector<Table> device_tables() {
  return {
      {"device",
       "The devices of virtual I/O, virtual and physical, in the servers and outside (every trace level).",
       {{"id", "INTEGER PRIMARY KEY", "", "From 0."},
        {"server", "INTEGER", "", "Server, `server.id`; NULL: outside of all servers."},
        {"partition", "INTEGER", "", "Whose it is, `partition.id`; NULL: the hypervisor's, or outside."},
        {"kind", "TEXT", "", fmt::format("{}.", fmt::join(kDeviceKindNames, ", "))},
        {"name", "TEXT", "", "vscsi0, hdisk0, ent0, ETHERNET0, ...; where the scenario gives none, a name that is unique to its kind."},
        {"about", "TEXT", "", "What else it is, such as `16 Gb/s`; may be empty."}},
       "",
       ""},
      {"connection",
       "Which devices are connected with which (every trace level).",
       {{"from_device", "INTEGER", "", "`device.id`, nearer to the client."},
        {"to_device", "INTEGER", "", "`device.id`."},
        {"about", "TEXT", "", "What else it is, such as `VLAN 1`; may be empty."}},
       "",
       ""},
      {"io_route",
       "The devices that requests pass on each path to a target, from the client's adapter to the far end (every trace level).",
       {{"target", "INTEGER", "", "`io_target.id`."},
        {"path", "INTEGER", "", "`io_path.path` of that target."},
        {"alternative", "INTEGER", "",
         "0: the way it goes first. Others are taken when Shared Ethernet Adapters or backing devices of a vNIC fail over: "
         "device_interval tells which was in use."},
        {"step", "INTEGER", "", "In the order in which requests come to the devices, from 0."},
        {"device", "INTEGER", "", "`device.id`."}},
       "",
       ""},
      {"device_interval",
       "What physical adapters and storage did, in the same intervals as table interval (trace level summary); no row where they did "
       "nothing.",
       {{"device", "INTEGER", "", "`device.id`."},
        {"begin_ps", "INTEGER", "ps", "Begin of the interval."},
        {"length_ps", "INTEGER", "ps", "Its length."},
        {"transfers", "INTEGER", "", "Frames sent and received, or commands that ended well."},
        {"bytes", "INTEGER", "bytes", "Of these."},
        {"busy_ps", "INTEGER", "ps",
         "Of an Ethernet adapter: how long its wire carried frames, in the direction that carried more. Of the others: how long they had "
         "at least one command."}},
       "",
       ""}};
}

}  // namespace lparsim::trace
