#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "models/hypervisor/hcall.hpp"
#include "models/hypervisor/partition_memory.hpp"
#include "models/hypervisor/vio_calls.hpp"
#include "sim/base/ids.hpp"
#include "sim/base/units.hpp"

namespace lparsim::hypervisor {

/// The tables that translate I/O bus addresses into the partitions' memory, page by page: one for each window of an adapter (LoPAR, "TCE"
/// and "Redirected RDMA"). `access` is kTceRead, kTceWrite or both: what the device, or whoever copies for it, does with the memory.
class TceTables {
 public:
  static constexpr std::uint64_t kPage = 4096;
  static constexpr std::uint64_t kMostEntries = 512;  ///< that H_STUFF_TCE and H_PUT_TCE_INDIRECT write

  // Configuration.
  /// Partitions in the order of their ids.
  void add_partition(PartitionMemory& memory) { memories_.push_back(&memory); }
  /// A window of `owner`'s memory with bus addresses from 0 to size - 1, nothing mapped. Only its owner changes the entries.
  Liobn add_window(PartitionId owner, Bytes size);
  /// How `server` addresses the window of its client: the same entries, which it cannot change. Cut off at first.
  Liobn add_remote_window(PartitionId server, Liobn clients);
  /// Whether the server can reach its client's window: while both have registered their queues.
  void join(Liobn remote) { at(remote).joined = true; }
  /// Ends that; copies of the window's entries that H_PUT_RTCE made are invalid.
  void cut(Liobn remote);
  /// The partition has stopped: nothing is mapped in its windows any more, nor are copies of their entries.
  void partition_stopped(PartitionId partition);

  // The calls, by the partition that makes them. H_Parameter: the window is not the caller's own, or not so large, or (put, stuff and
  // indirect) an entry gives access to what is not in the partition's memory. H_Resource: see "Bit Bucket Allowed".
  HcallStatus put(PartitionId caller, Liobn liobn, std::uint64_t ioba, std::uint64_t tce);
  HcallStatus stuff(PartitionId caller, Liobn liobn, std::uint64_t ioba, std::uint64_t tce, std::uint64_t count);
  HcallStatus put_indirect(PartitionId caller, Liobn liobn, std::uint64_t ioba, std::uint64_t list, std::uint64_t count);
  /// `done`: how many entries were made before H_R_Parm (nothing mapped there) or H_Resource (copied already).
  HcallStatus put_redirected(PartitionId caller, Liobn remote, std::uint64_t remote_ioba, Liobn liobn, std::uint64_t ioba,
                             std::uint64_t count, std::uint64_t& done);
  HcallStatus remove_redirected(PartitionId caller, Liobn remote, std::uint64_t remote_ioba, Liobn liobn, std::uint64_t ioba,
                                std::uint64_t count, std::uint64_t tce);
  /// H_LIOBN_ATTRIBUTES; the one there is (value 1): Bit Bucket Allowed, 1 at first. While it is 0, an entry of this window is not
  /// invalidated on behalf of anybody else: who would have to gets H_Resource.
  HcallStatus attributes(PartitionId caller, Liobn liobn, std::uint64_t reset, std::uint64_t set, std::uint64_t& value);
  /// Whether H_FREE_CRQ has to be put off: copies of the window's entries are valid, and it or they do not allow the bit bucket.
  bool holds_redirected(Liobn remote) const;

  // Use. What lies beyond the window, has no entry or forbids the access is not accessible.
  bool usable_by(PartitionId partition, Liobn liobn) const;
  bool contains(Liobn liobn, std::uint64_t ioba, std::uint64_t length) const;
  bool accessible(Liobn liobn, std::uint64_t ioba, std::uint64_t length, std::uint64_t access) const;
  /// These only where it is accessible.
  void read(Liobn liobn, std::uint64_t ioba, std::span<std::uint8_t> bytes) const;
  void write(Liobn liobn, std::uint64_t ioba, std::span<const std::uint8_t> bytes);
  std::uint64_t read(Liobn liobn, std::uint64_t ioba, std::uint32_t length) const;  ///< 1 to 8 bytes, big-endian
  void write(Liobn liobn, std::uint64_t ioba, std::uint32_t length, std::uint64_t value);
  void copy(Liobn source, std::uint64_t source_ioba, Liobn destination, std::uint64_t destination_ioba, std::uint64_t length);

 private:
  static constexpr std::size_t kFirst = 0x1000'0000;
  struct Entry {
    std::uint64_t tce = 0;  ///< of a copy: the client's
    Liobn partner{};        ///< 0: none; else where its copy is or, of a copy, whose it is
    std::uint32_t partner_page = 0;
    bool is_copy = false;
  };
  struct Window {
    PartitionId user{};
    Liobn entries{};  ///< whose entries they are: its own, or the client's
    Bytes size;
    bool joined = true;
    bool bit_bucket = true;
    std::vector<Entry> pages{};  ///< as far as there are any
  };
  struct Place {
    PartitionMemory* memory;
    std::uint64_t address;
    std::uint64_t length;  ///< up to the end of the page
  };

  Window& at(Liobn liobn) { return windows_[static_cast<std::size_t>(liobn) - kFirst]; }
  const Window& at(Liobn liobn) const { return windows_[static_cast<std::size_t>(liobn) - kFirst]; }
  bool exists(Liobn liobn) const { return static_cast<std::size_t>(liobn) - kFirst < windows_.size(); }
  bool is_own(PartitionId caller, Liobn liobn) const;
  bool is_remote(PartitionId caller, Liobn liobn) const;
  bool valid(PartitionId owner, std::uint64_t tce) const;
  Entry& entry(Liobn window, std::uint64_t page);
  const Entry* find(Liobn liobn, std::uint64_t ioba) const;
  const Entry* copy_of(const Entry& entry, Liobn window, std::uint64_t page) const;
  HcallStatus store(Liobn window, std::uint64_t page, std::uint64_t tce);
  void invalidate_copies(Liobn window);
  Place place(Liobn liobn, std::uint64_t ioba) const;

  std::vector<PartitionMemory*> memories_;
  std::vector<Window> windows_;
};

}  // namespace lparsim::hypervisor
