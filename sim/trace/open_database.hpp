#pragma once
#include <SQLiteCpp/SQLiteCpp.h>

#include <filesystem>
#include <memory>

namespace lparsim::trace {

/// Opens a run file for reading, with `flags` besides OPEN_READONLY. What a killed run left in its journal is read even where SQLite cannot
/// make the index of it that readers share: on a read-only or full disk, or in a directory of somebody else. Throws SQLite::Exception.
std::unique_ptr<SQLite::Database> open_database(const std::filesystem::path& path, int flags = 0);

}  // namespace lparsim::trace
