#pragma once
#include "sim/config/schema.hpp"
#include "sim/scenario/keys_kernel_policy.hpp"

namespace lparsim::scenario {

// The schemas of kernel policies, and what schema.hpp's take of them.

const config::Schema<KernelPolicyKeys>& kernel_policy_schema();
const config::Schema<PartitionKernelPolicyKeys>& partition_kernel_policy_schema();
const config::Schema<KernelTableKeys>& kernel_table_schema();

const config::Schema<OsServiceKeys>& os_service_schema();
const config::Schema<HypervisorCallKeys>& hypervisor_call_schema();

}  // namespace lparsim::scenario
