#pragma once
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace lparsim::config {

/// Where a node began in the file (counted from 1), or the override of the command line that brought it.
struct Mark {
  int line = 1;
  int column = 1;
  int override_index = -1;  ///< into Document's overrides; -1: from the file
};

/// One value of a document. Aliases have been replaced by copies of what they stand for.
struct Node {
  enum class Type { null, scalar, sequence, mapping };

  Type type = Type::null;
  bool quoted = false;    ///< a scalar in quotes or a block scalar: never a null
  Mark mark = {};         ///< of the value
  std::string text = {};  ///< of a scalar
  std::string key = {};   ///< of this value in the mapping it stands in
  Mark key_mark = {};
  std::vector<Node> children = {};  ///< elements of a sequence, values of a mapping in the order of the file

  bool is_null() const { return type == Type::null; }
  /// Where a message about it points: at a value, or at the key of a list, a mapping or nothing.
  Mark place() const;
  /// The value of that key of a mapping, or nothing.
  const Node* find(std::string_view wanted) const;
  Node* find(std::string_view wanted);
};

/// How the element `index` of `list` is called in a path: its `name` if it has one fit for a path, else its index.
std::string segment_of(const Node& list, std::size_t index);
/// The element called so, or nothing.
const Node* element(const Node& list, std::string_view segment);
Node* element(Node& list, std::string_view segment);

/// What `path` leads to from here, as far as it goes.
const Node& nearest_node(const Node& from, std::string_view path);

/// `a mapping`, `a list`, `a single value`, `nothing`.
std::string_view described(Node::Type type);

}  // namespace lparsim::config
