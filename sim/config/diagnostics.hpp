#pragma once
#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace lparsim::config {

/// Where a piece of input stands: in a file (line and column count from 1, columns in bytes) or in an override of the command line.
struct Place {
  std::string file;
  int line = 1;
  int column = 1;
  std::string override_path;  ///< not empty: the value came from `--set PATH=VALUE`

  /// `FILE:LINE:COL` or `--set PATH`.
  std::string text() const;
};

enum class Severity { error, warning };

struct Diagnostic {
  Place place;
  Severity severity = Severity::error;
  std::string path;     ///< the key it is about, as `--set` takes it; may be empty
  std::string message;  ///< what is wrong; what is allowed

  /// `FILE:LINE:COL: [warning: ][PATH: ]MESSAGE`.
  std::string text() const;
};

/// Collects every problem of the input, so that all of them can be shown at once.
class Diagnostics {
 public:
  void add(Diagnostic diagnostic);
  void error(Place place, std::string message) { add({std::move(place), Severity::error, {}, std::move(message)}); }
  void warning(Place place, std::string message) { add({std::move(place), Severity::warning, {}, std::move(message)}); }

  /// At the key or element with this path (`server.partitions.web.processors.entitlement`), or at its nearest parent that is there.
  void error_at(std::string_view path, std::string message);
  void warning_at(std::string_view path, std::string message);
  /// Where paths are looked up; Document::load and parse set it.
  void find_places_with(std::function<Place(std::string_view path)> place_of) { place_of_ = std::move(place_of); }

  bool has_errors() const { return errors_ != 0; }
  /// Errors at this path or below it: a cross-check asks before it judges values that could not be read.
  bool has_errors_under(std::string_view path) const;
  /// So many that further ones are only counted.
  bool full() const;
  std::size_t error_count() const { return errors_; }
  std::size_t warning_count() const { return warnings_; }

  /// By place (files first, then overrides), without repetitions.
  std::vector<Diagnostic> sorted() const;
  /// One per line with a newline each; after `at_most` of them, `and N more`.
  std::string text(std::size_t at_most = 200) const;

 private:
  std::vector<Diagnostic> kept_;  // the first ones; the rest is only counted
  std::size_t errors_ = 0;
  std::size_t warnings_ = 0;
  std::function<Place(std::string_view)> place_of_;
};

}  // namespace lparsim::config
