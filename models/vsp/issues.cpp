#include <algorithm>

#include "models/vsp/exchange_state.hpp"

// The native functions that providers ask for on behalf of clients.
namespace lparsim::vsp {

void Exchange::State::issue(std::uint32_t vsp, const lparsim_vsp_issue& request, SimTime now) {
  Member& m = *members[vsp];
  const auto bytes = bytes_of(request);
  if (!m.channel.has(LPARSIM_VSP_F_ISSUE)) return refuse(vsp, {LPARSIM_VSP_PROTOCOL, 0}, bytes, now);
  if (std::any_of(m.issues.begin(), m.issues.end(), [&](const Member::Issue& i) { return i.issue == request.issue; }))
    return refuse(vsp, {LPARSIM_VSP_INVALID, offsetof(lparsim_vsp_issue, issue)}, bytes, now);
  Call call;
  const std::int32_t allowed = registrations.may_issue(vsp, request, call.hook);
  if (allowed == LPARSIM_VSP_INVALID) return refuse(vsp, {allowed, offsetof(lparsim_vsp_issue, registration)}, bytes, now);
  if (allowed != LPARSIM_VSP_OK) return post_issued(vsp, request.issue, allowed, {}, Outbox::Kind::answer, now);
  if (m.issues.size() >= m.channel.credits()) return post_issued(vsp, request.issue, LPARSIM_VSP_NO_CREDIT, {}, Outbox::Kind::answer, now);
  call.function = request.function;
  call.client = call.owner = id_of<PartitionId>(request.client);
  std::copy(std::begin(request.arguments), std::end(request.arguments), call.arguments.begin());
  const std::uint64_t ticket = ++issue_tickets;
  m.issues.push_back({ticket, request.issue});
  issuers.insert(ticket, 0, vsp);
  // Whatever else the native function asks for meanwhile is asked on this partition's behalf.
  const std::uint32_t before = std::exchange(issuing_for, vsp);
  const auto& functions = natives[static_cast<std::size_t>(call.hook)];
  const bool taken = std::any_of(functions.begin(), functions.end(), [&](NativeFunction* f) { return f->issue(call, *this, ticket, now); });
  issuing_for = before;
  if (!taken) native_ended(ticket, LPARSIM_VSP_UNSUPPORTED, {}, now);
}

void Exchange::State::native_ended(std::uint64_t ticket, std::int64_t status, const std::array<std::uint64_t, 8>& results, SimTime now) {
  turn(now, [&] {
    const auto vsp = issuers.find(ticket, 0);
    if (!vsp) return 0;  // its epoch is over
    Member& m = *members[*vsp];
    const auto found = std::find_if(m.issues.begin(), m.issues.end(), [&](const Member::Issue& i) { return i.ticket == ticket; });
    const std::uint64_t issue = found->issue;
    m.issues.erase(found);
    issuers.erase(ticket, 0);
    post_issued(*vsp, issue, static_cast<std::int32_t>(status), results, Outbox::Kind::news, now);
    return 0;
  });
}

void Exchange::State::post_issued(std::uint32_t vsp, std::uint64_t id, std::int32_t status, const std::array<std::uint64_t, 8>& results,
                                  Outbox::Kind kind, SimTime now) {
  auto message = blank<lparsim_vsp_outcome>(LPARSIM_VSP_ISSUED);
  message.call = id;
  message.status = status;
  std::copy(results.begin(), results.end(), message.results);
  post(vsp, message, now, kind);
}

}  // namespace lparsim::vsp
