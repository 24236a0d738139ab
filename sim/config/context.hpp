#pragma once
#include <cstddef>
#include <string>
#include <string_view>

#include "sim/config/document.hpp"
#include "sim/config/schema_info.hpp"

namespace lparsim::config {

/// One reading of one document.
struct Reading {
  const Document& document;
  Diagnostics& diagnostics;
  std::size_t bad_values = 0;  ///< values missing or not understood; unknown keys do not count
};

/// Where a schema is in the document. Hooks of Schema::check use its first four functions.
class Context {
 public:
  Context(Reading& reading, const Node& node, std::string path) : reading_{&reading}, node_{&node}, path_{std::move(path)} {}

  /// As diagnostics print it and `--set` takes it.
  const std::string& path() const { return path_; }
  /// At a key of this mapping (or deeper: `pools.databases.maximum`), present or not; with an empty key, at the mapping itself.
  void error(std::string_view key, std::string message) const { report(Severity::error, key, std::move(message)); }
  void warning(std::string_view key, std::string message) const { report(Severity::warning, key, std::move(message)); }
  /// The user wrote this key (and not `null`).
  bool given(std::string_view key) const;

  const Node& node() const { return *node_; }
  std::size_t bad_values() const { return reading_->bad_values; }
  /// A value that could not be read: an error at this node that also keeps check hooks from running.
  void bad_value(std::string message) const;
  Context key(std::string_view name) const;
  Context element(std::size_t index) const;

  /// This node's text if it is a scalar; otherwise a bad value.
  const std::string* scalar(const ScalarInfo& allowed) const;
  bool is_mapping(const SectionInfo& section) const;
  /// A list, with an element at least if `not_empty`; otherwise a bad value.
  bool is_list(bool not_empty) const;
  /// Reports required keys that are missing and, for sections of exactly one key, none or several.
  void check_required(const SectionInfo& section) const;
  void check_unknown_keys(const SectionInfo& section) const;
  /// Two elements of this list with the same `name`.
  void check_unique_names() const;
  /// The index of the alternative that the selector picks, or the number of alternatives when it picks none.
  std::size_t alternative(const SectionInfo& section) const;

 private:
  void report(Severity severity, std::string_view key, std::string message) const;
  Reading* reading_;
  const Node* node_;
  std::string path_;
};

}  // namespace lparsim::config
