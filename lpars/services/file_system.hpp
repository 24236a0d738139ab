#pragma once
#include <cstdint>
#include <memory>

#include "lpars/services/plan.hpp"
#include "sim/base/time.hpp"
#include "sim/base/units.hpp"

namespace lparsim::services {

/// A part of a file, in bytes. Files are numbered by whoever has them; all are of one length and lie on the disk from the beginning on.
struct FileRange {
  std::uint64_t file = 0;
  std::uint64_t offset = 0;
  std::uint64_t size = 0;
};

struct FileSystemConfig {
  Bytes volume{std::uint64_t{1} << 30};  ///< the part of the disk that it has, from its beginning on
  Bytes file_size{std::uint64_t{64} << 20};
  Bytes block{};                             ///< as it keeps its books; 0: by custom, 8 KiB in place and 4 KiB in a log
  Bytes cluster{std::uint64_t{128} * 1024};  ///< UFS: read at once by sequential readers
  Bytes segment{std::uint64_t{512} * 1024};  ///< log: written at once
  std::uint32_t cached_metadata = 1024;      ///< blocks of inodes and block maps that stay in memory
  SimTime call = SimTime::from_us(5);        ///< processor time of any call
  SimTime copy_per_kib = SimTime::from_ns(100);
};

/// The API of the type file_system. Logic alone: says what is to be computed, read and written for a call; `plan` is added to.
class FileSystem {
 public:
  virtual ~FileSystem() = default;
  virtual void read(const FileRange& range, Plan& plan) = 0;
  virtual void write(const FileRange& range, Plan& plan) = 0;
  virtual void sync(Plan& plan) = 0;
  virtual void create(std::uint64_t file, Plan& plan) = 0;
};

}  // namespace lparsim::services
