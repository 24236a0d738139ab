#pragma once
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/base/result.hpp"
#include "sim/config/diagnostics.hpp"
#include "sim/config/node.hpp"

namespace lparsim::config {

/// `--set PATH=VALUE`.
struct Override {
  std::string path;
  std::string value;
};
/// Splits at the first `=`.
Result<Override> parse_override(std::string_view argument);

/// A file that was read as YAML, with the overrides of the command line applied. Cheap to copy, never changes.
class Document {
 public:
  /// Nothing when the file cannot be read or is no YAML mapping; the diagnostics say why. Problems of overrides do not stop it.
  static std::optional<Document> load(const std::string& file, const std::vector<Override>& overrides, Diagnostics& diagnostics);
  static std::optional<Document> parse(std::string file, std::string text, const std::vector<Override>& overrides,
                                       Diagnostics& diagnostics);

  const Node& root() const;
  const std::string& file() const;
  /// The file's bytes, without the overrides.
  const std::string& text() const;
  const std::vector<Override>& overrides() const;

  /// Elements of lists go by their `name`, others by index: `server.partitions.web.memory`, `events.0`. What is not there has the place
  /// of its nearest parent.
  Place place_of(std::string_view path) const;
  Place place_of(const Mark& mark) const;

 private:
  struct Content;
  explicit Document(std::shared_ptr<const Content> content) : content_{std::move(content)} {}
  std::shared_ptr<const Content> content_;
};

}  // namespace lparsim::config
