#include "sim/config/overrides.hpp"

#include <fmt/format.h>

#include "sim/base/nearest.hpp"
#include "sim/base/text.hpp"
#include "sim/config/yaml_reader.hpp"

namespace lparsim::config {
namespace {

void mark_all(Node& node, Mark mark) {
  node.mark = mark;
  node.key_mark = mark;
  for (auto& child : node.children) mark_all(child, mark);
}

Result<Node> value_of(const Override& override, Mark mark) {
  YamlText read = read_yaml(override.value);
  if (!read.problems.empty()) return unexpected("the value: " + read.problems.front().message);
  mark_all(*read.root, mark);
  return std::move(*read.root);
}

std::string element_hint(const Node& list, std::string_view segment) {
  if (list.children.empty()) return "the list is empty";
  std::vector<std::string> names;
  for (std::size_t i = 0; i < list.children.size(); ++i) names.push_back(segment_of(list, i));
  return hint(segment, names);
}

// The node under `segment`, created if it may be.
Result<Node*> step(Node& from, std::string_view segment, Mark mark) {
  if (segment.empty()) return unexpected<std::string>("an empty part in the path; allowed: keys with points between them");
  if (from.is_null()) from.type = Node::Type::mapping;
  switch (from.type) {
    case Node::Type::sequence:
      if (Node* found = element(from, segment)) return found;
      return unexpected(fmt::format("no element {} in that list; {}", shown(segment), element_hint(from, segment)));
    case Node::Type::mapping: {
      if (Node* found = from.find(segment)) return found;
      Node& created = from.children.emplace_back();
      created.mark = mark;
      created.key = segment;
      created.key_mark = mark;
      return &created;
    }
    default:
      return unexpected(
          fmt::format("{} lies below the single value {}; allowed: the path of that value itself", shown(segment), shown(from.text)));
  }
}

Result<void> apply(Node& root, const Override& override, Mark mark) {
  Result<Node> value = value_of(override, mark);
  if (!value) return unexpected(value.error());
  Node* node = &root;
  int depth = 0;
  for (std::string_view rest = override.path; node != nullptr;) {
    if (++depth > kMostDepth / 2) return unexpected<std::string>("the path is too long; allowed: 32 parts");
    const auto point = rest.find('.');
    auto next = step(*node, rest.substr(0, point), mark);
    if (!next) return unexpected(next.error());
    node = *next;
    if (point == std::string_view::npos) break;
    rest.remove_prefix(point + 1);
  }
  value->key = std::move(node->key);
  *node = std::move(*value);
  return {};
}

}  // namespace

void apply_overrides(Node& root, const std::vector<Override>& overrides,
                     const std::function<void(const Override&, std::string message)>& report) {
  for (std::size_t i = 0; i < overrides.size(); ++i) {
    const auto applied = apply(root, overrides[i], Mark{1, 1, static_cast<int>(i)});
    if (!applied) report(overrides[i], applied.error());
  }
}

}  // namespace lparsim::config
