#pragma once
#include <vector>

#include "gui/data/slice.hpp"

namespace lparsim::gui {

/// Puts slices of one row and state together that are too short to be seen apart. They come in the order of their begin and do not
/// overlap; what is at least a pixel long stays as it is, and so does what is alone on its pixel. No time is lost: of a merged slice
/// fill x length is the sum of those in it. At most two slices a pixel come out, about one where there are many.
class PixelMerge {
 public:
  PixelMerge(SimTime begin, SimTime pixel, std::vector<Slice>& out) : begin_{begin}, pixel_{pixel}, out_{&out} {}

  void add(const Slice& piece) {
    const SimTime length = piece.end - piece.begin;
    if (length <= SimTime{}) return;
    if (length >= pixel_) {
      flush();
      out_->push_back(piece);
      return;
    }
    // Division rounds towards zero; what lies before the window is one place more, which does no harm.
    const std::int64_t place = (piece.begin - begin_) / pixel_;
    if (many_ > 0 && place == place_) {
      merged_.end = piece.end;
      merged_.count += piece.count;
      if (length > longest_) take(piece, length);
    } else {
      flush();
      merged_ = piece;
      place_ = place;
      take(piece, length);
    }
    held_ += static_cast<double>(piece.fill) * static_cast<double>(length.ps());
    ++many_;
  }

  /// After the last.
  void flush() {
    if (many_ > 1) merged_.fill = static_cast<float>(held_ / static_cast<double>((merged_.end - merged_.begin).ps()));
    if (many_ > 0) out_->push_back(merged_);
    many_ = 0;
    held_ = 0;
  }

 private:
  /// The longest one tells whose it is.
  void take(const Slice& piece, SimTime length) {
    longest_ = length;
    const Slice kept = merged_;
    merged_ = piece;
    merged_.begin = kept.begin;
    merged_.end = kept.end;
    merged_.count = kept.count;
  }
  SimTime begin_, pixel_;
  std::vector<Slice>* out_;
  Slice merged_;
  std::int64_t place_ = 0;
  std::size_t many_ = 0;
  double held_ = 0;
  SimTime longest_;
};

}  // namespace lparsim::gui
