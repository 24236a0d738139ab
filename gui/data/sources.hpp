#pragma once
#include <atomic>
#include <memory>

#include "gui/data/run_facts.hpp"
#include "sim/trace/window_reader.hpp"

namespace lparsim::gui {

/// What work on a worker thread may use: connections of its own to the open file.
struct Sources {
  trace::Reader& reader;
  trace::WindowReader& windows;
  std::shared_ptr<const RunFacts> facts;  ///< as they were when the work was given
  const std::atomic<bool>& cancelled;     ///< a newer question of the same asker came, or the file was closed: give up soon
};

}  // namespace lparsim::gui
