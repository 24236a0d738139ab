#pragma once
#include <cstddef>
#include <filesystem>
#include <string>

#include "sim/base/result.hpp"

namespace lparsim {

/// The bytes of a file. Of one that is longer than `most_bytes` (a device never ends) a little more than that, so that the caller sees it.
/// Errors say what is wrong and what is allowed, without the file's name.
Result<std::string> read_file(const std::filesystem::path& file, std::size_t most_bytes);

/// Whether both are there and are one file, by whatever names.
bool same_file(const std::filesystem::path& a, const std::filesystem::path& b);

}  // namespace lparsim
