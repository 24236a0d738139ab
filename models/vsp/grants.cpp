#include "models/vsp/grants.hpp"

#include <lparsim/vsp.h>

namespace lparsim::vsp {

std::uint64_t Grants::give(PartitionId owner, const Buffer& buffer, std::uint32_t leg) {
  if (free_.empty()) {
    free_.push_back(static_cast<std::uint32_t>(grants_.size()));
    grants_.emplace_back();
  }
  const std::uint32_t slot = free_.back();
  free_.pop_back();
  const std::uint64_t id = ++last_ << kSlotBits | slot;
  grants_[slot] = {id, owner, buffer, leg};
  given_.count += buffer.length.count;
  return id;
}

void Grants::revoke(std::uint64_t id) {
  Grant* grant = find(id);
  if (grant == nullptr) return;
  grant->id = 0;
  given_.count -= grant->buffer.length.count;
  free_.push_back(static_cast<std::uint32_t>(id & ((1U << kSlotBits) - 1)));
}

void Grants::revoke_all() {
  for (const Grant& grant : grants_) revoke(grant.id);
}

Grants::Grant* Grants::find(std::uint64_t id) {
  const std::size_t slot = id & ((1U << kSlotBits) - 1);
  if (id == 0 || slot >= grants_.size() || grants_[slot].id != id) return nullptr;
  return &grants_[slot];
}

Grants::Reach Grants::reach(std::uint64_t id, std::uint32_t offset, std::size_t length, bool write) const {
  const std::size_t slot = id & ((1U << kSlotBits) - 1);
  const std::uint64_t serial = id >> kSlotBits;
  if (serial == 0 || serial > last_ || slot >= grants_.size()) return {LPARSIM_VSP_FAULT, {}, 0, 0};
  const Grant& grant = grants_[slot];
  if (grant.id != id) return {LPARSIM_VSP_STALE, {}, 0, 0};
  const bool allowed = write ? grant.buffer.writable : grant.buffer.readable;
  const std::uint64_t whole = grant.buffer.length.count;
  if (!allowed || offset > whole || length > whole - offset) return {LPARSIM_VSP_FAULT, {}, 0, 0};
  return {LPARSIM_VSP_OK, grant.owner, grant.buffer.address + offset, grant.leg};
}

}  // namespace lparsim::vsp
