#include "lpars/services/ufs.hpp"

#include <algorithm>

namespace lparsim::services {
namespace {

constexpr std::uint64_t kDirect = 12;    // blocks whose places stand in the inode
constexpr std::uint64_t kPointer = 4;    // bytes of a block's place
constexpr std::uint64_t kMetadata = 64;  // blocks for inodes and maps at the beginning of a group

}  // namespace

Ufs::Ufs(const FileSystemConfig& from) : config_{from} {
  if (config_.block.count == 0) config_.block = Bytes{8192};
  const std::uint64_t block = config_.block.count;
  group_size_ = ((config_.file_size.count + block - 1) / block + kMetadata) * block;
  groups_ = std::max<std::uint64_t>(config_.volume.count / group_size_, 1);
}

std::uint64_t Ufs::group(std::uint64_t number) const {
  // New files go to other groups, spread over the disk.
  return (number * 0x9e3779b97f4a7c15 >> 32) % groups_ * group_size_;
}

std::uint64_t Ufs::place(std::uint64_t file, std::uint64_t offset) const {
  return group(file) + kMetadata * config_.block.count + offset % config_.file_size.count;
}

Ufs::File& Ufs::file(std::uint64_t number) {
  const auto [found, is_new] = files_.try_emplace(number);
  if (is_new) found->second.allocated = config_.file_size.count;
  return found->second;
}

void Ufs::need_metadata(std::uint64_t byte, Plan& plan) {
  if (const auto found = cached_.find(byte); found != cached_.end()) {
    recent_.splice(recent_.begin(), recent_, found->second);
    return;
  }
  plan.access(false, byte, config_.block.count);
  if (config_.cached_metadata == 0) return;
  if (cached_.size() == config_.cached_metadata) {
    cached_.erase(recent_.back());
    recent_.pop_back();
  }
  recent_.push_front(byte);
  cached_.emplace(byte, recent_.begin());
}

// The inode, and the indirect blocks that the range is under.
void Ufs::map(const FileRange& range, Plan& plan) {
  const std::uint64_t block = config_.block.count;
  const std::uint64_t base = group(range.file);
  need_metadata(base, plan);
  const std::uint64_t per_indirect = block / kPointer;
  const std::uint64_t first = range.offset / block;
  const std::uint64_t last = (range.offset + range.size - 1) / block;
  if (last < kDirect) return;
  for (std::uint64_t i = (std::max(first, kDirect) - kDirect) / per_indirect; i <= (last - kDirect) / per_indirect; ++i)
    need_metadata(base + (2 + i % (kMetadata - 2)) * block, plan);
}

void Ufs::copy(std::uint64_t size, Plan& plan) const {
  plan.compute(config_.call + config_.copy_per_kib * static_cast<std::int64_t>(size) / 1024);
}

void Ufs::read(const FileRange& range, Plan& plan) {
  copy(range.size, plan);
  if (range.size == 0) return;
  File& f = file(range.file);
  const std::uint64_t end = range.offset + range.size;
  const bool sequential = range.offset == f.expected && range.offset > 0;
  f.expected = end;
  if (range.offset >= f.ahead_begin && end <= f.ahead_end) return;
  map(range, plan);
  std::uint64_t begin = range.offset;
  if (sequential && begin >= f.ahead_begin && begin < f.ahead_end) begin = f.ahead_end;  // the rest of the last cluster is there
  std::uint64_t read_to = end;
  if (sequential) read_to = std::min(std::max(end, begin + config_.cluster.count), config_.file_size.count);
  if (read_to < end) read_to = end;
  for (std::uint64_t at = begin; at < read_to;) {
    const std::uint64_t part = std::min(read_to - at, Plan::kLongest);
    plan.access(false, place(range.file, at), part);
    at += part;
  }
  if (sequential) {
    f.ahead_begin = range.offset;
    f.ahead_end = read_to;
  }
}

void Ufs::write(const FileRange& range, Plan& plan) {
  copy(range.size, plan);
  if (range.size == 0) return;
  File& f = file(range.file);
  map(range, plan);
  const std::uint64_t end = range.offset + range.size;
  for (std::uint64_t at = range.offset; at < end;) {
    const std::uint64_t part = std::min(end - at, Plan::kLongest);
    plan.access(true, place(range.file, at), part);
    at += part;
  }
  if (end <= f.allocated) return;
  // New blocks: the group's map of free blocks, and the inode with their places and the new length.
  f.allocated = end;
  plan.access(true, group(range.file) + config_.block.count, config_.block.count);
  plan.access(true, group(range.file), config_.block.count);
}

// Everything has been written through.
void Ufs::sync(Plan& plan) {
  plan.compute(config_.call);
}

void Ufs::create(std::uint64_t number, Plan& plan) {
  plan.compute(config_.call);
  file(number) = {};
  const std::uint64_t block = config_.block.count;
  const std::uint64_t base = group(number);
  const std::uint64_t directory = group(0);
  need_metadata(directory, plan);
  plan.access(true, base, block);                           // the new inode, before the directory that names it
  plan.access(true, directory + kMetadata * block, block);  // the directory's data
  plan.access(true, directory, block);                      // the directory's inode
  plan.access(true, base + block, block);                   // the group's map
}

}  // namespace lparsim::services
