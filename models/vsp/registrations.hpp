#pragma once
#include <lparsim/vsp.h>

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "models/vsp/config.hpp"
#include "models/vsp/hooks.hpp"
#include "models/vsp/wire.hpp"

namespace lparsim::vsp {

/// One partition's claim on a hook: by a registration of its own, or, while it is absent, by a permit whose policy is not to go on without
/// it.
struct Claim {
  std::uint32_t vsp = 0;  ///< in the order of add()
  std::uint32_t permit = 0;
  const HookPermit* terms = nullptr;
  bool present = false;
  std::uint32_t registration = 0;  ///< its own number, where it is present
  std::uint32_t first = 0, last = 0;
  std::uint64_t key = 0;  ///< filters are asked in its order: the permit's, then that of the configuration, registered or not
  PartitionId self{};
  std::uint64_t client_bits = 0;  ///< modulo 64
  bool with_exceptions = false;   ///< the hook has functions that the role may not have
  /// Permits of the same partition that come first where they apply too.
  std::vector<const HookPermit*> earlier;

  bool covers(std::uint32_t function, PartitionId client) const;
};

/// Who may hook what, who has, and in which order they are asked.
class Registrations {
 public:
  /// Its index. The configuration stays where it is.
  std::uint32_t add(const VspConfig& vsp);

  struct Entered {
    std::int32_t status = 0;
    const HookPermit* terms = nullptr;
  };
  /// NOT_PERMITTED: not in any permit; UNSUPPORTED: no such hook or role; HOOK_BUSY; INVALID where `field` is wrong.
  Entered enter(std::uint32_t vsp, const lparsim_vsp_register& request, std::uint16_t& field);
  bool remove(std::uint32_t vsp, std::uint32_t registration);
  /// All of the partition's.
  void clear(std::uint32_t vsp);
  /// Its registrations count from now on, or not.
  void set_present(std::uint32_t vsp, bool present);

  /// The next filter after the one with key `after` (0: the first), or null.
  const Claim* next_filter(Hook hook, std::uint32_t function, PartitionId client, std::uint64_t after) const;
  /// The provider; an absent one only if there is no other.
  const Claim* provider(Hook hook, std::uint32_t function, PartitionId client) const;
  std::span<const Claim> observers(Hook hook) const { return observers_[static_cast<std::size_t>(hook)]; }
  /// That of the permit of a partition that is present, or null.
  const Claim* present(std::uint32_t vsp, std::uint32_t permit, std::uint32_t function, PartitionId client) const;
  /// Whether a permit of the registration, which must be a provider's, lets it act for the client.
  std::int32_t may_issue(std::uint32_t vsp, const lparsim_vsp_issue& request, Hook& hook) const;

  /// For Hooks::armed_.
  const std::array<std::uint64_t, kHooks>& armed() const { return armed_; }

 private:
  struct Registration {
    std::uint32_t number = 0;
    Hook hook{};
    Role role{};
    std::uint32_t first = 0, last = 0;
    std::vector<std::uint32_t> permits;
  };
  struct Vsp {
    const VspConfig* config = nullptr;
    bool present = false;
    std::vector<Registration> registrations;
  };
  bool busy(std::uint32_t vsp, const Registration& wanted) const;
  void rebuild();
  void claim(std::uint32_t vsp, std::uint32_t permit, const Registration* registration);

  std::vector<Vsp> vsps_;
  std::array<std::vector<Claim>, kHooks> filters_, providers_, observers_;
  std::array<std::uint64_t, kHooks> armed_{};
};

}  // namespace lparsim::vsp
