#include "lpars/workload/recording_text.hpp"
#include "sim/scenario/schema_workload.hpp"

namespace lparsim::scenario {

using namespace config;
using workload::DemandPoint;
using workload::Recording;
using workload::Schedule;

const Schema<Schedule>& schedule_schema() {
  static const auto point =
      Schema<Schedule::Point>("point", "From this time on, or exactly then if the shape is linear.")
          .required("at", &Schedule::Point::at, duration().with_example("9 h"),
                    "Time since the start of the simulation; with a period, since the start of each period.")
          .required("factor", &Schedule::Point::factor, number().at_most("1000").with_example("0.2"), "What the rate or number is times.");
  static const auto schema =
      Schema<Schedule>("schedule", "How a rate or a number of users changes over the simulated time.")
          .optional("period", &Schedule::period, duration().at_least("1 ms").at_most("100 d").with_example("24 h"),
                    "After which it begins again; without it, the factor of the first point holds before it, that of the last for ever.")
          .required_list("points", &Schedule::points, point, "Times, rising, and the factors then; at least one factor is above 0.")
          .optional(
              "shape", &Schedule::shape,
              one_of<Schedule::Shape>({{"steps", Schedule::Shape::steps, "A factor holds until the next point."},
                                       {"linear", Schedule::Shape::linear, "The factor moves in a straight line from point to point."}}),
              "What lies between the points.", {.default_text = "steps", .assumed = true})
          .check([](const Schedule& schedule, const Context& context) {
            if (const auto problem = workload::problem_of(schedule)) context.error(problem->key, problem->message);
          });
  return schema;
}

const Schema<Recording>& recording_schema() {
  static const Value<double> units({.noun = "processing units",
                                    .form = "PU or no unit",
                                    .example = "0.5",
                                    .pattern = "^[0-9.]+( ?PU)?$",
                                    .bare_number = true,
                                    .minimum = {"0", false},
                                    .maximum = {"4096", false}},
                                   workload::parse_demand);
  static const auto point = Schema<DemandPoint>("demand", "What is wanted from this time on until the next point.")
                                .required("at", &DemandPoint::at, duration(), "Time; counts from the first point.")
                                .required("pu", &DemandPoint::pu, units, "Processing units wanted.");
  static const auto schema =
      Schema<Recording>("recording", "A recorded demand of processor time, replayed.")
          .optional(
              "recording", &Recording::file, text().with_example("monday.csv"),
              "A file of the recording, beside the scenario or with a path from there: a line `time,pu`, then a line for each point, the "
              "time with its unit or in seconds. Its figures become part of the run file.")
          .list("demand", &Recording::demand, point, "The points themselves, instead of a file.")
          .optional("threads", &Recording::threads, count().at_least("1").at_most(std::to_string(workload::kMostThreads)),
                    "How many threads share the demand equally.", {.default_text = "the peak, rounded up", .assumed = true, .example = "4"})
          .optional("quantum", &Recording::quantum, duration().at_least("10 us").at_most("1 h"),
                    "In each the threads are given the processor time that was used in it; what they do not get served stays.",
                    {.default_text = "10 ms", .assumed = true})
          .optional("repeat", &Recording::repeat, boolean(), "Begins again at its end.",
                    {.default_text = "false", .assumed = true, .example = "true"})
          .optional("scale", &Recording::scale, number().more_than("0").at_most("1000"), "What all demands are times.",
                    {.default_text = "1", .assumed = true, .example = "1.5"})
          .check([](const Recording& recording, const Context& context) {
            const bool file = context.given("recording");
            if (file == context.given("demand")) {
              context.error(file ? "demand" : "", file ? "stands beside recording; allowed: one of the two"
                                                       : "there is no demand; allowed: `recording` with a file, or `demand` with points");
            } else if (!file) {
              const auto problem = workload::problem_of(recording.demand);
              if (problem && recording.demand.empty())
                context.error("demand", problem->message);
              else if (problem)
                context.error("demand." + std::to_string(problem->point), problem->message);
            }
          });
  return schema;
}

}  // namespace lparsim::scenario
