#pragma once
#include <string_view>

#include "lpars/workload/config.hpp"
#include "sim/config/schema.hpp"

namespace lparsim::scenario {

// What the schema of workloads (schema.hpp) is made of.

/// A time or a distribution of times.
config::Value<Distribution> pause();
/// A rate, or the gap between two arrivals.
config::Value<Distribution> arrivals();

/// `db.queries` or `gateway`.
config::Value<std::string> peer();
/// Bytes of a disk access or a message.
config::Value<Bytes> message();

/// Adds `transaction` and `mix`, of which one must be given; `doc` is about the former.
config::Schema<workload::Service>& add_work(config::Schema<workload::Service>& schema, std::string_view doc);
config::Schema<workload::Open>& add_work(config::Schema<workload::Open>& schema, std::string_view doc);
config::Schema<workload::Closed>& add_work(config::Schema<workload::Closed>& schema, std::string_view doc);
config::Schema<workload::Batch>& add_work(config::Schema<workload::Batch>& schema, std::string_view doc);

const config::Schema<workload::Schedule>& schedule_schema();
const config::Schema<workload::Recording>& recording_schema();

}  // namespace lparsim::scenario
