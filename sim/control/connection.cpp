#include "sim/control/connection.hpp"

#include <fmt/format.h>
#include <poll.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>

namespace lparsim::control {
namespace {

/// Further ones wait in the socket, and so with their client.
constexpr int kMostUnanswered = 64;
constexpr std::size_t kMostUnsentBytes = 256 * 1024;
constexpr std::chrono::milliseconds kTellEvery{100};

bool comes_later(int error) {
  return error == EAGAIN || error == EWOULDBLOCK || error == EINTR;
}

}  // namespace

short Connection::interest() const {
  const bool listens = !ended_ && unanswered_ < kMostUnanswered;
  return static_cast<short>((listens ? POLLIN : 0) | (unsent_.empty() ? 0 : POLLOUT));
}

void Connection::read() {
  if (ended_ || unanswered_ >= kMostUnanswered) return;
  std::array<char, 16 * 1024> bytes;
  const ssize_t count = ::recv(number(), bytes.data(), bytes.size(), MSG_DONTWAIT);
  if (count > 0)
    lines_.add({bytes.data(), static_cast<std::size_t>(count)});
  else if (count == 0)
    ended_ = true;
  else if (!comes_later(errno))
    gone_ = true;
}

void Connection::pass_on(Mailbox& mailbox) {
  while (unanswered_ < kMostUnanswered) {
    const auto line = lines_.next();
    if (!line) return;
    ++unanswered_;
    if (line->too_long)
      mailbox.put({id_, Refused{.error = fmt::format("the line is too long; allowed: {} bytes with its newline", kMostLineBytes)}});
    else
      mailbox.put({id_, parse_request(line->text)});
  }
}

void Connection::say(std::string_view line) {
  // A single line may be longer: an answer of a server with thousands of partitions is.
  if (!unsent_.empty() && unsent_.size() + line.size() > kMostUnsentBytes)
    gone_ = true;
  else
    unsent_.append(line);
}

void Connection::send() {
  while (!unsent_.empty() && !gone_) {
    const ssize_t count = ::send(number(), unsent_.data(), unsent_.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
    if (count >= 0)
      unsent_.erase(0, static_cast<std::size_t>(count));
    else if (comes_later(errno))
      return;
    else
      gone_ = true;
  }
}

void Connection::tell_state(std::uint64_t number, std::string_view line, bool soon, Clock::time_point now) {
  if (told_ == number || !unsent_.empty() || (!soon && now - told_at_ < kTellEvery)) return;
  told_ = number;
  told_at_ = now;
  say(line);
}

}  // namespace lparsim::control
