#include "sim/config/yaml_reader.hpp"

#include <fmt/format.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <map>
#include <memory>
#include <sstream>

#include "sim/base/text.hpp"

namespace lparsim::config {
namespace {

// Thrown through the parser when reading on makes no sense.
struct Stop {
  YamlProblem problem;
};

Mark mark_of(const YAML::Mark& mark) {
  return {std::max(mark.line, 0) + 1, std::max(mark.column, 0) + 1, -1};
}

// What an anchor names, ready to be copied.
struct Anchored {
  Node node;
  std::size_t nodes = 1;
  std::size_t bytes = 0;
  int height = 1;
};

void measure(const Node& node, Anchored& into, int depth) {
  into.height = std::max(into.height, depth);
  into.bytes += node.text.size() + node.key.size();
  into.nodes += node.children.size();
  for (const auto& child : node.children) measure(child, into, depth + 1);
}

class TreeBuilder final : public YAML::EventHandler {
 public:
  std::optional<Node> root;
  std::vector<YamlProblem> problems;

  /// The list or mapping that the parser is in.
  const Node* innermost_open() const { return open_.empty() ? nullptr : &open_.back().node; }

  void OnDocumentStart(const YAML::Mark& mark) override {
    if (root)
      throw Stop{{mark_of(mark),
                  "a second document begins here, or a line is indented less than those it belongs to; allowed: one document in a file"}};
    root.emplace();
  }
  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override { value({.type = Node::Type::null, .mark = mark_of(mark)}, anchor); }

  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor, const std::string& text) override {
    const bool is_string = tag == "!" || tag == "tag:yaml.org,2002:str";
    if (!is_string) refuse_tag(mark, tag);
    value({.type = Node::Type::scalar, .quoted = is_string, .mark = mark_of(mark), .text = text}, anchor);
  }

  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    const auto found = anchors_.find(anchor);
    if (found == anchors_.end())
      throw Stop{{mark_of(mark), "this alias stands inside what it names; allowed: aliases of what is complete"}};
    const Anchored& named = *found->second;
    spend(named.nodes, named.bytes, mark);
    if (static_cast<int>(open_.size()) + named.height > kMostDepth) too_deep(mark);
    place(Node(named.node), mark_of(mark));
  }

  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor, YAML::EmitterStyle::value) override {
    refuse_tag(mark, tag, "tag:yaml.org,2002:seq");
    begin({.type = Node::Type::sequence, .mark = mark_of(mark)}, anchor, mark);
  }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor, YAML::EmitterStyle::value) override {
    refuse_tag(mark, tag, "tag:yaml.org,2002:map");
    begin({.type = Node::Type::mapping, .mark = mark_of(mark)}, anchor, mark);
  }
  void OnSequenceEnd() override { end(); }
  void OnMapEnd() override { end(); }

 private:
  // A list or mapping whose end has not come yet.
  struct Open {
    Node node;
    YAML::anchor_t anchor = YAML::NullAnchor;
    bool has_key = false;  // the next value belongs to `key`
    std::string key = {};
    Mark key_mark = {};
    std::map<std::string, Mark, std::less<>> keys = {};
  };

  [[noreturn]] static void too_deep(const YAML::Mark& mark) {
    throw Stop{{mark_of(mark), fmt::format("nested too deeply; allowed: {} levels", kMostDepth)}};
  }

  void refuse_tag(const YAML::Mark& mark, const std::string& tag, std::string_view harmless = "") {
    if (tag.empty() || tag == "?" || tag == "!" || tag == harmless) return;
    problems.push_back({mark_of(mark), fmt::format("the YAML tag {} is not understood; allowed: plain values without tags", shown(tag))});
  }

  void spend(std::size_t nodes, std::size_t bytes, const YAML::Mark& mark) {
    nodes_ += nodes;
    bytes_ += bytes;
    if (nodes_ > kMostNodes || bytes_ > kMostExpandedBytes)
      throw Stop{
          {mark_of(mark), fmt::format("too many values, counting what aliases stand for; allowed: at most {} in one file", kMostNodes)}};
  }

  void begin(Node node, YAML::anchor_t anchor, const YAML::Mark& mark) {
    if (static_cast<int>(open_.size()) >= kMostDepth) too_deep(mark);
    spend(1, 0, mark);
    open_.push_back({.node = std::move(node), .anchor = anchor});
  }

  void end() {
    Open done = std::move(open_.back());
    open_.pop_back();
    remember(done.node, done.anchor);
    const Mark mark = done.node.mark;
    place(std::move(done.node), mark);
  }

  void value(Node node, YAML::anchor_t anchor) {
    YAML::Mark at;
    at.line = node.mark.line - 1;
    at.column = node.mark.column - 1;
    spend(1, node.text.size(), at);
    remember(node, anchor);
    const Mark mark = node.mark;
    place(std::move(node), mark);
  }

  void remember(const Node& node, YAML::anchor_t anchor) {
    if (anchor == YAML::NullAnchor) return;
    auto anchored = std::make_shared<Anchored>();
    anchored->node = node;
    measure(node, *anchored, 1);
    nodes_ += anchored->nodes;
    bytes_ += anchored->bytes;
    anchors_[anchor] = std::move(anchored);
  }

  // `here` is where the node is used, which for an alias is not where it was written.
  void place(Node node, Mark here) {
    if (open_.empty()) {
      root = std::move(node);
      return;
    }
    Open& parent = open_.back();
    if (parent.node.type == Node::Type::sequence) {
      node.key.clear();
      parent.node.children.push_back(std::move(node));
    } else if (!parent.has_key) {
      take_key(parent, node, here);
    } else {
      parent.has_key = false;
      const auto [first, is_new] = parent.keys.try_emplace(parent.key, parent.key_mark);
      if (!is_new) {
        problems.push_back({parent.key_mark, fmt::format("the key {} appears twice, first at line {}, column {}; allowed: once",
                                                         shown(parent.key), first->second.line, first->second.column)});
        return;
      }
      node.key = std::move(parent.key);
      node.key_mark = parent.key_mark;
      parent.node.children.push_back(std::move(node));
    }
  }

  static void take_key(Open& parent, const Node& node, Mark here) {
    if (node.type != Node::Type::scalar || node.text.empty())
      throw Stop{{here, fmt::format("{} stands where a key is expected; allowed: a plain word",
                                    node.type == Node::Type::scalar ? "an empty text" : described(node.type))}};
    parent.has_key = true;
    parent.key = node.text;
    parent.key_mark = here;
  }

  std::vector<Open> open_;
  std::map<YAML::anchor_t, std::shared_ptr<const Anchored>> anchors_;
  std::size_t nodes_ = 0;
  std::size_t bytes_ = 0;
};

}  // namespace

YamlText read_yaml(const std::string& text) {
  if (auto problem = unfit_text(text)) return {std::nullopt, {std::move(*problem)}};
  TreeBuilder tree;
  std::optional<YamlProblem> fatal;
  try {
    // yaml-cpp 0.7 takes the end of a file for the end of a quoted text, if only a line break comes before it.
    const auto last = text.find_last_not_of(" \t\r\n");
    std::istringstream in(last == std::string::npos ? "" : text.substr(0, last + 1));
    YAML::Parser parser(in);
    while (parser.HandleNextDocument(tree)) {
    }
    if (!tree.root) tree.root.emplace();
  } catch (const Stop& stop) {
    fatal = stop.problem;
  } catch (const YAML::Exception& error) {
    constexpr std::string_view kAllowed = "YAML, where text that holds `: ` or ` #` or begins with punctuation stands in quotes";
    const Node* open = tree.innermost_open();
    if (open != nullptr && error.msg.ends_with("flow not found"))
      fatal = {open->mark, fmt::format("{} begins here and is not closed; allowed: brackets in pairs", described(open->type))};
    else if (error.msg == "illegal EOF in scalar")
      fatal = {mark_of(error.mark), "a quote is not closed; allowed: quotes in pairs"};
    else
      fatal = {mark_of(error.mark), fmt::format("no valid YAML here: {}; allowed: {}", escaped(error.msg), kAllowed)};
  }
  if (!fatal) return {std::move(tree.root), std::move(tree.problems)};
  tree.problems.push_back(std::move(*fatal));
  return {std::nullopt, std::move(tree.problems)};
}

}  // namespace lparsim::config
