#pragma once
#include <fmt/format.h>

#include <string>
#include <type_traits>
#include <variant>

#include "lpars/workload/config.hpp"

namespace lparsim::scenario {

/// Calls `visit(step, path)` with each step of a workload but `parallel` ones, whose own are visited instead, in the order in which they
/// are written; `path` is its own below the workload, as diagnostics print it: `transaction.2.parallel.0.1`, `mix.read.transaction.0`.
template <class Visit>
void for_each_step(const workload::Transaction& transaction, const std::string& path, const Visit& visit) {
  for (std::size_t i = 0; i < transaction.size(); ++i) {
    const workload::Step& step = transaction[i];
    const std::string place = fmt::format("{}.{}", path, i);
    if (const auto* parallel = std::get_if<workload::Parallel>(&step)) {
      for (std::size_t b = 0; b < parallel->branches.size(); ++b)
        for_each_step(parallel->branches[b], fmt::format("{}.parallel.{}", place, b), visit);
    } else {
      visit(step, place);
    }
  }
}

template <class Visit>
void for_each_step(const workload::Config& config, const Visit& visit) {
  std::visit(
      [&](const auto& type) {
        if constexpr (requires { type.transaction; }) for_each_step(type.transaction, "transaction", visit);
      },
      config.type);
  for (const workload::Kind& kind : workload::mix_of(config))
    for_each_step(kind.transaction, fmt::format("mix.{}.transaction", kind.name), visit);
}

/// The same with disk, send and call steps only.
template <class Visit>
void for_each_io_step(const workload::Config& config, const Visit& visit) {
  for_each_step(config, [&](const workload::Step& step, const std::string& path) {
    if (std::holds_alternative<workload::DiskIo>(step) || std::holds_alternative<workload::Send>(step) ||
        std::holds_alternative<workload::Call>(step))
      visit(step, path);
  });
}

}  // namespace lparsim::scenario
