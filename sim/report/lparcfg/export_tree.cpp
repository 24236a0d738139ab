#include "sim/report/lparcfg/export_tree.hpp"

#include <fmt/format.h>

#include <fstream>
#include <set>

namespace lparsim::report {
namespace {

namespace fs = std::filesystem;

/// What an earlier export says that it wrote; empty without a mark.
std::set<fs::path> listed(const fs::path& directory) {
  std::set<fs::path> files;
  std::ifstream mark{directory / kExportMark};
  std::string line;
  std::getline(mark, line);  // where it comes from
  if (mark) files.insert(kExportMark);
  while (std::getline(mark, line)) files.insert(line);
  return files;
}

/// What is in the directory and none of `ours`: the first such entry in the order of names.
Result<void> hold_only(const fs::path& directory, const std::set<fs::path>& ours) {
  std::set<fs::path> folders{""};
  for (const fs::path& file : ours)
    for (fs::path folder = file.parent_path(); !folder.empty(); folder = folder.parent_path()) folders.insert(folder);
  std::set<fs::path> foreign;
  for (const fs::directory_entry& entry : fs::recursive_directory_iterator{directory}) {
    const fs::path path = entry.path().lexically_relative(directory);
    const fs::file_status status = entry.symlink_status();
    if (!(fs::is_directory(status) && folders.contains(path)) && !(fs::is_regular_file(status) && ours.contains(path)))
      foreign.insert(path);
  }
  if (foreign.empty()) return {};
  return unexpected(fmt::format("{} holds {}, which no export wrote there; an export needs a folder that is new, empty, or its own",
                                directory.string(), foreign.begin()->string()));
}

void write(const fs::path& path, const std::string& content) {
  fs::create_directories(path.parent_path());
  std::ofstream file{path, std::ios::binary | std::ios::trunc};
  file << content;
  file.close();
  if (!file) throw fs::filesystem_error{"cannot write", path, std::make_error_code(std::errc::io_error)};
}

}  // namespace

Result<void> export_tree(const fs::path& directory, const std::vector<ReportFile>& files, const std::string& origin) {
  try {
    if (fs::exists(directory) && !fs::is_directory(directory))
      return unexpected(fmt::format("{} is no folder; an export needs one that is new, empty, or its own", directory.string()));
    if (fs::exists(directory)) {
      const std::set<fs::path> old = listed(directory);
      if (auto clean = hold_only(directory, old); !clean) return clean;
      // Nothing else is in there.
      std::vector<fs::path> entries;
      for (const fs::directory_entry& entry : fs::directory_iterator{directory}) entries.push_back(entry.path());
      for (const fs::path& entry : entries) fs::remove_all(entry);
    }
    // The mark comes first, so that an export that broke off can be repeated.
    std::string mark = origin + "\n";
    for (const ReportFile& file : files) mark += file.path + "\n";
    write(directory / kExportMark, mark);
    for (const ReportFile& file : files) write(directory / file.path, file.content);
  } catch (const fs::filesystem_error& error) {
    return unexpected(fmt::format("cannot write {}: {}", error.path1().string(), error.code().message()));
  }
  return {};
}

}  // namespace lparsim::report
