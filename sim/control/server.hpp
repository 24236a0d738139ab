#pragma once
#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "sim/base/result.hpp"
#include "sim/control/local_socket.hpp"
#include "sim/control/mailbox.hpp"
#include "sim/control/protocol.hpp"

namespace lparsim::control {

/// Listens for clients of a run and carries lines between them and the simulation (docs/control-protocol.md). A thread of its own does
/// what has to do with sockets: nothing that the simulation's thread calls here waits for a client, but end(), for half a second at most.
class Server {
 public:
  /// Takes the path. Clients may connect, and are heard once it begins.
  static Result<std::unique_ptr<Server>> listen(const std::filesystem::path& path);
  /// Without end(): hangs up.
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  // All that follows is called by the simulation's thread.
  void begin(const Hello& hello, const State& state);
  /// Every letter is answered once, in the order of their coming.
  Mailbox& mailbox() { return mailbox_; }
  void answer(ClientId client, std::string line);
  void tell_all(std::string line);
  /// `soon`: clients are told at once, else within a tenth of a second.
  void publish(const State& state, bool soon);
  /// The last line. After it nothing more is said.
  void end(bool finished);

 private:
  struct Outgoing {
    std::optional<ClientId> to;  ///< absent: all
    std::string line;
  };
  /// What the simulation has for the other thread.
  struct Outbox {
    std::vector<Outgoing> lines;
    State state;
    std::uint64_t states = 0;  ///< how many there were
    bool soon = false;
    bool ended = false;
  };
  class Connections;

  explicit Server(LocalSocket socket, Descriptor wake) : socket_{std::move(socket)}, wake_{std::move(wake)} {}
  void run(const std::string& hello);
  void wake() const;

  LocalSocket socket_;
  Descriptor wake_;  ///< an eventfd
  Mailbox mailbox_;
  std::mutex mutex_;
  Outbox outbox_;
  std::thread thread_;
};

}  // namespace lparsim::control
