#pragma once
#include <filesystem>

namespace lparsim::trace {

/// Makes room for a new run file: the path is then an empty file of ours. Removes an older run file (and what a killed run left beside it);
/// throws WriteError for everything else that is in the way: a directory, another file, a run file whose run is still alive.
void prepare_target(const std::filesystem::path& path);

/// Removes a run file with what belongs to it; throws WriteError.
void remove_run_file(const std::filesystem::path& path);

}  // namespace lparsim::trace
