#include "lpars/drivers/disk.hpp"

#include <algorithm>

namespace lparsim::drivers {

namespace {

using io::kBlock;
// Before a path has said what it takes: the least that every VIOS does (ibmvscsi_tgt: port_max_txu 0x40000).
constexpr std::uint64_t kLeastMaximum = 0x40000;

}  // namespace

Disk::Disk(const DiskConfig& config, io::RequestLedger& ledger)
    : config_{config}, ledger_{ledger}, multipath_{config.multipath, ledger, *this}, slots_(config.queue_depth) {}

void Disk::activated(SimTime now) {
  free_.clear();
  for (std::uint32_t i = config_.queue_depth; i > 0; --i) free_.push_back(i - 1);
  multipath_.activated(now);
}

void Disk::deactivated(SimTime) {
  waiting_.clear();
  multipath_.deactivated();
}

void Disk::submit(const Transfer& transfer, DiskClient& client, SimTime now) {
  if (free_.empty()) {
    ledger_.enter(transfer.tag, io::Stage::client_queue, now);
    waiting_.emplace_back(transfer, &client);
  } else {
    start(transfer, client, now);
  }
}

void Disk::start(const Transfer& transfer, DiskClient& client, SimTime now) {
  const std::uint32_t number = free_.back();
  free_.pop_back();
  slots_[number] = {transfer, &client};
  next_part(number, now);
}

void Disk::next_part(std::uint32_t number, SimTime now) {
  Slot& slot = slots_[number];
  const std::uint64_t limit = multipath_.maximum_transfer().count;
  const std::uint64_t capacity = config_.capacity.count > 0 ? config_.capacity.count : multipath_.capacity().count;
  const std::uint64_t size = (slot.transfer.size.count + kBlock - 1) / kBlock * kBlock;
  std::uint64_t block = slot.transfer.block + slot.done / kBlock;
  slot.part = std::min(size - slot.done, limit > 0 ? limit : kLeastMaximum);
  if (capacity > 0) {
    block %= capacity / kBlock;
    slot.part = std::min(slot.part, (capacity / kBlock - block) * kBlock);
  }
  multipath_.submit({slot.transfer.tag, number, slot.transfer.write, block, Bytes{slot.part}}, now);
}

void Disk::command_done(std::uint32_t number, bool good, SimTime now) {
  Slot& slot = slots_[number];
  slot.done += slot.part;
  if (good && slot.done < slot.transfer.size.count) return next_part(number, now);
  const Slot ended = slot;
  free_.push_back(number);
  if (!waiting_.empty()) {
    const auto [transfer, client] = waiting_.front();
    waiting_.pop_front();
    start(transfer, *client, now);
  }
  ended.client->transfer_ended(ended.transfer.number, good, now);
}

}  // namespace lparsim::drivers
