#include "gui/data/open_run.hpp"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <optional>
#include <system_error>

#include "sim/trace/header.hpp"
#include "sim/trace/tables.hpp"

namespace lparsim::gui {

namespace {

bool contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

/// What is wrong with the file itself, and what to do.
std::optional<std::string> troubleOf(const std::filesystem::path& path) {
  const std::string name = path.string();
  struct stat found {};
  if (::stat(path.c_str(), &found) != 0) {
    const std::error_code why{errno, std::generic_category()};
    if (why == std::errc::no_such_file_or_directory || why == std::errc::not_a_directory)
      return name + " is not there; it may have been moved or deleted: look for it, or run its scenario again";
    return fmt::format("{} cannot be reached ({}); check the permissions of the folders above it", name, why.message());
  }
  if (S_ISDIR(found.st_mode)) return name + " is a folder; open a run file in it, which `lparsim run` writes and which usually ends in .db";
  if (!S_ISREG(found.st_mode)) return name + " is not an ordinary file; open a run file, which `lparsim run` writes";
  if (::access(path.c_str(), R_OK) != 0) return name + " may not be read by you; ask its owner for the permission to read it";
  const auto header = trace::read_header(path);
  if (!header) return fmt::format("{} cannot be read ({}); check the disk it is on", name, header.error());
  if (header->size == 0)
    return name + " is empty; either its run has not begun, then open it again in a moment, or it was not copied: run its scenario again";
  if (!header->is_sqlite && (path.extension() == ".yaml" || path.extension() == ".yml"))
    return name + " is a scenario, not a run; start it under Runs, or with `lparsim run`, and open the run file that this writes";
  if (!header->is_run_file)
    return fmt::format("{} is {}; open a file that `lparsim run` has written", name,
                       header->is_sqlite ? "a database of another program" : "not a run file of lparsim");
  if (header->version > trace::kFormatVersion)
    return fmt::format(
        "{} was written by a newer lparsim (format {}, this program reads up to {}); update this program, or run its scenario again", name,
        header->version, trace::kFormatVersion);
  std::error_code none;
  const bool journal = std::filesystem::file_size(path.string() + "-wal", none) > 0 && !none;
  if (!journal && header->size < header->should_be)
    return fmt::format("{} is cut short ({} of {} bytes are there); copy it once more, or run its scenario again", name, header->size,
                       header->should_be);
  return std::nullopt;
}

/// What SQLite found when it came to read it.
std::string adviceOn(const std::filesystem::path& path, const std::string& error) {
  if (contains(error, "locked")) return path.string() + " is locked by another program; close that program, then open the file again";
  if (contains(error, "malformed") || contains(error, "not a database"))
    return path.string() + " is damaged; copy it once more, or run its scenario again";
  if (contains(error, "before it had begun"))
    return path.string() +
           " is of a run that has not begun, or was stopped before it had; open it again in a moment, or run its scenario again";
  return error;
}

}  // namespace

Result<OpenRun> openRun(const std::filesystem::path& path) {
  if (const auto trouble = troubleOf(path)) return unexpected(*trouble);
  auto reader = trace::Reader::open(path);
  if (!reader) return unexpected(adviceOn(path, reader.error()));
  auto windows = trace::WindowReader::open(path);
  if (!windows) return unexpected(adviceOn(path, windows.error()));
  return OpenRun{std::move(*reader), std::move(*windows)};
}

FileIdentity identityOf(const std::filesystem::path& path) {
  struct stat found {};
  if (::stat(path.c_str(), &found) != 0) return {};
  return {found.st_dev, found.st_ino, true};
}

}  // namespace lparsim::gui
