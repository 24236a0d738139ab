#include "lpars/drivers/network_choice.hpp"

#include "sim/base/check.hpp"

namespace lparsim::drivers {

std::uint32_t NetworkChoice::peer(std::string_view name) {
  const auto way = ways_.find(name);
  LPARSIM_CHECK(way != ways_.end(), "there is no way to the peer {}", name);
  return outer(networks_[way->second]->peer(name), way->second);
}

std::uint32_t NetworkChoice::begin(const workload::IoStep& step, system::ThreadId thread, SimTime now) {
  const std::size_t network = step.target % count();
  workload::IoStep inner = step;
  inner.target = step.target / count();
  return outer(networks_[network]->begin(inner, thread, now), network);
}

std::optional<system::Activity> NetworkChoice::next(std::uint32_t handle, SimTime now) {
  return networks_[handle % count()]->next(handle / count(), now);
}

void NetworkChoice::serve(std::string_view name, workload::IoOperations::Acceptor& acceptor) {
  for (std::size_t n = 0; n < networks_.size(); ++n) networks_[n]->serve(name, doors_.emplace_back(n, count(), acceptor));
}

std::uint32_t NetworkChoice::answer(std::uint64_t request, system::ThreadId thread, SimTime now) {
  const std::size_t network = request % count();
  return outer(networks_[network]->answer(request / count(), thread, now), network);
}

}  // namespace lparsim::drivers
