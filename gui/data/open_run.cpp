#include "gui/data/open_run.hpp"

#include <sys/stat.h>

namespace lparsim::gui {

Result<OpenRun> openRun(const std::filesystem::path& path) {
  auto reader = trace::Reader::open(path);
  if (!reader) return unexpected(reader.error());
  auto windows = trace::WindowReader::open(path);
  if (!windows) return unexpected(windows.error());
  return OpenRun{std::move(*reader), std::move(*windows)};
}

FileIdentity identityOf(const std::filesystem::path& path) {
  struct stat found {};
  if (::stat(path.c_str(), &found) != 0) return {};
  return {found.st_dev, found.st_ino, true};
}

}  // namespace lparsim::gui
