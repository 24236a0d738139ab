#include "sim/config/node.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

namespace lparsim::config {
namespace {

bool fit_for_a_path(std::string_view name) {
  const auto is_digit = [](char c) {
    return c >= '0' && c <= '9';
  };
  const auto allowed = [&](char c) {
    return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '-';
  };
  return !name.empty() && name.size() <= 63 && std::ranges::all_of(name, allowed) && !std::ranges::all_of(name, is_digit);
}

const std::string* path_name(const Node& element) {
  const Node* name = element.find("name");
  return name != nullptr && name->type == Node::Type::scalar && fit_for_a_path(name->text) ? &name->text : nullptr;
}

}  // namespace

const Node* Node::find(std::string_view wanted) const {
  if (type != Type::mapping) return nullptr;
  const auto found = std::ranges::find(children, wanted, &Node::key);
  return found == children.end() ? nullptr : &*found;
}

Node* Node::find(std::string_view wanted) {
  return const_cast<Node*>(std::as_const(*this).find(wanted));
}

Mark Node::place() const {
  const bool points_at_value = type == Type::scalar || key.empty();
  return points_at_value ? mark : key_mark;
}

std::string segment_of(const Node& list, std::size_t index) {
  const std::string* name = path_name(list.children[index]);
  return name != nullptr ? *name : std::to_string(index);
}

const Node* element(const Node& list, std::string_view segment) {
  if (list.type != Node::Type::sequence) return nullptr;
  for (const auto& child : list.children)
    if (const std::string* name = path_name(child); name != nullptr && *name == segment) return &child;
  std::size_t index = 0;
  const auto [end, error] = std::from_chars(segment.data(), segment.data() + segment.size(), index);
  const bool is_index = error == std::errc{} && end == segment.data() + segment.size();
  return is_index && index < list.children.size() ? &list.children[index] : nullptr;
}

Node* element(Node& list, std::string_view segment) {
  return const_cast<Node*>(element(std::as_const(list), segment));
}

const Node& nearest_node(const Node& from, std::string_view path) {
  const Node* node = &from;
  while (!path.empty()) {
    const auto point = path.find('.');
    const std::string_view segment = path.substr(0, point);
    const Node* next = node->type == Node::Type::sequence ? element(*node, segment) : node->find(segment);
    if (next == nullptr) break;
    node = next;
    path = point == std::string_view::npos ? std::string_view{} : path.substr(point + 1);
  }
  return *node;
}

std::string_view described(Node::Type type) {
  switch (type) {
    case Node::Type::null:
      return "nothing";
    case Node::Type::scalar:
      return "a single value";
    case Node::Type::sequence:
      return "a list";
    case Node::Type::mapping:
      return "a mapping";
  }
  return "";
}

}  // namespace lparsim::config
