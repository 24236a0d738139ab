#include <algorithm>

#include "lpars/drivers/network_stack.hpp"

namespace lparsim::drivers {

using io::MessageKind;
using io::Stage;

namespace {

/// Requests and sends are worked on here; responses are to be worked on by who asked.
Stage stage_here(MessageKind kind) {
  return kind == MessageKind::response ? Stage::client_processing : Stage::remote;
}

}  // namespace

void NetworkStack::stopped(SimTime now) {
  for (Operation& operation : operations_) {
    if (operation.used && operation.kind == Kind::call) ledger_.end(operation.message.tag, io::Outcome::dropped, now);
    // A send that has not been queued yet is in no stream's list.
    if (operation.used && operation.kind == Kind::send && operation.phase <= Phase::queue)
      ledger_.end(operation.message.tag, io::Outcome::dropped, now);
    operation.used = false;
  }
  for (Stream& stream : stream_states_) {
    for (const io::RequestTag tag : stream.sends) ledger_.end(tag, io::Outcome::dropped, now);
    stream.sends.clear();
    stream.key.reset();
    ++stream.generation;
  }
  free_operations_.clear();
  for (std::size_t i = operations_.size(); i-- > 0;) free_operations_.push_back(static_cast<std::uint32_t>(i));
  free_served_.clear();
  for (std::size_t i = served_.size(); i-- > 0;) free_served_.push_back(static_cast<std::uint32_t>(i));
  connections_.clear();
  streams_.reset();
}

NetworkStack::Stream& NetworkStack::at(io::StreamId stream) {
  const auto number = static_cast<std::size_t>(stream);
  if (stream_states_.size() <= number) stream_states_.resize(number + 1);
  return stream_states_[number];
}

NetworkStack::Operation* NetworkStack::operation_of(io::StreamId stream, const io::StreamMessage& message) {
  const std::uint32_t handle = at(stream).user;
  if (handle >= operations_.size()) return nullptr;
  Operation& operation = operations_[handle];
  const bool same = operation.used && operation.stream == stream && operation.message.tag == message.tag;
  return same && operation.message.number == message.number ? &operation : nullptr;
}

SimTime NetworkStack::frame_found(const io::Frame& frame, SimTime undispatched, SimTime now) {
  const auto segment = io::stream_segment(frame);
  if (!segment || segment->payload == 0) return costs_.ack_received.at(clock_);
  if (segment->ends_message()) {
    const bool response = segment->message.kind == MessageKind::response;
    ledger_.enter(segment->message.tag, stage_here(segment->message.kind), now, response ? Stage::client_dispatch : Stage::remote,
                  undispatched);
  }
  return Cycles{costs_.frame_received.count + costs_.byte_received * segment->payload}.at(clock_);
}

void NetworkStack::frame_received(const io::Frame& frame, SimTime now) {
  streams_.frame_arrived(frame, now);
  driver_.set_alarm(streams_.deadline());
}

OutgoingFrame NetworkStack::outgoing(const io::Frame& frame, SimTime) {
  const auto segment = io::stream_segment(frame);
  OutgoingFrame result;
  result.frame = frame;
  if (segment->payload == 0) {
    result.cost = costs_.ack_sent.at(clock_);
    return result;
  }
  result.cost = Cycles{costs_.frame_sent.count + costs_.byte_sent * segment->payload}.at(clock_);
  result.serving = segment->message.kind == MessageKind::response;
  if (segment->ends_message()) result.request = segment->message.tag;
  return result;
}

std::optional<OutgoingFrame> NetworkStack::next_frame(SimTime now) {
  io::Frame frame;
  if (!streams_.next_frame(frame, now)) return std::nullopt;
  const auto segment = io::stream_segment(frame);
  // It waited for the window until now.
  if (segment->has_message && segment->message.kind != MessageKind::response)
    ledger_.enter(segment->message.tag, Stage::client_processing, now);
  return outgoing(frame, now);
}

void NetworkStack::frame_sent(const io::Frame& frame, SimTime now) {
  driver_.set_alarm(streams_.deadline());
  const auto segment = io::stream_segment(frame);
  if (!segment->has_message || segment->ends_message() || segment->message.kind == MessageKind::response) return;
  // The handler's thread sends as acknowledgements come; in between the message waits for more of them.
  const Operation& operation = operations_[segment->message.number];
  if (operation.used && operation.message.tag == segment->message.tag && operation.phase == Phase::unsent)
    ledger_.enter(segment->message.tag, Stage::client_queue, now);
}

void NetworkStack::alarm(SimTime now) {
  streams_.timer_expired(now);
  driver_.set_alarm(streams_.deadline());
  if (streams_.has_frame()) driver_.wake(now);
}

void NetworkStack::message_arrived(io::StreamId stream, const io::StreamMessage& message, SimTime now) {
  received_bytes_ += message.size;
  // Where its last frame was cut by the hypervisor, nobody could tell whose it was before.
  ledger_.enter(message.tag, stage_here(message.kind), now);
  if (message.kind == MessageKind::response) {
    Operation* const operation = operation_of(stream, message);
    if (operation == nullptr) return;
    operation->answered = true;
    return wake(*operation, now);
  }
  if (message.kind != MessageKind::request) return;
  if (free_served_.empty()) {
    free_served_.push_back(static_cast<std::uint32_t>(served_.size()));
    served_.emplace_back();
  }
  const std::uint32_t place = free_served_.back();
  free_served_.pop_back();
  served_[place] = {stream, at(stream).generation, message};
  acceptors_.at(streams_.service(stream))->accept(place, now);
}

void NetworkStack::message_sent(io::StreamId stream, const io::StreamMessage& message, SimTime now) {
  Operation* const operation = operation_of(stream, message);
  if (operation == nullptr) return;
  operation->sent = true;
  if (operation->phase == Phase::unsent && operation->kind != Kind::call) wake(*operation, now);
}

void NetworkStack::message_acknowledged(io::StreamId stream, const io::StreamMessage& message, SimTime now) {
  if (message.kind != MessageKind::one_way) return;
  at(stream).sends.pop_front();
  ledger_.end(message.tag, io::Outcome::done, now);
}

void NetworkStack::message_repeated(io::StreamId, const io::StreamMessage& message, SimTime now) {
  ledger_.enter(message.tag, Stage::recovery, now);
}

void NetworkStack::stream_broken(io::StreamId stream, SimTime now) {
  Stream& state = at(stream);
  ++state.generation;
  if (state.key) connections_.erase(*state.key);
  state.key.reset();
  for (const io::RequestTag tag : state.sends) ledger_.end(tag, io::Outcome::failed, now);
  state.sends.clear();
  for (Operation& operation : operations_) {
    if (!operation.used || operation.stream != stream || operation.phase <= Phase::queue) continue;
    operation.broken = true;
    wake(operation, now);
  }
}

}  // namespace lparsim::drivers
