#include "lpars/drivers/network_stack.hpp"

#include <algorithm>

#include "sim/base/check.hpp"

namespace lparsim::drivers {

using io::Stage;
using system::Activity;

NetworkStack::NetworkStack(FrameDriver& driver, io::MacAddress mac, const io::StreamConfig& config, const NetworkCosts& costs, Hertz clock,
                           io::RequestLedger& ledger)
    : driver_{driver}, streams_{mac, config, *this}, costs_{costs}, clock_{clock}, ledger_{ledger} {
  driver.set_protocol(*this);
}

void NetworkStack::add_peer(std::string_view name, io::MacAddress mac, std::uint16_t service, std::uint32_t target) {
  peers_.push_back({std::string{name}, mac, service, target});
}

void NetworkStack::add_service(std::string_view name, std::uint16_t number) {
  services_.emplace_back(name, number);
}

std::uint32_t NetworkStack::peer(std::string_view name) {
  const auto found = std::find_if(peers_.begin(), peers_.end(), [&](const Peer& each) { return each.name == name; });
  LPARSIM_CHECK(found != peers_.end(), "there is no peer {}", name);
  return static_cast<std::uint32_t>(found - peers_.begin());
}

void NetworkStack::serve(std::string_view name, workload::IoOperations::Acceptor& acceptor) {
  const auto found = std::find_if(services_.begin(), services_.end(), [&](const auto& each) { return each.first == name; });
  LPARSIM_CHECK(found != services_.end(), "there is no service {}", name);
  streams_.listen(found->second);
  acceptors_[found->second] = &acceptor;
}

std::uint32_t NetworkStack::make_operation(Kind kind, system::ThreadId thread, SimTime now) {
  if (free_operations_.empty()) {
    free_operations_.push_back(static_cast<std::uint32_t>(operations_.size()));
    operations_.emplace_back();
  }
  const std::uint32_t handle = free_operations_.back();
  free_operations_.pop_back();
  Operation& operation = operations_[handle];
  operation = {};
  operation.kind = kind;
  operation.used = true;
  operation.thread = thread;
  operation.undispatched = host_->undispatched(now);
  return handle;
}

std::uint32_t NetworkStack::begin(const workload::IoStep& step, system::ThreadId thread, SimTime now) {
  const bool call = step.kind == workload::IoStep::Kind::call;
  LPARSIM_CHECK(call || step.kind == workload::IoStep::Kind::send, "a disk is asked for on the network");
  const std::uint32_t handle = make_operation(call ? Kind::call : Kind::send, thread, now);
  Operation& operation = operations_[handle];
  operation.peer = step.target;
  const io::RequestTag tag = ledger_.begin(peers_[step.target].target, call ? io::RequestKind::call : io::RequestKind::send,
                                           step.size.count + (call ? step.response.count : 0), Stage::client_processing, now);
  operation.message = {call ? io::MessageKind::request : io::MessageKind::one_way, tag, handle, step.size.count, step.response.count};
  return handle;
}

std::uint32_t NetworkStack::answer(std::uint64_t request, system::ThreadId thread, SimTime now) {
  const std::uint32_t handle = make_operation(Kind::answer, thread, now);
  Operation& operation = operations_[handle];
  operation.served = request;
  const io::StreamMessage& asked = served_[request].request;
  operation.message = {io::MessageKind::response, asked.tag, asked.number, asked.response, 0};
  return handle;
}

std::optional<Activity> NetworkStack::next(std::uint32_t handle, SimTime now) {
  for (;;) {
    Operation& operation = operations_[handle];
    switch (operation.phase) {
      case Phase::entry:
        operation.phase = Phase::queue;
        // Who answers has read the request before.
        return compute({costs_.system_call.count * (operation.kind == Kind::answer ? 2 : 1)});
      case Phase::queue:
        operation.phase = enqueue(handle, now) ? Phase::sending : Phase::end;
        break;
      case Phase::sending:
        if (const auto activity = send_on(handle, now)) return activity;
        break;
      case Phase::unsent:
        if (!operation.sent && !operation.broken) return wait(operation);
        operation.phase = operation.kind == Kind::call ? Phase::response : Phase::end;
        break;
      case Phase::response:
        if (!operation.answered && !operation.broken) return wait(operation);
        ledger_.enter(operation.message.tag, Stage::client_processing, now, Stage::client_dispatch,
                      host_->undispatched(now) - operation.undispatched);
        operation.undispatched = host_->undispatched(now);
        operation.phase = Phase::end;
        return compute(costs_.system_call);
      case Phase::end:
        end(handle, now);
        return std::nullopt;
    }
  }
}

/// Queues the operation's message on its stream, which the thread holds from then on. False: there is no stream any more.
bool NetworkStack::enqueue(std::uint32_t handle, SimTime now) {
  Operation& operation = operations_[handle];
  if (operation.kind == Kind::answer) {
    const Served served = served_[operation.served];
    free_served_.push_back(static_cast<std::uint32_t>(operation.served));
    operation.stream = served.stream;
    operation.broken = at(served.stream).generation != served.generation;
    if (operation.broken) return false;
  } else {
    const std::pair key{operation.peer, static_cast<std::uint32_t>(operation.thread)};
    auto found = connections_.find(key);
    if (found == connections_.end()) {
      const Peer& peer = peers_[operation.peer];
      found = connections_.emplace(key, streams_.open(peer.mac, peer.service)).first;
      at(found->second).key = key;
    }
    operation.stream = found->second;
    if (operation.kind == Kind::send) at(operation.stream).sends.push_back(operation.message.tag);
  }
  at(operation.stream).user = handle;
  streams_.hold(operation.stream, true);
  streams_.send(operation.stream, operation.message, now);
  return true;
}

/// Sends what the window allows; the handler's thread goes on as acknowledgements come in.
std::optional<Activity> NetworkStack::send_on(std::uint32_t handle, SimTime now) {
  Operation& operation = operations_[handle];
  if (auto activity = driver_.go_on(operation.transmission, now)) return activity;
  io::Frame frame;
  if (!operation.broken && streams_.next_frame(operation.stream, frame, now))
    return driver_.begin(operations_[handle].transmission, outgoing(frame, now), now);
  if (!operation.broken) {
    streams_.hold(operation.stream, false);
    if (!operation.sent) ledger_.enter(operation.message.tag, Stage::client_queue, now);
    if (streams_.has_frame()) driver_.wake(now);
  }
  operation.phase = Phase::unsent;
  return std::nullopt;
}

Activity NetworkStack::wait(Operation& operation) {
  operation.blocked = true;
  return Activity::block();
}

void NetworkStack::wake(Operation& operation, SimTime now) {
  if (!operation.blocked) return;
  operation.blocked = false;
  operation.undispatched = host_->undispatched(now);
  host_->make_ready(operation.thread, SimTime{}, system::Cause::outside, now);
}

void NetworkStack::end(std::uint32_t handle, SimTime now) {
  Operation& operation = operations_[handle];
  operation.failed = operation.broken;
  operation.used = false;
  free_operations_.push_back(handle);
  if (operation.kind != Kind::call) return;
  ledger_.enter(operation.message.tag, Stage::client_processing, now, Stage::client_dispatch,
                host_->undispatched(now) - operation.undispatched);
  ledger_.end(operation.message.tag, operation.broken ? io::Outcome::failed : io::Outcome::done, now);
}

}  // namespace lparsim::drivers
