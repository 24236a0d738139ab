#pragma once
#include <filesystem>
#include <string>
#include <vector>

#include "sim/base/result.hpp"
#include "sim/report/format.hpp"

namespace lparsim::report {

/// In an exported tree: says that it is one, from which run, and lists its files, which the next export into the same folder replaces.
inline constexpr const char* kExportMark = "lparsim-export";

/// Writes the files below `directory`, which has to be absent, empty, or hold nothing but what an earlier export wrote there; otherwise
/// nothing is touched and the error names what is in the way. `origin` is one line for the mark.
Result<void> export_tree(const std::filesystem::path& directory, const std::vector<ReportFile>& files, const std::string& origin);

}  // namespace lparsim::report
