#include "sim/config/testing/sample_schema.hpp"

namespace lparsim::config::sample {
namespace {

const Schema<Pool>& pool_schema() {
  static const auto schema =
      Schema<Pool>("pool", "A pool.")
          .required("name", &Pool::name, name(), "What others refer to.")
          .optional("maximum", &Pool::maximum, processing_units().at_least("0.01").at_most("64"), "Most that its members use together.",
                    {.default_text = "all there is", .assumed = true, .example = "2"})
          .optional("reserved", &Pool::reserved, processing_units(), "What others cannot use.",
                    {.default_text = "0 PU", .source = "a manual"})
          .check([](const Pool& pool, const Context& context) {
            if (pool.maximum && pool.reserved > *pool.maximum) context.error("reserved", "is more than the maximum; allowed: at most that");
          });
  return schema;
}

const Schema<Processors>& processors_schema() {
  static const auto shared = Schema<Shared>("shared", "Parts of cores.")
                                 .required("entitlement", &Shared::entitlement, processing_units().more_than("0"), "Guaranteed.")
                                 .optional("weight", &Shared::weight, count(), "Share of what is left.", {.default_text = "128"});
  static const auto dedicated = Schema<Dedicated>("dedicated", "Whole cores.")
                                    .required("cores", &Dedicated::cores, count().at_least("1"), "How many.")
                                    .optional("donate", &Dedicated::donate, boolean(), "Lends them when idle.", {.default_text = "false"});
  static const auto schema = Schema<Processors>("processors", "How cores are given.")
                                 .variant("mode", &Processors::mode, "Shared or dedicated.", {.default_text = "shared"},
                                          alternative("shared", shared), alternative("dedicated", dedicated));
  return schema;
}

const Schema<Step>& step_schema() {
  static const auto transfer = Schema<Transfer>("transfer", "Moves bytes.")
                                   .required("size", &Transfer::size, bytes().at_least("1 B"), "How many.")
                                   .required("rate", &Transfer::rate, data_rate(), "How fast.");
  static const auto schema = Schema<Step>("step", "One thing at a time.")
                                 .optional("sleep", &Step::action, duration().map([](SimTime time) { return Sleep{time}; }), "Waits.")
                                 .optional("work", &Step::action, cycles(), "Computes.")
                                 .section("transfer", &Step::action, transfer, "Sends.")
                                 .exactly_one_key();
  return schema;
}

const Schema<Job>& job_schema() {
  static const auto spin =
      Schema<Spin>("spin", "Always busy.").optional("threads", &Spin::threads, count().at_least("1").at_most("1000"), "How many.");
  static const auto open = Schema<Open>("open", "Comes from outside.")
                               .required("arrivals", &Open::arrivals, event_rate(), "How often.")
                               .required_list("transaction", &Open::transaction, step_schema(), "What each does.");
  static const auto schema =
      Schema<Job>("job", "Work.")
          .required("name", &Job::name, name(), "What metrics call it.")
          .variant("type", &Job::kind, "What kind of work.", {}, alternative("spin", spin), alternative("open", open));
  return schema;
}

/// An even number: a kind of value of its own.
Value<int> even() {
  return {{.noun = "an even number", .example = "2", .pattern = "^[0-9]*[02468]$", .bare_integer = true},
          [](std::string_view text) -> Result<int> {
            const auto number = parse_count(text);
            if (!number) return unexpected(number.error());
            if (*number % 2 != 0 || *number > 1000) return unexpected(shown(text).append(" is not even; allowed: even numbers up to 1000"));
            return static_cast<int>(*number);
          }};
}

}  // namespace

const Schema<Plant>& plant_schema() {
  static const auto schema =
      Schema<Plant>("plant", "A plant.")
          .required("name", &Plant::name, name(), "What reports call it.")
          .optional("note", &Plant::note, text(), "For people.")
          .optional("seed", &Plant::seed, count(), "Of all random streams.", {.default_text = "1"})
          .optional("duration", &Plant::duration, duration().more_than("0 s").at_most("1 d"), "How long.", {.default_text = "1 s"})
          .optional("clock", &Plant::clock, frequency(), "How fast.", {.default_text = "1 GHz", .source = "a data sheet"})
          .optional("memory", &Plant::memory, bytes(), "How much.")
          .optional("ratio", &Plant::ratio, number().at_most("1"), "Of something.", {.default_text = "0.5"})
          .optional("share", &Plant::share, percent().at_most("100 %"), "Of something else.", {.default_text = "20 %"})
          .optional("verbose", &Plant::verbose, boolean(), "Says more.", {.default_text = "false"})
          .optional("colour", &Plant::colour,
                    one_of<Colour>({{"red", Colour::red, "Like blood."}, {"green", Colour::green, "Like grass."}}), "Its colour.",
                    {.default_text = "red"})
          .section("processors", &Plant::processors, processors_schema(), "Its processors.")
          .list("pools", &Plant::pools, pool_schema(), "Its pools.")
          .list("jobs", &Plant::jobs, job_schema(), "Its jobs.")
          .list_of("expect", &Plant::expect, text(), "What must hold.")
          .list_of("moments", &Plant::moments, duration(), "When something happens.")
          .list_or_one_of("friends", &Plant::friends, name(), "Other plants.")
          .optional("even", &Plant::even, even(), "A kind of its own.", {.default_text = "0"});
  return schema;
}

}  // namespace lparsim::config::sample
