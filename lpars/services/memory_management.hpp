#pragma once
#include <cstdint>
#include <memory>
#include <unordered_map>
#include <vector>

#include "lpars/services/plan.hpp"

namespace lparsim::services {

struct MemoryConfig {
  Bytes memory{std::uint64_t{16} << 20};  ///< frames for pages of programs
  Bytes page{4096};
  Bytes paging_space{std::uint64_t{1} << 30};  ///< its place on the disk: behind `paging_begin`
  Bytes paging_begin{std::uint64_t{4} << 30};
  SimTime hit = SimTime::from_ns(100);  ///< processor time of a reference to a page that is there
  SimTime fault = SimTime::from_us(5);  ///< and of one that is not
};

/// The API of the type memory_management: programs refer to pages; those that are not in a frame are faults, which read the page from the
/// paging space and, where the page that has to go was changed, write that one first. Which one goes is what implementations differ in.
class MemoryManagement {
 public:
  explicit MemoryManagement(const MemoryConfig& config);
  virtual ~MemoryManagement() = default;

  /// `plan` is added to. True: it was there.
  bool refer(std::uint64_t page, bool modifies, Plan& plan);

  std::uint64_t references() const { return references_; }
  std::uint64_t faults() const { return faults_; }
  std::uint64_t written_back() const { return written_back_; }
  const MemoryConfig& config() const { return config_; }

 protected:
  std::uint32_t frames() const { return static_cast<std::uint32_t>(frames_.size()); }

 private:
  struct Frame {
    std::uint64_t page = UINT64_MAX;
    bool modified = false;
  };
  /// The frame whose page goes; all are taken.
  virtual std::uint32_t victim() = 0;
  virtual void referred(std::uint32_t frame) { (void)frame; }
  /// A page came into the frame.
  virtual void filled(std::uint32_t frame) { (void)frame; }
  std::uint64_t place(std::uint64_t page) const;

  MemoryConfig config_;
  std::vector<Frame> frames_;
  std::unordered_map<std::uint64_t, std::uint32_t> where_;
  std::uint32_t taken_ = 0;
  std::uint64_t references_ = 0;
  std::uint64_t faults_ = 0;
  std::uint64_t written_back_ = 0;
};

/// Frames give up their pages in circular order, whatever was done with them: first in, first out. More frames can mean more faults
/// (Belady, Nelson and Shedler, "An anomaly in space-time characteristics of certain programs running in a paging machine", CACM 12(6),
/// 1969).
class RoundRobinMemory final : public MemoryManagement {
 public:
  using MemoryManagement::MemoryManagement;

 private:
  std::uint32_t victim() override;
  std::uint32_t hand_ = 0;
};

/// The page goes that was not referred to for longest: a stack algorithm, so more frames never mean more faults (Mattson, Gecsei, Slutz and
/// Traiger, "Evaluation techniques for storage hierarchies", IBM Systems Journal 9(2), 1970).
class LruMemory final : public MemoryManagement {
 public:
  explicit LruMemory(const MemoryConfig& config);

 private:
  static constexpr std::uint32_t kNone = UINT32_MAX;
  struct Link {
    std::uint32_t older = kNone, newer = kNone;
  };
  std::uint32_t victim() override { return oldest_; }
  void referred(std::uint32_t frame) override;
  void filled(std::uint32_t frame) override;
  void unlink(std::uint32_t frame);
  void put_newest(std::uint32_t frame);

  std::vector<Link> links_;
  std::uint32_t oldest_ = kNone, newest_ = kNone;
};

}  // namespace lparsim::services
