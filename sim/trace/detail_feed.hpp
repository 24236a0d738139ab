#pragma once
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <vector>

#include "sim/trace/detail_levels.hpp"
#include "sim/trace/io_records.hpp"
#include "sim/trace/lane_rows.hpp"
#include "sim/trace/records.hpp"
#include "sim/trace/vsp_records.hpp"

namespace lparsim::trace {

/// Numbers of lanes of a kind in the order in which they first appear.
class LaneNumbers {
 public:
  /// A sink is told of each new lane.
  LaneNumbers(LaneKey::Kind kind, DetailSink* sink) : kind_{kind}, sink_{sink} {}
  std::uint32_t of(ServerId server, std::uint32_t first, std::uint32_t second) {
    if (index(server) < numbers_.size() && first < numbers_[index(server)].size() && second < numbers_[index(server)][first].size()) {
      const std::uint32_t number = numbers_[index(server)][first][second];
      if (number != kNone) return number;
    }
    return add(server, first, second);
  }
  std::uint32_t size() const { return size_; }

 private:
  static constexpr std::uint32_t kNone = UINT32_MAX;
  std::uint32_t add(ServerId server, std::uint32_t first, std::uint32_t second);

  LaneKey::Kind kind_;
  DetailSink* sink_;
  std::uint32_t size_ = 0;
  std::vector<std::vector<std::vector<std::uint32_t>>> numbers_;
};

/// What a stay adds to the lanes of its core, its virtual processor (also as the partition has it). Others build the same sums with these
/// from rows that no table of sums has yet.
void add_to_core(DetailLevels& levels, std::uint32_t lane, const DispatchSpan& stay);
void add_to_virtual_processor(DetailLevels& levels, std::uint32_t lane, const DispatchSpan& stay);

/// A request or a call that is over.
struct Activity {
  LaneKey lane;
  SimTime begin;
  SimTime end;
  bool failed = false;
  std::uint64_t bytes = 0;
};
Activity activity_of(const IoRequest& request);
Activity activity_of(const VspCall& call);
void add_activity(DetailLevels& levels, std::uint32_t lane, const Activity& activity);

/// Levels of one kind of lanes.
struct LevelRange {
  int shortest = 0;
  int longest = 0;
};
/// `spacing`: of rows on a lane, on average. The shortest buckets hold four or more of them, and there are at most a million in `duration`;
/// of the longest there are about 64 to 256.
LevelRange levels_for(double spacing_ps, SimTime duration);

/// Gets every row of the tables dispatch, io_request and vsp_call in their order, and tells a sink the sums over time and the rows of each
/// lane. Of a table with fewer than kFewRows nothing: reading them is quick.
///
/// What it tells depends on the rows of a table alone, not on how they are put together in calls or mixed with those of other tables.
class DetailFeed {
 public:
  static constexpr std::size_t kFewRows = 65'536;

  DetailFeed(SimTime duration, DetailSink& sink) : duration_{duration}, sink_{sink} {}
  void add(std::span<const DispatchSpan> stays);
  void add(const Activity& activity);
  void finish();

 private:
  struct Stays {
    Stays(const std::vector<DispatchSpan>& first, SimTime duration, DetailSink& sink);
    void add(const DispatchSpan& stay);
    void finish();
    LaneNumbers cores, virtual_processors, partitions;
    LaneRows core_rows, virtual_processor_rows;
    std::optional<DetailLevels> core_levels, virtual_processor_levels, partition_levels;
  };
  struct Activities {
    Activities(const std::vector<Activity>& first, SimTime duration, DetailSink& sink);
    void add(const Activity& activity);
    void finish();
    LaneNumbers lanes;
    LaneRows rows;
    std::optional<DetailLevels> levels;
  };
  struct ActivityKind {
    std::vector<Activity> first;
    std::optional<Activities> sums;
  };

  SimTime duration_;
  DetailSink& sink_;
  std::vector<DispatchSpan> first_stays_;
  std::optional<Stays> stays_;
  ActivityKind io_, vsp_;
};

}  // namespace lparsim::trace
