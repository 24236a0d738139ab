#include "models/hypervisor/tce_tables.hpp"

#include <algorithm>
#include <array>

#include "sim/base/check.hpp"

namespace lparsim::hypervisor {

namespace {

constexpr std::uint64_t kAccess = kTceRead | kTceWrite;

constexpr bool aligned(std::uint64_t address) {
  return address % TceTables::kPage == 0;
}

}  // namespace

Liobn TceTables::add_window(PartitionId owner, Bytes size) {
  const Liobn liobn = id_of<Liobn>(kFirst + windows_.size());
  windows_.push_back({owner, liobn, size});
  return liobn;
}

Liobn TceTables::add_remote_window(PartitionId server, Liobn clients) {
  const Liobn liobn = id_of<Liobn>(kFirst + windows_.size());
  windows_.push_back({server, clients, at(clients).size, false});
  return liobn;
}

void TceTables::cut(Liobn remote) {
  at(remote).joined = false;
  invalidate_copies(at(remote).entries);
}

void TceTables::partition_stopped(PartitionId partition) {
  for (Window& window : windows_) {
    if (window.user != partition || window.pages.empty()) continue;
    invalidate_copies(window.entries);
    window.pages.clear();
  }
}

bool TceTables::is_own(PartitionId caller, Liobn liobn) const {
  return exists(liobn) && at(liobn).user == caller && at(liobn).entries == liobn;
}
bool TceTables::is_remote(PartitionId caller, Liobn liobn) const {
  return exists(liobn) && at(liobn).user == caller && at(liobn).entries != liobn;
}
bool TceTables::usable_by(PartitionId partition, Liobn liobn) const {
  return exists(liobn) && at(liobn).user == partition && at(liobn).joined;
}

bool TceTables::valid(PartitionId owner, std::uint64_t tce) const {
  return (tce & kAccess) == 0 || memories_[index(owner)]->contains(tce / kPage * kPage, kPage);
}

TceTables::Entry& TceTables::entry(Liobn window, std::uint64_t page) {
  std::vector<Entry>& pages = at(window).pages;
  if (page >= pages.size()) pages.resize(page + 1);
  return pages[page];
}

const TceTables::Entry* TceTables::find(Liobn liobn, std::uint64_t ioba) const {
  const std::vector<Entry>& pages = at(at(liobn).entries).pages;
  return ioba / kPage < pages.size() ? &pages[ioba / kPage] : nullptr;
}

/// The copy of an entry, if there is one that is still as it was made.
const TceTables::Entry* TceTables::copy_of(const Entry& entry, Liobn window, std::uint64_t page) const {
  if (entry.partner == Liobn{} || entry.is_copy) return nullptr;
  const std::vector<Entry>& pages = at(entry.partner).pages;
  if (entry.partner_page >= pages.size()) return nullptr;
  const Entry& copy = pages[entry.partner_page];
  return copy.is_copy && copy.partner == window && copy.partner_page == page ? &copy : nullptr;
}

/// One entry, valid as it is; a copy of what was there becomes invalid.
HcallStatus TceTables::store(Liobn window, std::uint64_t page, std::uint64_t tce) {
  Entry& place = entry(window, page);
  if (copy_of(place, window, page) != nullptr) {
    if (!at(window).bit_bucket) return HcallStatus::resource;
    at(place.partner).pages[place.partner_page] = {};
  }
  place = {tce};
  return HcallStatus::success;
}

HcallStatus TceTables::put(PartitionId caller, Liobn liobn, std::uint64_t ioba, std::uint64_t tce) {
  if (!is_own(caller, liobn) || !contains(liobn, ioba, 1) || !valid(caller, tce)) return HcallStatus::parameter;
  return store(liobn, ioba / kPage, tce);
}

HcallStatus TceTables::stuff(PartitionId caller, Liobn liobn, std::uint64_t ioba, std::uint64_t tce, std::uint64_t count) {
  if (!is_own(caller, liobn) || !contains(liobn, ioba, 1)) return HcallStatus::parameter;
  if (count > kMostEntries) return HcallStatus::p4;
  const std::uint64_t first = ioba / kPage;
  if (!contains(liobn, first * kPage, count * kPage) || !valid(caller, tce)) return HcallStatus::parameter;
  for (std::uint64_t i = 0; i < count; ++i) {
    if (const HcallStatus status = store(liobn, first + i, tce); status != HcallStatus::success) return status;
  }
  return HcallStatus::success;
}

HcallStatus TceTables::put_indirect(PartitionId caller, Liobn liobn, std::uint64_t ioba, std::uint64_t list, std::uint64_t count) {
  const std::uint64_t first = ioba / kPage;
  if (count > kMostEntries || !is_own(caller, liobn) || !contains(liobn, first * kPage, count * kPage)) return HcallStatus::parameter;
  const PartitionMemory& memory = *memories_[index(caller)];
  if (!aligned(list) || !memory.contains(list, kPage)) return HcallStatus::parameter;
  std::array<std::uint64_t, kMostEntries> entries{};
  for (std::uint64_t i = 0; i < count; ++i) {
    entries[i] = memory.read(list + i * 8, 8);
    if (!valid(caller, entries[i])) return HcallStatus::parameter;
  }
  for (std::uint64_t i = 0; i < count; ++i) {
    if (const HcallStatus status = store(liobn, first + i, entries[i]); status != HcallStatus::success) return status;
  }
  return HcallStatus::success;
}

HcallStatus TceTables::put_redirected(PartitionId caller, Liobn remote, std::uint64_t remote_ioba, Liobn liobn, std::uint64_t ioba,
                                      std::uint64_t count, std::uint64_t& done) {
  done = 0;
  const std::uint64_t from = remote_ioba / kPage, to = ioba / kPage;
  if (!is_remote(caller, remote) || count > at(remote).size.count / kPage || !contains(remote, from * kPage, count * kPage))
    return HcallStatus::parameter;
  if (!is_own(caller, liobn) || !contains(liobn, to * kPage, count * kPage)) return HcallStatus::parameter;
  const Liobn client = at(remote).entries;
  for (; done < count; ++done) {
    const Entry* original = find(remote, (from + done) * kPage);
    if (!at(remote).joined || original == nullptr || (original->tce & kAccess) == 0 || original->is_copy)
      return HcallStatus::remote_parameter;
    if (copy_of(*original, client, from + done) != nullptr) return HcallStatus::resource;
    const std::uint64_t tce = original->tce;
    if (const HcallStatus status = store(liobn, to + done, 0); status != HcallStatus::success) return status;
    entry(liobn, to + done) = {tce, client, static_cast<std::uint32_t>(from + done), true};
    Entry& link = entry(client, from + done);
    link.partner = liobn;
    link.partner_page = static_cast<std::uint32_t>(to + done);
  }
  return HcallStatus::success;
}

HcallStatus TceTables::remove_redirected(PartitionId caller, Liobn remote, std::uint64_t remote_ioba, Liobn liobn, std::uint64_t ioba,
                                         std::uint64_t count, std::uint64_t tce) {
  const std::uint64_t from = remote_ioba / kPage, to = ioba / kPage;
  if (!is_remote(caller, remote) || count > at(remote).size.count / kPage || !contains(remote, from * kPage, count * kPage))
    return HcallStatus::parameter;
  if (!is_own(caller, liobn) || !contains(liobn, to * kPage, count * kPage)) return HcallStatus::parameter;
  for (std::uint64_t i = 0; i < count; ++i) {
    Entry& original = entry(at(remote).entries, from + i);
    // "The links put into the RTCE table as a result" of what is taken back here: a copy elsewhere keeps its own.
    if (!original.is_copy && original.partner == liobn && original.partner_page == to + i) original.partner = {};
    entry(liobn, to + i) = {tce & ~kAccess};
  }
  return HcallStatus::success;
}

HcallStatus TceTables::attributes(PartitionId caller, Liobn liobn, std::uint64_t reset, std::uint64_t set, std::uint64_t& value) {
  if (!is_own(caller, liobn)) return HcallStatus::parameter;
  Window& window = at(liobn);
  value = (((window.bit_bucket ? 1U : 0U) & ~reset) | set) & 1U;
  window.bit_bucket = value != 0;
  return HcallStatus::success;
}

bool TceTables::holds_redirected(Liobn remote) const {
  const Liobn clients = at(remote).entries;
  const Window& window = at(clients);
  for (std::uint64_t page = 0; page < window.pages.size(); ++page) {
    const Entry& original = window.pages[page];
    if (copy_of(original, clients, page) != nullptr && !(window.bit_bucket && at(original.partner).bit_bucket)) return true;
  }
  return false;
}

void TceTables::invalidate_copies(Liobn window) {
  std::vector<Entry>& pages = at(window).pages;
  for (std::uint64_t page = 0; page < pages.size(); ++page) {
    Entry& original = pages[page];
    if (original.is_copy) continue;
    if (copy_of(original, window, page) != nullptr) at(original.partner).pages[original.partner_page] = {};
    original.partner = {};
  }
}

bool TceTables::contains(Liobn liobn, std::uint64_t ioba, std::uint64_t length) const {
  const std::uint64_t size = at(liobn).size.count;
  return ioba <= size && length <= size - ioba;
}

bool TceTables::accessible(Liobn liobn, std::uint64_t ioba, std::uint64_t length, std::uint64_t access) const {
  if (!contains(liobn, ioba, length)) return false;
  if (length == 0) return true;
  for (std::uint64_t page = ioba / kPage * kPage; page < ioba + length; page += kPage) {
    const Entry* found = find(liobn, page);
    if (found == nullptr || (found->tce & access) != access) return false;
  }
  return true;
}

TceTables::Place TceTables::place(Liobn liobn, std::uint64_t ioba) const {
  const Entry* found = find(liobn, ioba);
  const Liobn owner = found != nullptr && found->is_copy ? found->partner : at(liobn).entries;
  LPARSIM_CHECK(found != nullptr && exists(owner), "bus address {:#x} of window {:#x} is used and not mapped", ioba,
                static_cast<std::uint32_t>(liobn));
  const std::uint64_t offset = ioba % kPage;
  return {memories_[index(at(owner).user)], found->tce / kPage * kPage + offset, kPage - offset};
}

void TceTables::read(Liobn liobn, std::uint64_t ioba, std::span<std::uint8_t> bytes) const {
  while (!bytes.empty()) {
    const Place from = place(liobn, ioba);
    const auto part = bytes.first(std::min<std::size_t>(bytes.size(), from.length));
    from.memory->read(from.address, part);
    bytes = bytes.subspan(part.size());
    ioba += part.size();
  }
}

void TceTables::write(Liobn liobn, std::uint64_t ioba, std::span<const std::uint8_t> bytes) {
  while (!bytes.empty()) {
    const Place to = place(liobn, ioba);
    const auto part = bytes.first(std::min<std::size_t>(bytes.size(), to.length));
    to.memory->write(to.address, part);
    bytes = bytes.subspan(part.size());
    ioba += part.size();
  }
}

std::uint64_t TceTables::read(Liobn liobn, std::uint64_t ioba, std::uint32_t length) const {
  std::array<std::uint8_t, 8> bytes{};
  const auto used = std::span{bytes}.first(length);
  read(liobn, ioba, used);
  return get_big_endian(used);
}

void TceTables::write(Liobn liobn, std::uint64_t ioba, std::uint32_t length, std::uint64_t value) {
  std::array<std::uint8_t, 8> bytes{};
  const auto used = std::span{bytes}.first(length);
  put_big_endian(used, value);
  write(liobn, ioba, std::span<const std::uint8_t>{used});
}

void TceTables::copy(Liobn source, std::uint64_t source_ioba, Liobn destination, std::uint64_t destination_ioba, std::uint64_t length) {
  while (length > 0) {
    const Place from = place(source, source_ioba);
    const Place to = place(destination, destination_ioba);
    const std::uint64_t part = std::min({length, from.length, to.length});
    to.memory->copy(to.address, *from.memory, from.address, part);
    source_ioba += part;
    destination_ioba += part;
    length -= part;
  }
}

}  // namespace lparsim::hypervisor
