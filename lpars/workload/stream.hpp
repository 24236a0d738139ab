#pragma once
#include <vector>

#include "lpars/workload/starter.hpp"
#include "lpars/workload/workload.hpp"

namespace lparsim::workload {

/// See Stream in config.hpp. A write that failed is over; its connection tries again after kPause. Draws nothing.
class StreamWorkload final : public Workload {
 public:
  /// Assumed: as a program that asks anew for a connection each second.
  static constexpr SimTime kPause = SimTime::from_s(1);

  StreamWorkload(const Config& config, const Stream& stream, IoOperations& io);

  void attach(Host& host) override;
  void activated(SimTime now) override;
  void deactivated(SimTime now) override;
  Activity next_activity(std::uint32_t thread_tag, SimTime now) override;
  void timer_expired(std::uint32_t timer_tag, SimTime now) override;

 private:
  /// The connection's thread has its number for a tag, and so has its timer.
  struct Connection {
    ThreadId thread{};
    TimerId timer{};
    bool writing = false;
    std::uint32_t io = 0;  // handle of the write
    Bytes size;            // of it
    SimTime begun;
  };

  void start_connections(Cause cause, SimTime now);
  bool begin_write(Connection& connection, SimTime now);
  /// Returns whether it succeeded.
  bool end_write(Connection& connection, SimTime now);

  Stream stream_;
  Nice nice_;
  Starter starter_;
  IoOperations& io_;
  Host* host_ = nullptr;
  std::uint32_t peer_ = 0;
  SimTime activated_;
  Bytes left_;  // of the total, to be begun
  std::vector<Connection> connections_;
};

}  // namespace lparsim::workload
