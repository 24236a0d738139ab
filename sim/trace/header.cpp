#include "sim/trace/header.hpp"

#include <array>
#include <cerrno>
#include <cstddef>
#include <fstream>
#include <string_view>
#include <system_error>

#include "sim/trace/tables.hpp"

namespace lparsim::trace {

namespace {

using Bytes100 = std::array<char, 100>;

std::uint32_t big_endian(const Bytes100& bytes, std::size_t at, std::size_t count) {
  std::uint32_t value = 0;
  for (std::size_t i = 0; i < count; ++i) value = value << 8 | static_cast<unsigned char>(bytes[at + i]);
  return value;
}

}  // namespace

Result<Header> read_header(const std::filesystem::path& path) {
  Header header;
  std::error_code error;
  header.size = std::filesystem::file_size(path, error);
  if (error) return unexpected(error.message());
  std::ifstream file(path, std::ios::binary);
  if (!file) return unexpected(std::error_code{errno, std::generic_category()}.message());
  Bytes100 bytes{};
  file.read(bytes.data(), bytes.size());
  const std::string_view magic{"SQLite format 3\0", 16};
  header.is_sqlite = file.gcount() == static_cast<std::streamsize>(bytes.size()) && std::string_view{bytes.data(), 16} == magic;
  if (!header.is_sqlite) return header;
  header.version = big_endian(bytes, 60, 4);
  header.is_run_file = big_endian(bytes, 68, 4) == static_cast<std::uint32_t>(kApplicationId);
  const std::uint32_t page_size = big_endian(bytes, 16, 2) == 1 ? 65536 : big_endian(bytes, 16, 2);
  // The page count holds only when the writer that set it also made the last change.
  if (big_endian(bytes, 24, 4) == big_endian(bytes, 92, 4)) header.should_be = std::uint64_t{page_size} * big_endian(bytes, 28, 4);
  return header;
}

}  // namespace lparsim::trace
