#pragma once
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "sim/base/result.hpp"

// What a schema says about itself, without the types it reads into: `explain`, the JSON Schema and the check for unknown keys use this.
namespace lparsim::config {

/// What else is known about a key. A default always says where it comes from or that it is assumed.
struct Facts {
  std::string_view default_text = {};  ///< as one would write it, or in words (`all shared cores`)
  std::string_view source = {};        ///< the document the default comes from
  bool assumed = false;                ///< no document states the default
  std::string_view example = {};
  std::vector<std::string> table = {};  ///< what `explain` shows besides: figures that the default is taken from, a line each
};

/// One word of an enumeration.
struct Word {
  std::string word;
  std::string doc;
};

struct Bound {
  std::string text;  ///< as one would write it; empty: none
  bool excluded = false;
};

/// What one value may be.
struct ScalarInfo {
  std::string noun = {};     ///< `a time`
  std::string form = {};     ///< `a number and ns, us, ms, s, min, h or d`
  std::string example = {};  ///< `10 ms`
  std::string pattern = {};  ///< ECMAScript regular expression of its text form; empty: any text if `any_text`, else none
  bool any_text = false;
  bool bare_number = false;   ///< a YAML number is welcome
  bool bare_integer = false;  ///< a whole YAML number is welcome
  bool bare_boolean = false;
  std::vector<Word> words = {};  ///< all that is allowed, if not empty
  Bound minimum = {};
  Bound maximum = {};

  /// `0.01 PU to 2 PU`, `at least 1`, or nothing.
  std::string range() const;
  /// One sentence part: noun, example, form, range.
  std::string allowed() const;
};

/// The index of that word of `info.words`, or the sentence that says which words there are.
Result<std::size_t> find_word(const ScalarInfo& info, std::string_view text);
ScalarInfo words_info(std::vector<Word> words);

struct SectionInfo;

struct KeyInfo {
  enum class Form { scalar, section, list_of_scalars, list_of_sections, list_of_lists };  // the last: of sections
  std::string name;
  std::string doc;
  Form form = Form::scalar;
  bool required = false;
  bool or_one = false;  ///< list of scalars: a single one may stand without brackets
  ScalarInfo scalar;
  std::shared_ptr<const SectionInfo> section;
  std::string default_text;
  bool default_is_value = false;  ///< the default is a value of the key, not words about it
  std::string source;
  bool assumed = false;
  std::string example;
  std::vector<std::string> table;
};

/// One choice of a polymorphic section: its keys stand beside the common ones.
struct AlternativeInfo {
  std::string word;
  std::shared_ptr<const SectionInfo> section;
};

struct SectionInfo {
  std::string name;
  std::string doc;
  std::vector<KeyInfo> keys;
  bool exactly_one_key = false;
  std::string selector;  ///< the key (also in `keys`) whose word picks the alternative; empty: none
  std::vector<AlternativeInfo> alternatives;

  const KeyInfo* find(std::string_view key) const;
};

}  // namespace lparsim::config
