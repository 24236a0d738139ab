#pragma once
#include <array>
#include <deque>
#include <utility>
#include <vector>

#include "lpars/drivers/vfc_bring_up.hpp"
#include "lpars/drivers/vfc_client.hpp"
#include "models/hypervisor/crq_queue.hpp"
#include "models/hypervisor/dma_area.hpp"

namespace lparsim::drivers {

/// The inside of VfcClient.
class VfcClient::State final {
 public:
  enum class Link : std::uint8_t {
    off,         ///< the partition is
    no_partner,  ///< the queue is registered and waits for the other side
    bring_up,
    retry_wait,  ///< until the next attempt to bring it up
    ready,
    link_down,  ///< the server says that its port is off the fabric
    logging_out,
    closing,  ///< the queue is to be closed or enabled again, and the hypervisor is busy
  };
  enum Timer : std::uint32_t { kAnswer, kInit, kRetry, kCommand, kAbort, kLoss, kSoon, kTimers };

  /// What is to be done with the queue before the other side can be waited for.
  enum class Reopening : std::uint8_t { close, open, enable };
  // Tags that are not of commands.
  static constexpr std::uint64_t kQuestion = std::uint64_t{1} << 63;
  static constexpr std::uint64_t kAbortTag = std::uint64_t{1} << 62;

  /// A LUN behind a storage port.
  struct Path final : DiskPath {
    Path(State& owner, std::uint64_t port, std::uint32_t lun) : state{owner}, wwpn{port}, number{lun} {}
    void connect(DiskPathClient& disk) override { client = &disk; }
    SimTime submission() const override { return state.config.submit.at(state.config.clock); }
    bool submit(const io::BlockCommand& command, SimTime now) override { return state.submit({this, command, false}, now); }
    bool probe(std::uint32_t command, SimTime now) override { return state.submit({this, {.number = command, .size = {}}, true}, now); }
    void abort(std::uint32_t command, SimTime now) override { state.give_up(*this, command, now); }
    bool up() const override { return state.link == Link::ready && present; }
    Bytes maximum_transfer() const override { return present ? state.bring_up.maximum_transfer() : Bytes{}; }
    Bytes capacity() const override { return size; }

    State& state;
    std::uint64_t wwpn;
    std::uint32_t number;
    DiskPathClient* client = nullptr;
    std::uint32_t scsi_id = 0;
    Bytes size;
    bool present = false;
    bool was_up = false;
    std::uint32_t under_way = 0;  ///< commands with the server
    std::uint32_t waits = 0;      ///< commands that wait for a place
  };
  struct Request {
    Path* path = nullptr;
    io::BlockCommand command{};
    bool probe = false;
  };
  struct Slot {
    bool used = false;
    bool aborting = false;
    std::uint32_t generation = 0;  ///< 30 bits: tags
    Request request;
    SimTime deadline;
  };
  /// An answer that the handler has taken and not dealt with yet.
  struct Arrival {
    std::uint64_t tag = 0;
    SimTime undispatched;
  };
  struct Ending {
    Path* path = nullptr;
    std::uint32_t number = 0;
    io::BlockStatus status{};
  };

  State(VfcClient& client, const VfcClientConfig& client_config, hypervisor::VioCalls& vio_calls, io::RequestLedger& request_ledger);

  // vfc_client.cpp: threads, queue, connection.
  void attach(system::Host& operating_system);
  void activated(SimTime now);
  void deactivated();
  system::Activity handle(SimTime now);
  void interrupted(SimTime now);
  void expired(Timer timer, SimTime now);
  void take_elements(SimTime now);
  void take_events(SimTime now);
  void begin_bring_up(SimTime now);
  void ask(SimTime now);
  void answered_question(SimTime now);
  void bring_up_ended(SimTime now);
  void learn_luns();
  void connection_lost(SimTime now);
  void link_down(SimTime now);
  void log_out(SimTime now);
  void reset(SimTime now);
  void reopen(SimTime now);
  void become(Link next, SimTime now);
  bool send_mad(hypervisor::VfcMadUnit unit, std::uint64_t where, std::uint64_t tag);
  void set(Timer timer, SimTime when);
  void cancel(Timer timer);

  // vfc_client_commands.cpp
  bool submit(const Request& request, SimTime now);
  bool send(const Request& request, SimTime now);
  void send_waiting(SimTime now);
  void answered(const Arrival& arrival, SimTime now);
  io::BlockStatus outcome(std::uint32_t slot, SimTime now);
  void end(const Request& request, io::BlockStatus status, SimTime now);
  void release(std::uint32_t slot);
  void give_up(Path& path, std::uint32_t number, SimTime now);
  void abort(std::uint32_t slot, SimTime now);
  void next_abort();
  void commands_overdue(SimTime now);
  void watch_oldest();
  void fail_waiting(SimTime now);
  void purge(SimTime now);
  void map_data(std::uint32_t slot, Bytes size);
  std::uint64_t unit_of(std::uint32_t slot) const { return units + std::uint64_t{slot} * hypervisor::VfcCommand::kLength; }
  std::uint64_t data_of(std::uint32_t slot) const { return buffers + slot * config.maximum_transfer.count; }
  std::uint64_t tag_of(std::uint32_t slot) const { return std::uint64_t{slots[slot].generation & 0x3FFF'FFFF} << 32 | slot; }

  VfcClient& owner;
  VfcClientConfig config;
  hypervisor::VioCalls& calls;
  io::RequestLedger& ledger;
  system::Host* host = nullptr;
  VfcClientCounts counts;

  // Where things lie in the window.
  hypervisor::DmaArea area;
  hypervisor::CrqQueue queue;
  std::uint64_t events;
  std::uint64_t question_unit;
  std::uint64_t abort_unit;
  std::uint64_t data;
  std::uint64_t units;
  std::uint64_t buffers;  ///< what is read and written: bus addresses for each slot, the same memory behind them all
  std::uint64_t buffer_memory;
  std::vector<std::uint32_t> mapped;  ///< pages of each slot's buffer

  Link link = Link::off;
  Reopening reopening = Reopening::open;
  VfcBringUp bring_up;
  std::uint32_t attempts = 0;
  std::uint64_t question = 0;  ///< tag of the one that is asked; 0: none
  std::uint64_t asked = 0;
  std::uint64_t next_event = 0;

  std::deque<Path> paths;
  std::vector<Slot> slots;
  std::vector<std::uint32_t> free_slots;
  std::deque<Request> waiting;
  std::deque<std::uint64_t> oldest;  ///< tags in the order in which they were sent; ended ones included
  std::deque<std::uint64_t> aborts;  ///< tags of commands to be aborted; the front one is asked for
  std::uint32_t aborting = 0;        ///< commands with the server that are to be aborted
  bool abort_asked = false;
  std::vector<Ending> endings;  ///< to be told soon

  system::ThreadId handler{};
  bool handler_busy = false;
  bool interrupt_pending = false;
  bool answering = false;
  bool in_handler = false;  ///< or a timer: what calls cost is computed by the handler
  SimTime interrupt_undispatched;
  SimTime prepaid;  ///< cost of calls that the handler has still to compute
  std::deque<Arrival> arrivals;
  std::array<system::TimerId, kTimers> timers{};
  std::array<bool, kTimers> timer_set{};
};

}  // namespace lparsim::drivers
