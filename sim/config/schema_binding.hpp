#pragma once
// The templates of schema.hpp that bind a key to a member; include schema.hpp.
#include "sim/config/schema.hpp"

namespace lparsim::config {

template <class T>
KeyInfo& Schema<T>::add_key(std::string_view key, KeyInfo::Form form, std::string_view doc, const Facts& facts, bool required) {
  LPARSIM_CHECK(info_->find(key) == nullptr, "{} declares {} twice", info_->name, key);
  KeyInfo& added = info_->keys.emplace_back();
  added.name = key;
  added.doc = doc;
  added.form = form;
  added.required = required;
  added.default_text = facts.default_text;
  added.source = facts.source;
  added.assumed = facts.assumed;
  added.example = facts.example;
  added.table = facts.table;
  return added;
}

template <class T>
template <class M, class Owner, class V>
Schema<T>& Schema<T>::scalar(std::string_view key, M Owner::*member, const Value<V>& kind, std::string_view doc, const Facts& facts,
                             bool required) {
  static_assert(std::is_base_of_v<Owner, T>);
  using Bare = typename WithoutOptional<M>::Type;
  if constexpr (std::is_same_v<V, std::int64_t> && std::is_integral_v<Bare> && !std::is_same_v<Bare, bool> && !std::is_same_v<Bare, V>) {
    return scalar(key, member, kind.template narrowed<Bare>(), doc, facts, required);
  } else {
    static_assert(std::is_assignable_v<M&, V>, "the member cannot hold a value of this kind");
    KeyInfo& added = add_key(key, KeyInfo::Form::scalar, doc, facts, required);
    added.scalar = kind.info();
    if (const auto value = kind.parse(facts.default_text); !facts.default_text.empty() && value) {
      added.default_is_value = true;
      if constexpr (std::is_same_v<M, V> && std::equality_comparable<V>)
        LPARSIM_CHECK(T{}.*member == *value, "{}.{}: the default is not {}", info_->name, key, facts.default_text);
    }
    // The kind's own stands where there is none: it must be within the limits of this key too.
    if (const std::string_view example = facts.example.empty() ? std::string_view{kind.info().example} : facts.example; !example.empty()) {
      const auto value = kind.parse(example);
      LPARSIM_CHECK(value.has_value(), "example of {}.{}: {}", info_->name, key, value.error());
    }
    bindings_.emplace_back(key, [member, kind](T& out, const Context& context) {
      const std::string* text = context.scalar(kind.info());
      if (text == nullptr) return;
      auto value = kind.parse(*text);
      if (value)
        out.*member = std::move(*value);
      else
        context.bad_value(std::move(value.error()));
    });
    return *this;
  }
}

template <class T>
template <class M, class Owner, class S>
Schema<T>& Schema<T>::add_section(std::string_view key, M Owner::*member, const Schema<S>& schema, std::string_view doc, const Facts& facts,
                                  bool required) {
  static_assert(std::is_base_of_v<Owner, T> && std::is_assignable_v<M&, S>);
  add_key(key, KeyInfo::Form::section, doc, facts, required).section = schema.shared_info();
  bindings_.emplace_back(key, [member, schema](T& out, const Context& context) { out.*member = schema.read(context); });
  return *this;
}

template <class T>
template <class M, class Owner, class S>
Schema<T>& Schema<T>::add_list(std::string_view key, std::vector<M> Owner::*member, const Schema<S>& schema, std::string_view doc,
                               const Facts& facts, bool required) {
  static_assert(std::is_base_of_v<Owner, T> && std::is_convertible_v<S, M>);
  add_key(key, KeyInfo::Form::list_of_sections, doc, facts, required).section = schema.shared_info();
  bindings_.emplace_back(key, [member, schema, required](T& out, const Context& context) {
    if (!context.is_list(required)) return;
    if (schema.info().find("name") != nullptr) context.check_unique_names();
    for (std::size_t i = 0; i < context.node().children.size(); ++i) (out.*member).push_back(schema.read(context.element(i)));
  });
  return *this;
}

template <class T>
template <class M, class Owner>
Schema<T>& Schema<T>::lists_of_itself(std::string_view key, std::vector<std::vector<M>> Owner::*member, const Schema& (*schema)(),
                                      std::string_view doc) {
  static_assert(std::is_base_of_v<Owner, T> && std::is_convertible_v<T, M>);
  // It does not own itself.
  add_key(key, KeyInfo::Form::list_of_lists, doc, {}, false).section = {std::shared_ptr<const SectionInfo>{}, info_.get()};
  bindings_.emplace_back(key, [member, schema](T& out, const Context& context) {
    if (!context.is_list(true)) return;
    for (std::size_t i = 0; i < context.node().children.size(); ++i) {
      const Context inner = context.element(i);
      if (!inner.is_list(true)) continue;
      auto& list = (out.*member).emplace_back();
      for (std::size_t k = 0; k < inner.node().children.size(); ++k) list.push_back(schema().read(inner.element(k)));
    }
  });
  return *this;
}

template <class T>
template <class M, class Owner, class V>
Schema<T>& Schema<T>::list_of(std::string_view key, std::vector<M> Owner::*member, const Value<V>& kind, std::string_view doc,
                              const Facts& facts) {
  static_assert(std::is_base_of_v<Owner, T> && std::is_constructible_v<M, V>);
  add_key(key, KeyInfo::Form::list_of_scalars, doc, facts, false).scalar = kind.info();
  bindings_.emplace_back(key, [member, kind](T& out, const Context& context) {
    if (!context.is_list(false)) return;
    for (std::size_t i = 0; i < context.node().children.size(); ++i) {
      const Context at = context.element(i);
      const std::string* text = at.scalar(kind.info());
      if (text == nullptr) continue;
      auto value = kind.parse(*text);
      if (value)
        (out.*member).emplace_back(std::move(*value));
      else
        at.bad_value(std::move(value.error()));
    }
  });
  return *this;
}

template <class T>
template <class M, class Owner, class V>
Schema<T>& Schema<T>::list_or_one_of(std::string_view key, std::vector<M> Owner::*member, const Value<V>& kind, std::string_view doc,
                                     const Facts& facts) {
  list_of(key, member, kind, doc, facts);
  info_->keys.back().or_one = true;
  bindings_.back().second = [member, kind, of_list = std::move(bindings_.back().second)](T& out, const Context& context) {
    if (context.node().type != Node::Type::scalar) return of_list(out, context);
    auto value = kind.parse(context.node().text);
    if (value)
      (out.*member).emplace_back(std::move(*value));
    else
      context.bad_value(std::move(value.error()));
  };
  return *this;
}

template <class T>
template <class M, class Owner, class A>
auto Schema<T>::alternative_reader(M Owner::*member, const Schema<A>& schema) -> ReadKey {
  return [member, schema](T& out, const Context& context) {
    A value{};
    schema.read_keys(value, context);
    out.*member = std::move(value);
  };
}

template <class T>
template <class M, class Owner, class... A>
Schema<T>& Schema<T>::variant(std::string_view key, M Owner::*member, std::string_view doc, const Facts& facts,
                              const Alternative<A>&... alternatives) {
  static_assert(std::is_base_of_v<Owner, T> && (std::is_assignable_v<M&, A> && ...));
  LPARSIM_CHECK(info_->selector.empty(), "{} has two selectors", info_->name);
  std::vector<Word> words;
  (words.push_back({std::string(alternatives.word), alternatives.schema.info().doc}), ...);
  KeyInfo& added = add_key(key, KeyInfo::Form::scalar, doc, facts, facts.default_text.empty());
  added.scalar = words_info(std::move(words));
  added.default_is_value = !facts.default_text.empty();
  LPARSIM_CHECK(facts.default_text.empty() || find_word(added.scalar, facts.default_text), "{}.{}: no such word", info_->name, key);
  info_->selector = key;
  (info_->alternatives.push_back({std::string(alternatives.word), alternatives.schema.shared_info()}), ...);

  std::vector<ReadKey> readers;
  (readers.push_back(alternative_reader(member, alternatives.schema)), ...);
  read_alternative_ = [readers = std::move(readers), info = std::weak_ptr<const SectionInfo>(info_)](T& out, const Context& context) {
    const auto section = info.lock();
    const std::size_t picked = context.alternative(*section);
    if (picked < readers.size()) readers[picked](out, context);
  };
  return *this;
}

}  // namespace lparsim::config
