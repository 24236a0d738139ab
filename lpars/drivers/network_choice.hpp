#pragma once
#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <vector>

#include "lpars/drivers/network_operations.hpp"

namespace lparsim::drivers {

/// Several networks of one operating system, one for each of its adapters: each peer is reached over one of them, and services are served
/// on all.
class NetworkChoice final : public NetworkOperations {
 public:
  /// They outlive it.
  explicit NetworkChoice(std::vector<NetworkOperations*> networks) : networks_{std::move(networks)} {}
  /// Before the simulation starts: the peer is reached over this network.
  void add_peer(const std::string& name, std::size_t network) { ways_[name] = network; }

  std::uint32_t peer(std::string_view name) override;
  std::uint32_t begin(const workload::IoStep& step, system::ThreadId thread, SimTime now) override;
  std::optional<system::Activity> next(std::uint32_t handle, SimTime now) override;
  bool failed(std::uint32_t handle) const override { return networks_[handle % count()]->failed(handle / count()); }
  void serve(std::string_view name, workload::IoOperations::Acceptor& acceptor) override;
  std::uint32_t answer(std::uint64_t request, system::ThreadId thread, SimTime now) override;

 private:
  /// Numbers of one network become numbers of the choice.
  struct Door final : workload::IoOperations::Acceptor {
    Door(std::uint64_t its_network, std::uint64_t of_count, workload::IoOperations::Acceptor& to)
        : network{its_network}, count{of_count}, acceptor{to} {}
    void accept(std::uint64_t request, SimTime now) override { acceptor.accept(request * count + network, now); }
    std::uint64_t network;
    std::uint64_t count;
    workload::IoOperations::Acceptor& acceptor;
  };
  std::uint32_t count() const { return static_cast<std::uint32_t>(networks_.size()); }
  std::uint32_t outer(std::uint32_t number, std::size_t network) const { return number * count() + static_cast<std::uint32_t>(network); }

  std::vector<NetworkOperations*> networks_;
  std::map<std::string, std::size_t, std::less<>> ways_;
  std::deque<Door> doors_;
};

}  // namespace lparsim::drivers
