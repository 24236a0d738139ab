#pragma once
#include <array>
#include <deque>
#include <memory>
#include <optional>
#include <span>
#include <unordered_map>
#include <utility>
#include <vector>

#include "lpars/drivers/vscsi_client.hpp"
#include "models/hypervisor/crq_queue.hpp"
#include "models/hypervisor/dma_area.hpp"
#include "models/hypervisor/srp.hpp"
#include "models/hypervisor/srp_mad.hpp"
#include "models/hypervisor/srp_scsi.hpp"

namespace lparsim::drivers {

// Inside of the client's driver: vscsi_client.cpp has its threads and timers, vscsi_commands.cpp the way of a command to the queue and
// back, vscsi_bring_up.cpp how a connection is made, vscsi_recovery.cpp what happens when it is lost or nothing is answered.

struct VscsiClient::State {
  enum class Timer : std::uint32_t { step, hold, watch, ping, retry };
  static constexpr std::uint32_t kTimers = 5;
  /// How far the connection is.
  enum class Link : std::uint8_t { off, wait_for_partner, adapter_info, fast_fail, capabilities, login, report_luns, capacity, ready };
  enum class Kind : std::uint8_t { transfer, probe, abort, reset };
  static constexpr bool is_task(Kind kind) { return kind == Kind::abort || kind == Kind::reset; }

  class Lun final : public DiskPath {
   public:
    Lun(State& state, std::uint32_t number) : state_{state}, number_{number} {}
    void connect(DiskPathClient& client) override { client_ = &client; }
    SimTime submission() const override { return state_.config.submit.at(state_.config.clock); }
    bool submit(const io::BlockCommand& command, SimTime now) override;
    bool probe(std::uint32_t number, SimTime now) override;
    void abort(std::uint32_t number, SimTime now) override;
    bool up() const override { return state_.takes_commands() && (present || state_.link != Link::ready); }
    Bytes maximum_transfer() const override { return size.count > 0 ? state_.maximum_transfer : Bytes{}; }
    Bytes capacity() const override { return size; }
    DiskPathClient& client() { return *client_; }
    bool connected() const { return client_ != nullptr; }

    bool present = false;  ///< the server said so after the last login
    bool was_up = false;
    Bytes size{};

   private:
    State& state_;
    std::uint32_t number_;
    DiskPathClient* client_ = nullptr;
  };

  /// What a disk wants done.
  struct Command {
    Kind kind = Kind::transfer;
    std::uint32_t lun = 0;
    io::BlockCommand block{};
  };
  /// A request that the server has.
  struct Slot {
    bool used = false;
    bool aborting = false;
    Command command{};
    std::uint64_t tag = 0;     ///< of SRP
    std::uint64_t victim = 0;  ///< abort: the tag of the command; reset: of the one that it is for
    SimTime sent;
    std::uint32_t mapped = 0;  ///< pages of its buffer that are in the window
  };
  struct Arrival {
    hypervisor::VscsiElement element;
    SimTime seen;
  };

  State(VscsiClient& owner, const VscsiClientConfig& config, hypervisor::VioCalls& calls, io::RequestLedger& ledger);

  // vscsi_client.cpp
  system::Activity handle(SimTime now);
  void take_elements(SimTime now);
  void wake_handler(system::Cause cause, SimTime now);
  void set(Timer timer, SimTime when);
  void cancel(Timer timer);
  void tell_paths(SimTime now);

  // vscsi_commands.cpp
  bool takes_commands() const { return link == Link::ready || holding; }
  bool accept(const Command& command, SimTime now);
  void start_pending(SimTime now);
  /// Returns false if there is no room on the queue.
  bool send(const Command& command, std::uint64_t victim, SimTime now);
  std::size_t describe(const Slot& slot, std::uint32_t number, hypervisor::SrpIu& unit);
  void describe_data(const Command& command, std::uint32_t number, hypervisor::SrpCommand& request);
  void map_buffer(std::uint32_t number, std::uint64_t pages);
  void answered(const Arrival& arrival, SimTime now);
  void end(const Command& command, io::BlockStatus status, SimTime now);
  void end_soon(const Command& command, io::BlockStatus status, SimTime now);
  void release(std::uint32_t number);
  std::uint64_t unit_at(std::uint32_t slot) const { return units + slot * hypervisor::kSrpLongestIu; }
  std::uint64_t list_at(std::uint32_t slot) const { return lists + slot * kListLength; }
  std::uint64_t buffer_at(std::uint32_t slot) const { return buffers + slot * kLongestTransfer; }

  // vscsi_bring_up.cpp
  void begin_bring_up(SimTime now);
  void step(Link next, SimTime now);
  void step_done(const Arrival& arrival, SimTime now);
  void mad_done(std::span<const std::uint8_t> bytes, SimTime now);
  void srp_done(std::span<const std::uint8_t> bytes, SimTime now);
  void inquired(const hypervisor::SrpResponse& response, SimTime now);
  void send_mad(hypervisor::MadType type, std::uint16_t length);
  void send_inquiry(const hypervisor::ScsiRequest& request, std::uint32_t lun);
  void send_unit(const hypervisor::SrpIu& unit, std::size_t length, hypervisor::VscsiFormat format);
  void next_capacity(std::uint32_t first, SimTime now);
  void became_ready(SimTime now);

  // vscsi_recovery.cpp
  void lost(SimTime now);
  void moved(SimTime now);
  void hold(SimTime now);
  void fail_all(SimTime now);
  void take_back_all(SimTime now);
  void reset(SimTime now);
  void reopen(SimTime now);
  void watch(SimTime now);
  void arm_watch(SimTime now);
  void abort(std::uint32_t number, SimTime now);
  void task_ended(const Slot& task, bool done, SimTime now);
  void task_unanswered(std::uint32_t number, SimTime now);
  void expired(Timer timer, SimTime now);

  static constexpr std::uint32_t kQueuePages = 2;  // 512 elements, as AIX has it
  static constexpr std::uint32_t kKept = 2;        // credits for task management (Linux: ibmvscsi_send_srp_event)
  static constexpr std::uint64_t kListLength = 1024;
  static constexpr std::uint64_t kLongestTransfer = 256 * 1024;  // so that a list fits
  static constexpr std::uint64_t kPrivateTag = std::uint64_t{1} << 63;

  VscsiClient& owner;
  VscsiClientConfig config;
  hypervisor::VioCalls& calls;
  io::RequestLedger& ledger;
  system::Host* host = nullptr;
  hypervisor::DmaArea area;
  hypervisor::CrqQueue queue;
  std::uint32_t slot_count;
  std::uint64_t units, lists, management_unit, management_data;
  std::uint64_t buffers = 0;  ///< bus address behind the area; all show the same memory, in which nobody looks
  std::uint64_t buffer_memory = 0;
  std::deque<Lun> luns;
  std::vector<Slot> slots;
  std::vector<std::uint32_t> free_slots;
  std::unordered_map<std::uint64_t, std::uint32_t> by_tag;  ///< looked up only
  std::deque<Command> pending;                              ///< taken from disks: no credit, no slot or no connection yet
  VscsiClientCounts counts;

  Link link = Link::off;
  bool holding = false;     ///< commands are kept until the connection is there
  bool recovering = false;  ///< the connection is lost, and not made for the first time
  bool closing = false;     ///< H_FREE_CRQ is not finished
  bool pinged = false;
  std::uint32_t asked_lun = 0;
  std::int64_t credits = 0;
  std::int64_t kept = kKept;  ///< of them; less where the server gives so few
  std::uint32_t tasks = 0;    ///< aborts and resets that have not been answered
  Bytes maximum_transfer{};
  std::uint64_t next_tag = 0;
  std::uint64_t management_tag = 0;  ///< what the present step of the bring-up waits for
  SimTime heard;                     ///< from the server, the last time

  system::ThreadId handler{};
  bool handler_busy = false;
  bool pending_interrupt = false;
  SimTime interrupted_clock;
  std::deque<Arrival> arrivals;
  std::deque<std::pair<Command, io::BlockStatus>> ends;  ///< that the handler still has to tell
  bool answering = false;                                ///< the handler computes for the first of them
  SimTime prepaid;
  std::array<system::TimerId, kTimers> timers{};
  std::array<bool, kTimers> timer_set{};
};

}  // namespace lparsim::drivers
