#include "sim/control/local_socket.hpp"

#include <fmt/format.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <string>
#include <system_error>

#include "sim/base/text.hpp"

namespace lparsim::control {
namespace {

std::string reason(int error) {
  return std::error_code{error, std::generic_category()}.message();
}

/// Whether somebody listens there; where nobody could be asked, its error.
Result<bool, int> is_alive(const sockaddr_un& address) {
  const Descriptor probe{::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)};
  if (!probe) return unexpected(errno);
  if (::connect(probe.number(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) return true;
  if (errno == EAGAIN) return true;  // its queue is full
  if (errno == ECONNREFUSED) return false;
  return unexpected(errno);
}

}  // namespace

Descriptor::~Descriptor() {
  if (number_ >= 0) ::close(number_);
}

Result<LocalSocket> LocalSocket::listen(const std::filesystem::path& path) {
  const std::string name = path.string();
  const auto refuse = [&](const std::string& why) {
    return unexpected(fmt::format("{}: {}", shown(name, 200), why));
  };
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  constexpr std::size_t kMostBytes = sizeof address.sun_path - 1;
  if (name.empty() || name.size() > kMostBytes)
    return refuse(fmt::format("a local socket's name has {} bytes; allowed: 1 to {}", name.size(), kMostBytes));
  std::ranges::copy(name, address.sun_path);

  struct stat there {};
  if (::lstat(name.c_str(), &there) == 0) {
    if (!S_ISSOCK(there.st_mode)) return refuse("it is there and is no socket; allowed: a name that is free");
    const Result<bool, int> alive = is_alive(address);
    if (!alive) return refuse(reason(alive.error()));
    if (*alive) return refuse("a run that is alive listens there; allowed: a name that is free");
    ::unlink(name.c_str());
  }
  Descriptor descriptor{::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)};
  if (!descriptor) return refuse(reason(errno));
  // Before it has a name: nobody else ever sees it with another mode (unix(7), "Pathname socket ownership and permissions").
  if (::fchmod(descriptor.number(), S_IRUSR | S_IWUSR) != 0) return refuse(reason(errno));
  if (::bind(descriptor.number(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) return refuse(reason(errno));
  // Absolute, so that it is removed wherever the process has gone meanwhile.
  std::error_code error;
  std::filesystem::path absolute = std::filesystem::absolute(path, error);
  LocalSocket socket{std::move(descriptor), error ? path : std::move(absolute)};
  if (::listen(socket.number(), SOMAXCONN) != 0) return refuse(reason(errno));
  return socket;
}

LocalSocket::~LocalSocket() {
  if (!path_.empty()) ::unlink(path_.c_str());
}

Descriptor LocalSocket::accept() const {
  return Descriptor{::accept4(number(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK)};
}

}  // namespace lparsim::control
