#pragma once
#include <cstdint>
#include <list>
#include <unordered_map>

#include "lpars/services/file_system.hpp"

namespace lparsim::services {

/// A file system in place. Blocks of a file lie one behind the other in its cylinder groups, whose inodes and block maps lie at the
/// beginning of the group (McKusick, Joy, Leffler and Fabry, "A Fast File System for UNIX", ACM TOCS 2(3), 1984). Data is written through
/// to where it is; blocks beyond the twelve of the inode need their indirect block, which is read when it is not in memory. New blocks
/// write inode and map at once, and a new file writes inode, directory's data, directory's inode and the group's map one after the other:
/// this metadata is synchronous (Rosenblum and Ousterhout, "The Design and Implementation of a Log-Structured File System", ACM TOCS 10(1),
/// 1992, section 2). Sequential readers are given a cluster at a time (McVoy and Kleiman, "Extent-like Performance from a UNIX File
/// System", USENIX Winter 1991).
class Ufs final : public FileSystem {
 public:
  explicit Ufs(const FileSystemConfig& config);
  void read(const FileRange& range, Plan& plan) override;
  void write(const FileRange& range, Plan& plan) override;
  void sync(Plan& plan) override;
  void create(std::uint64_t file, Plan& plan) override;

  /// Where the byte of a file is on the disk.
  std::uint64_t place(std::uint64_t file, std::uint64_t offset) const;

 private:
  struct File {
    std::uint64_t allocated = 0;                   ///< bytes that have blocks
    std::uint64_t expected = 0;                    ///< where a sequential reader would go on
    std::uint64_t ahead_begin = 0, ahead_end = 0;  ///< in memory, of the last cluster
  };
  File& file(std::uint64_t number);
  std::uint64_t group(std::uint64_t number) const;
  void need_metadata(std::uint64_t byte, Plan& plan);
  void map(const FileRange& range, Plan& plan);
  void copy(std::uint64_t size, Plan& plan) const;

  FileSystemConfig config_;
  std::uint64_t groups_;
  std::uint64_t group_size_;
  std::unordered_map<std::uint64_t, File> files_;
  std::list<std::uint64_t> recent_;  ///< metadata in memory by its place, the last used one first
  std::unordered_map<std::uint64_t, std::list<std::uint64_t>::iterator> cached_;
};

}  // namespace lparsim::services
