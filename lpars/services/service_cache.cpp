#include "lpars/services/service_cache.hpp"

namespace lparsim::services {

bool ServiceCache::use(std::uint64_t key) {
  const auto found = where_.find(key);
  if (found == where_.end()) return false;
  entries_.splice(entries_.begin(), entries_, found->second);
  return true;
}

void ServiceCache::insert(std::uint64_t key, Bytes size) {
  if (use(key) || size.count > capacity_) return;
  while (used_ + size.count > capacity_) {
    used_ -= entries_.back().size;
    where_.erase(entries_.back().key);
    entries_.pop_back();
    ++evicted_;
  }
  entries_.push_front({key, size.count});
  where_.emplace(key, entries_.begin());
  used_ += size.count;
}

}  // namespace lparsim::services
