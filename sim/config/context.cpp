#include "sim/config/context.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "sim/base/nearest.hpp"
#include "sim/base/text.hpp"

namespace lparsim::config {
namespace {

std::string joined(const std::string& path, std::string_view segment) {
  if (segment.empty()) return path;
  return path.empty() ? std::string(segment) : fmt::format("{}.{}", path, segment);
}

// The alternative that is picked, or the number of them; without a message.
std::size_t picked(const SectionInfo& section, const Node& node) {
  const KeyInfo* selector = section.find(section.selector);
  const Node* word = node.find(section.selector);
  const bool given = word != nullptr && !word->is_null();
  const std::string_view text = given ? std::string_view(word->text) : std::string_view(selector->default_text);
  const auto found = std::ranges::find(section.alternatives, text, &AlternativeInfo::word);
  return static_cast<std::size_t>(found - section.alternatives.begin());
}

// The keys that this mapping may have. When no alternative is picked, those of all: the wrong word is the problem then.
void collect_keys(const SectionInfo& section, const Node& node, std::vector<std::string>& into) {
  for (const auto& key : section.keys) into.push_back(key.name);
  if (section.selector.empty()) return;
  const std::size_t only = picked(section, node);
  for (std::size_t i = 0; i < section.alternatives.size(); ++i)
    if (only == section.alternatives.size() || only == i) collect_keys(*section.alternatives[i].section, node, into);
}

// `for type closed`, when another alternative has the key.
std::string other_use(const SectionInfo& section, const std::string& key) {
  for (const auto& alternative : section.alternatives)
    if (alternative.section->find(key) != nullptr) return fmt::format(" (it belongs to {}: {})", section.selector, alternative.word);
  return "";
}

std::string allowed(const KeyInfo& key) {
  const auto described = [&](const char* form) {
    return fmt::format("{} ({})", form, key.doc.ends_with('.') ? key.doc.substr(0, key.doc.size() - 1) : key.doc);
  };
  switch (key.form) {
    case KeyInfo::Form::scalar:
      return key.scalar.allowed();
    case KeyInfo::Form::section:
      return described("a mapping");
    case KeyInfo::Form::list_of_scalars:
    case KeyInfo::Form::list_of_sections:
      return described("a list");
    case KeyInfo::Form::list_of_lists:
      return described("a list of lists");
  }
  return key.doc;
}

}  // namespace

bool Context::given(std::string_view key) const {
  const Node* found = node_->find(key);
  return found != nullptr && !found->is_null();
}

Context Context::key(std::string_view name) const {
  return {*reading_, *node_->find(name), joined(path_, name)};
}

Context Context::element(std::size_t index) const {
  return {*reading_, node_->children[index], joined(path_, segment_of(*node_, index))};
}

void Context::report(Severity severity, std::string_view key, std::string message) const {
  const Place place = reading_->document.place_of(nearest_node(*node_, key).place());
  reading_->diagnostics.add({place, severity, joined(path_, key), std::move(message)});
}

void Context::bad_value(std::string message) const {
  ++reading_->bad_values;
  error("", std::move(message));
}

const std::string* Context::scalar(const ScalarInfo& allowed) const {
  if (node_->type == Node::Type::scalar) return &node_->text;
  bad_value(fmt::format("{} stands here; allowed: {}", described(node_->type), allowed.allowed()));
  return nullptr;
}

bool Context::is_mapping(const SectionInfo& section) const {
  if (node_->type == Node::Type::mapping) return true;
  const std::string what = node_->type == Node::Type::scalar ? shown(node_->text) : std::string(described(node_->type));
  std::vector<std::string> keys;
  collect_keys(section, *node_, keys);
  if (keys.size() > 6) keys = {keys.begin(), keys.begin() + 6};
  bad_value(fmt::format("{} stands here; allowed: a mapping with keys such as {}", what, fmt::join(keys, ", ")));
  return false;
}

bool Context::is_list(bool not_empty) const {
  if (node_->type == Node::Type::sequence) {
    if (!not_empty || !node_->children.empty()) return true;
    bad_value("the list is empty; allowed: at least one element");
    return false;
  }
  const std::string what = node_->type == Node::Type::scalar ? shown(node_->text) : std::string(described(node_->type));
  bad_value(fmt::format("{} stands here; allowed: a list (lines that begin with `- `, or `[a, b]`)", what));
  return false;
}

void Context::check_required(const SectionInfo& section) const {
  std::vector<std::string> given_keys;
  std::vector<std::string> all;
  for (const auto& key : section.keys) {
    all.push_back(key.name);
    if (given(key.name)) {
      given_keys.push_back(key.name);
    } else if (key.required) {
      bad_value(fmt::format("the key `{}` is missing; allowed: {}", key.name, allowed(key)));
    }
  }
  if (!section.exactly_one_key) return;
  if (given_keys.size() > 1) bad_value(fmt::format("{} stand together; allowed: exactly one key", fmt::join(given_keys, " and ")));
  // With only an unknown key, that is the problem.
  if (given_keys.empty() && std::ranges::all_of(node_->children, &Node::is_null))
    bad_value(fmt::format("nothing is given; allowed: exactly one of {}", fmt::join(all, ", ")));
}

void Context::check_unknown_keys(const SectionInfo& section) const {
  std::vector<std::string> known;
  collect_keys(section, *node_, known);
  for (const auto& child : node_->children) {
    if (std::ranges::find(known, child.key) != known.end()) continue;
    std::string message;
    if (!reading_->diagnostics.full())
      message = fmt::format("unknown key {}{}; {}", shown(child.key), other_use(section, child.key), hint(child.key, known));
    reading_->diagnostics.add({reading_->document.place_of(child.key_mark), Severity::error, path_, std::move(message)});
  }
}

void Context::check_unique_names() const {
  std::map<std::string_view, const Node*> first;
  for (std::size_t i = 0; i < node_->children.size(); ++i) {
    const Node* name = node_->children[i].find("name");
    if (name == nullptr || name->type != Node::Type::scalar) continue;
    const auto [earlier, is_new] = first.try_emplace(name->text, name);
    if (is_new) continue;
    element(i).error("name", fmt::format("the name {} is already taken at {}; allowed: a name of its own", shown(name->text),
                                         reading_->document.place_of(earlier->second->mark).text()));
  }
}

std::size_t Context::alternative(const SectionInfo& section) const {
  if (given(section.selector)) {
    const Context selector = key(section.selector);
    const ScalarInfo& words = section.find(section.selector)->scalar;
    const std::string* text = selector.scalar(words);
    if (text != nullptr) {
      const auto index = find_word(words, *text);
      if (!index) selector.bad_value(index.error());
    }
  }
  return picked(section, *node_);
}

}  // namespace lparsim::config
