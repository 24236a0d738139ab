#include "lpars/services/io_scheduler.hpp"

namespace lparsim::services {

std::optional<DiskRequest> IoScheduler::next(SimTime now) {
  if (waiting() == 0 || outstanding_ >= config_.outstanding || !may_go(now)) return std::nullopt;
  ++outstanding_;
  return take();
}

DiskRequest FifoIo::take() {
  const DiskRequest first = queue_.front();
  queue_.pop_front();
  return first;
}

DiskRequest ElevatorIo::take() {
  auto next = sorted_.lower_bound({{0, false, head_, {}}, 0});
  if (next == sorted_.end()) next = sorted_.begin();
  const DiskRequest request = next->first;
  sorted_.erase(next);
  head_ = request.block + (request.size.count + 511) / 512;
  return request;
}

bool LimitedIo::may_go(SimTime now) {
  if (config_.operations_per_second <= 0) return true;
  if (now < due_) return false;
  due_ = now + SimTime::from_seconds(1 / config_.operations_per_second);
  return true;
}

SimTime LimitedIo::next_time() const {
  if (config_.operations_per_second <= 0 || waiting() == 0 || outstanding() >= config_.outstanding) return SimTime::never();
  return due_;
}

}  // namespace lparsim::services
