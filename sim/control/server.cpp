#include "sim/control/server.hpp"

#include <fmt/format.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <list>
#include <system_error>

#include "sim/control/connection.hpp"

namespace lparsim::control {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t kMostClients = 16;
constexpr int kRoundMilliseconds = 100;
/// So long a client may take to read the last lines.
constexpr std::chrono::milliseconds kFarewell{500};

/// Handlers run on the simulation's thread.
void block_signals() {
  sigset_t all;
  ::sigfillset(&all);
  ::pthread_sigmask(SIG_BLOCK, &all, nullptr);
}

}  // namespace

/// What the socket's thread knows.
class Server::Connections {
 public:
  Connections(Server& server, const std::string& hello) : server_{server}, hello_{hello} {}

  void run() {
    while (!ended_) {
      wait(clients_.empty() ? -1 : kRoundMilliseconds);
      deliver();
    }
    const auto last = Clock::now() + kFarewell;
    const auto all_said = [&] {
      return std::ranges::all_of(clients_, &Connection::has_said_all);
    };
    while (!all_said() && Clock::now() < last) wait(kRoundMilliseconds);
  }

 private:
  void wait(int milliseconds) {
    std::vector<pollfd> polled{{server_.wake_.number(), POLLIN, 0}};
    // When no descriptor was left for a new client, it waits a round.
    polled.push_back({deaf_ || ended_ ? -1 : server_.socket_.number(), POLLIN, 0});
    for (const Connection& client : clients_) polled.push_back({client.number(), client.interest(), 0});
    const bool any = ::poll(polled.data(), polled.size(), deaf_ ? kRoundMilliseconds : milliseconds) > 0;
    deaf_ = false;
    if (any && polled[0].revents != 0) {
      std::uint64_t count = 0;
      [[maybe_unused]] const ssize_t taken = ::read(server_.wake_.number(), &count, sizeof count);
    }
    auto ready = polled.begin() + 2;
    for (Connection& client : clients_) {
      const short happened = any ? (ready++)->revents : short{0};
      // What it said before it went is heard.
      if ((happened & POLLIN) != 0) client.read();
      client.pass_on(server_.mailbox_);
      client.send();
      if ((happened & (POLLHUP | POLLERR | POLLNVAL)) != 0 && (happened & POLLIN) == 0) client.hang_up();
    }
    clients_.remove_if([](const Connection& client) { return client.gone(); });
    if (any && polled[1].revents != 0) accept();
  }

  void accept() {
    while (Descriptor descriptor = server_.socket_.accept()) {
      Connection client{ClientId{++last_client_}, std::move(descriptor)};
      if (clients_.size() >= kMostClients) {
        client.say(refusal("null", fmt::format("{} clients are connected; allowed: at most as many", kMostClients)));
        client.send();
        continue;
      }
      client.say(hello_);
      client.send();
      clients_.push_back(std::move(client));
    }
    deaf_ = errno != EAGAIN && errno != EWOULDBLOCK;
  }

  void deliver() {
    std::vector<Outgoing> lines;
    State state;
    std::uint64_t number = 0;
    bool soon = false;
    {
      const std::lock_guard lock{server_.mutex_};
      Outbox& outbox = server_.outbox_;
      lines = std::exchange(outbox.lines, {});
      soon = std::exchange(outbox.soon, false);
      state = outbox.state;
      number = outbox.states;
      ended_ = outbox.ended;
    }
    const std::string told = event(state);
    const auto now = Clock::now();
    for (const Outgoing& outgoing : lines) {
      for (Connection& client : clients_) {
        if (outgoing.to && client.id() != *outgoing.to) continue;
        client.say(outgoing.line);
        client.send();
        if (outgoing.to) client.answered();
      }
    }
    for (Connection& client : clients_) {
      // Those that had to wait for answers to others.
      client.pass_on(server_.mailbox_);
      client.send();
      if (!ended_) client.tell_state(number, told, soon, now);
      client.send();
    }
  }

  Server& server_;
  const std::string& hello_;
  std::list<Connection> clients_;
  std::uint64_t last_client_ = 0;
  bool deaf_ = false;
  bool ended_ = false;
};

Result<std::unique_ptr<Server>> Server::listen(const std::filesystem::path& path) {
  Result<LocalSocket> socket = LocalSocket::listen(path);
  if (!socket) return unexpected(socket.error());
  Descriptor wake{::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)};
  if (!wake) return unexpected(std::error_code{errno, std::generic_category()}.message());
  return std::unique_ptr<Server>{new Server{std::move(*socket), std::move(wake)}};
}

Server::~Server() {
  if (!thread_.joinable()) return;
  {
    const std::lock_guard lock{mutex_};
    outbox_.ended = true;
  }
  wake();
  thread_.join();
}

void Server::begin(const Hello& hello, const State& state) {
  publish(state, true);
  thread_ = std::thread{[this, line = event(hello)] {
    run(line);
  }};
}

void Server::run(const std::string& hello) {
  block_signals();
  Connections{*this, hello}.run();
}

void Server::wake() const {
  const std::uint64_t one = 1;
  [[maybe_unused]] const ssize_t written = ::write(wake_.number(), &one, sizeof one);
}

void Server::answer(ClientId client, std::string line) {
  {
    const std::lock_guard lock{mutex_};
    outbox_.lines.push_back({client, std::move(line)});
  }
  wake();
}

void Server::tell_all(std::string line) {
  {
    const std::lock_guard lock{mutex_};
    outbox_.lines.push_back({std::nullopt, std::move(line)});
  }
  wake();
}

void Server::publish(const State& state, bool soon) {
  {
    const std::lock_guard lock{mutex_};
    outbox_.state = state;
    ++outbox_.states;
    outbox_.soon = outbox_.soon || soon;
  }
  if (soon) wake();
}

void Server::end(bool finished) {
  if (!thread_.joinable()) return;
  {
    const std::lock_guard lock{mutex_};
    outbox_.lines.push_back({std::nullopt, event_of_end(finished, outbox_.state.simulated)});
    outbox_.ended = true;
  }
  wake();
  thread_.join();
}

}  // namespace lparsim::control
