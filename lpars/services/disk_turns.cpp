#include "lpars/services/disk_turns.hpp"

#include <algorithm>

namespace lparsim::services {

std::uint32_t DiskTurns::wait(const ServiceConfig& scheduler, const DiskRequest& request, SimTime now) {
  auto queue = std::ranges::find(queues_, &scheduler, &Queue::config);
  if (queue == queues_.end()) queue = queues_.insert(queues_.end(), Queue{&scheduler, ServiceInstance{scheduler}});
  const auto number = static_cast<std::uint32_t>(queue - queues_.begin());
  queue->instance.io_scheduler()->enqueue(request);
  serve(number, now);
  return number;
}

void DiskTurns::ended(std::uint32_t number, SimTime now) {
  queues_[number].instance.io_scheduler()->ended();
  serve(number, now);
}

void DiskTurns::serve(std::uint32_t number, SimTime now) {
  IoScheduler& scheduler = *queues_[number].instance.io_scheduler();
  while (const auto next = scheduler.next(now)) taker_.turn_has_come(next->id, now);
  const SimTime due = scheduler.next_time();
  if (due >= queues_[number].alarm) return;
  queues_[number].alarm = due;
  calendar_.call(*this, number, std::max(due, now));
}

void DiskTurns::rings(std::uint64_t number, SimTime now) {
  Queue& queue = queues_[number];
  if (now < queue.alarm) return;  // it was given up when the partition stopped
  queue.alarm = SimTime::never();
  serve(static_cast<std::uint32_t>(number), now);
}

void DiskTurns::reset() {
  for (Queue& queue : queues_) {
    queue.instance = ServiceInstance{*queue.config};
    queue.alarm = SimTime::never();
  }
}

}  // namespace lparsim::services
