#include <algorithm>
#include <initializer_list>
#include <vector>

#include "models/vsp/catalogue.hpp"
#include "vsp/kit/trial.hpp"

namespace lparsim::vsp::kit {

namespace {

constexpr std::uint32_t kBlock = 512;
constexpr std::uint32_t kBlocks = 8;
constexpr std::uint64_t kFrame = 128;

/// The first that lies in the range; else the range's first function that may be hooked by a filter.
std::uint32_t function_for(Hook hook, std::uint32_t first, std::uint32_t last, std::initializer_list<std::uint32_t> usual) {
  for (const std::uint32_t function : usual)
    if (function >= first && function <= last) return function;
  const Role role = hookable(hook, Role::observer, first) && !any_hookable(hook, Role::filter, first, last) ? Role::observer : Role::filter;
  while (first < last && !hookable(hook, role, first)) ++first;
  return first;
}

Buffer buffer_of(std::size_t slot, std::uint64_t length, bool readable, bool writable) {
  return {0x1000 + (slot % 64) * 0x2000, Bytes{length}, readable, writable};
}

}  // namespace

Call example_call(Hook hook, std::uint32_t first, std::uint32_t last, PartitionId client, std::size_t n) {
  Call call;
  call.hook = hook;
  call.client = call.owner = client;
  call.processor = 0;
  switch (hook) {
    case Hook::hypervisor_call:
      call.function = function_for(hook, first, last, {0xEC, 0xF4});
      call.arguments = {n, 2, 3};
      break;
    case Hook::switch_frame:
    case Hook::sea_forward:
      call.function = function_for(hook, first, last, {1});
      call.arguments = {1514, 0x02'00'00'00'00'01, 0x02'00'00'00'00'02, 0x0800, 0x0A000001'0A000002, 6ULL << 32 | 40000U << 16 | 80, 2, 0};
      if (hook == Hook::sea_forward) call.arguments[6] = 1;
      call.buffers[0] = buffer_of(n, kFrame, true, true);
      call.idempotent = false;
      break;
    case Hook::crq_send:
      call.function = function_for(hook, first, last, {0x80});
      call.arguments = {2, 0x8001'0000'0000'0000 + n, n, 0};
      call.idempotent = false;
      break;
    case Hook::vscsi_command: {
      call.function = function_for(hook, first, last, {0x28, 0x2A, 0x88, 0x8A});
      const bool write = call.function == 0x2A || call.function == 0x8A;
      const std::uint64_t length = std::uint64_t{kBlocks} * kBlock;
      call.arguments = {0x8100'0000'0000'0000, n * kBlocks, kBlocks, n, 2, 0, length, write ? 2U : 1U};
      call.buffers[0] = buffer_of(n, length, write, !write);
      break;
    }
    case Hook::os_service:
      call.function = function_for(hook, first, last, {0x0201, 0x0200});
      call.arguments = {1, n * 4096, 4096, 0, 0, 0, 1};
      call.buffers = {buffer_of(n * 2, 256, true, false), buffer_of(n * 2 + 1, 256, false, true)};
      break;
    default:
      call.function = function_for(hook, first, last, {1});
      call.arguments = {n, 1000, 2000};
      break;
  }
  return call;
}

void fill(Memory& memory, const Call& call) {
  for (const Buffer& buffer : call.buffers) {
    if (!buffer.readable || buffer.length.count == 0) continue;
    std::vector<std::uint8_t> bytes(buffer.length.count);
    for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<std::uint8_t>(i);
    if ((call.hook == Hook::switch_frame || call.hook == Hook::sea_forward) && bytes.size() >= 38) {
      // Ethernet and IPv4 as the arguments say: TCP from 10.0.0.1:40000 to 10.0.0.2:80.
      const std::initializer_list<std::uint8_t> head = {2, 0, 0, 0,  0, 2, 2, 0,  0, 0, 0, 1,  8, 0, 0x45, 0,    5,    0xDC, 0,
                                                        1, 0, 0, 64, 6, 0, 0, 10, 0, 0, 1, 10, 0, 0, 2,    0x9C, 0x40, 0,    80};
      std::copy(head.begin(), head.end(), bytes.begin());
    }
    memory.write(call.owner, buffer.address, bytes);
  }
}

}  // namespace lparsim::vsp::kit
