#pragma once
#include <cstdint>
#include <unordered_map>
#include <vector>

#include "lpars/services/file_system.hpp"

namespace lparsim::services {

/// A log-structured file system (Rosenblum and Ousterhout, ACM TOCS 10(1), 1992): new and changed blocks are gathered in memory and
/// appended to the log, a segment with one disk operation, wherever they belong; what they replace is dead. Sync writes the part that is
/// gathered. A block of summary and inodes goes with each write. When clean segments become few, the cleaner reads segments that promise
/// the best ratio of benefit to cost, (1 - u) age / (1 + u) with the live part u (section 3.6 there), and appends their live blocks; who
/// writes waits for it. Reads find blocks where they were appended: what was written at random is read at random.
class LogStructured final : public FileSystem {
 public:
  explicit LogStructured(const FileSystemConfig& config);
  void read(const FileRange& range, Plan& plan) override;
  void write(const FileRange& range, Plan& plan) override;
  void sync(Plan& plan) override;
  void create(std::uint64_t file, Plan& plan) override;

  struct Counters {
    std::uint64_t new_blocks = 0;       ///< appended for writers
    std::uint64_t overhead_blocks = 0;  ///< of summaries and inodes
    std::uint64_t cleaned = 0;          ///< segments
    std::uint64_t cleaned_empty = 0;    ///< of these without live blocks: they are not read
    std::uint64_t moved = 0;            ///< live blocks of cleaned segments
  };
  const Counters& counters() const { return counters_; }
  std::uint32_t clean_segments() const { return static_cast<std::uint32_t>(free_.size()); }
  std::uint32_t blocks_per_segment() const { return per_segment_; }
  /// Its books hold: live blocks are counted right, no place has two owners. For tests.
  void check() const;

 private:
  static constexpr std::uint32_t kNone = UINT32_MAX;
  struct Owner {
    std::uint32_t file = kNone;  ///< into files_
    std::uint32_t index = 0;     ///< of the block within it
  };
  struct Segment {
    std::uint32_t live = 0;
    std::uint64_t written = 0;  ///< when, counted in segments
    bool in_use = false;
  };
  std::uint32_t file(std::uint64_t number);
  void append(std::uint32_t file, std::uint32_t index, Plan& plan);
  void flush(Plan& plan);
  void open_segment();
  void clean(Plan& plan);
  std::uint32_t victim() const;
  void kill(std::uint32_t place);
  std::uint64_t byte_of(std::uint32_t place) const { return std::uint64_t{place} * config_.block.count; }
  bool gathered(std::uint32_t place) const { return place / per_segment_ == current_ && place % per_segment_ >= flushed_; }

  FileSystemConfig config_;
  std::uint32_t per_segment_ = 0;  ///< blocks
  std::vector<Segment> segments_;
  std::vector<Owner> owners_;                      ///< by place
  std::vector<std::vector<std::uint32_t>> files_;  ///< the place of each block
  std::unordered_map<std::uint64_t, std::uint32_t> numbers_;
  std::vector<std::uint32_t> free_;  ///< clean segments, the next one last
  std::uint32_t current_ = kNone;
  std::uint32_t used_ = 0;     ///< slots of it that are taken
  std::uint32_t flushed_ = 0;  ///< of these on the disk
  std::uint32_t low_, high_;   ///< clean segments at which cleaning begins and ends
  std::uint64_t clock_ = 0;
  bool cleaning_ = false;
  Counters counters_;
};

}  // namespace lparsim::services
