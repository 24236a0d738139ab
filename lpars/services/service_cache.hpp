#pragma once
#include <cstdint>
#include <list>
#include <unordered_map>

#include "sim/base/units.hpp"

namespace lparsim::services {

/// Instructions of fetched services that are kept: so many bytes in all, the one used longest ago goes first.
class ServiceCache {
 public:
  explicit ServiceCache(Bytes capacity) : capacity_{capacity.count} {}

  /// Whether it is there; then it has been used now.
  bool use(std::uint64_t key);
  /// Makes room and keeps it; one that is larger than everything is not kept.
  void insert(std::uint64_t key, Bytes size);
  Bytes used() const { return Bytes{used_}; }
  std::size_t size() const { return entries_.size(); }
  std::uint64_t evicted() const { return evicted_; }

 private:
  struct Entry {
    std::uint64_t key;
    std::uint64_t size;
  };
  std::uint64_t capacity_;
  std::uint64_t used_ = 0;
  std::uint64_t evicted_ = 0;
  std::list<Entry> entries_;  ///< the last used one first
  std::unordered_map<std::uint64_t, std::list<Entry>::iterator> where_;
};

}  // namespace lparsim::services
