#include "models/io/external_host.hpp"

#include <limits>

namespace lparsim::io {

namespace {

constexpr std::uint64_t kStreamTimer = std::numeric_limits<std::uint64_t>::max();
/// Of one large send.
constexpr std::uint32_t kMostSegments = 64;

}  // namespace

ExternalHost::ExternalHost(const ExternalHostConfig& config, kernel::Calendar& calendar)
    : config_{config}, calendar_{calendar}, port_{config.port, calendar}, streams_{config.mac, config.stream, *this} {
  streams_.listen(kService);
  port_.set_receiver(*this);
  port_.set_sender(*this);
}

void ExternalHost::frame_arrived(const Frame& frame, SimTime now) {
  if (frame.destination() != config_.mac) return;
  if (frame.ether_type() == static_cast<std::uint16_t>(EtherType::arp)) {
    Frame reply = frame;
    reply.set_addresses(frame.source(), config_.mac);
    port_.transmit(reply, now);
    return;
  }
  // It is in the host's hands from here on, whatever this frame does to the stream.
  if (config_.ledger != nullptr) config_.ledger->enter(request_of(frame), Stage::remote, now);
  streams_.frame_arrived(frame, now);
  transmit(now);
}

void ExternalHost::link_changed(bool up, SimTime now) {
  if (up) transmit(now);
}

void ExternalHost::message_arrived(StreamId stream, const StreamMessage& message, SimTime now) {
  received_bytes_ += message.size;
  if (message.kind != MessageKind::request) return;
  if (free_answers_.empty()) {
    free_answers_.push_back(static_cast<std::uint32_t>(answers_.size()));
    answers_.emplace_back();
  }
  const std::uint32_t place = free_answers_.back();
  free_answers_.pop_back();
  const std::size_t number = static_cast<std::size_t>(stream);
  if (generations_.size() <= number) generations_.resize(number + 1);
  answers_[place] = {stream, generations_[number], {MessageKind::response, message.tag, message.number, message.response, 0}};
  calendar_.call(*this, place, now + config_.service.sample(config_.random.key(drawn_++).stream()));
}

void ExternalHost::message_repeated(StreamId, const StreamMessage& message, SimTime now) {
  if (config_.ledger != nullptr) config_.ledger->enter(message.tag, Stage::recovery, now);
}

void ExternalHost::stream_broken(StreamId stream, SimTime) {
  const std::size_t number = static_cast<std::size_t>(stream);
  if (number < generations_.size()) ++generations_[number];
}

void ExternalHost::rings(std::uint64_t argument, SimTime now) {
  if (argument == kStreamTimer) {
    if (now == alarm_) alarm_ = SimTime::never();
    streams_.timer_expired(now);
  } else {
    const Answer& answer = answers_[argument];
    free_answers_.push_back(static_cast<std::uint32_t>(argument));
    if (answer.generation == generations_[static_cast<std::size_t>(answer.stream)]) {
      streams_.send(answer.stream, answer.message, now);
      ++answered_;
    }
  }
  transmit(now);
}

void ExternalHost::transmit(SimTime now) {
  Frame frame;
  while (port_.link_up() && port_.has_place(now, kMostSegments) && streams_.next_frame(frame, now)) {
    if (config_.ledger != nullptr) config_.ledger->enter(request_of(frame), Stage::network, now);
    port_.transmit(frame, now);
  }
  watch_streams();
}

void ExternalHost::watch_streams() {
  const SimTime deadline = streams_.deadline();
  if (deadline >= alarm_) return;
  alarm_ = deadline;
  calendar_.call(*this, kStreamTimer, deadline);
}

}  // namespace lparsim::io
