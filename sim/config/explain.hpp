#pragma once
#include <string>
#include <string_view>

#include "sim/base/result.hpp"
#include "sim/config/schema_info.hpp"

namespace lparsim::config {

/// Help for a key of the documents that `root` describes: meaning, unit, range, default with its source, example; the keys of a section.
/// `key` is a full path without the names of list elements (`server.partitions.processors.entitlement`) or any end of one
/// (`entitlement`): all that match are shown. An empty key lists the whole tree. The error is one sentence with did-you-mean.
Result<std::string> explain(const SectionInfo& root, std::string_view key);

}  // namespace lparsim::config
