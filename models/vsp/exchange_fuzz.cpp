#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <set>

#include "models/vsp/testing/exchange_bench.hpp"

// The input is what a partition does to its channel, and when: an octet says what, those behind it what with. Whatever it is, each call of
// the client is answered once, and none waits when the partition has gone.
namespace {

using namespace lparsim;
using namespace lparsim::vsp;
using namespace lparsim::vsp::testing;

struct Input {
  std::span<const std::uint8_t> bytes;
  std::uint8_t next() {
    if (bytes.empty()) return 0;
    const std::uint8_t first = bytes.front();
    bytes = bytes.subspan(1);
    return first;
  }
  std::span<const std::uint8_t> next(std::size_t length) {
    const auto taken = bytes.first(std::min(length, bytes.size()));
    bytes = bytes.subspan(taken.size());
    return taken;
  }
};

/// A message as the input has it; its epoch and length are mostly right, or little of it would be read.
void send(Bench& b, Input& in) {
  std::array<std::uint8_t, 256> message{};
  const std::uint8_t type = in.next(), length = in.next();
  const auto rest = in.next(length);
  std::memcpy(message.data() + 8, rest.data(), std::min(rest.size(), message.size() - 8));
  auto header = b.made<lparsim_vsp_init>(Bench::kA, type).header;
  header.length = length;
  if (length % 16 == 15) header.epoch = type;
  std::memcpy(message.data(), &header, sizeof header);
  b.exchange.send(Bench::kA, std::span{message}.first(length), b.spent, b.now());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Bench b;
  Input in{{data, size}};
  HookPermit filter = permit(Hook::os_service, Role::filter), provider = permit(Hook::os_service, Role::provider);
  filter.when_slow = FaultPolicy::closed;
  provider.when_absent = static_cast<FaultPolicy>(in.next() % 3);
  provider.in_flight = static_cast<InFlightPolicy>(in.next() % 3);
  b.host.memory[Bench::kClient].resize(64);
  b.exchange.add(testing::vsp(Bench::kA, {filter, provider}));
  b.exchange.started(Bench::kA, b.now());
  if (in.next() % 2 == 0) b.bring_up(Bench::kA, Hook::os_service, Role::provider);
  std::uint64_t tickets = 0;
  std::set<std::uint64_t> over;  // answered at once, or withdrawn
  std::uint64_t grant = 0;
  while (!in.bytes.empty()) {
    switch (in.next() % 8) {
      case 0: {
        Call call;
        call.hook = Hook::os_service;
        call.client = call.owner = Bench::kClient;
        call.buffers[0] = {0, Bytes{32}, true, true};
        if (b.exchange.call(call, b.caller, ++tickets, b.now())) over.insert(tickets);
        break;
      }
      case 1:
        if (const auto message = b.exchange.receive(Bench::kA, b.spent, b.now());
            message && message->length == sizeof(lparsim_vsp_call) && message->bytes[0] == LPARSIM_VSP_CALL)
          grant = parse<lparsim_vsp_call>(message->view()).grants[0].id;
        break;
      case 2: {
        std::array<std::uint8_t, 64> bytes;
        b.exchange.read(Bench::kA, grant, in.next(), std::span{bytes}.first(in.next() % 64), b.spent, b.now());
        break;
      }
      case 3:
        b.pass(SimTime::from_us(in.next() * 100));
        break;
      case 4:
        if (const std::uint64_t ticket = in.next(); ticket > 0 && ticket <= tickets && b.caller.times(ticket) == 0) {
          b.exchange.withdraw(b.caller, ticket, b.now());
          over.insert(ticket);
        }
        break;
      case 5:
        b.reply(Bench::kA, b.observer.records.size() + in.next(), in.next() % 8);
        break;
      default:
        send(b, in);
        break;
    }
    if (b.status(Bench::kA).under_way > b.status(Bench::kA).credits) std::abort();
  }
  b.exchange.stopped(Bench::kA, true, b.now());
  b.pass(30_s);
  for (std::uint64_t ticket = 1; ticket <= tickets; ++ticket)
    if (b.caller.times(ticket) != (over.contains(ticket) ? 0 : 1)) std::abort();
  return b.status(Bench::kA).waiting == 0 ? 0 : (std::abort(), 0);
}
