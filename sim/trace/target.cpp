#include "sim/trace/target.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <string>
#include <system_error>

#include "sim/trace/header.hpp"
#include "sim/trace/reader.hpp"
#include "sim/trace/write_error.hpp"

namespace lparsim::trace {

namespace {

[[noreturn]] void refuse(const std::filesystem::path& path, const std::string& reason) {
  throw WriteError(fmt::format("cannot write {}: {}", path.string(), reason));
}

}  // namespace

void remove_run_file(const std::filesystem::path& path) {
  // The journals first: a new file beside an old WAL would have it played back.
  for (const char* suffix : {"-wal", "-shm", "-journal", ""}) {
    std::error_code error;
    std::filesystem::remove(path.string() + suffix, error);
    if (error) refuse(path, "the old file cannot be removed: " + error.message());
  }
}

void prepare_target(const std::filesystem::path& path) {
  std::error_code error;
  const std::filesystem::file_status status = std::filesystem::status(path, error);
  if (std::filesystem::is_directory(status)) refuse(path, "it is a directory");
  if (std::filesystem::exists(status)) {
    if (!std::filesystem::is_regular_file(status)) refuse(path, "it is not a regular file");
    const Result<Header> header = read_header(path);
    if (!header) refuse(path, header.error());
    if (header->size > 0 && !header->is_run_file) refuse(path, "it exists and is not a run file of lparsim; it stays untouched");
    if (const Result<Reader> old = Reader::open(path); old && old->state() == RunState::running)
      refuse(path, "the run that writes it is still alive");
  }
  // An older file that cannot be replaced must stay as it is, so the directory is tried first.
  const std::filesystem::path directory = path.has_parent_path() ? path.parent_path() : std::filesystem::path{"."};
  if (::access(directory.c_str(), W_OK | X_OK) != 0) refuse(path, std::error_code{errno, std::generic_category()}.message());
  remove_run_file(path);
  const int descriptor = ::open(path.c_str(), O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0666);
  if (descriptor < 0) refuse(path, std::error_code{errno, std::generic_category()}.message());
  ::close(descriptor);
}

}  // namespace lparsim::trace
