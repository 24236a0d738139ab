#pragma once
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "vsp/behaviour/plugin.hpp"
#include "vsp/behaviour/testing/server.hpp"

namespace lparsim::vsp::testing {

inline constexpr std::uint32_t kRead = 0x28, kWrite = 0x2A, kSynchronize = 0x35;

/// An example, loaded as any shared object, on a server with the real exchange. Clients and native functions are the test's.
struct Example : Server {
  explicit Example(std::string_view name, std::string configuration = {}, std::vector<HookPermit> permits = {}) {
    if (permits.empty()) {
      for (std::size_t hook = 1; hook < kHooks; ++hook) {
        for (const Role role : {Role::observer, Role::filter, Role::provider}) permits.push_back(permit_all(static_cast<Hook>(hook), role));
      }
    }
    add(Plugin::load(name).value()->factory(std::move(configuration)), std::move(permits));
    start();
  }
  std::uint64_t frame(std::uint64_t length, std::uint32_t vlan = 1, std::uint64_t ethertype = 2048) {
    Call frame;
    frame.hook = Hook::sea_forward;
    frame.function = vlan;
    frame.arguments = {length, 0, 0, ethertype};
    frame.idempotent = false;
    return call(frame);
  }
  /// Of 4 KiB pages of LUN 0; its data is at the beginning of the client's memory.
  std::uint64_t command(std::uint32_t operation, std::uint64_t page, std::uint64_t pages = 1) {
    Call command;
    command.hook = Hook::vscsi_command;
    command.function = operation;
    const bool write = operation == kWrite;
    command.arguments = {0, page * 8, pages * 8, 99, 2, 0, pages * 4096, write ? 2U : operation == kRead ? 1U : 0U};
    if (operation != kSynchronize) command.buffers[0] = {0, Bytes{pages * 4096}, write, !write};
    return call(command);
  }
  std::uint64_t service(std::uint32_t operation, std::uint64_t file, std::uint64_t offset, std::uint64_t length) {
    Call service;
    service.hook = Hook::os_service;
    service.function = 2U << 8 | operation;
    service.arguments = {file, offset, length};
    return call(service);
  }
  Decision decision(std::uint64_t ticket) {
    run_for(SimTime::from_ms(1));
    return answered(ticket) ? answer(ticket).decision : Decision::failed;
  }
  /// Replies and other messages that were refused, by now.
  std::uint64_t refusals() const { return count(VspEventKind::violation) + count(VspEventKind::refused) + status().violations; }
};

}  // namespace lparsim::vsp::testing
