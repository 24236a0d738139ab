#include "lpars/services/log_structured.hpp"

#include <algorithm>

#include "sim/base/check.hpp"

namespace lparsim::services {

LogStructured::LogStructured(const FileSystemConfig& config) : config_{config} {
  if (config_.block.count == 0) config_.block = Bytes{4096};
  per_segment_ = static_cast<std::uint32_t>(config.segment.count / config_.block.count);
  const auto count = static_cast<std::uint32_t>(config.volume.count / config.segment.count);
  LPARSIM_CHECK(per_segment_ >= 2 && count >= 8, "a log of {} segments of {} blocks", count, per_segment_);
  segments_.resize(count);
  owners_.resize(std::size_t{count} * per_segment_);
  for (std::uint32_t i = count; i-- > 0;) free_.push_back(i);
  low_ = std::max(count / 64, 3U);
  high_ = low_ + std::max(count / 64, 2U);
  open_segment();
}

void LogStructured::open_segment() {
  LPARSIM_CHECK(!free_.empty(), "a log of {} segments is full", segments_.size());
  current_ = free_.back();
  free_.pop_back();
  segments_[current_].in_use = true;
  segments_[current_].written = ++clock_;
  used_ = flushed_ = 0;
}

void LogStructured::kill(std::uint32_t place) {
  owners_[place].file = kNone;
  --segments_[place / per_segment_].live;
}

/// A file that is there from the beginning has been written in order.
std::uint32_t LogStructured::file(std::uint64_t number) {
  const auto [found, is_new] = numbers_.try_emplace(number, static_cast<std::uint32_t>(files_.size()));
  if (!is_new) return found->second;
  auto& places = files_.emplace_back(config_.file_size.count / config_.block.count, kNone);
  Plan before;
  for (std::uint32_t i = 0; i < places.size(); ++i) append(found->second, i, before);
  return found->second;
}

void LogStructured::append(std::uint32_t number, std::uint32_t index, Plan& plan) {
  std::uint32_t& place = files_[number][index];
  if (place != kNone) kill(place);
  place = current_ * per_segment_ + used_++;
  owners_[place] = {number, index};
  ++segments_[current_].live;
  if (used_ + 1 < per_segment_) return;
  flush(plan);
}

void LogStructured::flush(Plan& plan) {
  if (used_ == flushed_) return;
  ++used_;  // the summary
  ++counters_.overhead_blocks;
  plan.access(true, byte_of(current_ * per_segment_ + flushed_), std::uint64_t{used_ - flushed_} * config_.block.count);
  flushed_ = used_;
  if (used_ + 2 <= per_segment_) return;
  open_segment();
  if (!cleaning_ && free_.size() < low_) clean(plan);
}

std::uint32_t LogStructured::victim() const {
  std::uint32_t best = kNone;
  double most = -1;
  for (std::uint32_t i = 0; i < segments_.size(); ++i) {
    const Segment& segment = segments_[i];
    if (!segment.in_use || i == current_) continue;
    const double u = static_cast<double>(segment.live) / per_segment_;
    const double worth = (1 - u) * static_cast<double>(clock_ - segment.written) / (1 + u);
    if (worth <= most) continue;
    most = worth;
    best = i;
  }
  return most > 0 ? best : kNone;
}

void LogStructured::clean(Plan& plan) {
  cleaning_ = true;
  while (free_.size() < high_) {
    const std::uint32_t chosen = victim();
    LPARSIM_CHECK(chosen != kNone, "nothing to clean in a log of {} segments", segments_.size());
    ++counters_.cleaned;
    if (segments_[chosen].live == 0)
      ++counters_.cleaned_empty;
    else
      plan.access(false, byte_of(chosen * per_segment_), config_.segment.count);
    for (std::uint32_t slot = 0; slot < per_segment_; ++slot) {
      const Owner owner = owners_[chosen * per_segment_ + slot];
      if (owner.file == kNone) continue;
      ++counters_.moved;
      append(owner.file, owner.index, plan);
    }
    segments_[chosen].in_use = false;
    free_.insert(free_.begin(), chosen);
  }
  cleaning_ = false;
}

void LogStructured::read(const FileRange& range, Plan& plan) {
  plan.compute(config_.call + config_.copy_per_kib * static_cast<std::int64_t>(range.size) / 1024);
  if (range.size == 0) return;
  const std::uint64_t block = config_.block.count;
  const auto& places = files_[file(range.file)];
  const std::uint64_t last = (range.offset + range.size - 1) / block;
  for (std::uint64_t i = range.offset / block; i <= last; ++i) {
    const std::uint32_t place = places[i % places.size()];
    if (place != kNone && !gathered(place)) plan.access(false, byte_of(place), block);
  }
}

void LogStructured::write(const FileRange& range, Plan& plan) {
  plan.compute(config_.call + config_.copy_per_kib * static_cast<std::int64_t>(range.size) / 1024);
  if (range.size == 0) return;
  const std::uint64_t block = config_.block.count;
  const std::uint32_t number = file(range.file);
  const std::uint64_t end = range.offset + range.size;
  for (std::uint64_t i = range.offset / block; i <= (end - 1) / block; ++i) {
    const auto index = static_cast<std::uint32_t>(i % files_[number].size());
    const std::uint32_t old = files_[number][index];
    const bool whole = range.offset <= i * block && end >= (i + 1) * block;
    if (!whole && old != kNone && !gathered(old)) plan.access(false, byte_of(old), block);
    ++counters_.new_blocks;
    append(number, index, plan);
  }
}

void LogStructured::sync(Plan& plan) {
  plan.compute(config_.call);
  flush(plan);
}

void LogStructured::create(std::uint64_t number, Plan& plan) {
  plan.compute(config_.call);
  const auto [found, is_new] = numbers_.try_emplace(number, static_cast<std::uint32_t>(files_.size()));
  if (is_new) files_.emplace_back(config_.file_size.count / config_.block.count, kNone);
  for (std::uint32_t& place : files_[found->second]) {
    if (place != kNone) kill(place);
    place = kNone;
  }
}

void LogStructured::check() const {
  std::vector<std::uint32_t> live(segments_.size());
  for (std::uint32_t f = 0; f < files_.size(); ++f) {
    for (std::uint32_t i = 0; i < files_[f].size(); ++i) {
      const std::uint32_t place = files_[f][i];
      if (place == kNone) continue;
      ++live[place / per_segment_];
      LPARSIM_CHECK(owners_[place].file == f && owners_[place].index == i, "place {} is not of block {} of file {}", place, i, f);
      LPARSIM_CHECK(segments_[place / per_segment_].in_use, "block {} of file {} is in a clean segment", i, f);
    }
  }
  for (std::size_t i = 0; i < segments_.size(); ++i)
    LPARSIM_CHECK(live[i] == segments_[i].live, "segment {} has {} live blocks, not {}", i, live[i], segments_[i].live);
}

}  // namespace lparsim::services
