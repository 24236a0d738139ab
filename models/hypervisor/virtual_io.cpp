#include "models/hypervisor/virtual_io.hpp"

#include "models/hypervisor/crq_transport.hpp"
#include "models/hypervisor/logical_lan.hpp"
#include "models/hypervisor/tce_tables.hpp"
#include "sim/base/check.hpp"

namespace lparsim::hypervisor {

namespace {

/// Of a virtual adapter, as QEMU's spapr machine has it (hw/scsi/spapr_vscsi.c, hw/net/spapr_llan.c: rtce_window_size).
constexpr Bytes kWindow{0x1000'0000};
/// `ibm,max-virtual-dma-size`; LoPAR: at least 128 KiB.
constexpr std::uint64_t kMostCopied = 128 * 1024;
/// The first slots are the console's: virtual serial adapters.
constexpr std::size_t kFirstSlot = 2;

constexpr Liobn liobn_of(std::uint64_t argument) {
  return argument > 0xFFFF'FFFF ? Liobn{0xFFFF'FFFF} : static_cast<Liobn>(argument);
}

}  // namespace

struct VirtualIo::State {
  State(const VioCosts& costs_of_calls, VirtualInterrupts& interrupts)
      : costs{costs_of_calls}, sources{interrupts}, queues{tables, sources}, lan{costs, sources, tables} {}

  std::uint32_t add_source(PartitionId id) {
    partitions[index(id)].interrupts.push_back(sources.add(id));
    return partitions[index(id)].interrupts.back();
  }

  struct Partition {
    PartitionMemory* memory;
    std::uint64_t free_below;  ///< pages are handed out from the top
    /// Interrupt sources of its adapters, by slot from kFirstSlot on.
    std::vector<std::uint32_t> interrupts{};
  };

  VirtualAdapter add(PartitionId id) {
    Partition& partition = partitions[index(id)];
    VirtualAdapter adapter;
    adapter.unit = unit_of(kFirstSlot + partition.interrupts.size());
    adapter.liobn = tables.add_window(id, kWindow);
    adapter.window = kWindow;
    adapter.interrupt = add_source(id);
    return adapter;
  }
  HcallStatus copy(PartitionId caller, HcallExtension& call);
  HcallStatus signal(PartitionId caller, UnitAddress unit, std::uint64_t mode);
  HcallStatus answer_queues(PartitionId caller, HcallExtension& call);
  HcallStatus answer_tables(PartitionId caller, HcallExtension& call);

  VioCosts costs;
  std::vector<Partition> partitions;
  InterruptSources sources;
  TceTables tables;
  CrqTransport queues;
  LogicalLan lan;
};

VirtualIo::VirtualIo(const VioCosts& costs, VirtualInterrupts& interrupts) : state_{std::make_unique<State>(costs, interrupts)} {}
VirtualIo::~VirtualIo() = default;

void VirtualIo::add_partition(PartitionMemory& memory) {
  state_->partitions.push_back({&memory, memory.size().count / TceTables::kPage * TceTables::kPage});
  state_->tables.add_partition(memory);
}

std::pair<VirtualAdapter, VirtualAdapter> VirtualIo::connect(PartitionId client, PartitionId server) {
  const VirtualAdapter clients = add_unconnected(client);
  VirtualAdapter servers = state_->add(server);
  servers.remote_liobn = state_->tables.add_remote_window(server, clients.liobn);
  state_->queues.add(server, servers);
  state_->queues.connect(client, clients.unit, server, servers.unit);
  return {clients, servers};
}

VirtualAdapter VirtualIo::add_standby(PartitionId client, const VirtualAdapter& clients, PartitionId server) {
  VirtualAdapter servers = state_->add(server);
  servers.remote_liobn = state_->tables.add_remote_window(server, clients.liobn);
  state_->queues.add(server, servers);
  state_->queues.add_standby(client, clients.unit, server, servers.unit);
  return servers;
}

VirtualAdapter VirtualIo::add_unconnected(PartitionId partition) {
  const VirtualAdapter adapter = state_->add(partition);
  state_->queues.add(partition, adapter);
  return adapter;
}

Liobn VirtualIo::add_physical_window(PartitionId partition, Bytes window) {
  return state_->tables.add_window(partition, window);
}

VirtualAdapter VirtualIo::add_ethernet(PartitionId partition, const EthernetAdapterSpec& spec) {
  const VirtualAdapter adapter = state_->add(partition);
  state_->lan.add(partition, adapter.unit, adapter.liobn, adapter.interrupt, spec);
  return adapter;
}

std::uint32_t VirtualIo::add_channel(PartitionId partition) {
  return state_->add_source(partition);
}

void VirtualIo::enable_channel(std::uint32_t source, bool enabled) {
  state_->sources.reset(source);
  if (enabled) state_->sources.enable(source);
}
void VirtualIo::ring(std::uint32_t source) {
  state_->sources.raise(source);
}

void VirtualIo::set_hooks(vsp::Hooks& hooks, std::function<SimTime()> clock) {
  state_->queues.set_hooks(hooks, clock);
  state_->lan.set_hooks(hooks, std::move(clock));
}

std::uint64_t VirtualIo::allocate(PartitionId id, std::uint32_t pages) {
  State::Partition& partition = state_->partitions[index(id)];
  const std::uint64_t length = pages * TceTables::kPage;
  LPARSIM_CHECK(length <= partition.free_below, "partition {} has no {} pages left of its memory of {} bytes", index(id), pages,
                partition.memory->size().count);
  partition.free_below -= length;
  return partition.free_below;
}

PartitionMemory& VirtualIo::memory(PartitionId partition) {
  if (partition == kHypervisorMemory) return state_->lan.held_memory();
  return *state_->partitions[index(partition)].memory;
}

HcallStatus VirtualIo::answer(PartitionId caller, HcallExtension& call) {
  call.cost += state_->costs.call;
  const auto unit = id_of<UnitAddress>(call.registers[0]);
  switch (call.call) {
    case Hcall::eoi:
      return state_->sources.eoi(caller, static_cast<std::uint32_t>(call.registers[0] & 0xFF'FFFF));
    case Hcall::vio_signal:
      return state_->signal(caller, unit, call.registers[1]);
    case Hcall::vioctl:
      if (state_->lan.has(caller, unit)) return state_->lan.answer(caller, call);
      return state_->queues.control(caller, unit, call.registers);
    case Hcall::reg_crq:
    case Hcall::free_crq:
    case Hcall::send_crq:
    case Hcall::enable_crq:
    case Hcall::reg_sub_crq:
    case Hcall::free_sub_crq:
    case Hcall::send_sub_crq:
    case Hcall::send_sub_crq_indirect:
      return state_->answer_queues(caller, call);
    case Hcall::put_tce:
    case Hcall::stuff_tce:
    case Hcall::put_tce_indirect:
    case Hcall::put_rtce:
    case Hcall::remove_rtce:
    case Hcall::liobn_attributes:
    case Hcall::copy_rdma:
      return state_->answer_tables(caller, call);
    case Hcall::register_logical_lan:
    case Hcall::free_logical_lan:
    case Hcall::add_logical_lan_buffer:
    case Hcall::free_logical_lan_buffer:
    case Hcall::send_logical_lan:
    case Hcall::multicast_ctrl:
    case Hcall::change_logical_lan_mac:
    case Hcall::illan_attributes:
      return state_->lan.answer(caller, call);
    default:
      call.cost -= state_->costs.call;
      return HcallStatus::function;
  }
}

HcallStatus VirtualIo::State::answer_queues(PartitionId caller, HcallExtension& call) {
  auto& r = call.registers;
  const auto unit = id_of<UnitAddress>(r[0]);
  switch (call.call) {
    case Hcall::reg_crq:
      return queues.reg(caller, unit, r[1], r[2]);
    case Hcall::free_crq:
      return queues.free(caller, unit);
    case Hcall::send_crq:
      return queues.send(caller, unit, r[1], r[2], call.cost);
    case Hcall::enable_crq:
      return queues.enable(caller, unit);
    case Hcall::reg_sub_crq:
      return queues.reg_sub(caller, unit, r[1], r[2], r[0], r[1]);
    case Hcall::free_sub_crq:
      return queues.free_sub(caller, unit, r[1]);
    case Hcall::send_sub_crq:
      return queues.send_sub(caller, unit, r[1], std::span{r}.subspan<2, 4>());
    default:
      return queues.send_sub_indirect(caller, unit, r[1], r[2], r[3]);
  }
}

HcallStatus VirtualIo::State::answer_tables(PartitionId caller, HcallExtension& call) {
  auto& r = call.registers;
  const Liobn liobn = liobn_of(r[0]);
  switch (call.call) {
    case Hcall::put_tce:
      return tables.put(caller, liobn, r[1], r[2]);
    case Hcall::stuff_tce:
      return tables.stuff(caller, liobn, r[1], r[2], r[3]);
    case Hcall::put_tce_indirect:
      return static_cast<std::int64_t>(r[0]) < 0 ? HcallStatus::function  // several tables at once: an option that is not there
                                                 : tables.put_indirect(caller, liobn, r[1], r[2], r[3]);
    case Hcall::put_rtce: {
      std::uint64_t done = 0;
      const HcallStatus status = tables.put_redirected(caller, liobn, r[1], liobn_of(r[2]), r[3], r[4], done);
      if (status == HcallStatus::remote_parameter || status == HcallStatus::resource) r[0] = done;
      return status;
    }
    case Hcall::remove_rtce:
      return tables.remove_redirected(caller, liobn, r[1], liobn_of(r[2]), r[3], r[4], r[5]);
    case Hcall::liobn_attributes:
      return tables.attributes(caller, liobn, r[1], r[2], r[0]);
    default:
      return copy(caller, call);
  }
}

HcallStatus VirtualIo::State::copy(PartitionId caller, HcallExtension& call) {
  const auto& r = call.registers;
  const std::uint64_t length = r[0];
  const Liobn from = liobn_of(r[1]), to = liobn_of(r[3]);
  call.cost += costs.copy_call;
  if (length > kMostCopied) return HcallStatus::parameter;
  if (!tables.usable_by(caller, from) || !tables.contains(from, r[2], length)) return HcallStatus::source_parameter;
  if (!tables.usable_by(caller, to) || !tables.contains(to, r[4], length)) return HcallStatus::destination_parameter;
  if (!tables.accessible(from, r[2], length, kTceRead) || !tables.accessible(to, r[4], length, kTceWrite)) return HcallStatus::permission;
  tables.copy(from, r[2], to, r[4], length);
  call.cost += costs.copy_per_kib * static_cast<std::int64_t>(length) / 1024;
  return HcallStatus::success;
}

HcallStatus VirtualIo::State::signal(PartitionId caller, UnitAddress unit, std::uint64_t mode) {
  const Partition& partition = partitions[index(caller)];
  const std::size_t adapter = slot_of(unit) - kFirstSlot;
  if (adapter >= partition.interrupts.size()) return HcallStatus::parameter;
  const std::uint32_t source = partition.interrupts[adapter];
  (mode & 1) != 0 ? sources.enable(source) : sources.disable(source);
  return HcallStatus::success;
}

void VirtualIo::partition_stopped(PartitionId partition, bool failed) {
  state_->queues.partition_stopped(partition, failed);
  state_->lan.partition_stopped(partition);
  state_->tables.partition_stopped(partition);
}

void VirtualIo::transport_event(PartitionId partition, UnitAddress adapter, TransportEvent event) {
  state_->queues.transport_event(partition, adapter, event);
}
void VirtualIo::set_pages_present(PartitionId partition, UnitAddress adapter, bool present) {
  state_->queues.set_pages_present(partition, adapter, present);
}

void VirtualIo::switch_partner(PartitionId client, UnitAddress clients, PartitionId server, UnitAddress servers) {
  state_->queues.switch_partner(client, clients, server, servers);
}
VnicServerStatus VirtualIo::server_status(PartitionId server, UnitAddress adapter) const {
  return state_->queues.server_status(server, adapter);
}

bool VirtualIo::device_reads(Liobn window, std::uint64_t ioba, std::span<std::uint8_t> bytes) const {
  if (!state_->tables.accessible(window, ioba, bytes.size(), kTceRead)) return false;
  state_->tables.read(window, ioba, bytes);
  return true;
}
bool VirtualIo::device_writes(Liobn window, std::uint64_t ioba, std::span<const std::uint8_t> bytes) {
  if (!state_->tables.accessible(window, ioba, bytes.size(), kTceWrite)) return false;
  state_->tables.write(window, ioba, bytes);
  return true;
}

std::uint64_t VirtualIo::frames_dropped(PartitionId partition, UnitAddress adapter) const {
  return state_->lan.frames_dropped(partition, adapter);
}
std::uint64_t VirtualIo::frames_delivered(PartitionId partition, UnitAddress adapter) const {
  return state_->lan.frames_delivered(partition, adapter);
}
std::uint64_t VirtualIo::frames_denied(PartitionId partition, UnitAddress adapter) const {
  return state_->lan.frames_denied(partition, adapter);
}
std::uint64_t VirtualIo::frames_held(PartitionId partition, UnitAddress adapter) const {
  return state_->lan.frames_held(partition, adapter);
}
std::uint64_t VirtualIo::elements_denied(PartitionId partition, UnitAddress adapter) const {
  return state_->queues.elements_denied(partition, adapter);
}
std::uint64_t VirtualIo::elements_held(PartitionId partition, UnitAddress adapter) const {
  return state_->queues.elements_held(partition, adapter);
}
bool VirtualIo::is_active_trunk(PartitionId partition, UnitAddress adapter) const {
  return state_->lan.is_active_trunk(partition, adapter);
}

}  // namespace lparsim::hypervisor
