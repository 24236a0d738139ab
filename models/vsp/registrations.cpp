#include "models/vsp/registrations.hpp"

#include <algorithm>

#include "models/vsp/catalogue.hpp"
#include "sim/base/check.hpp"

namespace lparsim::vsp {
namespace {

// What a claim's key has room for.
constexpr std::size_t kMostPermits = 1 << 12, kMostVsps = 1 << 20;

bool overlap(std::uint32_t first, std::uint32_t last, std::uint32_t other_first, std::uint32_t other_last) {
  return first <= other_last && other_first <= last;
}

bool serves(const HookPermit& permit, PartitionId self, PartitionId client) {
  if (client == self) return false;
  return permit.clients.empty() || std::find(permit.clients.begin(), permit.clients.end(), client) != permit.clients.end();
}

/// Whether there is a client for whom both would act.
bool share_clients(const HookPermit& a, PartitionId self_a, const HookPermit& b, PartitionId self_b) {
  if (a.clients.empty() && b.clients.empty()) return true;
  const auto& listed = a.clients.empty() ? b.clients : a.clients;
  return std::any_of(listed.begin(), listed.end(), [&](PartitionId c) { return serves(a, self_a, c) && serves(b, self_b, c); });
}

std::uint64_t bits_of(const HookPermit& permit, PartitionId self) {
  if (permit.clients.empty()) return ~std::uint64_t{0};
  std::uint64_t bits = 0;
  for (const PartitionId client : permit.clients)
    if (client != self) bits |= std::uint64_t{1} << (index(client) % 64);
  return bits;
}

}  // namespace

bool Claim::covers(std::uint32_t function, PartitionId client) const {
  if (function < first || function > last || (client_bits >> (index(client) % 64) & 1) == 0 || !serves(*terms, self, client)) return false;
  if (with_exceptions && !hookable(terms->hook, terms->role, function)) return false;
  return std::none_of(earlier.begin(), earlier.end(), [&](const HookPermit* p) {
    return function >= p->function_first && function <= p->function_last && serves(*p, self, client);
  });
}

std::uint32_t Registrations::add(const VspConfig& vsp) {
  LPARSIM_CHECK(vsp.permits.size() < kMostPermits && vsps_.size() < kMostVsps, "{} has {} permits", vsp.name, vsp.permits.size());
  vsps_.push_back({&vsp, false, {}});
  rebuild();
  return static_cast<std::uint32_t>(vsps_.size() - 1);
}

Registrations::Entered Registrations::enter(std::uint32_t vsp, const lparsim_vsp_register& request, std::uint16_t& field) {
  Vsp& v = vsps_[vsp];
  if (request.role < LPARSIM_VSP_OBSERVER || request.role > LPARSIM_VSP_PROVIDER || request.hook == 0 || request.hook >= kHooks)
    return {LPARSIM_VSP_UNSUPPORTED, nullptr};
  Registration wanted{request.registration,   static_cast<Hook>(request.hook), static_cast<Role>(request.role),
                      request.function_first, request.function_last,           {}};
  if (wanted.first > wanted.last) {
    field = offsetof(lparsim_vsp_register, function_first);
    return {LPARSIM_VSP_INVALID, nullptr};
  }
  if (!any_hookable(wanted.hook, wanted.role, wanted.first, wanted.last)) return {LPARSIM_VSP_UNSUPPORTED, nullptr};
  if (std::any_of(v.registrations.begin(), v.registrations.end(), [&](const Registration& r) { return r.number == wanted.number; })) {
    field = offsetof(lparsim_vsp_register, registration);
    return {LPARSIM_VSP_INVALID, nullptr};
  }
  const auto& permits = v.config->permits;
  for (std::uint32_t i = 0; i < permits.size(); ++i) {
    const HookPermit& p = permits[i];
    if (p.hook != wanted.hook || p.role != wanted.role || wanted.first < p.function_first || wanted.last > p.function_last) continue;
    // Its own calls are never hooked: a permit for those alone is none.
    if (bits_of(p, v.config->partition) != 0) wanted.permits.push_back(i);
  }
  if (wanted.permits.empty()) return {LPARSIM_VSP_NOT_PERMITTED, nullptr};
  if (busy(vsp, wanted)) return {LPARSIM_VSP_HOOK_BUSY, nullptr};
  const HookPermit* terms = &permits[wanted.permits.front()];
  v.registrations.push_back(std::move(wanted));
  if (v.present) rebuild();
  return {LPARSIM_VSP_OK, terms};
}

bool Registrations::busy(std::uint32_t vsp, const Registration& wanted) const {
  for (std::uint32_t other = 0; other < vsps_.size(); ++other) {
    // Of observers and filters there may be any number, but not the same partition twice.
    if (wanted.role != Role::provider && other != vsp) continue;
    for (const Registration& r : vsps_[other].registrations) {
      if (r.hook != wanted.hook || r.role != wanted.role || !overlap(r.first, r.last, wanted.first, wanted.last)) continue;
      for (const std::uint32_t mine : wanted.permits)
        for (const std::uint32_t its : r.permits)
          if (share_clients(vsps_[vsp].config->permits[mine], vsps_[vsp].config->partition, vsps_[other].config->permits[its],
                            vsps_[other].config->partition))
            return true;
    }
  }
  return false;
}

bool Registrations::remove(std::uint32_t vsp, std::uint32_t registration) {
  auto& list = vsps_[vsp].registrations;
  const auto found = std::find_if(list.begin(), list.end(), [&](const Registration& r) { return r.number == registration; });
  if (found == list.end()) return false;
  list.erase(found);
  rebuild();
  return true;
}

void Registrations::clear(std::uint32_t vsp) {
  vsps_[vsp].registrations.clear();
  vsps_[vsp].present = false;
  rebuild();
}

void Registrations::set_present(std::uint32_t vsp, bool present) {
  vsps_[vsp].present = present;
  rebuild();
}

void Registrations::rebuild() {
  for (auto* lists : {&filters_, &providers_, &observers_})
    for (auto& list : *lists) list.clear();
  armed_ = {};
  for (std::uint32_t vsp = 0; vsp < vsps_.size(); ++vsp) {
    const Vsp& v = vsps_[vsp];
    std::vector<bool> registered(v.config->permits.size());
    if (v.present)
      for (const Registration& r : v.registrations)
        for (const std::uint32_t permit : r.permits) {
          registered[permit] = true;
          claim(vsp, permit, &r);
        }
    for (std::uint32_t permit = 0; permit < registered.size(); ++permit) {
      const HookPermit& terms = v.config->permits[permit];
      if (!registered[permit] && terms.role != Role::observer && terms.when_absent != FaultPolicy::open) claim(vsp, permit, nullptr);
    }
  }
  for (auto& list : filters_)
    std::sort(list.begin(), list.end(),
              [](const Claim& a, const Claim& b) { return a.key != b.key ? a.key < b.key : a.registration < b.registration; });
}

void Registrations::claim(std::uint32_t vsp, std::uint32_t permit, const Registration* registration) {
  const Vsp& v = vsps_[vsp];
  const HookPermit& terms = v.config->permits[permit];
  const auto hook = static_cast<std::size_t>(terms.hook);
  Claim made;
  made.vsp = vsp;
  made.permit = permit;
  made.terms = &terms;
  made.present = registration != nullptr;
  made.registration = registration != nullptr ? registration->number : 0;
  made.first = registration != nullptr ? registration->first : terms.function_first;
  made.last = registration != nullptr ? registration->last : terms.function_last;
  made.key = std::uint64_t{terms.order} << 32 | std::uint64_t{vsp} << 12 | (permit + 1);
  made.self = v.config->partition;
  made.client_bits = bits_of(terms, made.self);
  const HookDescription* description = description_of(terms.hook);
  made.with_exceptions = description != nullptr && !description->special.empty();
  for (std::uint32_t i = 0; i < permit; ++i) {
    const HookPermit& p = v.config->permits[i];
    const bool counts =
        registration == nullptr || std::find(registration->permits.begin(), registration->permits.end(), i) != registration->permits.end();
    if (p.hook == terms.hook && p.role == terms.role && counts) made.earlier.push_back(&p);
  }
  armed_[hook] |= made.client_bits;
  auto& lists = terms.role == Role::observer ? observers_ : terms.role == Role::filter ? filters_ : providers_;
  lists[hook].push_back(std::move(made));
}

const Claim* Registrations::next_filter(Hook hook, std::uint32_t function, PartitionId client, std::uint64_t after) const {
  for (const Claim& claim : filters_[static_cast<std::size_t>(hook)])
    if (claim.key > after && claim.covers(function, client)) return &claim;
  return nullptr;
}

const Claim* Registrations::provider(Hook hook, std::uint32_t function, PartitionId client) const {
  const Claim* absent = nullptr;
  for (const Claim& claim : providers_[static_cast<std::size_t>(hook)]) {
    if (!claim.covers(function, client)) continue;
    if (claim.present) return &claim;
    if (absent == nullptr) absent = &claim;
  }
  return absent;
}

const Claim* Registrations::present(std::uint32_t vsp, std::uint32_t permit, std::uint32_t function, PartitionId client) const {
  const HookPermit& terms = vsps_[vsp].config->permits[permit];
  const auto hook = static_cast<std::size_t>(terms.hook);
  for (const Claim& claim : terms.role == Role::filter ? filters_[hook] : providers_[hook])
    if (claim.present && claim.vsp == vsp && claim.permit == permit && claim.covers(function, client)) return &claim;
  return nullptr;
}

std::int32_t Registrations::may_issue(std::uint32_t vsp, const lparsim_vsp_issue& request, Hook& hook) const {
  const Vsp& v = vsps_[vsp];
  for (const Registration& r : v.registrations) {
    if (r.number != request.registration) continue;
    if (r.role != Role::provider) return LPARSIM_VSP_NOT_PERMITTED;
    hook = r.hook;
    // What it may not do in a client's stead it may not ask for in its name either.
    if (request.function < r.first || request.function > r.last || !hookable(r.hook, r.role, request.function))
      return LPARSIM_VSP_NOT_PERMITTED;
    for (const std::uint32_t permit : r.permits)
      if (serves(v.config->permits[permit], v.config->partition, id_of<PartitionId>(request.client))) return LPARSIM_VSP_OK;
    return LPARSIM_VSP_NOT_PERMITTED;
  }
  return LPARSIM_VSP_INVALID;
}

}  // namespace lparsim::vsp
