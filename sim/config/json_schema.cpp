#include "sim/config/json_schema.hpp"

#include <fmt/format.h>

#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "sim/base/decimal.hpp"

namespace lparsim::config {
namespace {

using Json = nlohmann::ordered_json;

// A YAML document gives editors numbers where the text looks like one.
Json bare_value(std::string_view text) {
  if (text == "true" || text == "false") return text == "true";
  const auto number = parse_leading_decimal(text);
  if (!number || !number->rest.empty()) return std::string(text);
  if (number->value.decimals == 0) return number->value.digits;
  return number->value.approximately();
}

void add_bound(Json& schema, const Bound& bound, const char* inclusive, const char* exclusive) {
  if (bound.text.empty()) return;
  const auto number = parse_leading_decimal(bound.text);
  if (!number) return;
  Json value = number->value.approximately();
  if (number->value.decimals == 0) value = number->value.digits;
  schema[bound.excluded ? exclusive : inclusive] = std::move(value);
}

Json scalar_schema(const ScalarInfo& scalar, bool null_allowed) {
  Json schema;
  if (!scalar.words.empty()) {
    schema["enum"] = Json::array();
    for (const auto& word : scalar.words) schema["enum"].push_back(word.word);
    if (null_allowed) schema["enum"].push_back(nullptr);
    return schema;
  }
  Json types = Json::array();
  if (scalar.bare_integer) types.push_back("integer");
  if (scalar.bare_number || scalar.any_text) types.push_back("number");
  if (scalar.bare_boolean || scalar.any_text) types.push_back("boolean");
  if (!scalar.pattern.empty() || scalar.any_text) types.push_back("string");
  if (null_allowed) types.push_back("null");
  schema["type"] = types.size() == 1 ? types[0] : types;
  if (!scalar.pattern.empty()) schema["pattern"] = scalar.pattern;
  if (scalar.any_text) schema["minLength"] = 1;
  if (scalar.bare_integer || scalar.bare_number) {
    add_bound(schema, scalar.minimum, "minimum", "exclusiveMinimum");
    add_bound(schema, scalar.maximum, "maximum", "exclusiveMaximum");
    if (scalar.minimum.text.empty()) schema["minimum"] = 0;
  }
  return schema;
}

std::string description(const KeyInfo& key) {
  std::string out = key.doc;
  if (const std::string range = key.scalar.range(); !range.empty()) out += fmt::format(" Range: {}.", range);
  for (const auto& word : key.scalar.words)
    if (!word.doc.empty()) out += fmt::format(" {}: {}", word.word, word.doc);
  if (!key.default_text.empty()) out += fmt::format(" Default: {}{}.", key.default_text, key.assumed ? " (assumed)" : "");
  if (!key.source.empty()) out += fmt::format(" Source: {}.", key.source);
  return out;
}

class Writer {
 public:
  Json definitions = Json::object();

  // A mapping with the keys of `sections` together; the last one may be polymorphic.
  Json mapping(const std::vector<const SectionInfo*>& sections) {
    Json schema;
    schema["type"] = "object";
    Json properties = Json::object();
    Json required = Json::array();
    for (const SectionInfo* section : sections) {
      for (const auto& key : section->keys) {
        properties[key.name] = property(key);
        if (key.required) required.push_back(key.name);
      }
    }
    const SectionInfo& last = *sections.back();
    if (!last.doc.empty()) schema["description"] = last.doc;
    schema["properties"] = std::move(properties);
    if (!required.empty()) schema["required"] = std::move(required);
    if (last.exactly_one_key) schema["minProperties"] = schema["maxProperties"] = 1;
    if (last.alternatives.empty()) {
      schema["additionalProperties"] = false;
      return schema;
    }
    schema["allOf"] = Json::array();
    for (const auto& alternative : last.alternatives) schema["allOf"].push_back(condition(sections, alternative));
    return schema;
  }

 private:
  // if the selector has this word, then exactly these keys. A selector with a default may be absent.
  Json condition(std::vector<const SectionInfo*> sections, const AlternativeInfo& alternative) {
    const SectionInfo& common = *sections.back();
    const KeyInfo& selector = *common.find(common.selector);
    const bool is_default = selector.default_text == alternative.word;
    Json test;
    test["properties"][selector.name] =
        is_default ? Json{{"enum", Json::array({alternative.word, nullptr})}} : Json{{"const", alternative.word}};
    if (!is_default) test["required"] = Json::array({selector.name});
    sections.push_back(alternative.section.get());
    return {{"if", std::move(test)}, {"then", mapping(sections)}};
  }

  Json property(const KeyInfo& key) {
    Json schema;
    switch (key.form) {
      case KeyInfo::Form::scalar:
        schema = scalar_schema(key.scalar, !key.required);
        break;
      case KeyInfo::Form::section:
        schema[key.required ? "allOf" : "anyOf"] = Json::array({reference(*key.section)});
        if (!key.required) schema["anyOf"].push_back({{"type", "null"}});
        break;
      case KeyInfo::Form::list_of_scalars:
      case KeyInfo::Form::list_of_sections:
        schema["type"] = key.required ? Json("array") : Json::array({"array", "null"});
        schema["items"] = key.section ? reference(*key.section) : scalar_schema(key.scalar, false);
        if (key.required) schema["minItems"] = 1;
        if (key.or_one) schema = {{"anyOf", Json::array({scalar_schema(key.scalar, false), schema})}};
        break;
      case KeyInfo::Form::list_of_lists:
        schema["type"] = Json::array({"array", "null"});
        schema["items"] = {{"type", "array"}, {"items", reference(*key.section)}, {"minItems", 1}};
        schema["minItems"] = 1;
        break;
    }
    schema["description"] = description(key);
    if (key.default_is_value) schema["default"] = bare_value(key.default_text);
    const std::string& example = key.example.empty() ? key.scalar.example : key.example;
    if (!example.empty() && key.form == KeyInfo::Form::scalar) schema["examples"] = Json::array({bare_value(example)});
    return schema;
  }

  Json reference(const SectionInfo& section) {
    auto known = names_.find(&section);
    if (known == names_.end()) {
      std::string name = section.name;
      for (int i = 2; taken_.contains(name); ++i) name = fmt::format("{}_{}", section.name, i);
      taken_.insert(name);
      known = names_.emplace(&section, name).first;
      Json written = mapping({&section});
      definitions[name] = std::move(written);
    }
    return {{"$ref", "#/definitions/" + known->second}};
  }

  std::map<const SectionInfo*, std::string> names_;
  std::set<std::string> taken_;
};

}  // namespace

std::string json_schema(const SectionInfo& root) {
  Writer writer;
  Json schema;
  schema["$schema"] = "http://json-schema.org/draft-07/schema#";
  schema["title"] = root.name;
  schema.update(writer.mapping({&root}));
  if (!writer.definitions.empty()) schema["definitions"] = std::move(writer.definitions);
  return schema.dump(2) + "\n";
}

}  // namespace lparsim::config
