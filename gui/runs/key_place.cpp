#include "gui/runs/key_place.hpp"

#include <algorithm>
#include <vector>

namespace lparsim::gui {

namespace {

bool isWordLetter(QChar c) {
  return c.isLetterOrNumber() || c == '_' || c == '-';
}

/// Reads the text up to a place and knows then which keys are open.
class Scan {
 public:
  explicit Scan(const QString& text) : text_{text} {}

  void run(qsizetype end) {
    for (qsizetype at = 0; at < end;) {
      const qsizetype newline = text_.indexOf('\n', at);
      const qsizetype lineEnd = newline < 0 ? text_.size() : newline;
      if (flow_.empty()) at = beginLine(at, std::min(lineEnd, end));
      at = readValue(at, std::min(lineEnd, end));
      if (at >= end) return;
      at = lineEnd + 1;
      if (at <= end && flow_.empty()) atKey_ = true;
    }
  }
  /// Columns of block keys left of `column` only.
  QStringList parents(qsizetype column, bool isKey) const {
    QStringList keys;
    for (const Block& block : block_)
      if (!flow_.empty() || !isKey || block.indent < column) keys << block.key;
    for (const Flow& flow : flow_)
      if (!flow.key.isEmpty()) keys << flow.key;
    return keys;
  }
  /// Where the scan ended a key may begin.
  bool atKey() const { return flow_.empty() ? atKey_ : flow_.back().mapping && flow_.back().key.isEmpty(); }

 private:
  struct Block {
    qsizetype indent;
    QString key;
  };
  struct Flow {
    bool mapping;
    QString key;  ///< of the value that is being read
  };

  void close(qsizetype indent) {
    while (!block_.empty() && block_.back().indent >= indent) block_.pop_back();
  }

  // Indentation, dashes, and the key where there is one; returns where the value begins.
  qsizetype beginLine(qsizetype at, qsizetype end) {
    const qsizetype begin = at;
    atKey_ = true;
    while (at < end && text_[at] == ' ') ++at;
    while (at < end && text_[at] == '-' && (at + 1 >= end || text_[at + 1] == ' ')) {
      close(at - begin + 1);
      ++at;
      while (at < end && text_[at] == ' ') ++at;
    }
    const qsizetype column = at - begin;
    qsizetype wordEnd = at;
    while (wordEnd < end && isWordLetter(text_[wordEnd])) ++wordEnd;
    const bool isKey =
        wordEnd > at && wordEnd < end && text_[wordEnd] == ':' && (wordEnd + 1 >= text_.size() || text_[wordEnd + 1].isSpace());
    if (!isKey) return at;
    close(column);
    block_.push_back({column, text_.mid(at, wordEnd - at)});
    atKey_ = false;
    return wordEnd + 1;
  }

  qsizetype readValue(qsizetype at, qsizetype end) {
    QString word;
    for (; at < end; ++at) {
      const QChar c = text_[at];
      if (c == '#' && (at == 0 || text_[at - 1].isSpace())) return end;
      if (c == '"' || c == '\'') {
        const qsizetype close = text_.indexOf(c, at + 1);
        at = close < 0 || close >= end ? end - 1 : close;
      } else if (c == '{' || c == '[') {
        flow_.push_back({c == '{', {}});
        atKey_ = false;
      } else if ((c == '}' || c == ']') && !flow_.empty()) {
        flow_.pop_back();
      } else if (c == ',' && !flow_.empty()) {
        flow_.back().key.clear();
      } else if (c == ':' && !flow_.empty() && flow_.back().mapping && flow_.back().key.isEmpty()) {
        flow_.back().key = word;
      } else if (isWordLetter(c)) {
        word = at > 0 && isWordLetter(text_[at - 1]) ? word + c : QString{c};
        if (flow_.empty()) atKey_ = false;
      }
    }
    return at;
  }

  const QString& text_;
  std::vector<Block> block_;
  std::vector<Flow> flow_;
  bool atKey_ = true;
};

}  // namespace

QString KeyPlace::path() const {
  QStringList keys = parents;
  if (isKey && !word.isEmpty()) keys << word;
  if (!keys.isEmpty() && keys.front() == "servers") keys.front() = "server";
  return keys.join('.');
}

KeyPlace keyPlaceAt(const QString& text, qsizetype position) {
  const qsizetype size = text.size();
  qsizetype begin = std::clamp<qsizetype>(position, 0, size);
  qsizetype end = begin;
  while (begin > 0 && isWordLetter(text[begin - 1])) --begin;
  while (end < size && isWordLetter(text[end])) ++end;
  // A dash that begins a list's element is no word.
  if (end - begin == 1 && text[begin] == '-') ++begin;
  Scan scan{text};
  scan.run(begin);
  KeyPlace place;
  place.word = text.mid(begin, std::max<qsizetype>(0, end - begin));
  place.begin = static_cast<int>(begin);
  place.isKey = scan.atKey();
  const qsizetype line = begin == 0 ? 0 : text.lastIndexOf('\n', begin - 1) + 1;
  place.parents = scan.parents(begin - line, place.isKey);
  return place;
}

}  // namespace lparsim::gui
