#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "models/hypervisor/hcall.hpp"
#include "models/hypervisor/partition_memory.hpp"
#include "models/hypervisor/vio_calls.hpp"
#include "sim/base/ids.hpp"
#include "sim/base/units.hpp"

namespace lparsim::hypervisor {

/// The tables that translate I/O bus addresses into the partitions' memory, page by page: one for each window of a virtual adapter (LoPAR,
/// "TCE"). `access` is kTceRead, kTceWrite or both: what the device, or whoever copies for it, does with the memory.
class TceTables {
 public:
  static constexpr std::uint64_t kPage = 4096;

  // Configuration.
  /// Partitions in the order of their ids.
  void add_partition(PartitionMemory& memory) { memories_.push_back(&memory); }
  /// A window of `owner`'s memory with bus addresses from 0 to size - 1, nothing mapped. Only its owner changes the entries.
  Liobn add_window(PartitionId owner, Bytes size);
  /// How `server` addresses the window of its client: the same entries, which it cannot change.
  Liobn add_remote_window(PartitionId server, Liobn clients);
  bool exists(Liobn liobn) const { return static_cast<std::size_t>(liobn) - kFirst < windows_.size(); }
  /// By whose adapter the window is used.
  PartitionId user(Liobn liobn) const { return at(liobn).user; }
  Bytes size(Liobn liobn) const { return entries_of(liobn).size; }

  // The calls, by the partition that makes them.
  /// H_PUT_TCE. H_Parameter: not a window of the caller, beyond it, an address beyond the partition's memory.
  HcallStatus put(PartitionId caller, Liobn liobn, std::uint64_t ioba, std::uint64_t tce);
  /// H_STUFF_TCE: the same entry for `count` pages, at most 512.
  HcallStatus stuff(PartitionId caller, Liobn liobn, std::uint64_t ioba, std::uint64_t tce, std::uint64_t count);
  /// H_PUT_TCE_INDIRECT: `count` entries, at most 512, from the page at logical address `list`.
  HcallStatus put_indirect(PartitionId caller, Liobn liobn, std::uint64_t ioba, std::uint64_t list, std::uint64_t count);
  /// H_PUT_RTCE: `count` entries of `remote`, a client's window, in the caller's own window. `done` tells how many went before the error.
  HcallStatus put_redirected(PartitionId caller, Liobn remote, std::uint64_t remote_ioba, Liobn liobn, std::uint64_t ioba,
                             std::uint64_t count, std::uint64_t& done);
  /// H_REMOVE_RTCE.
  HcallStatus remove_redirected(PartitionId caller, Liobn liobn, std::uint64_t ioba, std::uint64_t count, std::uint64_t& done);

  /// Entries of all tables that lead into this window by H_PUT_RTCE are gone.
  void invalidate_redirected(Liobn clients);
  /// Nothing is mapped any more.
  void clear(Liobn liobn);

  // Use. What lies beyond the window, has no entry or forbids the access is not accessible.
  bool contains(Liobn liobn, std::uint64_t ioba, std::uint64_t length) const;
  bool accessible(Liobn liobn, std::uint64_t ioba, std::uint64_t length, std::uint64_t access) const;
  /// Only where it is accessible.
  void read(Liobn liobn, std::uint64_t ioba, std::span<std::uint8_t> bytes) const;
  void write(Liobn liobn, std::uint64_t ioba, std::span<const std::uint8_t> bytes);
  std::uint64_t read(Liobn liobn, std::uint64_t ioba, std::uint32_t length) const;  ///< 1 to 8 bytes, big-endian
  void write(Liobn liobn, std::uint64_t ioba, std::uint32_t length, std::uint64_t value);
  void copy(Liobn source, std::uint64_t source_ioba, Liobn destination, std::uint64_t destination_ioba, std::uint64_t length);

 private:
  static constexpr std::size_t kFirst = 0x1000'0000;
  /// A page: its logical address in the memory of `partition`, and access. Absent: no access.
  struct Entry {
    std::uint64_t tce = 0;
    PartitionId partition{};
    Liobn redirected_from{};  ///< 0: an entry of its own
  };
  struct Window {
    PartitionId user{};
    Liobn entries{};  ///< whose entries they are: its own, or the client's
    Bytes size;
    std::vector<Entry> pages{};  ///< as far as there are any
  };
  struct Place {
    PartitionMemory* memory;
    std::uint64_t address;
    std::uint64_t length;  ///< up to the end of the page
  };

  Window& at(Liobn liobn) { return windows_[static_cast<std::size_t>(liobn) - kFirst]; }
  const Window& at(Liobn liobn) const { return windows_[static_cast<std::size_t>(liobn) - kFirst]; }
  const Window& entries_of(Liobn liobn) const { return at(at(liobn).entries); }
  bool own(PartitionId caller, Liobn liobn) const;
  bool valid(PartitionId owner, std::uint64_t tce) const;
  const Entry* entry(Liobn liobn, std::uint64_t ioba) const;
  Entry& make_entry(Window& window, std::uint64_t ioba);
  Place place(Liobn liobn, std::uint64_t ioba) const;

  std::vector<PartitionMemory*> memories_;
  std::vector<Window> windows_;
};

}  // namespace lparsim::hypervisor
