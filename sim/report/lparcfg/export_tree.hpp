#pragma once
#include <filesystem>
#include <string>
#include <vector>

#include "sim/base/result.hpp"
#include "sim/report/lparcfg/linux_tree.hpp"

namespace lparsim::report {

/// In an exported tree: says that it is one, from which run, and lists its files, which the next export into the same folder replaces.
inline constexpr const char* kExportMark = "lparsim-export";

/// Writes the files below `directory`, which has to be absent, empty, or hold nothing but what an earlier export wrote there; otherwise
/// nothing is touched and the error names what is in the way. `origin` is one line for the mark.
Result<void> export_tree(const std::filesystem::path& directory, const std::vector<TreeFile>& files, const std::string& origin);

/// Exports what the partition would show at `at` and says so in one line. Errors: no such partition; a run recorded without intervals; a
/// time at which no recorded interval ends.
Result<std::string> export_lparcfg(const trace::Reader& reader, const std::string& partition, SimTime at,
                                   const std::filesystem::path& directory);

}  // namespace lparsim::report
