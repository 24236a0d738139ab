#pragma once
#include <cstdint>
#include <string>

namespace lparsim::trace {

/// What tells one process of one boot of a machine from every other (a process id alone is used again).
struct ProcessIdentity {
  std::int64_t pid = 0;
  std::int64_t start = 0;  ///< clock ticks between boot and its start (proc(5), field 22 of /proc/PID/stat)
  std::string boot_id;     ///< /proc/sys/kernel/random/boot_id
};

ProcessIdentity this_process();
bool is_alive(const ProcessIdentity& process);
std::string host_name();
/// Now, as 2024-05-01T12:34:56Z.
std::string utc_now();
/// Most memory this process has had resident.
std::int64_t peak_memory_bytes();

}  // namespace lparsim::trace
