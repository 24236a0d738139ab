#pragma once
#include <array>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <vector>

#include "models/hypervisor/crq_queue.hpp"
#include "models/hypervisor/sub_crq_queue.hpp"
#include "models/hypervisor/virtual_io.hpp"
#include "models/hypervisor/vnic.hpp"
#include "models/io/request_ledger.hpp"
#include "models/io/sriov_port.hpp"
#include "models/system/program.hpp"
#include "vios/vnic/costs.hpp"

namespace lparsim::vnic {

/// What a backing device did, since the beginning.
struct BackingCounts {
  std::uint64_t sent = 0;      ///< frames of the client given to the logical port
  std::uint64_t received = 0;  ///< frames in the client's buffers
  std::uint64_t lost = 0;      ///< of those to be sent: no link, or the client's memory was not there
  std::uint64_t no_buffer = 0;
  std::uint64_t logins = 0;
};

/// The VIOS's end of a vNIC: a server adapter and the logical port behind it. Negotiates with the client, maps its buffers into the
/// adapter's window (H_PUT_RTCE), and hands descriptors back and forth; the frames themselves go between the client's memory and the
/// logical port, without a copy through the VIOS. All of its work is done by one thread, which asks next().
class BackingDevice final : private io::LogicalPortDriver {
 public:
  static constexpr std::uint32_t kQueuePages = 4;  ///< of each sub-CRQ: 512 elements
  static constexpr std::uint64_t kEntries = kQueuePages * hypervisor::SubCrqQueue::kElementsPerPage;

  struct Place {
    hypervisor::VirtualAdapter adapter{};
    io::SriovPort* port = nullptr;
    io::LogicalPortId logical{};
    hypervisor::Liobn window{};  ///< of the logical port, as large as the client's
  };
  /// All outlive it; `ledger` may be null. `wake` is called whenever there is something for the thread to do.
  class Owner {
   public:
    virtual ~Owner() = default;
    virtual void work_for(std::uint32_t backing, SimTime now) = 0;
    virtual void source_opened(std::uint32_t backing, std::uint32_t source) = 0;
  };
  BackingDevice(Owner& owner, std::uint32_t number, const VnicServerConfig& config, hypervisor::VioCalls& calls,
                hypervisor::VirtualIo& virtual_io, io::RequestLedger* ledger, const Place& place);
  BackingDevice(const BackingDevice&) = delete;
  BackingDevice& operator=(const BackingDevice&) = delete;

  /// The partition has started, and stopped.
  void open();
  void forget();
  void interrupted(std::uint32_t source) { pending_.push_back(source); }
  /// The thread was blocked, and is not any more; `undispatched`: reading of the clock.
  void woken(SimTime undispatched) { undispatched_ = undispatched; }
  /// Does what the thread has computed for, and says what it computes next; nothing: it may block.
  std::optional<SimTime> next(SimTime undispatched, SimTime now);
  /// H_VIOCTL with VNIC_SERVER_STATUS.
  void report();

  bool logged_in() const { return logged_in_; }
  const BackingCounts& counts() const { return counts_; }

 private:
  enum class Work : std::uint8_t { none, message, buffers, told_sent, told_received, frame };
  struct Arrived {
    hypervisor::VnicReceived descriptor;
    io::RequestTag request;
  };
  struct Sent {
    std::uint32_t correlator;
    hypervisor::VnicStatus status;
  };
  struct Map {
    std::uint32_t ioba;
    std::uint64_t pages;
  };

  void port_received(std::uint64_t cookie, const io::Frame& frame, SimTime now) override;
  void port_sent(std::uint64_t cookie, std::uint64_t number, bool sent, SimTime now) override;
  void port_link_changed(std::uint64_t cookie, bool up, SimTime now) override;

  std::optional<SimTime> pick(SimTime now);
  void perform(SimTime now);
  void enter(io::RequestTag request, io::Stage stage, SimTime now);
  void take_frame(SimTime now);
  void tell_sent();
  void tell_received(SimTime now);
  SimTime time(Cycles cycles) const { return cycles.at(config_.clock); }

  // backing_control.cpp
  void element_arrived(const hypervisor::CrqElement& element);
  void answer(hypervisor::VnicMessage message, hypervisor::VnicStatus status);
  void tell_link();
  void forget_client();
  hypervisor::VnicStatus login(const hypervisor::VnicMessage& message);
  hypervisor::VnicStatus map(const hypervisor::VnicMessage& message);
  hypervisor::VnicStatus unmap(std::uint8_t map_id);
  std::uint64_t limit(hypervisor::VnicCapability capability) const;

  Owner& owner_;
  std::uint32_t number_;
  VnicServerConfig config_;
  hypervisor::VioCalls& calls_;
  hypervisor::VirtualIo& virtual_io_;
  io::RequestLedger* ledger_;
  Place place_;
  hypervisor::DmaArea area_;
  hypervisor::CrqQueue queue_;
  hypervisor::SubCrqQueue send_queue_;
  hypervisor::SubCrqQueue buffer_queue_;
  std::uint64_t staging_;  ///< bus address of a page for login buffers
  std::vector<std::uint32_t> pending_;
  bool active_ = false;
  bool logged_in_ = false;
  bool logical_link_ = false;  ///< the client wants frames
  bool link_news_ = false;
  std::uint32_t epoch_ = 0;    ///< of logins: what was sent before does not concern the client any more
  std::uint64_t sent_to_ = 0;  ///< the client's sub-CRQs
  std::uint64_t received_to_ = 0;
  std::map<std::uint8_t, Map> maps_;
  std::deque<hypervisor::VnicBuffer> buffers_;  ///< that the adapter has
  std::deque<Sent> sent_;
  std::deque<Arrived> arrived_;
  Work work_ = Work::none;
  hypervisor::CrqElement message_{};
  hypervisor::VnicSend descriptor_{};
  std::optional<io::Frame> frame_;
  io::RequestTag request_ = io::RequestTag::none;  ///< of the frame in the thread's hands
  SimTime undispatched_;
  SimTime before_;  ///< the clock when somebody looked last
  BackingCounts counts_;
};

}  // namespace lparsim::vnic
