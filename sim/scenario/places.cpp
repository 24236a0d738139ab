#include "sim/scenario/places.hpp"

#include <fmt/format.h>

namespace lparsim::scenario {
namespace {

std::string element(const std::string& parent, const config::Node& in, std::string_view list, std::size_t index) {
  return fmt::format("{}.{}.{}", parent, list, config::segment_of(*in.find(list), index));
}

bool stands_in(const config::Node& section, std::string_view key) {
  const config::Node* node = &section;
  while (!key.empty()) {
    const auto point = key.find('.');
    node = node->find(key.substr(0, point));
    if (node == nullptr || node->is_null()) return false;
    key = point == std::string_view::npos ? std::string_view{} : key.substr(point + 1);
  }
  return true;
}

}  // namespace

Places::Places(const config::Document& document) : document_{document} {
  const config::Node* single = document.root().find("server");
  several_ = single == nullptr || single->is_null();
}

const config::Node& Places::server_node(std::size_t server) const {
  return several_ ? document_.root().find("servers")->children[server] : *document_.root().find("server");
}

std::string Places::server(std::size_t server) const {
  return several_ ? fmt::format("servers.{}", config::segment_of(*document_.root().find("servers"), server)) : "server";
}

std::string Places::pool(std::size_t server, std::size_t pool) const {
  return element(this->server(server), server_node(server), "pools", pool);
}

std::string Places::partition(std::size_t server, std::size_t partition) const {
  return element(this->server(server), server_node(server), "partitions", partition);
}

std::string Places::workload(std::size_t server, std::size_t partition, std::size_t workload) const {
  const config::Node& node = server_node(server).find("partitions")->children[partition];
  return element(this->partition(server, partition), node, "workloads", workload);
}

std::string Places::part(std::size_t server, std::size_t partition, std::string_view list, std::size_t index) const {
  const config::Node& node = server_node(server).find("partitions")->children[partition];
  return element(this->partition(server, partition), node, list, index);
}

std::string Places::storage(std::size_t index) const {
  return fmt::format("storage.{}", config::segment_of(*document_.root().find("storage"), index));
}

std::string Places::host(std::size_t index) const {
  return fmt::format("network.hosts.{}", config::segment_of(*document_.root().find("network")->find("hosts"), index));
}

std::string Places::storage_pool(std::size_t index) const {
  return fmt::format("shared_storage_pools.{}", config::segment_of(*document_.root().find("shared_storage_pools"), index));
}

std::string Places::logical_unit(std::size_t pool, std::size_t index) const {
  const config::Node& node = document_.root().find("shared_storage_pools")->children[pool];
  return element(storage_pool(pool), node, "logical_units", index);
}

std::string Places::event(std::size_t event) {
  return fmt::format("events.{}", event);
}

std::string Places::expectation(std::size_t expectation) {
  return fmt::format("expect.{}", expectation);
}

bool Places::given(std::size_t server, std::string_view key) const {
  return stands_in(server_node(server), key);
}

bool Places::given(std::size_t server, std::size_t partition, std::string_view key) const {
  return stands_in(server_node(server).find("partitions")->children[partition], key);
}

}  // namespace lparsim::scenario
