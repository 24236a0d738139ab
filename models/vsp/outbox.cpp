#include "models/vsp/outbox.hpp"

#include <algorithm>

namespace lparsim::vsp {

std::uint64_t Outbox::push(std::span<const std::uint8_t> message, Kind kind, std::uint32_t leg) {
  if (tail_ - head_ == ring_.size()) grow();
  Entry& entry = at(tail_);
  std::copy(message.begin(), message.end(), entry.message.bytes.begin());
  entry.message.length = static_cast<std::uint32_t>(message.size());
  entry.kind = kind;
  entry.leg = leg;
  entry.doorbell = live_ == 0;
  entry.charged = false;
  count(kind, 1);
  return tail_++;
}

void Outbox::take_back(std::uint64_t position) {
  Entry& entry = at(position);
  count(entry.kind, ~std::size_t{0});
  entry.kind = Kind::gone;
}

const Outbox::Entry* Outbox::pop() {
  while (head_ != tail_) {
    Entry& entry = at(head_++);
    if (entry.kind == Kind::gone) continue;
    count(entry.kind, ~std::size_t{0});
    return &entry;
  }
  return nullptr;
}

void Outbox::count(Kind kind, std::size_t by) {
  live_ += by;
  if (kind == Kind::copy) copies_ += by;
  if (kind == Kind::answer) answers_ += by;
}

void Outbox::grow() {
  std::vector<Entry> larger(std::max<std::size_t>(8, ring_.size() * 2));
  for (std::uint64_t i = head_; i != tail_; ++i) larger[i & (larger.size() - 1)] = at(i);
  ring_ = std::move(larger);
}

}  // namespace lparsim::vsp
