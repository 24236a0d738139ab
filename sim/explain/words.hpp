#pragma once
#include <string>

#include "sim/explain/cause.hpp"
#include "sim/explain/frame.hpp"
#include "sim/explain/wait_account.hpp"

namespace lparsim::explain {

/// `8.250 ms`: a length with the unit that suits it.
std::string length_text(SimTime length);
/// `1.238000 s`: a moment of the run.
std::string moment_text(SimTime at);
/// `25.0 %`.
std::string share_text(SimTime part, SimTime whole);

/// What a cause means for `waiter`, without figures of a particular wait: `lost excess to batch`.
std::string phrase(const Frame& frame, PartitionId waiter, Cause cause, std::optional<PartitionId> other);
std::string phrase(ThreadCause cause, std::size_t folded = 0, std::size_t of = 0);
/// The same with the figures of one wait: weights, entitlement used, windows.
std::string phrase(const Frame& frame, const WaitAccount& account, const Reason& reason);

}  // namespace lparsim::explain
