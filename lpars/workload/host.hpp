#pragma once
#include "models/system/program.hpp"

namespace lparsim::workload {

// Workloads are programs of an operating system; its words are theirs.
using system::Activity;
using system::Cause;
using system::Host;
using system::kLeastFavoured;
using system::kMostFavoured;
using system::LockId;
using system::Nice;
using system::Program;
using system::ThreadId;
using system::ThreadKind;
using system::TimerId;

}  // namespace lparsim::workload
