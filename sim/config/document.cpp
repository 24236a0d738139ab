#include "sim/config/document.hpp"

#include <fmt/format.h>

#include <filesystem>

#include "sim/base/read_file.hpp"
#include "sim/base/text.hpp"
#include "sim/config/overrides.hpp"
#include "sim/config/yaml_reader.hpp"

namespace lparsim::config {

struct Document::Content {
  std::string file;
  std::string text;
  std::vector<Override> overrides;
  Node root;
};

Result<Override> parse_override(std::string_view argument) {
  const auto equals = argument.find('=');
  const std::string_view path = trimmed(argument.substr(0, equals));
  if (equals == std::string_view::npos || path.empty())
    return unexpected(fmt::format("{} is no override; allowed: PATH=VALUE such as `duration=20 s`", shown(argument)));
  return Override{std::string(path), std::string(argument.substr(equals + 1))};
}

std::optional<Document> Document::load(const std::string& file, const std::vector<Override>& overrides, Diagnostics& diagnostics) {
  Result<std::string> text = read_file(file, kMostBytes);
  if (text) return parse(file, std::move(*text), overrides, diagnostics);
  diagnostics.error(Place{.file = file, .override_path = {}}, text.error());
  return std::nullopt;
}

std::optional<Document> Document::parse(std::string file, std::string text, const std::vector<Override>& overrides,
                                        Diagnostics& diagnostics) {
  YamlText read = read_yaml(text);
  for (auto& problem : read.problems) diagnostics.error({file, problem.mark.line, problem.mark.column, {}}, std::move(problem.message));
  if (!read.root) return std::nullopt;
  if (read.root->type != Node::Type::mapping) {
    const Mark at = read.root->mark;
    diagnostics.error({file, at.line, at.column, {}},
                      fmt::format("the file holds {}; allowed: keys with values", described(read.root->type)));
    return std::nullopt;
  }
  apply_overrides(*read.root, overrides, [&](const Override& failed, std::string message) {
    diagnostics.add({{file, 1, 1, failed.path}, Severity::error, failed.path, std::move(message)});
  });
  Document document(std::make_shared<const Content>(Content{std::move(file), std::move(text), overrides, std::move(*read.root)}));
  diagnostics.find_places_with([document](std::string_view path) { return document.place_of(path); });
  return document;
}

const Node& Document::root() const {
  return content_->root;
}
const std::string& Document::file() const {
  return content_->file;
}
const std::string& Document::text() const {
  return content_->text;
}
const std::vector<Override>& Document::overrides() const {
  return content_->overrides;
}

Place Document::place_of(std::string_view path) const {
  return place_of(nearest_node(root(), path).place());
}

Place Document::place_of(const Mark& mark) const {
  const bool overridden = mark.override_index >= 0;
  return {file(), mark.line, mark.column, overridden ? overrides().at(static_cast<std::size_t>(mark.override_index)).path : ""};
}

}  // namespace lparsim::config
