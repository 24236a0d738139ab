#pragma once
#include <cstddef>
#include <string>
#include <string_view>

#include "sim/config/document.hpp"

namespace lparsim::scenario {

/// The paths of a scenario's parts in its file, as diagnostics print them and `--set` takes them. Indices are those of ScenarioConfig's
/// lists, for events those of the file.
class Places {
 public:
  explicit Places(const config::Document& document);

  std::string server(std::size_t server) const;
  std::string pool(std::size_t server, std::size_t pool) const;
  std::string partition(std::size_t server, std::size_t partition) const;
  std::string workload(std::size_t server, std::size_t partition, std::size_t workload) const;
  /// An element of one of its lists: `disks`, `shared_ethernet`.
  std::string part(std::size_t server, std::size_t partition, std::string_view list, std::size_t index) const;
  std::string storage(std::size_t index) const;
  std::string host(std::size_t index) const;
  std::string storage_pool(std::size_t index) const;
  std::string logical_unit(std::size_t pool, std::size_t index) const;
  static std::string event(std::size_t event);
  static std::string expectation(std::size_t expectation);

  /// Whether the key stands in that server: `hypervisor.excess_slice`.
  bool given(std::size_t server, std::string_view key) const;
  /// The same in a partition: `guest.snooze`.
  bool given(std::size_t server, std::size_t partition, std::string_view key) const;

 private:
  const config::Node& server_node(std::size_t server) const;
  config::Document document_;
  bool several_ = false;
};

}  // namespace lparsim::scenario
