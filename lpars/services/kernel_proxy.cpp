#include "lpars/services/kernel_proxy.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "sim/base/check.hpp"

namespace lparsim::services {

std::string_view to_string(Way way) {
  static constexpr std::string_view kNames[] = {"local", "cached", "fetched", "performed", "default", "none"};
  return kNames[static_cast<std::size_t>(way)];
}

KernelProxy::KernelProxy(const KernelConfig& config, kernel::Calendar& calendar) : config_{config}, cache_{config.cache} {
  for (const NodeConfig& node : config.nodes) {
    for (const ServiceConfig& service : node.services)
      LPARSIM_CHECK(service.code <= config.cache, "{} has more instructions than the cache holds", service.name);
  }
  for (const NodeConfig& node : config.nodes) nodes_.push_back(std::make_unique<ServiceNode>(node, config.timeout, calendar));
  lost_until_.resize(nodes_.size());
}

std::uint64_t KernelProxy::key(std::uint32_t node, const ServiceConfig& service) const {
  return std::uint64_t{node} << 32 | static_cast<std::uint64_t>(&service - config_.nodes[node].services.data());
}

Resolution KernelProxy::resolve(const KernelPolicy& policy, ServiceType type, SimTime now) {
  Resolution answer;
  if (const auto& entry = policy.of(type)) {
    if (entry->node.empty()) {
      answer.service = config_.service(entry->service);
      LPARSIM_CHECK(answer.service != nullptr, "the policy names {}, which there is not", entry->service);
      answer.way = Way::local;
      answer.reason = Reason::named;
      return answer;
    }
    const NodeConfig* node = config_.node(entry->node);
    const ServiceConfig* service = node == nullptr ? nullptr : find_service(node->services, entry->service);
    LPARSIM_CHECK(service != nullptr, "the policy names {}, which there is not", entry->text());
    const auto number = static_cast<std::uint32_t>(node - config_.nodes.data());
    answer = {Way::fetched, Reason::named, service, number, UINT32_MAX};
    if (entry->use == Use::fetch && cache_.use(key(number, *service))) {
      answer.way = Way::cached;
      return answer;
    }
    if (entry->use == Use::perform) answer.way = Way::performed;
    if (now >= lost_until_[number]) return answer;
    answer = {Way::none, Reason::unreachable, nullptr, UINT32_MAX, number};
  } else {
    answer.reason = Reason::not_named;
  }
  const std::string& name = config_.defaults[static_cast<std::size_t>(type)];
  if (name.empty()) {
    if (answer.reason == Reason::not_named) answer.reason = Reason::no_default;
    return answer;
  }
  answer.service = config_.service(name);
  LPARSIM_CHECK(answer.service != nullptr, "the default is {}, which there is not", name);
  answer.way = Way::default_;
  return answer;
}

void KernelProxy::fetch(const Resolution& resolution, FetchClient& client, std::uint64_t ticket, SimTime now) {
  const std::uint64_t wanted = key(resolution.node, *resolution.service);
  const auto known = std::ranges::find_if(transfers_, [&](const Transfer& t) { return t.under_way && t.key == wanted; });
  if (known != transfers_.end()) {
    known->waiters.push_back({&client, ticket});
    return;
  }
  auto transfer = std::ranges::find(transfers_, false, &Transfer::under_way);
  if (transfer == transfers_.end()) transfer = transfers_.emplace(transfers_.end());
  transfer->key = wanted;
  transfer->node = resolution.node;
  transfer->size = resolution.service->code;
  transfer->under_way = true;
  transfer->waiters.assign(1, {&client, ticket});
  ++fetches_;
  nodes_[resolution.node]->fetch(*resolution.service, *this, static_cast<std::uint64_t>(transfer - transfers_.begin()), now);
}

void KernelProxy::answered(std::uint64_t number, bool reached, const Plan&, SimTime now) {
  Transfer& transfer = transfers_[number];
  if (reached)
    cache_.insert(transfer.key, transfer.size);
  else
    silent(transfer.node, now);
  transfer.under_way = false;
  told_.swap(transfer.waiters);
  for (const Waiter& waiter : told_) waiter.client->fetched(waiter.ticket, reached, now);
  told_.clear();
}

bool KernelProxy::set_link(std::string_view name, bool up, SimTime now) {
  for (const auto& node : nodes_) {
    if (node->config().name != name) continue;
    node->set_link(up, now);
    return true;
  }
  return false;
}

std::string KernelProxy::explain(const KernelPolicy& policy, ServiceType type, const Resolution& resolution) const {
  const auto node = [&](std::uint32_t number) -> const std::string& {
    return config_.nodes[number].name;
  };
  const std::string by = resolution.service != nullptr ? resolution.service->name : "nobody";
  switch (resolution.way) {
    case Way::local:
      return fmt::format("{}, named by the policy, here", by);
    case Way::cached:
    case Way::fetched:
      return fmt::format("{}, named by the policy, fetched from {}", by, node(resolution.node));
    case Way::performed:
      return fmt::format("{}, named by the policy, performed by {}", by, node(resolution.node));
    case Way::default_:
    case Way::none:
      break;
  }
  const std::string default_is = resolution.service != nullptr ? fmt::format("the default, {}", by) : "nobody, since there is no default";
  if (resolution.reason != Reason::unreachable) return fmt::format("{}: the policy names none", default_is);
  return fmt::format("{}: {} was named, but {} did not answer", default_is, policy.of(type) ? policy.of(type)->service : "a service",
                     node(resolution.lost));
}

}  // namespace lparsim::services
