#pragma once
#include <gtest/gtest.h>

#include <string>

namespace lparsim::scenario::testing {

/// A VIOS that bridges and serves, a client of it, another one without anything, and a filter on the bridge.
inline constexpr const char* kVspBase = R"(lparsim: 1
name: base
duration: 10 s
storage: [{name: lun0, type: fixed}, {name: lun1, type: fixed}]
network: {hosts: [{name: gateway}]}
server:
  processor: {generation: POWER9, cores: 4, frequency: 3.8 GHz}
  partitions:
    - name: vios1
      type: vios
      processors: {entitlement: 0.5}
      adapters: [{name: ent0, type: ethernet}]
      disks: [{name: hdisk0, storage: lun0}, {name: hdisk1, storage: lun1}]
      shared_ethernet: [{name: sea0, adapter: ent0, trunks: [{vlans: [10]}]}]
    - name: web
      processors: {entitlement: 0.5}
      disks: [{name: sda, backing: vios1.hdisk0}]
      ethernet: [{name: eth0}]
    - name: db
      processors: {entitlement: 0.5}
    - name: guard
      type: vsp
      processors: {entitlement: 0.2}
      vsp:
        behaviour: {time: 20 us}
        hooks: [{hook: sea.forward, role: filter}]
)";

/// The base with `from` replaced.
inline std::string vsp_scenario(const std::string& from, const std::string& to) {
  std::string text = kVspBase;
  const auto at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return text.replace(at, from.size(), to);
}

/// With these hooks.
inline std::string with_hooks(const std::string& hooks) {
  return vsp_scenario("[{hook: sea.forward, role: filter}]", hooks);
}

}  // namespace lparsim::scenario::testing
