#pragma once
#include <type_traits>
#include <variant>

#include "lpars/workload/config.hpp"

namespace lparsim::scenario {

/// Calls `visit` with each disk, send or call step of a workload, in the order in which they are written.
template <class Visit>
void for_each_io_step(const workload::Transaction& transaction, const Visit& visit) {
  for (const workload::Step& step : transaction) {
    if (const auto* parallel = std::get_if<workload::Parallel>(&step)) {
      for (const workload::Transaction& branch : parallel->branches) for_each_io_step(branch, visit);
    } else if (std::holds_alternative<workload::DiskIo>(step) || std::holds_alternative<workload::Send>(step) ||
               std::holds_alternative<workload::Call>(step)) {
      visit(step);
    }
  }
}

template <class Visit>
void for_each_io_step(const workload::Config& config, const Visit& visit) {
  std::visit(
      [&](const auto& type) {
        if constexpr (requires { type.transaction; }) for_each_io_step(type.transaction, visit);
      },
      config.type);
  for (const workload::Kind& kind : workload::mix_of(config)) for_each_io_step(kind.transaction, visit);
}

}  // namespace lparsim::scenario
