#pragma once
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "models/hypervisor/crq_queue.hpp"
#include "models/hypervisor/dma_area.hpp"
#include "models/hypervisor/srp.hpp"
#include "models/hypervisor/srp_mad.hpp"
#include "models/hypervisor/srp_scsi.hpp"
#include "models/vsp/hooks.hpp"
#include "vios/vscsi/vscsi_server.hpp"

namespace lparsim::vscsi {

// Inside of the server: its sources share it. vscsi_server.cpp has its threads and the way of a request through them, server_queue.cpp
// the queues and connections, server_requests.cpp and server_management.cpp what requests say, server_disks.cpp the disks,
// server_hooks.cpp Virtual Service Partitions.

struct VscsiServer::State final : io::BlockClient, vsp::Caller, vsp::NativeFunction {
  static constexpr std::uint32_t kNone = ~0U;
  /// Every VIOS takes transfers as long as this (ibmvscsi_tgt: port_max_txu 0x40000).
  static constexpr Bytes kLeastMaximum{0x40000};

  /// An element that has been taken from a queue and not been worked on.
  struct Arrival {
    hypervisor::VscsiElement element;
    SimTime seen;     ///< by the interrupt's handler
    SimTime handed;   ///< to the threads
    SimTime waited;   ///< before it was seen: undispatched, of that
    SimTime handled;  ///< undispatched between seen and handed
    SimTime clock;    ///< undispatched() when handed
  };
  struct Lun {
    Backing backing;
    Bytes size;
  };
  struct Adapter {
    Adapter(hypervisor::VioCalls& calls, const hypervisor::VirtualAdapter& config, Bytes staging_size);
    hypervisor::VirtualAdapter config;
    std::optional<PartitionId> client{};
    hypervisor::DmaArea area;
    hypervisor::CrqQueue queue;
    std::uint64_t unit;  ///< bus addresses: an information unit, an external list, data that are copied
    std::uint64_t list;
    std::uint64_t staging;
    Bytes staging_size;
    std::vector<Lun> luns{};
    std::deque<Arrival> arrivals{};
    bool logged_in = false;
    bool close_wanted = false;      ///< the client broke the rules
    std::uint32_t outstanding = 0;  ///< SRP requests that have not been answered
    Bytes told_maximum{};           ///< transfer, as the adapter information said
    system::ThreadId handler{};
    bool handler_busy = false;
    bool pending = false;  ///< an interrupt that the handler has not looked after
    SimTime interrupted_clock{};
    std::size_t fresh = 0;  ///< arrivals at the end that are not handed to the threads yet
  };

  /// What a thread does next with a request.
  enum class Step : std::uint8_t {
    receive,    ///< read and understand it; reach the client's memory
    copy_in,    ///< data to be written come from the client
    issue,      ///< a Virtual Service Partition's own
    resume,     ///< there is a verdict on it; `next` follows
    start,      ///< ask who hooks it; give it to the disk
    completed,  ///< the disk has answered: data that were read go to the client, then the answer
    finish,
    answer,  ///< tell the client, clean up
    clean,
  };
  enum class Place : std::uint8_t { thread, service, disk_queue, device, completions };
  /// A request from the moment in which a thread takes it up until it is forgotten. Its number is what a device is told.
  struct Request {
    bool used = false;
    bool orphan = false;  ///< nobody wants an answer: the client is gone, or has aborted it
    bool data = false;    ///< read or write
    bool write = false;
    bool copied = false;
    Step step{};
    Place place{};
    std::uint32_t adapter = 0;
    std::uint32_t lun = 0;
    std::uint64_t tag = 0;
    std::uint8_t operation = 0;  ///< SCSI operation code
    Arrival arrival{};
    std::uint64_t block = 0;
    Bytes size;
    std::uint32_t pages = 0;
    double factor = 1;  ///< of its costs
    struct Range {
      std::uint64_t address, length;
    };
    std::vector<Range> ranges{};  ///< of the client's window; neighbours joined
    std::uint32_t mapped = 0;     ///< of these, the first ones are in the disk's window
    hypervisor::SrpResponse response{};
    std::size_t answer_length = 0;  ///< what has been written over the information unit
    SimTime own;                    ///< computed in the step after a copy
    SimTime clock;                  ///< undispatched() at the last change of stage
    // Of Virtual Service Partitions.
    bool asked = false;
    bool native = false;    ///< they let it pass, and have not heard how it ended
    bool provided = false;  ///< one of them has done it: its data lie where the server copies from or to
    Step next{};            ///< after `resume`, which takes so long
    SimTime deciding;
    std::uint64_t ticket = 0;
    vsp::NativeListener* listener = nullptr;  ///< it is one's own; `ticket` is that one's
  };
  struct Disk {
    io::BlockDevice* device;
    std::uint32_t depth;
    hypervisor::Liobn window;
    std::uint32_t active = 0;
    std::deque<std::uint32_t> waiting{};
  };
  struct Worker {
    system::ThreadId thread{};
    std::uint32_t request = kNone;
  };

  State(VscsiServer& owner, const VscsiServerConfig& config, hypervisor::VioCalls& calls, io::RequestLedger& ledger, RandomStream random);

  // vscsi_server.cpp
  system::Activity work(std::uint32_t worker, SimTime now);
  /// Does what is due at the beginning of the request's next step; returns how long the step takes, or nothing when the thread is rid of
  /// it.
  std::optional<SimTime> advance(std::uint32_t number, SimTime now);
  std::optional<SimTime> complete(Request& request, SimTime now);
  SimTime answer(Request& request, std::uint32_t number, SimTime now);
  void wake_worker(system::Cause cause, SimTime now);
  /// No thread has a request.
  bool nobody_works() const;
  std::optional<std::uint32_t> next_request();
  std::uint32_t new_request(std::uint32_t adapter);
  std::uint32_t take_up(std::uint32_t adapter);
  void enter(Request& request, io::Stage stage, SimTime now);
  SimTime time(Cycles cycles, const Request& request) const;
  /// What is to be computed for `budget`, `spent` of it for calls, at least that; some may have been computed before.
  SimTime rest(SimTime budget, SimTime spent);
  void forget(std::uint32_t number);

  // server_queue.cpp
  system::Activity handle(std::uint32_t adapter, SimTime now);
  void hand_over(Adapter& adapter, SimTime now);
  void take_elements(std::uint32_t number, SimTime now);
  void element_arrived(Adapter& adapter, const hypervisor::CrqElement& element, SimTime now);
  void client_gone(std::uint32_t adapter, SimTime now);
  void close_queue(std::uint32_t adapter, SimTime now);

  // server_requests.cpp
  /// Reads and understands the request; returns how long that takes, or nothing when the client's queue had to be closed.
  std::optional<SimTime> receive(std::uint32_t number, SimTime now);
  void seen(Request& request, SimTime now);
  bool understand(Request& request, std::uint32_t number, std::span<const std::uint8_t> bytes, SimTime now);
  bool transfer(Request& request, const hypervisor::SrpCommand& unit, const hypervisor::ScsiRequest& scsi);
  bool find_ranges(Request& request, const hypervisor::SrpCommand& unit);
  bool map_ranges(Request& request, std::uint32_t number);
  void unmap_ranges(Request& request, std::uint32_t number);
  bool copy_data(Request& request);

  // server_management.cpp
  /// Writes the answer over the information unit in the client's memory; false if that cannot be reached.
  template <class Unit>
  bool reply(Request& request, const Unit& unit) {
    hypervisor::SrpIu bytes;
    request.answer_length = encode(unit, bytes);
    return write_reply(request, std::span{bytes}.first(request.answer_length));
  }
  bool write_reply(Request& request, std::span<const std::uint8_t> bytes);
  bool mad(Request& request, hypervisor::Mad mad);
  bool login(Request& request, const hypervisor::SrpLoginRequest& unit);
  bool task(Request& request, const hypervisor::SrpTaskManagement& unit, SimTime now);
  /// A command without blocks.
  bool inquire(Request& request, const hypervisor::SrpCommand& unit, const hypervisor::ScsiRequest& scsi);
  bool give(Request& request, const hypervisor::SrpCommand& unit, std::span<const std::uint8_t> bytes);
  void refuse(Request& request, hypervisor::ScsiSense sense);
  Bytes least_maximum(const Adapter& adapter) const;
  std::vector<std::uint64_t> visible_luns(const Adapter& adapter) const;

  // server_hooks.cpp
  bool hooked(const Request& request) const {
    const auto& client = adapters[request.adapter].client;
    return hooks != nullptr && !request.asked && request.listener == nullptr && client && hooks->armed(vsp::Hook::vscsi_command, *client);
  }
  /// Returns how long deciding takes its thread, or nothing when it waits.
  std::optional<SimTime> ask(std::uint32_t number, SimTime now);
  void decided(std::uint64_t ticket, const vsp::Outcome& outcome, SimTime now) override;
  /// What the request does next.
  Step judge(Request& request, const vsp::Outcome& outcome, SimTime now);
  void end_native(Request& request, std::int64_t status, SimTime now);
  bool issue(const vsp::Call& call, vsp::NativeListener& listener, std::uint64_t ticket, SimTime now) override;
  void end_issue(Request& request, std::int64_t status, SimTime now);

  // server_disks.cpp
  void start(std::uint32_t number, SimTime now);
  void submit(Disk& disk, std::uint32_t number, SimTime now);
  void start_waiting(Disk& disk, SimTime now);
  /// Nobody wants an answer any more.
  void drop(std::uint32_t number, SimTime now);
  void command_ended(std::uint32_t number, io::BlockStatus status, SimTime now) override;
  const Lun& lun_of(const Request& request) const { return adapters[request.adapter].luns[request.lun]; }
  Disk& disk_of(const Request& request) { return disks[lun_of(request).backing.disk]; }

  VscsiServer& owner;
  VscsiServerConfig config;
  hypervisor::VioCalls& calls;
  io::RequestLedger& ledger;
  RandomStream random;
  system::Host* host = nullptr;
  bool active = false;
  VscsiServerCounts counts;
  vsp::Hooks* hooks = nullptr;
  PartitionId partition{};
  std::uint64_t asked_for = 0;
  std::deque<Adapter> adapters;
  std::map<std::uint32_t, std::uint32_t> by_source;  ///< adapters, by their interrupt
  std::vector<Disk> disks;
  std::vector<Request> requests;
  std::vector<std::uint32_t> free_requests;
  std::deque<std::uint32_t> completions;
  std::vector<Worker> workers;
  std::vector<std::uint32_t> idle_workers;
  std::uint32_t next_adapter = 0;
  SimTime chores;   ///< what is to be computed for requests that have been answered
  SimTime prepaid;  ///< computed for hypervisor calls by handlers or beyond a budget, and contained in the costs of the next request
  SimTime owed;     ///< for calls of handlers, too, and not computed yet: the next request does that
  system::TimerId retry_timer{};
  bool retry_set = false;
};

}  // namespace lparsim::vscsi
