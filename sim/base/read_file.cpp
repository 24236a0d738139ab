#include "sim/base/read_file.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>
#include <fstream>

namespace lparsim {

Result<std::string> read_file(const std::filesystem::path& file, std::size_t most_bytes) {
  std::error_code error;
  if (std::filesystem::is_directory(file, error)) return unexpected<std::string>("is a directory; allowed: a file");
  errno = 0;
  std::ifstream in(file, std::ios::binary);
  if (!in) return unexpected(fmt::format("cannot be opened: {}; allowed: a file that can be read", std::strerror(errno)));
  std::string text;
  std::string block(std::size_t{1} << 20, '\0');
  while (text.size() <= most_bytes && in) {
    in.read(block.data(), static_cast<std::streamsize>(block.size()));
    text.append(block, 0, static_cast<std::size_t>(in.gcount()));
  }
  if (in.bad()) return unexpected(fmt::format("cannot be read: {}; allowed: a file that can be read", std::strerror(errno)));
  return text;
}

bool same_file(const std::filesystem::path& a, const std::filesystem::path& b) {
  std::error_code none;
  return std::filesystem::equivalent(a, b, none);
}

}  // namespace lparsim
