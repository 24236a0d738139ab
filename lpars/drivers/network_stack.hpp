#pragma once
#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "lpars/drivers/frame_driver.hpp"
#include "lpars/drivers/network_operations.hpp"
#include "models/io/stream.hpp"

namespace lparsim::drivers {

/// Instructions of an operating system's TCP/IP and of its virtual Ethernet driver, the hypervisor's calls apart. Nobody has published
/// them; they are calibrated so that with the default costs of the hypervisor two partitions with a processor of 4.7 GHz each reach the
/// published rates of virtual Ethernet, simplex and duplex (docs/models/network.md).
struct NetworkCosts {
  Cycles system_call{4'000};  ///< an application sends a message or receives one
  Cycles frame_sent{1'750};   ///< with data, large sends as well
  double byte_sent = 2.42;    ///< cycles: copied from the application, summed up
  Cycles frame_received{2'400};
  double byte_received = 0.74;  ///< cycles: as far as to the application
  Cycles ack_sent{1'000};
  Cycles ack_received{1'400};
};

/// The streams of one operating system over one virtual Ethernet or vNIC adapter, for its workloads: each thread has a connection of its
/// own to each of its peers. A send is over for its thread when all of it is on its way, and in the ledger when the other side has it.
class NetworkStack final : public NetworkOperations, private FrameProtocol, private io::StreamOwner {
 public:
  /// Becomes the protocol of `driver`; both and the ledger outlive it. `clock` is the nominal frequency of the processors.
  NetworkStack(FrameDriver& driver, io::MacAddress mac, const io::StreamConfig& config, const NetworkCosts& costs, Hertz clock,
               io::RequestLedger& ledger);

  // Before the simulation starts.
  /// `name` (`web.orders`, `gateway`) is the service with this number of the host with this address; `target` in the ledger.
  void add_peer(std::string_view name, io::MacAddress mac, std::uint16_t service, std::uint32_t target);
  /// A service of this partition: numbers below 16,384.
  void add_service(std::string_view name, std::uint16_t number);

  std::uint32_t peer(std::string_view name) override;
  std::uint32_t begin(const workload::IoStep& step, system::ThreadId thread, SimTime now) override;
  std::optional<system::Activity> next(std::uint32_t handle, SimTime now) override;
  bool failed(std::uint32_t handle) const override { return operations_[handle].failed; }
  void serve(std::string_view name, workload::IoOperations::Acceptor& acceptor) override;
  std::uint32_t answer(std::uint64_t request, system::ThreadId thread, SimTime now) override;

  const io::StreamCounters& counters() const { return streams_.counters(); }
  /// Bytes of messages that arrived, of all kinds.
  std::uint64_t received_bytes() const { return received_bytes_; }

 private:
  struct Peer {
    std::string name;
    io::MacAddress mac;
    std::uint16_t service;
    std::uint32_t target;
  };
  /// What a stream is to this side; by StreamId.
  struct Stream {
    std::uint32_t generation = 0;                                  ///< grows when it breaks
    std::optional<std::pair<std::uint32_t, std::uint32_t>> key{};  ///< peer and thread, if this side opened it
    std::deque<io::RequestTag> sends{};                            ///< not acknowledged
    std::uint32_t user = 0;                                        ///< the operation that sent on it last
  };
  struct Served {
    io::StreamId stream{};
    std::uint32_t generation = 0;
    io::StreamMessage request{};
  };
  enum class Kind : std::uint8_t { send, call, answer };
  enum class Phase : std::uint8_t { entry, queue, sending, unsent, response, end };
  struct Operation {
    Kind kind{};
    Phase phase = Phase::entry;
    bool used = false;
    bool blocked = false;
    bool sent = false;
    bool answered = false;
    bool broken = false;
    bool failed = false;
    system::ThreadId thread{};
    std::uint32_t peer = 0;
    std::uint64_t served = 0;
    io::StreamId stream{};
    io::StreamMessage message{};
    FrameDriver::Transmission transmission{};
    SimTime undispatched;  ///< reading when it was made ready, or began
  };

  // FrameProtocol.
  void attached(system::Host& host) override { host_ = &host; }
  void stopped(SimTime now) override;
  SimTime frame_found(const io::Frame& frame, SimTime undispatched, SimTime now) override;
  void frame_received(const io::Frame& frame, SimTime now) override;
  std::optional<OutgoingFrame> next_frame(SimTime now) override;
  void frame_sent(const io::Frame& frame, SimTime now) override;
  void alarm(SimTime now) override;
  // StreamOwner.
  void message_arrived(io::StreamId stream, const io::StreamMessage& message, SimTime now) override;
  void message_sent(io::StreamId stream, const io::StreamMessage& message, SimTime now) override;
  void message_acknowledged(io::StreamId stream, const io::StreamMessage& message, SimTime now) override;
  void message_repeated(io::StreamId stream, const io::StreamMessage& message, SimTime now) override;
  void stream_broken(io::StreamId stream, SimTime now) override;

  std::uint32_t make_operation(Kind kind, system::ThreadId thread, SimTime now);
  system::Activity compute(Cycles cycles) const { return system::Activity::compute_in_kernel(cycles.at(clock_)); }
  OutgoingFrame outgoing(const io::Frame& frame, SimTime now);
  bool enqueue(std::uint32_t handle, SimTime now);
  system::Activity wait(Operation& operation);
  void wake(Operation& operation, SimTime now);
  void end(std::uint32_t handle, SimTime now);
  std::optional<system::Activity> send_on(std::uint32_t handle, SimTime now);
  Stream& at(io::StreamId stream);
  /// The operation of this side that the message is of, if it is still there.
  Operation* operation_of(io::StreamId stream, const io::StreamMessage& message);

  FrameDriver& driver_;
  io::StreamEndpoint streams_;
  NetworkCosts costs_;
  Hertz clock_;
  io::RequestLedger& ledger_;
  system::Host* host_ = nullptr;
  std::vector<Peer> peers_;
  std::vector<std::pair<std::string, std::uint16_t>> services_;
  std::map<std::uint16_t, workload::IoOperations::Acceptor*> acceptors_;
  std::map<std::pair<std::uint32_t, std::uint32_t>, io::StreamId> connections_;  ///< by peer and thread
  std::vector<Stream> stream_states_;
  std::vector<Served> served_;
  std::vector<std::uint32_t> free_served_;
  std::vector<Operation> operations_;
  std::vector<std::uint32_t> free_operations_;
  std::uint64_t received_bytes_ = 0;
};

}  // namespace lparsim::drivers
