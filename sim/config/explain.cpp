#include "sim/config/explain.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <vector>

#include "sim/base/nearest.hpp"
#include "sim/base/text.hpp"

namespace lparsim::config {
namespace {

// A key of the tree, with how to get there.
struct Entry {
  std::vector<const KeyInfo*> way;  // from the root; the last is the key itself
  std::vector<std::string> words;   // of the alternatives it belongs to: `type: open`

  const KeyInfo& key() const { return *way.back(); }
  std::string path() const {
    std::vector<std::string_view> names;
    for (const KeyInfo* step : way) names.push_back(step->name);
    return fmt::format("{}", fmt::join(names, "."));
  }
  std::string label() const { return words.empty() ? path() : fmt::format("{} ({})", path(), fmt::join(words, ", ")); }
};

bool is_list(const KeyInfo& key) {
  return key.form == KeyInfo::Form::list_of_scalars || key.form == KeyInfo::Form::list_of_sections ||
         key.form == KeyInfo::Form::list_of_lists;
}

void collect(const SectionInfo& section, const Entry& parent, std::vector<Entry>& into) {
  for (const auto& key : section.keys) {
    Entry entry = parent;
    entry.way.push_back(&key);
    into.push_back(entry);
    // One that contains itself is shown once.
    const bool inside_itself = std::ranges::any_of(parent.way, [&](const KeyInfo* step) { return step->section == key.section; });
    if (key.section && !inside_itself) collect(*key.section, entry, into);
  }
  for (const auto& alternative : section.alternatives) {
    Entry inside = parent;
    inside.words.push_back(fmt::format("{}: {}", section.selector, alternative.word));
    collect(*alternative.section, inside, into);
  }
}

std::vector<std::string_view> split(std::string_view path) {
  std::vector<std::string_view> parts;
  for (;;) {
    const auto point = path.find('.');
    parts.push_back(path.substr(0, point));
    if (point == std::string_view::npos) return parts;
    path.remove_prefix(point + 1);
  }
}

// Whether the first `steps` keys of the way end in the first `parts` parts; after a list's key one part may name its element.
bool ends_in(const Entry& entry, std::size_t steps, const std::vector<std::string_view>& query, std::size_t parts) {
  if (parts == 0) return true;
  if (steps == 0) return false;
  const KeyInfo& step = *entry.way[steps - 1];
  if (step.name == query[parts - 1] && ends_in(entry, steps - 1, query, parts - 1)) return true;
  const bool at_end = parts == query.size();
  return !at_end && parts >= 2 && is_list(step) && step.name == query[parts - 2] && ends_in(entry, steps - 1, query, parts - 2);
}

std::string kind_text(const KeyInfo& key) {
  switch (key.form) {
    case KeyInfo::Form::scalar:
      return key.scalar.noun;
    case KeyInfo::Form::list_of_scalars:
      return fmt::format("{}a list of: {}", key.or_one ? "one, or " : "", key.scalar.noun);
    case KeyInfo::Form::section:
      return "a section";
    case KeyInfo::Form::list_of_sections:
      return "a list of sections";
    case KeyInfo::Form::list_of_lists:
      return "a list of lists of sections";
  }
  return "";
}

std::string default_text(const KeyInfo& key) {
  if (key.required) return "none, it must be given";
  if (key.default_text.empty()) return "not given";
  if (!key.source.empty()) return fmt::format("{} (source: {})", key.default_text, key.source);
  return key.default_text + (key.assumed ? " (assumed: no document states it)" : "");
}

void line(std::string& out, std::string_view label, std::string_view text) {
  if (!text.empty()) out += fmt::format("  {:<9}{}\n", label, text);
}

// The keys of a section, a line each.
void list_keys(std::string& out, const SectionInfo& section, std::string_view indent) {
  std::size_t width = 0;
  for (const auto& key : section.keys) width = std::max(width, key.name.size());
  for (const auto& key : section.keys) out += fmt::format("{}{:<{}}  {}\n", indent, key.name, width, key.doc);
  for (const auto& alternative : section.alternatives) {
    out += fmt::format("{}with {}: {}\n", indent, section.selector, alternative.word);
    list_keys(out, *alternative.section, fmt::format("{}  ", indent));
  }
}

std::string help(const Entry& entry) {
  const KeyInfo& key = entry.key();
  std::string out = fmt::format("{}\n  {}\n", entry.label(), key.doc);
  line(out, "is", kind_text(key));
  line(out, "form", key.scalar.form);
  for (const auto& word : key.scalar.words)
    line(out, &word == &key.scalar.words.front() ? "words" : "", fmt::format("{:<12} {}", word.word, word.doc));
  line(out, "range", key.scalar.range());
  line(out, "default", default_text(key));
  line(out, "example", key.example.empty() ? key.scalar.example : key.example);
  for (const auto& row : key.table) line(out, &row == &key.table.front() ? "table" : "", row);
  if (key.section) {
    line(out, "keys", key.section->exactly_one_key ? "exactly one of" : "any of");
    list_keys(out, *key.section, "    ");
  }
  return out;
}

// A section that several keys share is written out at the first of them.
void tree(std::string& out, const SectionInfo& section, std::size_t indent, std::set<const SectionInfo*>& written) {
  for (const auto& key : section.keys) {
    const bool again = key.section && !written.insert(key.section.get()).second;
    out += fmt::format("{:<34} {}{}\n", fmt::format("{:{}}{}", "", indent, key.name), key.doc, again ? " Keys as above." : "");
    if (key.section && !again) tree(out, *key.section, indent + 2, written);
  }
  for (const auto& alternative : section.alternatives) {
    out += fmt::format("{:{}}with {}: {}\n", "", indent, section.selector, alternative.word);
    tree(out, *alternative.section, indent + 2, written);
  }
}

}  // namespace

Result<std::string> explain(const SectionInfo& root, std::string_view key) {
  if (key.empty()) {
    std::string out;
    std::set<const SectionInfo*> written;
    tree(out, root, 0, written);
    return out;
  }
  std::vector<Entry> entries;
  collect(root, {}, entries);

  const auto query = split(key);
  std::vector<const Entry*> matches;
  for (const Entry& entry : entries)
    if (ends_in(entry, entry.way.size(), query, query.size())) matches.push_back(&entry);
  // A section that stands under several keys (`server` and `servers`) is explained once.
  std::set<const KeyInfo*> seen;
  const auto again = [&](const Entry* m) {
    return m->path() != key && !seen.insert(&m->key()).second;
  };
  const bool whole = std::ranges::any_of(matches, [&](const Entry* m) { return m->path() == key; });
  if (whole) std::erase_if(matches, [&](const Entry* m) { return m->path() != key; });
  std::erase_if(matches, again);
  if (!matches.empty()) {
    std::string out;
    for (const Entry* match : matches) out += fmt::format("{}{}", out.empty() ? "" : "\n", help(*match));
    return out;
  }

  std::vector<std::string> names;
  const bool is_path = query.size() > 1;
  for (const Entry& entry : entries) names.push_back(is_path ? entry.path() : entry.key().name);
  if (const auto near = nearest(key, names))
    return unexpected(fmt::format("unknown key {}; did you mean {}?", shown(key), shown(*near, 200)));
  names.clear();
  for (const Entry& entry : entries) names.push_back(entry.key().name);
  const auto last = nearest(query.back(), names);
  return unexpected(
      fmt::format("unknown key {}; {}", shown(key), last ? fmt::format("did you mean {}?", shown(*last)) : "see the list of all keys"));
}

}  // namespace lparsim::config
