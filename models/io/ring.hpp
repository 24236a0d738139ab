#pragma once
#include <cstddef>
#include <utility>
#include <vector>

namespace lparsim::io {

/// First in, first out; allocates only when it has never been so long before.
template <class T>
class Ring {
 public:
  bool empty() const { return size_ == 0; }
  std::size_t size() const { return size_; }
  /// Returns it in its place.
  T& push(T&& value) {
    if (size_ == places_.size()) grow();
    return places_[(first_ + size_++) & (places_.size() - 1)] = std::move(value);
  }
  void push(const T& value) { push(T{value}); }
  T& front() { return places_[first_]; }
  /// Counted from the front.
  const T& operator[](std::size_t n) const { return places_[(first_ + n) & (places_.size() - 1)]; }
  T pop() {
    T value = std::move(places_[first_]);
    first_ = (first_ + 1) & (places_.size() - 1);
    --size_;
    return value;
  }
  void clear() { first_ = size_ = 0; }

 private:
  void grow() {
    std::vector<T> places(places_.empty() ? 8 : places_.size() * 2);
    for (std::size_t i = 0; i < size_; ++i) places[i] = std::move(places_[(first_ + i) & (places_.size() - 1)]);
    places_.swap(places);
    first_ = 0;
  }

  std::vector<T> places_;  ///< a power of two
  std::size_t first_ = 0;
  std::size_t size_ = 0;
};

}  // namespace lparsim::io
