#pragma once
#include <string>

#include "sim/config/schema_info.hpp"

namespace lparsim::config {

/// The JSON Schema (draft 7, which editors know best) of the documents that `root` describes, indented text: for editors, and for programs
/// that write scenarios. Looser than the reader only where it must be: ranges of quantities with units, and check hooks.
std::string json_schema(const SectionInfo& root);

}  // namespace lparsim::config
