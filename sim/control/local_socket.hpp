#pragma once
#include <filesystem>
#include <utility>

#include "sim/base/result.hpp"

namespace lparsim::control {

/// A file descriptor that is closed.
class Descriptor {
 public:
  Descriptor() = default;
  explicit Descriptor(int number) : number_{number} {}
  Descriptor(Descriptor&& other) noexcept : number_{std::exchange(other.number_, -1)} {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    std::swap(number_, other.number_);
    return *this;
  }
  ~Descriptor();

  int number() const { return number_; }
  explicit operator bool() const { return number_ >= 0; }

 private:
  int number_ = -1;
};

/// A socket of the local domain that listens under a path, which goes with it. Neither it nor what is accepted from it ever blocks.
class LocalSocket {
 public:
  /// With mode 0600. Takes the place of the socket of a dead process, and of nothing else.
  static Result<LocalSocket> listen(const std::filesystem::path& path);
  LocalSocket(LocalSocket&& other) noexcept : descriptor_{std::move(other.descriptor_)}, path_{std::exchange(other.path_, {})} {}
  LocalSocket& operator=(LocalSocket&&) = delete;
  ~LocalSocket();

  int number() const { return descriptor_.number(); }
  /// The next connection; an empty one when there is none.
  Descriptor accept() const;

 private:
  LocalSocket(Descriptor descriptor, std::filesystem::path path) : descriptor_{std::move(descriptor)}, path_{std::move(path)} {}
  Descriptor descriptor_;
  std::filesystem::path path_;  ///< empty: moved away
};

}  // namespace lparsim::control
