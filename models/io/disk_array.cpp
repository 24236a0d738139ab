#include "models/io/disk_array.hpp"

#include <algorithm>

#include "models/io/array_lun.hpp"
#include "sim/base/check.hpp"

namespace lparsim::io {

DiskArray::DiskArray(std::string_view name, const DiskArrayConfig& config, std::uint64_t seed, kernel::Calendar& calendar,
                     RequestLedger& ledger)
    : name_{name}, config_{config}, calendar_{calendar}, ledger_{ledger}, draws_{seed, name} {
  for (std::uint32_t i = 0; i < config.members; ++i) {
    members_.push_back(std::make_unique<Disk>(name_ + "." + std::to_string(i), config.member, seed, calendar, ledger));
  }
  destages_.resize(config.members);
}

DiskArray::~DiskArray() = default;

BlockDevice& DiskArray::add_lun(const LunConfig& config) {
  LPARSIM_CHECK(allocated_.count + config.capacity.count <= room().count, "LUNs of array {} do not fit on its members", name_);
  const Bytes base = allocated_;
  allocated_.count += config.capacity.count;
  return *luns_.emplace_back(std::make_unique<ArrayLun>(*this, config, base));
}

Bytes DiskArray::room() const {
  return {config_.member.capacity.count * config_.members};
}

void DiskArray::set_state(bool up, SimTime now) {
  if (up == up_) return;
  up_ = up;
  for (auto& lun : luns_) lun->set_state(up, config_.unreachable_after, now);
  for (auto& member : members_) member->set_state(up, now);
  if (!up) return;
  for (std::uint32_t i = 0; i < config_.members; ++i) destage(i, now);
}

bool DiskArray::has_room_for(Bytes size) const {
  return dirty_.count == 0 || dirty_.count + size.count <= config_.write_cache.count;
}

SimTime DiskArray::occupy_link(bool write, Bytes size, SimTime now) {
  SimTime& free = link_free_[write ? 0 : 1];
  free = std::max(free, now) + config_.rate.time(size);
  return free;
}

std::uint32_t DiskArray::to_members(const BlockCommand& command, Bytes base, ArrayLun* lun, std::uint32_t place, SimTime now) {
  std::uint64_t at = base.count + command.block * kBlock;
  std::uint64_t left = command.size.count;
  std::uint32_t pieces = 0;
  while (left > 0) {
    const std::uint64_t stripe = at / config_.stripe.count;
    const std::uint64_t within = at % config_.stripe.count;
    const std::uint64_t size = std::min(left, config_.stripe.count - within);
    const auto member = static_cast<std::uint32_t>(stripe % config_.members);
    const std::uint64_t block = (stripe / config_.members * config_.stripe.count + within) / kBlock;
    const Piece piece{lun, place, member, {RequestTag::none, 0, command.write, block, {size}}};
    if (lun != nullptr) {
      send(piece, now);
    } else {
      destages_[member].line.push_back(piece);
      destage(member, now);
    }
    ++pieces;
    at += size;
    left -= size;
  }
  return pieces;
}

void DiskArray::keep(const BlockCommand& command, Bytes base, SimTime now) {
  dirty_.count += command.size.count;
  to_members(command, base, nullptr, 0, now);
}

// One at a time on each member, so that reads find it free.
void DiskArray::destage(std::uint32_t member, SimTime now) {
  Destage& work = destages_[member];
  if (work.under_way || work.line.empty() || !up_) return;
  work.under_way = true;
  send(work.line.front(), now);
}

void DiskArray::send(Piece piece, SimTime now) {
  if (free_pieces_.empty()) {
    free_pieces_.push_back(static_cast<std::uint32_t>(pieces_.size()));
    pieces_.emplace_back();
  }
  const std::uint32_t number = free_pieces_.back();
  free_pieces_.pop_back();
  piece.command.number = number;
  pieces_[number] = piece;
  members_[piece.member]->submit(piece.command, *this, now);
}

void DiskArray::command_ended(std::uint32_t number, BlockStatus status, SimTime now) {
  const Piece piece = pieces_[number];
  free_pieces_.push_back(number);
  if (piece.lun != nullptr) return piece.lun->piece_ended(piece.place, status, now);
  Destage& work = destages_[piece.member];
  work.under_way = false;
  // What a failure interrupted begins anew once the array is back.
  if (status != BlockStatus::unreachable) {
    work.line.pop_front();
    dirty_.count -= piece.command.size.count;
    for (auto& lun : luns_) lun->room_has_come(now);
  }
  destage(piece.member, now);
}

DeviceStatistics DiskArray::statistics(std::size_t lun, SimTime now) const {
  return luns_[lun]->statistics(now);
}

void DiskArray::reset_statistics(SimTime now) {
  for (auto& lun : luns_) lun->reset_statistics(now);
  for (auto& member : members_) member->reset_statistics(now);
}

}  // namespace lparsim::io
