// What a run leaves behind, as those who query the file see it.
#include <SQLiteCpp/SQLiteCpp.h>
#include <gmock/gmock.h>

#include "sim/app/lparsim_process.hpp"

namespace lparsim::app {
namespace {

using testing::ElementsAre;

// Two cores: one shared by a capped partition and one that takes what is left, one dedicated.
constexpr const char* kScenario = R"(lparsim: 1
name: three
duration: 1 s
server:
  processor: {generation: POWER9, cores: 2, frequency: 3 GHz, smt: 8}
  partitions:
    - {name: capped, processors: {entitlement: 0.3, capped: true}, workloads: [{name: burn, type: spin}]}
    - {name: taker, processors: {entitlement: 0.5}, workloads: [{name: burn, type: spin}]}
    - {name: owner, processors: {mode: dedicated, cores: 1}, workloads: [{name: burn, type: spin}]}
)";

class FullRunFile : public testing::Test {
 protected:
  FullRunFile() {
    lparsim.write("s.yaml", kScenario);
    EXPECT_EQ(lparsim("run s.yaml --trace full").code, 0);
  }
  std::vector<std::string> rows(const std::string& query) {
    SQLite::Database database{(lparsim.folder() / "three.db").string()};
    SQLite::Statement statement{database, query};
    std::vector<std::string> found;
    while (statement.executeStep()) found.push_back(statement.getColumn(0).getString());
    return found;
  }
  LparsimProcess lparsim;
};

TEST_F(FullRunFile, HoldsEveryStayOnACoreAndWhatOfItWasEntitled) {
  EXPECT_THAT(rows("SELECT printf('%s %g ms, entitled %g', partition, sum(end_ps - begin_ps) / 1e9, sum(entitled_ps) / 1e9) "
                   "FROM v_dispatch GROUP BY partition ORDER BY partition"),
              ElementsAre("capped 300 ms, entitled 300", "owner 1000 ms, entitled 1000", "taker 700 ms, entitled 500"));
  EXPECT_THAT(rows("SELECT DISTINCT partition || ' ' || dispatch_reason FROM v_dispatch WHERE begin_ps = ready_ps AND vp = 0 ORDER BY 1"),
              testing::Contains("owner 4"))
      << "the boot";
}

TEST_F(FullRunFile, HoldsTimesInTheirOrderAndOneStayAtATimeOnACore) {
  EXPECT_THAT(rows("SELECT count(*) FROM v_dispatch WHERE NOT (waiting_ps <= ready_ps AND ready_ps <= enqueue_ps AND "
                   "enqueue_ps <= begin_ps AND begin_ps <= end_ps AND entitled_ps BETWEEN 0 AND end_ps - begin_ps)"),
              ElementsAre("0"));
  EXPECT_THAT(rows("SELECT count(*) FROM v_dispatch a JOIN v_dispatch b ON a.core = b.core AND a.begin_ps < b.begin_ps AND "
                   "b.begin_ps < a.end_ps"),
              ElementsAre("0"));
}

TEST_F(FullRunFile, HoldsTheColumnsOfLparstat) {
  EXPECT_THAT(rows("SELECT printf('%s physc %.2f entc %.1f user %.1f idle %.1f lbusy %.1f app %.2f', partition, physc, entc, user, idle, "
                   "lbusy, app) FROM v_interval ORDER BY partition"),
              ElementsAre("capped physc 0.30 entc 100.0 user 46.5 idle 53.5 lbusy 3.8 app 0.00",
                          "owner physc 1.00 entc 100.0 user 46.5 idle 53.5 lbusy 12.5 app 0.00",
                          "taker physc 0.70 entc 140.0 user 46.5 idle 53.5 lbusy 8.8 app 0.00"));
}

TEST_F(FullRunFile, HoldsWhatTheOperatorDidToPartitionsAndToTheServer) {
  lparsim.write("s.yaml", std::string(kScenario) + R"(events:
  - {at: 200 ms, partition: taker, smt: 2}
  - {at: 300 ms, partition: owner, smt: 4, virtual_processor: 0}
  - {at: 400 ms, frequency: 2.4 GHz}
)");
  ASSERT_EQ(lparsim("run s.yaml --trace full").code, 0);
  EXPECT_THAT(rows("SELECT n.text || ' at ' || (i.at_ps / 1000000000) || ': ' || i.text FROM instant i JOIN track t ON t.id = i.track "
                   "JOIN name n ON n.id = t.name ORDER BY i.at_ps"),
              ElementsAre("taker at 200: taker: SMT mode becomes 2", "owner at 300: owner: SMT mode of virtual processor 0 becomes 4",
                          "server at 400: server: frequency becomes 2.4 GHz"));
}

TEST_F(FullRunFile, CountsTheHypervisorCallsOfEachPartition) {
  lparsim.write("s.yaml", R"(lparsim: 1
name: three
duration: 3 s
server:
  processor: {generation: POWER9, cores: 2, frequency: 3 GHz, smt: 8}
  partitions:
    - name: caller
      processors: {entitlement: 1}
      workloads:
        - {name: asks, type: batch, jobs: 40, threads: 1, transaction: [{hypervisor_call: {call: H_GET_PPP}}, {hypervisor_call: {call: H_GET_PPP}}, {compute: 60 ms}, {hypervisor_call: {call: 0x9998}}]}
    - {name: spinner, processors: {entitlement: 0.5}, workloads: [{name: burn, type: spin, threads: 8}]}
)");
  ASSERT_EQ(lparsim("run s.yaml --trace full").code, 0) << lparsim.read("err.txt");
  const std::string asked =
      "SELECT coalesce(h.name, i.token) || ' ' || sum(i.calls) || ' ' || sum(i.refused) FROM hcall_interval i JOIN "
      "\"partition\" p ON p.id = i.\"partition\" LEFT JOIN hcall h ON h.token = i.token WHERE p.name = 'caller' ";
  EXPECT_THAT(rows(asked + "AND i.token IN (0xEC, 0x9998) GROUP BY i.token ORDER BY i.token"),
              ElementsAre("H_GET_PPP 80 0", "39320 40 40"));
  // Once the work is done its virtual processors are ceded, and every H_CEDE of this scenario gives a core away.
  EXPECT_EQ(rows("SELECT sum(calls) FROM hcall_interval WHERE token = 0xE0"),
            rows("SELECT count(*) FROM dispatch WHERE preempt_reason = 2"));
  EXPECT_THAT(rows("SELECT count(*) FROM hcall_interval WHERE calls = 0 OR length_ps <> 1000000000000"), ElementsAre("0"));
}

TEST_F(FullRunFile, NotesEachOfItsTablesAndColumns) {
  EXPECT_THAT(rows("SELECT m.name || '.' || c.name FROM sqlite_master m JOIN pragma_table_info(m.name) c LEFT JOIN schema_note n ON "
                   "n.table_name = m.name AND n.column_name = c.name WHERE m.type IN ('table', 'view') AND n.meaning IS NULL"),
              ElementsAre());
}

}  // namespace
}  // namespace lparsim::app
