// Kernel policies in scenario files: what is read, and what is refused with which words.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "sim/scenario/metric_names.hpp"
#include "sim/scenario/read_scenario.hpp"
#include "sim/scenario/testing/base_scenario.hpp"

namespace lparsim::scenario {
namespace {

using services::ServiceType;
using testing::diagnostics_of;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr const char* kText = R"(lparsim: 1
name: policies
duration: 10 s
storage: [{name: disk, type: hdd}]
server:
  name: frame1
  processor: {generation: POWER9, cores: 4, frequency: 3.8 GHz}
  kernel_policy:
    services:
      - {name: UFS Service, type: file_system, implementation: ufs}
      - {name: Limited I/O Access, type: io_scheduler, implementation: limited, outstanding: 2, rate: 100 /s}
    nodes:
      - {name: library, delay: 1 ms, services: [{name: LRU, type: memory_management, implementation: lru, code_size: 1 MiB}]}
    policy: {file_system: UFS Service, memory_management: "LRU, fetched from library"}
    default: {file_system: UFS Service}
  partitions:
    - name: vios
      type: vios
      processors: {entitlement: 1, virtual: 1}
      disks: [{name: hdisk0, storage: disk}]
    - name: web
      processors: {entitlement: 1, virtual: 2}
      disks: [{name: sda, backing: vios.hdisk0}]
      kernel_policy: {policy: {io_scheduler: Limited I/O Access, memory_management: none}}
      workloads:
        - name: files
          type: closed
          users: 1
          think: 1 ms
          transaction: [{os_service: {type: file_system, operation: read, size: 8 KiB}}]
events:
  - {at: 1 s, server: frame1, kernel_policy: {file_system: UFS Service}}
  - {at: 2 s, node: library, state: down}
)";

std::string with(const std::string& from, const std::string& to) {
  std::string text = kText;
  const auto at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return text.replace(at, from.size(), to);
}

TEST(KernelPolicyScenario, IsReadWithItsServicesNodesAndTables) {
  EXPECT_THAT(diagnostics_of(kText), IsEmpty());
  const ScenarioConfig scenario = read_scenario_text("s", kText).scenario;
  const ServerConfig& server = scenario.servers[0];
  ASSERT_TRUE(server.kernel_policy);
  EXPECT_EQ(server.kernel_policy->kernel.services[1].io_scheduler.outstanding, 2U);
  EXPECT_EQ(server.kernel_policy->kernel.services[1].io_scheduler.operations_per_second, 100);
  EXPECT_EQ(server.kernel_policy->kernel.nodes[0].delay, SimTime::from_ms(1));
  const KernelPolicyChanges table = server.kernel_policy->policy;
  ASSERT_EQ(table.size(), 2U);
  EXPECT_EQ(table[1].second, (services::PolicyEntry{"LRU", "library", services::Use::fetch}));
  const PartitionKernelPolicy& own = server.partitions[1].kernel_policy;
  EXPECT_TRUE(own.names(ServiceType::memory_management));
  EXPECT_FALSE(own.policy[0].second);
  EXPECT_EQ(scenario.events[0].server, "frame1");
  EXPECT_EQ(scenario.events[1].kernel_policy.node, "library");
  EXPECT_FALSE(scenario.events[1].kernel_policy.up);
}

TEST(KernelPolicyScenario, HasMetricsOfTheTypesThatAreAskedFor) {
  const auto table = metric_names(read_scenario_text("s", kText).scenario);
  EXPECT_NE(table.find("web.os.file_system.latency.p99"), nullptr);
  EXPECT_NE(table.find("web.os.io_scheduler.calls"), nullptr);
  EXPECT_EQ(table.find("web.os.memory_management.faults"), nullptr);
  EXPECT_EQ(table.find("vios.os.io_scheduler.calls"), nullptr);
}

struct Refused {
  std::string from, to, words;
};

TEST(KernelPolicyScenario, SaysWhatIsWrongAndWhatIsAllowed) {
  const std::vector<Refused> cases = {
      {"policy: {file_system: UFS Service,", "policy: {file_system: UFS Servise,",
       "server.kernel_policy.policy.file_system: there is no service `UFS Servise` here; did you mean `UFS Service`?"},
      {"fetched from library", "fetched from libary", "there is no service node `libary`; did you mean `library`?"},
      {"LRU, fetched from library", "LRU, borrowed from library", "is no service; allowed: SERVICE, or"},
      {"{policy: {io_scheduler: Limited I/O Access", "{policy: {io_scheduler: UFS Service",
       "server.partitions.web.kernel_policy.policy.io_scheduler: `UFS Service` is of type file_system, not io_scheduler; allowed: Limited "
       "I/O Access"},
      {"default: {file_system: UFS Service}", "default: {memory_management: \"LRU, fetched from library\"}",
       "`LRU` is not here; allowed: a default that is"},
      {"implementation: ufs", "implementation: ufx", "there is no file_system `ufx`; did you mean `ufs`?"},
      {"implementation: ufs", "implementation: ufs, segment: 1 MiB",
       "segment: of no meaning for `ufs` of type file_system; allowed: with `log_structured`"},
      {"implementation: ufs", "implementation: ufs, file_size: 1 MiB",
       "a working set of 64 MiB is more than a file of `UFS Service` has, 1 MiB"},
      {"code_size: 1 MiB", "code_size: 1 GiB", "its 1 GiB of instructions do not fit into the cache of 64 MiB"},
      {"operation: read, size: 8 KiB", "operation: touch, size: 8 KiB",
       "a file_system has no operation `touch`; allowed: read, write, sync, create"},
      {"operation: read, size: 8 KiB", "operation: read", "the key `size` is missing; allowed: bytes such as `64 KiB`"},
      {"operation: read, size: 8 KiB", "operation: sync, size: 8 KiB", "size: of no meaning with `sync`"},
      {"operation: read, size: 8 KiB", "operation: read, size: 1000 B", "1000 B are no whole blocks"},
      {"{type: file_system, operation: read, size: 8 KiB}", "{type: security, operation: call}",
       "nobody answers security of `web`; allowed: a service in the server's `kernel_policy`"},
      {"      disks: [{name: sda, backing: vios.hdisk0}]\n", "", "`web` has no disk for it; allowed: one of its `disks`"},
      {"{os_service: {type: file_system, operation: read, size: 8 KiB}}", "{hypervisor_call: {call: H_CEDE}}, {compute: 1 us}",
       "H_CEDE is the operating system's own; allowed: other calls"},
      {"{os_service: {type: file_system, operation: read, size: 8 KiB}}", "{hypervisor_call: {call: H_GET_PPX}}, {compute: 1 us}",
       "there is no hypervisor call `H_GET_PPX`; did you mean `H_GET_PPP`?"},
      {"{os_service: {type: file_system, operation: read, size: 8 KiB}}", "{event: tick, size: 1 KiB}, {compute: 1 us}",
       "size: stands beside `event`; allowed: a step of its own"},
      {"{at: 1 s, server: frame1, kernel_policy: {file_system: UFS Service}}",
       "{at: 1 s, server: frame2, kernel_policy: {file_system: UFS Service}}",
       "events.0.server: there is no server `frame2`; did you mean `frame1`?"},
      {"{at: 1 s, server: frame1, kernel_policy: {file_system: UFS Service}}",
       "{at: 1 s, partition: web, kernel_policy: {file_system: LRU}}",
       "events.0.kernel_policy.file_system: there is no service `LRU` here"},
      {"{at: 2 s, node: library, state: down}", "{at: 2 s, node: libary, state: down}",
       "events.1.node: there is no service node `libary`; did you mean `library`?"},
      {"{at: 2 s, node: library, state: down}", "{at: 2 s, node: library}", "a node's link goes `state: down` or `state: up`"},
  };
  for (const Refused& one : cases) {
    const auto lines = diagnostics_of(with(one.from, one.to));
    ASSERT_GE(lines.size(), 1U) << one.to << "\n" << ::testing::PrintToString(lines);
    EXPECT_EQ(lines.size(), 1U) << one.to << "\n" << ::testing::PrintToString(lines);
    EXPECT_THAT(lines[0], HasSubstr(one.words)) << one.to;
  }
}

TEST(KernelPolicyScenario, ATaskSchedulerIsNotForIbmI) {
  std::string text =
      with("      processors: {entitlement: 1, virtual: 2}\n", "      type: ibmi\n      processors: {entitlement: 1, virtual: 2}\n");
  const std::string from = "{policy: {io_scheduler: Limited I/O Access";
  text.replace(text.find(from), from.size(), "{policy: {task_scheduler: Turns");
  const std::string services = "    services:\n";
  text.replace(text.find(services), services.size(),
               services + "      - {name: Turns, type: task_scheduler, implementation: round_robin}\n");
  EXPECT_THAT(diagnostics_of(text).at(0), HasSubstr("IBM i dispatches its tasks by itself, from one queue; allowed: for AIX and Linux"));
}

}  // namespace
}  // namespace lparsim::scenario
