#include <fmt/format.h>

#include "sim/scenario/schema.hpp"
#include "sim/scenario/schema_io.hpp"
#include "sim/scenario/schema_kernel_policy.hpp"
#include "sim/scenario/schema_vsp.hpp"

namespace lparsim::scenario {
namespace {

using namespace config;

// Of a server, of a partition, or of virtual I/O: one of them, and only what belongs to it.
class EventCheck {
 public:
  EventCheck(const EventKeys& event, const Context& context) : event_{event}, context_{context} {}

  void run() const {
    if (event_.frequency) return refuse_partition_keys("`frequency` about a server");
    if (event_.of_virtual_io()) return check_io();
    for (const char* key : {"backing", "auto_priority_failover"})
      if (context_.given(key)) return context_.error(key, "says nothing of whom; allowed: with `vnic`, such as `web.eth0`");
    if (event_.service) return check_service();
    if (event_.table || event_.node) return check_kernel_policy();
    for (const char* key : {"fault", "suspend", "migrate", "blackout", "for", "factor", "by", "probability", "violation"})
      if (context_.given(key))
        return context_.error(key, "says nothing of whom; allowed: with `vsp`, the name of a Virtual Service Partition");
    if (context_.given("ha_mode"))
      return context_.error("ha_mode", "says nothing of whom; allowed: with `shared_ethernet`, such as `vios1.sea0`");
    if (!event_.server.empty() && !event_.partition.empty())
      return context_.error("server", "stands beside `partition`, whose name says enough; allowed: `server` with a `frequency`");
    if (event_.partition.empty() && event_.server.empty())
      return context_.error("",
                            "the key `partition` is missing; allowed: the name of a partition, `frequency` for a server, or `link`, "
                            "`storage`, `shared_ethernet`, `vnic` or `vsp`");
    if (event_.virtual_processor && !event_.smt)
      return context_.error("virtual_processor", "says to which one `smt` applies; allowed: with `smt`");
    if (event_.state == EventState::up || event_.state == EventState::down)
      return context_.error("state", "is that of a link; allowed: running, stopped or failed for a partition");
    if (event_.entitlement || event_.weight || event_.virtual_processors || event_.capped || event_.smt || event_.state) return;
    context_.error("", event_.partition.empty()
                           ? "this event changes nothing; allowed: `frequency`"
                           : "this event changes nothing; allowed: at least one of entitlement, weight, virtual, capped, smt, state");
  }

 private:
  void refuse_partition_keys(std::string_view other) const {
    const auto refuse = [&](std::string_view key) {
      context_.error(key, fmt::format("`{}` is about a partition, {}; allowed: an event for each", key, other));
    };
    for (const char* key : {"partition", "entitlement", "weight", "virtual", "capped", "smt", "virtual_processor"})
      if (context_.given(key)) refuse(key);
    if (event_.frequency && event_.state) refuse("state");
    for (const char* key : {"link", "storage", "shared_ethernet", "ha_mode", "vnic", "backing", "auto_priority_failover", "vsp", "fault",
                            "suspend", "migrate"})
      if (event_.frequency && context_.given(key)) context_.error(key, "stands beside `frequency`; allowed: an event of its own");
  }

  void check_io() const {
    refuse_partition_keys("this event about virtual I/O");
    if ((event_.link ? 1 : 0) + (event_.storage ? 1 : 0) + (event_.shared_ethernet ? 1 : 0) + (event_.vnic ? 1 : 0) +
            (event_.service ? 1 : 0) >
        1)
      return context_.error("", "several things change; allowed: one of link, storage, shared_ethernet, vnic and vsp");
    if (!event_.server.empty()) context_.error("server", "stands beside what has a name of its own; allowed: without it");
    for (const char* key : {"backing", "auto_priority_failover"})
      if (context_.given(key) && !event_.vnic) return context_.error(key, "is that of a vNIC; allowed: with `vnic`");
    if (event_.vnic) return check_vnic();
    if (event_.shared_ethernet) {
      if (event_.state) context_.error("state", "a Shared Ethernet Adapter has none; allowed: `ha_mode`, or an event for its `link`");
      if (!context_.given("ha_mode")) context_.error("", "this event changes nothing; allowed: `ha_mode`");
      return;
    }
    if (context_.given("ha_mode")) context_.error("ha_mode", "is that of a Shared Ethernet Adapter; allowed: with `shared_ethernet`");
    if (!event_.state)
      context_.error("", "this event changes nothing; allowed: `state: down` or `state: up`");
    else if (event_.state != EventState::up && event_.state != EventState::down)
      context_.error("state", "is that of a partition; allowed: up or down");
  }

  void check_service() const {
    refuse_partition_keys("this event about a Virtual Service Partition");
    if (event_.state) context_.error("state", "is that of a partition; allowed: an event for each");
    if (!event_.server.empty()) context_.error("server", "stands beside what has a name of its own; allowed: without it");
    if (context_.given("ha_mode")) context_.error("ha_mode", "is that of a Shared Ethernet Adapter; allowed: with `shared_ethernet`");
    if ((event_.fault ? 1 : 0) + (event_.suspend ? 1 : 0) + (context_.given("migrate") ? 1 : 0) > 1)
      return context_.error("", "several things happen; allowed: one of fault, suspend and migrate");
    if (!event_.fault && !event_.suspend && !event_.migrate)
      return context_.error("", "this event changes nothing; allowed: `fault`, `suspend`, or `migrate: true`");
    const auto only_for = [&](const char* key, bool here, const char* what) {
      if (context_.given(key) && !here) context_.error(key, fmt::format("of no meaning here; allowed: with {}", what));
    };
    only_for("blackout", event_.migrate, "`migrate`");
    only_for("for", event_.fault.has_value(), "`fault`");
    only_for("probability", event_.fault.has_value(), "`fault`");
    only_for("factor", event_.fault == vsp::FaultKind::slow, "`fault: slow`");
    only_for("by", event_.fault == vsp::FaultKind::late, "`fault: late`");
    only_for("violation", event_.fault == vsp::FaultKind::violation, "`fault: violation`");
  }

  void check_vnic() const {
    if (event_.state) context_.error("state", "a vNIC has none; allowed: `backing`, or an event for the `link` of a port");
    if (context_.given("ha_mode")) context_.error("ha_mode", "is that of a Shared Ethernet Adapter; allowed: with `shared_ethernet`");
    if (!event_.backing && !event_.auto_priority_failover)
      context_.error("", "this event changes nothing; allowed: `backing` or `auto_priority_failover`");
    if (event_.backing && event_.auto_priority_failover.value_or(false))
      context_.error("auto_priority_failover", "goes by priorities and not by `backing`; allowed: one of them");
  }

  void check_kernel_policy() const {
    if (event_.table && event_.node) return context_.error("", "several things change; allowed: one of kernel_policy and node");
    for (const char* key :
         {"entitlement", "weight", "virtual", "capped", "smt", "virtual_processor", "ha_mode", "fault", "suspend", "migrate"})
      if (context_.given(key)) context_.error(key, "stands beside what is about kernel policies; allowed: an event for each");
    if (event_.table) {
      if (event_.state) context_.error("state", "is that of a partition; allowed: an event for each");
      if (!event_.server.empty() && !event_.partition.empty())
        context_.error("server", "stands beside `partition`, whose name says enough; allowed: one of the two");
      if (resolve(*event_.table).empty()) context_.error("kernel_policy", "the table is empty; allowed: at least one entry");
      return;
    }
    if (!event_.partition.empty()) context_.error("partition", "stands beside `node`; allowed: `server`, whose node it is");
    if (event_.state != EventState::up && event_.state != EventState::down)
      context_.error(event_.state ? "state" : "", "a node's link goes `state: down` or `state: up`; allowed: one of them");
  }

  const EventKeys& event_;
  const Context& context_;
};

}  // namespace

const Schema<EventKeys>& event_schema() {
  static const auto schema =
      Schema<EventKeys>("event", "Something that happens while the simulation runs; what is not given stays as it is.")
          .required("at", &EventKeys::at, duration().at_most("100 d"),
                    "Simulated time. Events at the same time are done in the order of the file.", {.example = "5 s"})
          .optional("partition", &EventKeys::partition, name(), "Which partition it is about.", {.example = "web"})
          .optional("entitlement", &EventKeys::entitlement, processing_units().at_least("0.05").at_most("256"),
                    "New entitlement; due from the next dispatch window on.", {.example = "0.8"})
          .optional("weight", &EventKeys::weight, count().at_most("255"), "New weight.", {.example = "200"})
          .optional("virtual", &EventKeys::virtual_processors, count().at_least("1").at_most("256"), "New number of virtual processors.",
                    {.example = "4"})
          .optional("capped", &EventKeys::capped, boolean(), "Capped from now on, or not.", {.example = "true"})
          .optional("smt", &EventKeys::smt, threads_per_core(),
                    "Hardware threads per core that the guest uses from now on, at most the processor's (AIX: smtctl, Linux: ppc64_cpu).",
                    {.example = "2"})
          .optional("virtual_processor", &EventKeys::virtual_processor, count().at_most("255"),
                    "To which one alone `smt` applies, counted from 0.", {.default_text = "all of them", .assumed = true, .example = "3"})
          .optional("state", &EventKeys::state,
                    one_of<EventState>({{"running", EventState::running, "Activates the partition."},
                                        {"stopped", EventState::stopped,
                                         "Shuts the partition down at once; a Virtual Service Partition that wants notice after that."},
                                        {"failed", EventState::failed, "The partition crashes: its partners are told that it failed."},
                                        {"up", EventState::up, "The cable is in, the storage is there."},
                                        {"down", EventState::down, "The cable is pulled, the storage is gone."}}),
                    "Of a partition: running, stopped or failed; of a link, storage or service node: up or down.", {.example = "stopped"})
          .optional("server", &EventKeys::server, name().with_example("frame1"),
                    "Whose `frequency` or kernel policy changes, or whose service node it is.", {.default_text = "the only one"})
          .optional("frequency", &EventKeys::frequency, frequency().at_least("50 MHz").at_most("15 GHz"),
                    "Clock rate of all cores of the server from now on (power saving); 10 to 150 % of the nominal one.",
                    {.example = "3 GHz"})
          .optional("link", &EventKeys::link, reference("vios1.ent0"),
                    "The physical adapter, Ethernet or Fibre Channel, whose cable it is about.", {.example = "vios1.ent0"})
          .optional("storage", &EventKeys::storage, name().with_example("lun0"), "The storage that it is about.", {.example = "lun0"})
          .optional("shared_ethernet", &EventKeys::shared_ethernet, reference("vios1.sea0"), "Whose `ha_mode` changes.",
                    {.example = "vios1.sea0"})
          .optional("ha_mode", &EventKeys::ha_mode,
                    one_of<HaMode>({{"auto", HaMode::automatic, "It may become active."},
                                    {"standby", HaMode::standby, "It gives way to the other one."},
                                    {"sharing", HaMode::sharing, "It shares trunks with the other one."}}),
                    "How a Shared Ethernet Adapter behaves from now on.", {.example = "standby"})
          .optional("vsp", &EventKeys::service, name().with_example("guard"), "The Virtual Service Partition that it is about.",
                    {.example = "guard"})
          .optional("fault", &EventKeys::fault, vsp_fault_kind(), "How that goes wrong from now on.", {.example = "hang"})
          .optional("for", &EventKeys::length, duration().at_least("1 us").at_most("100 d"),
                    "How long; of a crash or restart: after how long the partition is started again.",
                    {.default_text = "for ever; a restart: 1 s", .assumed = true, .example = "2 s"})
          .optional("probability", &EventKeys::probability, vsp_share().more_than("0"), "Of a fault: for each call taken in that time.",
                    {.default_text = "1", .assumed = true, .example = "0.01"})
          .optional("factor", &EventKeys::factor, number().at_least("1").at_most("1000000"), "Fault slow: how many times as long.",
                    {.default_text = "10", .assumed = true, .example = "3"})
          .optional("by", &EventKeys::by, duration().at_least("1 us").at_most("1 h"), "Fault late: how much later.",
                    {.default_text = "1 ms", .assumed = true, .example = "20 ms"})
          .optional("violation", &EventKeys::violation, vsp_violation(), "Fault violation: which.",
                    {.default_text = "any", .assumed = true, .example = "unknown_call"})
          .optional("suspend", &EventKeys::suspend, boolean(), "Suspends it, after notice; `false` resumes it.", {.example = "true"})
          .optional(
              "migrate", &EventKeys::migrate, boolean(),
              "Announces a migration to it, suspends it and lets it go on after the `blackout`. What moves is not simulated: it stays "
              "where it is.",
              {.example = "true"})
          .optional("blackout", &EventKeys::blackout, duration().at_most("1 h"), "How long it stands still while it migrates.",
                    {.default_text = "2 s", .assumed = true, .example = "500 ms"})
          .optional("vnic", &EventKeys::vnic, reference("web.eth0"), "Which vNIC it is about.", {.example = "web.eth0"})
          .optional("backing", &EventKeys::backing, reference("vios2.ent0"),
                    "The backing device that the vNIC uses from now on, as long as it works; `auto_priority_failover` is off then.",
                    {.example = "vios2.ent0"})
          .optional("auto_priority_failover", &EventKeys::auto_priority_failover, boolean(),
                    "Whether the vNIC goes back to the best backing device that works.", {.example = "true"})
          .section("kernel_policy", &EventKeys::table, kernel_table_schema(),
                   "What changes in the kernel policy of the server or partition.")
          .optional("node", &EventKeys::node, name().with_example("library"), "The service node whose link goes up or down.",
                    {.example = "library"})
          .check([](const EventKeys& event, const Context& context) { EventCheck(event, context).run(); });
  return schema;
}

}  // namespace lparsim::scenario
