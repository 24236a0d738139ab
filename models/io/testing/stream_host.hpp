#pragma once
#include <deque>
#include <utility>
#include <vector>

#include "models/io/ethernet_port.hpp"
#include "models/io/stream.hpp"

namespace lparsim::io::testing {

/// A network adapter with streams above it and nothing else: no processor, no driver. Tells its test what it was told.
class StreamHost final : public StreamOwner, private FrameSink, private EthernetSender, private kernel::Alarm {
 public:
  StreamHost(MacAddress mac, const EthernetPortConfig& port_config, const StreamConfig& config, kernel::Calendar& calendar)
      : port{port_config, calendar}, streams{mac, config, *this}, calendar_{calendar} {
    port.set_receiver(*this);
    port.set_sender(*this);
  }

  EthernetPort port;
  StreamEndpoint streams;
  std::vector<std::pair<StreamId, StreamMessage>> arrived;
  std::vector<StreamMessage> acknowledged;
  std::uint64_t bytes = 0;  ///< of messages that arrived
  SimTime last;             ///< when the last message arrived
  std::uint32_t broken = 0;
  bool answers = true;

  void send(StreamId stream, const StreamMessage& message, SimTime now) {
    streams.send(stream, message, now);
    transmit(now);
  }
  /// Gives out what there is.
  void transmit(SimTime now) {
    Frame frame;
    while (port.link_up() && port.has_place(now, 64) && streams.next_frame(frame, now)) port.transmit(frame, now);
    if (streams.deadline() >= alarm_) return;
    alarm_ = streams.deadline();
    calendar_.call(*this, 0, alarm_);
  }

  void message_arrived(StreamId stream, const StreamMessage& message, SimTime now) override {
    arrived.emplace_back(stream, message);
    bytes += message.size;
    last = now;
    if (answers && message.kind == MessageKind::request)
      streams.send(stream, {MessageKind::response, message.tag, message.number, message.response, 0}, now);
  }
  void message_sent(StreamId, const StreamMessage&, SimTime) override {}
  void message_acknowledged(StreamId, const StreamMessage& message, SimTime) override { acknowledged.push_back(message); }
  void message_repeated(StreamId, const StreamMessage&, SimTime) override {}
  void stream_broken(StreamId, SimTime) override { ++broken; }

 private:
  void frame_arrived(const Frame& frame, SimTime now) override {
    streams.frame_arrived(frame, now);
    transmit(now);
  }
  void link_changed(bool up, SimTime now) override {
    if (up) transmit(now);
  }
  void place_free(SimTime now) override { transmit(now); }
  void rings(std::uint64_t, SimTime now) override {
    if (now == alarm_) alarm_ = SimTime::never();
    streams.timer_expired(now);
    transmit(now);
  }
  kernel::Calendar& calendar_;
  SimTime alarm_ = SimTime::never();
};

}  // namespace lparsim::io::testing
