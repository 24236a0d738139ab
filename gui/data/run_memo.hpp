#pragma once
#include <map>
#include <mutex>
#include <vector>

#include "sim/explain/sweep.hpp"

namespace lparsim::gui {

/// What takes long to find out about a whole file. For any thread.
struct RunMemo {
  std::mutex mutex;
  std::map<ServerId, std::vector<explain::PartitionSummary>> waits;  ///< of the whole run, as far as it has got
};

}  // namespace lparsim::gui
