#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "sim/config/schema.hpp"

// A schema with every kind of key, for the tests and the fuzzer.
namespace lparsim::config::sample {

enum class Colour { red, green };

struct Pool {
  std::string name;
  std::optional<ProcessingUnits> maximum;
  ProcessingUnits reserved;
};

struct Shared {
  ProcessingUnits entitlement;
  std::uint8_t weight = 128;
};
struct Dedicated {
  int cores = 1;
  bool donate = false;
};
struct Processors {
  std::variant<Shared, Dedicated> mode;
};

struct Sleep {
  SimTime time;
};
struct Transfer {
  Bytes size;
  DataRate rate;
};
struct Step {
  std::variant<Sleep, Transfer, Cycles> action;
};

struct Spin {
  int threads = 1;
};
struct Open {
  EventRate arrivals;
  std::vector<Step> transaction;
};
struct Job {
  std::string name;
  std::variant<Spin, Open> kind;
};

struct Plant {
  std::string name;
  std::string note;
  std::int64_t seed = 1;
  SimTime duration = SimTime::from_s(1);
  Hertz clock{1e9};
  Bytes memory;
  double ratio = 0.5;
  Percent share{20};
  bool verbose = false;
  Colour colour = Colour::red;
  std::optional<Processors> processors;
  std::vector<Pool> pools;
  std::vector<Job> jobs;
  std::vector<std::string> expect;
  std::vector<SimTime> moments;
  std::vector<std::string> friends;
  int even = 0;
};

const Schema<Plant>& plant_schema();

}  // namespace lparsim::config::sample
