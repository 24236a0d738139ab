#pragma once
#include <cstdint>
#include <filesystem>
#include <string>

#include "sim/base/result.hpp"
#include "sim/trace/reader.hpp"
#include "sim/trace/window_reader.hpp"

namespace lparsim::gui {

/// The connections that one thread needs to read a run file.
struct OpenRun {
  trace::Reader reader;
  trace::WindowReader windows;
};

/// Errors are one sentence that says what is wrong and what to do: the file is missing, a directory, no run file, newer, older, cut short,
/// empty, locked, not for this user, or of a run that was stopped before it began.
Result<OpenRun> openRun(const std::filesystem::path& path);

/// Which file a path leads to now; another one after it was replaced.
struct FileIdentity {
  std::uint64_t device = 0, node = 0;
  bool there = false;
  bool operator==(const FileIdentity&) const = default;
};
FileIdentity identityOf(const std::filesystem::path& path);

}  // namespace lparsim::gui
