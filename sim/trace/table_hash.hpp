#pragma once
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "sim/base/result.hpp"

namespace lparsim::trace {

struct TableHash {
  std::string table;
  std::int64_t rows = 0;
  std::uint64_t hash = 0;  ///< FNV-1a, 64 bits, over types and values of all rows in their order
  bool operator==(const TableHash&) const = default;
};

/// One hash for each table but `host`, in the order of their names. The same scenario, seed and version give the same hashes for every
/// table that the trace level includes.
Result<std::vector<TableHash>> table_hashes(const std::filesystem::path& path);

}  // namespace lparsim::trace
