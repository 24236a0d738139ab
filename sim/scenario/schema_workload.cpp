#include "sim/scenario/schema_workload.hpp"

#include <fmt/format.h>

#include "sim/scenario/schema.hpp"

namespace lparsim::scenario {
namespace {

using namespace config;

Value<std::int64_t> threads() {
  return count().at_least("1").at_most(std::to_string(workload::kMostThreads));
}

Value<SimTime> delay() {
  return duration().at_most("100 d");
}

Value<std::int8_t> nice() {
  return {{.noun = "a whole number from -20 to 19",
           .example = "10",
           .pattern = "^-?[0-9]+$",
           .bare_integer = true,
           .minimum = {"-20", false},
           .maximum = {"19", false}},
          [](std::string_view text) -> Result<std::int8_t> {
            const bool negative = text.starts_with('-');
            const auto number = parse_count(negative ? text.substr(1) : text);
            if (!number || *number > (negative ? 20 : 19))
              return unexpected(fmt::format("{} is no nice value; allowed: a whole number from -20 (most favoured) to 19", shown(text)));
            return static_cast<std::int8_t>(negative ? -*number : *number);
          }};
}

constexpr std::string_view kTransactionDoc = "What each transaction does, step by step, in one thread.";

const Schema<workload::Open>& open_schema() {
  static const auto schema = [] {
    auto open = Schema<workload::Open>("open", "Transactions arrive from outside, whatever state the partition is in.")
                    .required("arrivals", &workload::Open::arrival_gap, arrivals(),
                              "When transactions arrive: poisson(rate), every(period), or a distribution of the gap between two of them.")
                    .optional("threads", &workload::Open::threads, threads(),
                              "Most that are served at once; the rest wait, first come first served.",
                              {.default_text = "unlimited", .example = "16"});
    return add_work(open, kTransactionDoc)
        .section("schedule", &workload::Open::schedule, schedule_schema(), "Scales the rate of arrivals over the simulated time.");
  }();
  return schema;
}

const Schema<workload::Closed>& closed_schema() {
  static const auto schema = [] {
    auto closed = Schema<workload::Closed>("closed", "Users who think, submit a transaction, wait for its end, and think again.")
                      .required("users", &workload::Closed::users, threads(), "How many users; each has a thread of its own.")
                      .required("think", &workload::Closed::think, pause(), "How long a user thinks between two transactions.")
                      .optional("stagger", &workload::Closed::stagger, delay(), "Each user begins so long after the one before.",
                                {.default_text = "0 s", .assumed = true, .example = "10 ms"});
    return add_work(closed, kTransactionDoc)
        .section("schedule", &workload::Closed::schedule, schedule_schema(),
                 "Scales the number of users over the simulated time: those beyond it go home when their transaction has ended.");
  }();
  return schema;
}

const Schema<workload::Batch>& batch_schema() {
  static const auto schema = [] {
    auto batch = Schema<workload::Batch>("batch", "Jobs that are all there when the workload begins.")
                     .required("jobs", &workload::Batch::jobs, count().at_least("1").at_most("1000000000000"), "How many jobs there are.")
                     .optional("threads", &workload::Batch::threads, threads(), "How many threads work on them, in their order.",
                               {.default_text = "1"})
                     .optional("stagger", &workload::Batch::stagger, delay(), "Each thread begins so long after the one before.",
                               {.default_text = "0 s", .assumed = true, .example = "10 ms"});
    return add_work(batch, "What each job does, step by step, in one thread.");
  }();
  return schema;
}

const Schema<workload::Stream>& stream_schema() {
  static const auto schema =
      Schema<workload::Stream>("stream", "Connections that send as fast as they can.")
          .required("to", &workload::Stream::to, peer(), "Where to: a service of a partition, or a host.", {.example = "gateway"})
          .required("size", &workload::Stream::size, message(), "What is sent at a time.", {.example = "64 KiB"})
          .optional("connections", &workload::Stream::connections, threads(), "How many; each has a thread of its own.",
                    {.default_text = "1", .example = "4"})
          .optional("total", &workload::Stream::total, bytes().at_least("1 B"), "Ends when so much has been sent, by all together.",
                    {.default_text = "no end", .example = "10 GiB"})
          .optional("stagger", &workload::Stream::stagger, delay(), "Each begins so long after the one before.",
                    {.default_text = "0 s", .assumed = true, .example = "10 ms"});
  return schema;
}

const Schema<workload::Service>& service_schema() {
  static const auto schema = [] {
    auto service = Schema<workload::Service>("service", "Answers the calls that come for it, first come first served.")
                       .optional("threads", &workload::Service::threads, threads(), "Most that are served at once; the rest wait.",
                                 {.default_text = "1", .example = "8"});
    return add_work(service, "What is done for each call before it is answered, in one thread.");
  }();
  return schema;
}

}  // namespace

const Schema<workload::Config>& workload_schema() {
  static const auto spin =
      Schema<workload::Spin>("spin", "Threads that compute for ever.")
          .optional("threads", &workload::Spin::threads, threads(), "How many software threads.", {.default_text = "1"})
          .optional("stagger", &workload::Spin::stagger, delay(), "Each thread begins so long after the one before.",
                    {.default_text = "0 s", .assumed = true, .example = "10 ms"});
  static const auto schema =
      Schema<workload::Config>("workload", "Something that keeps a partition busy.")
          .required("name", &workload::Config::name, name().with_example("orders"), "What metrics call it: PARTITION.NAME.response.p99.")
          .optional("start", &workload::Config::start, delay(), "It begins so long after the partition is activated.",
                    {.default_text = "0 s", .assumed = true, .example = "5 s"})
          .optional(
              "nice", &workload::Config::nice, nice(),
              "How much its threads are favoured by the guest's scheduler: -20 (most) to 19 (least), as the nice value of UNIX systems.",
              {.default_text = "0", .source = "POSIX.1-2017, nice(): 0 is the default in effect"})
          .variant("type", &workload::Config::type, "How the work comes.", {.example = "open"}, alternative("spin", spin),
                   alternative("open", open_schema()), alternative("closed", closed_schema()), alternative("batch", batch_schema()),
                   alternative("recording", recording_schema()), alternative("stream", stream_schema()),
                   alternative("service", service_schema()));
  return schema;
}

}  // namespace lparsim::scenario
