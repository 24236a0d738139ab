#pragma once
#include <cstdint>
#include <vector>

#include "models/io/ethernet_port.hpp"
#include "models/io/stream.hpp"
#include "sim/base/distribution.hpp"
#include "sim/base/random.hpp"

namespace lparsim::io {

struct ExternalHostConfig {
  MacAddress mac{};
  EthernetPortConfig port{};  ///< `cable` is its distance
  StreamConfig stream{};      ///< `vlan` is where it is
  Distribution service{};     ///< from the last byte of a request to the first one of its response; requests do not wait for each other
  RandomKey random{};
  RequestLedger* ledger = nullptr;  ///< `remote` while it works on a request; may be null
};

/// A host outside of the server: answers requests with as many bytes as they ask for and takes whatever else is sent to it. It has
/// processors enough. Knows the addresses of its peers; an ARP frame that is sent to it (to see whether it is there) comes back.
class ExternalHost : private kernel::Alarm, private FrameSink, private EthernetSender, private StreamOwner {
 public:
  /// The service that its streams are opened to.
  static constexpr std::uint16_t kService = 7;

  ExternalHost(const ExternalHostConfig& config, kernel::Calendar& calendar);
  ExternalHost(const ExternalHost&) = delete;
  ExternalHost& operator=(const ExternalHost&) = delete;

  EthernetPort& port() { return port_; }
  MacAddress mac() const { return config_.mac; }
  /// Requests answered, and bytes of messages received in all.
  std::uint64_t answered() const { return answered_; }
  std::uint64_t received_bytes() const { return received_bytes_; }
  const StreamCounters& counters() const { return streams_.counters(); }

 private:
  struct Answer {
    StreamId stream;
    std::uint32_t generation;
    StreamMessage message;
  };
  void rings(std::uint64_t argument, SimTime now) override;
  void frame_arrived(const Frame& frame, SimTime now) override;
  void link_changed(bool up, SimTime now) override;
  void place_free(SimTime now) override { transmit(now); }
  void message_arrived(StreamId stream, const StreamMessage& message, SimTime now) override;
  void message_sent(StreamId, const StreamMessage&, SimTime) override {}
  void message_acknowledged(StreamId, const StreamMessage&, SimTime) override {}
  void message_repeated(StreamId stream, const StreamMessage& message, SimTime now) override;
  void stream_broken(StreamId stream, SimTime now) override;
  void transmit(SimTime now);
  void watch_streams();

  ExternalHostConfig config_;
  kernel::Calendar& calendar_;
  EthernetPort port_;
  StreamEndpoint streams_;
  std::vector<std::uint32_t> generations_;  ///< of streams: answers to broken ones are not sent
  std::vector<Answer> answers_;
  std::vector<std::uint32_t> free_answers_;
  SimTime alarm_ = SimTime::never();  ///< that the calendar has for the streams' timers
  std::uint64_t drawn_ = 0;
  std::uint64_t answered_ = 0;
  std::uint64_t received_bytes_ = 0;
};

}  // namespace lparsim::io
