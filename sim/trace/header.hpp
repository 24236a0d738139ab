#pragma once
#include <cstdint>
#include <filesystem>

#include "sim/base/result.hpp"

namespace lparsim::trace {

/// What the first 100 bytes of a file say (sqlite.org/fileformat2.html, "The Database Header").
struct Header {
  std::uintmax_t size = 0;  ///< of the file, bytes
  bool is_sqlite = false;
  bool is_run_file = false;     ///< SQLite with lparsim's application_id
  std::uint32_t version = 0;    ///< user_version
  std::uint64_t should_be = 0;  ///< size the header promises, bytes; 0 when it does not say
};

/// The error is a sentence without the path.
Result<Header> read_header(const std::filesystem::path& path);

}  // namespace lparsim::trace
