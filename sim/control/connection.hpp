#pragma once
#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "sim/control/line_splitter.hpp"
#include "sim/control/local_socket.hpp"
#include "sim/control/mailbox.hpp"

namespace lparsim::control {

/// One client, as the socket's thread sees it. Nothing here waits.
class Connection {
 public:
  using Clock = std::chrono::steady_clock;

  Connection(ClientId id, Descriptor descriptor) : id_{id}, descriptor_{std::move(descriptor)} {}

  ClientId id() const { return id_; }
  int number() const { return descriptor_.number(); }
  /// What to poll for.
  short interest() const;

  /// Once, when there is something to read.
  void read();
  /// Puts the lines that have come into the box, as many as may wait for an answer.
  void pass_on(Mailbox& mailbox);
  void answered() { --unanswered_; }

  void say(std::string_view line);
  void send();
  /// Tells the newest state if it has not been told and is due; not to somebody who still has something to read.
  void tell_state(std::uint64_t number, std::string_view line, bool soon, Clock::time_point now);

  void hang_up() { gone_ = true; }
  bool gone() const { return gone_; }
  bool has_said_all() const { return unsent_.empty(); }

 private:
  ClientId id_;
  Descriptor descriptor_;
  LineSplitter lines_{kMostLineBytes};
  std::string unsent_;
  int unanswered_ = 0;
  bool ended_ = false;  ///< says nothing more, but may listen
  bool gone_ = false;
  std::uint64_t told_ = 0;
  Clock::time_point told_at_{};
};

}  // namespace lparsim::control
