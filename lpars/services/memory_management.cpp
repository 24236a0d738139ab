#include "lpars/services/memory_management.hpp"

#include <algorithm>

#include "sim/base/check.hpp"

namespace lparsim::services {

MemoryManagement::MemoryManagement(const MemoryConfig& config)
    : config_{config}, frames_(static_cast<std::size_t>(config.memory.count / config.page.count)) {
  LPARSIM_CHECK(!frames_.empty(), "{} B of memory for pages of {} B", config.memory.count, config.page.count);
}

std::uint64_t MemoryManagement::place(std::uint64_t page) const {
  return config_.paging_begin.count + page % (config_.paging_space.count / config_.page.count) * config_.page.count;
}

bool MemoryManagement::refer(std::uint64_t page, bool modifies, Plan& plan) {
  ++references_;
  const auto known = where_.find(page);
  if (known != where_.end()) {
    plan.compute(config_.hit);
    frames_[known->second].modified |= modifies;
    referred(known->second);
    return true;
  }
  ++faults_;
  plan.compute(config_.fault);
  const bool room = taken_ < frames_.size();
  const std::uint32_t frame = room ? taken_++ : victim();
  Frame& f = frames_[frame];
  if (!room) {
    where_.erase(f.page);
    if (f.modified) {
      ++written_back_;
      plan.access(true, place(f.page), config_.page.count);
    }
  }
  plan.access(false, place(page), config_.page.count);
  f = {page, modifies};
  where_.emplace(page, frame);
  filled(frame);
  return false;
}

std::uint32_t RoundRobinMemory::victim() {
  const std::uint32_t chosen = hand_;
  hand_ = (hand_ + 1) % frames();
  return chosen;
}

LruMemory::LruMemory(const MemoryConfig& config) : MemoryManagement{config}, links_(frames()) {}

void LruMemory::unlink(std::uint32_t frame) {
  const Link link = links_[frame];
  (link.older == kNone ? oldest_ : links_[link.older].newer) = link.newer;
  (link.newer == kNone ? newest_ : links_[link.newer].older) = link.older;
}

void LruMemory::put_newest(std::uint32_t frame) {
  links_[frame] = {newest_, kNone};
  (newest_ == kNone ? oldest_ : links_[newest_].newer) = frame;
  newest_ = frame;
}

void LruMemory::referred(std::uint32_t frame) {
  unlink(frame);
  put_newest(frame);
}

void LruMemory::filled(std::uint32_t frame) {
  if (links_[frame].older != kNone || links_[frame].newer != kNone || oldest_ == frame) unlink(frame);
  put_newest(frame);
}

}  // namespace lparsim::services
