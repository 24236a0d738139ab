#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "lpars/services/kernel_policy.hpp"
#include "lpars/services/service_cache.hpp"
#include "lpars/services/service_node.hpp"

namespace lparsim::services {

/// How a service answers a call.
enum class Way : std::uint8_t {
  local,      ///< it is here
  cached,     ///< it was fetched before
  fetched,    ///< its instructions are retrieved now, then it runs here
  performed,  ///< its node does it
  default_,   ///< that of the default-service table, here
  none,       ///< nobody answers
};
inline constexpr std::size_t kWays = 6;
std::string_view to_string(Way way);

/// Why.
enum class Reason : std::uint8_t {
  named,        ///< the policy names it
  not_named,    ///< the policy names none
  unreachable,  ///< the policy's is on a node that did not answer
  no_default,   ///< neither, and there is no default
};

struct Resolution {
  Way way = Way::none;
  Reason reason = Reason::no_default;
  const ServiceConfig* service = nullptr;  ///< null: none
  std::uint32_t node = UINT32_MAX;         ///< that it is from, also where it is cached; UINT32_MAX: from here
  std::uint32_t lost = UINT32_MAX;         ///< unreachable: the node
  bool operator==(const Resolution&) const = default;
};

/// Who waits for a service's instructions.
class FetchClient {
 public:
  virtual ~FetchClient() = default;
  virtual void fetched(std::uint64_t ticket, bool there, SimTime now) = 0;
};

/// The kernel proxy of a server's hypervisor: asked for a service type, looks it up in the partition's kernel policy and says who answers:
/// a service that is here, one whose instructions are in the cache or have to be fetched first, one that its node performs, or, where the
/// policy names none or its node does not answer, the default. A node that was silent is not asked again for a while. Logic alone; several
/// who need the same instructions wait for one transfer.
class KernelProxy final : private NodeClient {
 public:
  /// `config` and `calendar` outlive it.
  KernelProxy(const KernelConfig& config, kernel::Calendar& calendar);

  Resolution resolve(const KernelPolicy& policy, ServiceType type, SimTime now);
  /// Of a resolution that says `fetched`: `client` is told once. If they are there, resolve() finds them.
  void fetch(const Resolution& resolution, FetchClient& client, std::uint64_t ticket, SimTime now);
  ServiceNode& node(std::uint32_t number) { return *nodes_[number]; }
  /// It did not answer.
  void silent(std::uint32_t node, SimTime now) { lost_until_[node] = now + config_.retry_after; }
  /// The operator pulls or puts in its cable; false: there is no such node.
  bool set_link(std::string_view node, bool up, SimTime now);

  /// Why, in words: `the policy names Log Service of library, which did not answer: the default, UFS Service`.
  std::string explain(const KernelPolicy& policy, ServiceType type, const Resolution& resolution) const;
  const KernelConfig& config() const { return config_; }
  const ServiceCache& cache() const { return cache_; }
  std::uint64_t fetches() const { return fetches_; }

 private:
  struct Waiter {
    FetchClient* client;
    std::uint64_t ticket;
  };
  struct Transfer {
    std::uint64_t key = 0;
    std::uint32_t node = 0;
    Bytes size;
    bool under_way = false;
    std::vector<Waiter> waiters;
  };
  void answered(std::uint64_t transfer, bool reached, const Plan& plan, SimTime now) override;
  std::uint64_t key(std::uint32_t node, const ServiceConfig& service) const;

  const KernelConfig& config_;
  ServiceCache cache_;
  std::vector<std::unique_ptr<ServiceNode>> nodes_;
  std::vector<SimTime> lost_until_;
  std::vector<Transfer> transfers_;
  std::vector<Waiter> told_;
  std::uint64_t fetches_ = 0;
};

}  // namespace lparsim::services
