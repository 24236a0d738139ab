#pragma once
#include <cstdint>
#include <vector>

#include "models/io/frame.hpp"
#include "models/io/request_ledger.hpp"
#include "models/io/ring.hpp"
#include "sim/base/rates.hpp"
#include "sim/kernel/calendar.hpp"

namespace lparsim::io {

struct EthernetPortConfig {
  DataRate rate{1'000'000'000};     ///< 1 to 100 Gb/s; ends of a cable have the same
  std::uint32_t mtu = 1500;         ///< what an untagged or tagged frame carries behind its Ethernet header; 9000: jumbo frames
  std::uint32_t queue = 1024;       ///< frames that wait for the wire, the one on it included
  SimTime cable{};                  ///< how long a bit is under way; of the two ends, the longer
  SimTime coalescing{};             ///< the receiver is told at most so much later (interrupt moderation); 0: of each frame at once
  std::uint32_t coalesced = 64;     ///< or as soon as so many frames wait for it
  RequestLedger* ledger = nullptr;  ///< is told what requests spend in `adapter_queue` and `network`; may be null
};

/// What a port did, since the beginning.
struct EthernetCounters {
  std::uint64_t sent = 0;        ///< frames on the wire, segments of a large send singly
  std::uint64_t sent_bytes = 0;  ///< of their lengths
  std::uint64_t received = 0;
  std::uint64_t received_bytes = 0;
  std::uint64_t refused = 0;  ///< no place in the queue, no link, or longer than the MTU
  std::uint64_t lost = 0;     ///< were queued or on the wire when the link went down
  SimTime sending;            ///< time on the wire of what was sent from here
  SimTime receiving;          ///< and from the other end
};

/// Whom a port tells that it has a place again after it refused a frame for want of one.
class EthernetSender {
 public:
  virtual ~EthernetSender() = default;
  virtual void place_free(SimTime now) = 0;
};

/// One end of an Ethernet cable, full duplex. A frame takes its length, but 60 bytes at least, and 24 bytes of framing on the wire
/// (IEEE 802.3); a large send goes out as segments of Frame::mss bytes of payload. The time of a byte is exact at 1, 10, 25, 40 and 100
/// Gb/s, and otherwise rounded to a picosecond for each frame. Costs one event a frame, and nothing allocated in the steady state.
class EthernetPort : private kernel::Alarm {
 public:
  EthernetPort(const EthernetPortConfig& config, kernel::Calendar& calendar);
  EthernetPort(const EthernetPort&) = delete;
  EthernetPort& operator=(const EthernetPort&) = delete;

  /// Plugs the cable in; before the simulation starts, the link is up at once. Ports outlive the simulation.
  static void connect(EthernetPort& one, EthernetPort& other);
  /// Who gets the frames from the other end; called from the calendar, never from within transmit().
  void set_receiver(FrameSink& receiver) { receiver_ = &receiver; }
  void set_sender(EthernetSender& sender) { sender_ = &sender; }

  /// Queues the frame for the wire. False: it is refused, whole, and counted.
  bool transmit(const Frame& frame, SimTime now);
  /// Whether transmit() would take so many frames now. If not, the sender is told as soon as it would.
  bool has_place(SimTime now, std::uint32_t frames = 1);

  /// Plugged in at both ends and alive.
  bool link_up() const;
  /// Pulls the cable at this end, or plugs it in again: what is under way is lost, and both receivers are told at once.
  void set_link(bool up, SimTime now);

  const EthernetCounters& counters() const { return counters_; }
  const EthernetPortConfig& config() const { return config_; }
  /// How long a frame of this length keeps the wire.
  SimTime wire_time(std::uint32_t length) const;
  /// How long a full queue of its longest frames keeps it.
  SimTime full_queue() const { return wire_time(kLongestHeader + config_.mtu) * config_.queue; }

 private:
  struct Flight {
    Frame frame{};
    RequestTag tag{};
    SimTime waited{};  ///< for the wire
  };
  void rings(std::uint64_t argument, SimTime now) override;
  void arrive(const Flight& flight, SimTime now);
  void hand_over(SimTime now);
  void put_on_wire(const Frame& frame, SimTime now);
  void lose_all(SimTime now);

  EthernetPortConfig config_;
  kernel::Calendar& calendar_;
  EthernetPort* peer_ = nullptr;
  FrameSink* receiver_ = nullptr;
  EthernetSender* sender_ = nullptr;
  bool plugged_ = true;
  bool sender_waits_ = false;
  std::uint64_t epoch_ = 0;         ///< of the link; frames of earlier ones do not arrive
  std::uint64_t round_ = 0;         ///< of coalescing
  SimTime wire_free_;               ///< when the last queued frame has left
  Ring<Flight> flights_;            ///< queued, on the wire, in the cable
  Ring<SimTime> leaving_;           ///< when queued frames have left
  std::vector<Frame> received_;     ///< wait for the receiver to be told
  std::vector<Frame> handed_over_;  ///< of these, while it is told
  EthernetCounters counters_;
};

}  // namespace lparsim::io
