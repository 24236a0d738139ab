#pragma once
#include <functional>
#include <string>
#include <vector>

#include "sim/config/document.hpp"

namespace lparsim::config {

/// Puts the values of `overrides` into the tree, in their order. Keys that are absent are created (the schema judges them), elements of
/// lists are not. `report` is told which override failed and why.
void apply_overrides(Node& root, const std::vector<Override>& overrides,
                     const std::function<void(const Override&, std::string message)>& report);

}  // namespace lparsim::config
