#include "sim/scenario/tracks.hpp"

#include <SQLiteCpp/SQLiteCpp.h>
#include <gmock/gmock.h>

#include "sim/scenario/read_scenario.hpp"
#include "sim/trace/sample_run.hpp"

namespace lparsim::scenario {
namespace {

using namespace literals;
using testing::ElementsAre;

std::vector<std::string> rows(const std::filesystem::path& file, const std::string& query) {
  SQLite::Database database{file.string()};
  SQLite::Statement statement{database, query};
  std::vector<std::string> found;
  while (statement.executeStep()) found.push_back(statement.getColumn(0).getString());
  return found;
}

TEST(Tracks, AreTheLinesOfTheTimelineWithTheirParents) {
  const ScenarioReading reading = read_scenario_text("s.yaml", R"(lparsim: 1
name: lines
duration: 1 s
server:
  name: frame
  processor: {generation: POWER9, cores: 3, cores_per_chip: 2, frequency: 3 GHz}
  pools: [{name: databases}]
  partitions:
    - {name: web, processors: {entitlement: 0.5, virtual: 1}, workloads: [{name: burn, type: spin}]}
    - {name: db, processors: {mode: dedicated, cores: 1}}
events:
  - {at: 10 ms, partition: web, virtual: 2}
)");
  ASSERT_EQ(reading.diagnostics.text(), "");
  const trace::TemporaryFile file;
  {
    trace::Recorder recorder{file.path(), trace::Level::full, trace::sample_run()};
    Tracks tracks{reading.scenario, recorder};
    EventConfig more;
    more.partition = "web";
    EventConfig slower;
    slower.server = "frame";
    slower.frequency = Hertz{2e9};
    tracks.event(more, 10_ms, "web: number of virtual processors becomes 2");
    tracks.event(slower, 11_ms, "frame: frequency becomes 2 GHz");
    recorder.finish({});
  }
  EXPECT_THAT(rows(file.path(),
                   "SELECT coalesce(pn.text || ' > ', '') || k.text || ' ' || n.text FROM track t JOIN name k ON k.id = t.kind "
                   "JOIN name n ON n.id = t.name LEFT JOIN track p ON p.id = t.parent LEFT JOIN name pn ON pn.id = p.name ORDER BY t.id"),
              ElementsAre("server frame", "frame > chip 0", "0 > core 0", "0 > core 1", "frame > chip 1", "1 > core 2",
                          "frame > pool default", "frame > pool databases", "frame > partition web", "web > virtual_processor 0",
                          "web > virtual_processor 1", "web > workload burn", "frame > partition db", "db > virtual_processor 0"));
  EXPECT_THAT(rows(file.path(),
                   "SELECT n.text || ' ' || o.text || ' ' || i.at_ps || ': ' || i.text FROM instant i JOIN track t ON t.id = i.track "
                   "JOIN name n ON n.id = t.name JOIN name o ON o.id = i.name"),
              ElementsAre("web operator 10000000000: web: number of virtual processors becomes 2",
                          "frame operator 11000000000: frame: frequency becomes 2 GHz"));
}

}  // namespace
}  // namespace lparsim::scenario
