#pragma once
#include <concepts>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "sim/config/context.hpp"
#include "sim/config/value.hpp"

namespace lparsim::config {

template <class T>
class Schema;

/// One shape of a polymorphic section: picked by `word`, it reads an A.
template <class A>
struct Alternative {
  std::string_view word;
  Schema<A> schema;
};
template <class A>
Alternative<A> alternative(std::string_view word, const Schema<A>& schema) {
  return {word, schema};
}

template <class M>
struct WithoutOptional {
  using Type = M;
};
template <class M>
struct WithoutOptional<std::optional<M>> {
  using Type = M;
};

/// Declares once what a mapping of the scenario may contain and where it goes in a T: reading, checking, `explain` and the JSON Schema
/// all come from it. T{} holds the defaults. Members may be the value's type, a std::optional of it, or a std::variant with it.
/// A declaration that contradicts itself (a default text other than T{}'s value, an example that does not parse) fails a CHECK.
template <class T>
class Schema {
 public:
  Schema(std::string_view name, std::string_view doc) : info_{std::make_shared<SectionInfo>()} {
    info_->name = name;
    info_->doc = doc;
  }

  template <class M, class Owner, class V>
  Schema& required(std::string_view key, M Owner::*member, const Value<V>& kind, std::string_view doc, const Facts& facts = {}) {
    return scalar(key, member, kind, doc, facts, true);
  }
  template <class M, class Owner, class V>
  Schema& optional(std::string_view key, M Owner::*member, const Value<V>& kind, std::string_view doc, const Facts& facts = {}) {
    return scalar(key, member, kind, doc, facts, false);
  }
  /// A mapping under this key. When it is absent, the member keeps its default and the section's required keys are not asked for.
  template <class M, class Owner, class S>
  Schema& section(std::string_view key, M Owner::*member, const Schema<S>& schema, std::string_view doc, const Facts& facts = {}) {
    return add_section(key, member, schema, doc, facts, false);
  }
  template <class M, class Owner, class S>
  Schema& required_section(std::string_view key, M Owner::*member, const Schema<S>& schema, std::string_view doc, const Facts& facts = {}) {
    return add_section(key, member, schema, doc, facts, true);
  }
  /// A list of mappings, each an M or what turns into one. If they have a key `name`, it calls them in paths and is unique within the list.
  template <class M, class Owner, class S>
  Schema& list(std::string_view key, std::vector<M> Owner::*member, const Schema<S>& schema, std::string_view doc,
               const Facts& facts = {}) {
    return add_list(key, member, schema, doc, facts, false);
  }
  /// The same with at least one element.
  template <class M, class Owner, class S>
  Schema& required_list(std::string_view key, std::vector<M> Owner::*member, const Schema<S>& schema, std::string_view doc,
                        const Facts& facts = {}) {
    return add_list(key, member, schema, doc, facts, true);
  }
  /// A list of values.
  template <class M, class Owner, class V>
  Schema& list_of(std::string_view key, std::vector<M> Owner::*member, const Value<V>& kind, std::string_view doc, const Facts& facts = {});

  /// The same, where a single value may stand for a list of one: `backing: vios1.hdisk0`.
  template <class M, class Owner, class V>
  Schema& list_or_one_of(std::string_view key, std::vector<M> Owner::*member, const Value<V>& kind, std::string_view doc,
                         const Facts& facts = {});

  /// A list of lists of mappings that are written as this very one is, none of them empty; `schema` returns this schema.
  template <class M, class Owner>
  Schema& lists_of_itself(std::string_view key, std::vector<std::vector<M>> Owner::*member, const Schema& (*schema)(),
                          std::string_view doc);

  /// The word under `key` decides which further keys this mapping may have, and the member receives what they say. A default text in
  /// `facts` makes the key optional.
  template <class M, class Owner, class... A>
  Schema& variant(std::string_view key, M Owner::*member, std::string_view doc, const Facts& facts, const Alternative<A>&... alternatives);

  /// For steps such as `compute: 5 ms`: of all keys exactly one is given.
  Schema& exactly_one_key() {
    info_->exactly_one_key = true;
    return *this;
  }
  /// Runs once the mapping has been read, unless a value in it was missing or not understood.
  Schema& check(std::function<void(const T&, const Context&)> hook) {
    hooks_.push_back(std::move(hook));
    return *this;
  }

  /// The whole document. What could not be read keeps its default; the diagnostics say so.
  T read(const Document& document, Diagnostics& diagnostics) const {
    Reading reading{document, diagnostics};
    return read(Context(reading, document.root(), ""));
  }
  T read(const Context& context) const {
    T out{};
    if (!context.is_mapping(*info_)) return out;
    read_keys(out, context);
    context.check_unknown_keys(*info_);
    return out;
  }
  void read_keys(T& out, const Context& context) const {
    const std::size_t bad = context.bad_values();
    context.check_required(*info_);
    for (const auto& [key, read_key] : bindings_)
      if (context.given(key)) read_key(out, context.key(key));
    if (read_alternative_) read_alternative_(out, context);
    if (context.bad_values() == bad)
      for (const auto& hook : hooks_) hook(out, context);
  }
  const SectionInfo& info() const { return *info_; }
  std::shared_ptr<const SectionInfo> shared_info() const { return info_; }

 private:
  using ReadKey = std::function<void(T&, const Context&)>;

  KeyInfo& add_key(std::string_view key, KeyInfo::Form form, std::string_view doc, const Facts& facts, bool required);
  template <class M, class Owner, class V>
  Schema& scalar(std::string_view key, M Owner::*member, const Value<V>& kind, std::string_view doc, const Facts& facts, bool required);
  template <class M, class Owner, class S>
  Schema& add_section(std::string_view key, M Owner::*member, const Schema<S>& schema, std::string_view doc, const Facts& facts,
                      bool required);
  template <class M, class Owner, class S>
  Schema& add_list(std::string_view key, std::vector<M> Owner::*member, const Schema<S>& schema, std::string_view doc, const Facts& facts,
                   bool required);

  template <class M, class Owner, class A>
  static ReadKey alternative_reader(M Owner::*member, const Schema<A>& schema);

  std::shared_ptr<SectionInfo> info_;
  std::vector<std::pair<std::string, ReadKey>> bindings_;
  ReadKey read_alternative_;
  std::vector<std::function<void(const T&, const Context&)>> hooks_;
};

}  // namespace lparsim::config

#include "sim/config/schema_binding.hpp"
