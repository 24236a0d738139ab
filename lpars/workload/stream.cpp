#include "lpars/workload/stream.hpp"

#include <algorithm>

namespace lparsim::workload {

StreamWorkload::StreamWorkload(const Config& config, const Stream& stream, IoOperations& io)
    : Workload{config.name},
      stream_{stream},
      nice_{config.nice},
      starter_{config.start, stream.stagger},
      io_{io},
      connections_(stream.connections) {}

void StreamWorkload::attach(Host& host) {
  host_ = &host;
  peer_ = io_.peer(stream_.to);
  for (std::uint32_t i = 0; i < connections_.size(); ++i) {
    connections_[i].thread = host.create_thread(*this, i, nice_);
    connections_[i].timer = host.create_timer(*this, i);
  }
  starter_.attach(host, *this, stream_.connections, stream_.connections);
}

void StreamWorkload::activated(SimTime now) {
  activated_ = now;
  left_ = stream_.total.value_or(Bytes{UINT64_MAX});
  start_connections(Cause::boot, now);
}

void StreamWorkload::deactivated(SimTime now) {
  all_dropped(now);
  for (Connection& connection : connections_) connection.writing = false;
  starter_.reset();
}

void StreamWorkload::timer_expired(std::uint32_t timer_tag, SimTime now) {
  if (timer_tag == connections_.size())
    start_connections(Cause::timer, now);
  else
    host_->make_ready(connections_[timer_tag].thread, SimTime{}, Cause::timer, now);
}

void StreamWorkload::start_connections(Cause cause, SimTime now) {
  std::uint32_t i = starter_.begun();
  for (const std::uint32_t begun = starter_.advance(now, activated_); i < begun; ++i)
    host_->make_ready(connections_[i].thread, SimTime{}, cause, now);
}

Activity StreamWorkload::next_activity(std::uint32_t thread_tag, SimTime now) {
  Connection& connection = connections_[thread_tag];
  for (;;) {
    if (connection.writing) {
      if (const auto activity = io_.next(connection.io, now)) return *activity;
      if (!end_write(connection, now)) {
        host_->set_timer(connection.timer, now + kPause);
        return Activity::block();
      }
    }
    if (!begin_write(connection, now)) return Activity::block();
  }
}

bool StreamWorkload::begin_write(Connection& connection, SimTime now) {
  if (left_ == Bytes{}) return false;
  connection.size = std::min(stream_.size, left_);
  if (stream_.total) left_.count -= connection.size.count;
  connection.writing = true;
  connection.begun = now;
  statistics_.transaction_arrived();
  connection.io = io_.begin({.kind = IoStep::Kind::send, .target = peer_, .size = connection.size}, connection.thread, now);
  return true;
}

bool StreamWorkload::end_write(Connection& connection, SimTime now) {
  connection.writing = false;
  completed(0, connection.begun, now);
  if (io_.failed(connection.io)) {
    statistics_.operation_failed();
    return false;
  }
  statistics_.operation_succeeded(connection.size);
  return true;
}

}  // namespace lparsim::workload
