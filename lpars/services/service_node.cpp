#include "lpars/services/service_node.hpp"

#include <algorithm>

namespace lparsim::services {

ServiceNode::ServiceNode(const NodeConfig& config, SimTime timeout, kernel::Calendar& calendar)
    : config_{config}, timeout_{timeout}, calendar_{calendar} {
  for (const ServiceConfig& service : config.services) instances_.push_back(std::make_unique<ServiceInstance>(service));
}

SimTime ServiceNode::cross(Line& line, std::uint64_t bytes, SimTime now) const {
  const double seconds = static_cast<double>(bytes) * 8 / static_cast<double>(config_.link.bits_per_second);
  line.free = std::max(line.free, now) + SimTime::from_seconds(seconds);
  return line.free + config_.delay;
}

std::uint32_t ServiceNode::begin(const ServiceConfig& service, NodeClient& client, std::uint64_t ticket) {
  if (free_.empty()) {
    free_.push_back(static_cast<std::uint32_t>(calls_.size()));
    calls_.emplace_back();
  }
  const std::uint32_t number = free_.back();
  free_.pop_back();
  Call& call = calls_[number];
  call.client = &client;
  call.ticket = ticket;
  call.service = &service;
  call.lost = call.performed = call.done = call.told = false;
  call.plan.clear();
  call.accesses_done = 0;
  call.answer = 0;
  return number;
}

void ServiceNode::depart(std::uint32_t number, std::uint64_t bytes, SimTime now) {
  if (up_) return plan_alarm(number, Stage::arrived, cross(there_, bytes, now));
  calls_[number].lost = calls_[number].done = true;
  plan_alarm(number, Stage::silence, now + timeout_);
}

void ServiceNode::fetch(const ServiceConfig& service, NodeClient& client, std::uint64_t ticket, SimTime now) {
  const std::uint32_t number = begin(service, client, ticket);
  calls_[number].fetch = true;
  calls_[number].answer = service.code.count;
  depart(number, 0, now);
}

void ServiceNode::perform(const ServiceConfig& service, const ServiceRequest& request, NodeClient& client, std::uint64_t ticket,
                          SimTime now) {
  const std::uint32_t number = begin(service, client, ticket);
  Call& call = calls_[number];
  call.fetch = false;
  call.request = request;
  call.answer = request.operation == Operation::read ? request.size : 0;
  depart(number, request.operation == Operation::write ? request.size : 0, now);
}

void ServiceNode::set_link(bool up, SimTime now) {
  if (up == up_) return;
  up_ = up;
  if (up) {
    there_ = back_ = {};
    return;
  }
  for (std::uint32_t i = 0; i < calls_.size(); ++i) {
    Call& call = calls_[i];
    if (call.client == nullptr || call.lost) continue;
    call.lost = true;
    plan_alarm(i, Stage::silence, now + timeout_);
  }
}

void ServiceNode::rings(std::uint64_t argument, SimTime now) {
  const auto number = static_cast<std::uint32_t>(argument >> 8);
  Call& call = calls_[number];
  switch (static_cast<Stage>(argument & 0xFF)) {
    case Stage::arrived:
      if (call.lost) {
        call.done = true;
        return release(number);
      }
      if (call.fetch) {
        ++fetches_;
        return answer(number, now);
      }
      if (busy_ == config_.threads) return queue_.push_back(number);
      ++busy_;
      return start(number, now);
    case Stage::computed:
    case Stage::disk:
      return go_on(number, now);
    case Stage::answered:
      call.done = true;
      if (!call.lost) {
        call.told = true;
        call.client->answered(call.ticket, true, call.plan, now);
      }
      return release(number);
    case Stage::silence: {
      call.told = true;
      static const Plan kNothing;
      call.client->answered(call.ticket, false, kNothing, now);
      if (call.performed) call.client->done_unheard(*call.service);
      return release(number);
    }
  }
}

void ServiceNode::start(std::uint32_t number, SimTime now) {
  Call& call = calls_[number];
  ++performed_;
  call.performed = true;
  if (call.told) call.client->done_unheard(*call.service);
  instances_[static_cast<std::size_t>(call.service - config_.services.data())]->carry_out(call.request, call.plan);
  plan_alarm(number, Stage::computed, now + call.plan.compute());
}

/// File systems of the node are on its disk; pages of memory are where they are used.
void ServiceNode::go_on(std::uint32_t number, SimTime now) {
  Call& call = calls_[number];
  if (call.service->type != ServiceType::file_system || call.accesses_done == call.plan.accesses().size()) return end(number, now);
  const double bytes = static_cast<double>(call.plan.accesses()[call.accesses_done++].size.count);
  const SimTime data = SimTime::from_seconds(bytes * 8 / static_cast<double>(config_.disk_rate.bits_per_second));
  disk_free_ = std::max(disk_free_, now) + config_.disk_time + data;
  plan_alarm(number, Stage::disk, disk_free_);
}

void ServiceNode::end(std::uint32_t number, SimTime now) {
  if (calls_[number].service->type == ServiceType::file_system) calls_[number].plan.clear();
  if (queue_.empty()) {
    --busy_;
  } else {
    const std::uint32_t next = queue_.front();
    queue_.pop_front();
    start(next, now);
  }
  answer(number, now);
}

void ServiceNode::answer(std::uint32_t number, SimTime now) {
  Call& call = calls_[number];
  if (!call.lost) return plan_alarm(number, Stage::answered, cross(back_, call.answer, now));
  call.done = true;
  release(number);
}

void ServiceNode::release(std::uint32_t number) {
  Call& call = calls_[number];
  if (!call.done || !call.told) return;
  call.client = nullptr;
  free_.push_back(number);
}

}  // namespace lparsim::services
