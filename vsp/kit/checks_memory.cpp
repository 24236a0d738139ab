#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "vsp/kit/checks.hpp"
#include "vsp/kit/puppet.hpp"

namespace lparsim::vsp::kit {

namespace {

constexpr std::uint8_t kMark = 0xEE;

bool lends(const Call& call) {
  return call.buffers[0].length.count + call.buffers[1].length.count > 0;
}

std::vector<std::uint8_t> all_of(const Memory& memory, PartitionId owner) {
  std::vector<std::uint8_t> bytes(Memory::kSize);
  memory.read(owner, 0, bytes);
  return bytes;
}

}  // namespace

void double_fetch(Trial& t) {
  Bench& platform = t.bench();
  Puppet puppet{platform, Bench::kPartner};
  t.expect(puppet.serve(t.partner_config(), t.partner_hook(), Role::provider, ~std::uint64_t{0}, 1), "A provider did not come up");
  t.call_partner(0);
  const std::size_t waits = t.call_partner(1);
  const Call before = platform.called(waits).call;
  // It has been taken, and not been given to anybody yet: now its caller changes it.
  platform.own_copy(waits).arguments = {1, 2, 3, 4, 5, 6, 7, 8};
  platform.own_copy(waits).buffers[0].length = Bytes{1 << 18};
  if (const auto call = puppet.next_call()) puppet.reply(call->call, LPARSIM_VSP_COMPLETE);
  const auto call = puppet.next_call();
  t.expect(call && std::equal(before.arguments.begin(), before.arguments.end(), std::begin(call->arguments)) &&
               call->grants[0].length == before.buffers[0].length.count,
           "What a client changed after it had called came to the provider");

  if (!lends(t.example(0)) || t.only_observes()) return;
  Bench& bench = t.bench();
  if (!t.up(t.subject_config())) return;
  for (std::size_t i = 0; i < 8; ++i) {
    const std::size_t made = t.call(i);
    // Its memory changes all the time that the behaviour works on it.
    for (int k = 0; k < 20 && !bench.answered(made); ++k) {
      const std::uint8_t byte = static_cast<std::uint8_t>(k * 37);
      const Buffer& buffer = bench.called(made).call.buffers[0];
      if (buffer.readable)
        bench.memory().write(Bench::kClient, buffer.address + static_cast<std::uint64_t>(k) % buffer.length.count, {&byte, 1});
      bench.run_for(SimTime::from_us(1));
    }
  }
  t.all_answered(SimTime::from_s(2), "while clients changed their memory");
}

void revoked_memory(Trial& t) {
  Bench& platform = t.bench();
  Puppet puppet{platform, Bench::kPartner};
  t.expect(puppet.serve(t.partner_config(), t.partner_hook(), Role::provider), "A provider did not come up");
  const std::array<std::uint8_t, 256> secret = [] {
    std::array<std::uint8_t, 256> bytes;
    bytes.fill(kMark);
    return bytes;
  }();
  const Call lent = t.partner_call(0);
  platform.memory().write(Bench::kClient, lent.buffers[0].address, secret);
  platform.call(lent);
  const auto call = puppet.next_call();
  if (!t.expect(call && call->grants[0].id != 0 && call->grants[1].id != 0, "A call did not come with its grants")) return;
  std::array<std::uint8_t, 256> bytes{};
  const auto untouched = [&] {
    return std::all_of(bytes.begin(), bytes.end(), [](std::uint8_t b) { return b == 0; });
  };
  t.expect(puppet.read(call->grants[0].id, 200, bytes) == LPARSIM_VSP_FAULT && untouched(),
           "A copy beyond the end of a grant was not refused by FAULT, or copied something");
  t.expect(puppet.read(call->grants[1].id, 0, bytes) == LPARSIM_VSP_FAULT && untouched(),
           "A grant to write could be read, or a refused copy copied something");
  t.expect(puppet.write(call->grants[0].id, 0, bytes) == LPARSIM_VSP_FAULT, "A grant to read could be written");
  t.expect(puppet.read(call->grants[0].id + 1'000'000, 0, bytes) != LPARSIM_VSP_OK, "A grant that never was could be used");
  t.expect(puppet.read(call->grants[0].id, 0, bytes) == LPARSIM_VSP_OK && bytes == secret, "What was granted could not be read");
  bytes.fill(0);
  puppet.reply(call->call, LPARSIM_VSP_COMPLETE);
  t.expect(puppet.read(call->grants[0].id, 0, bytes) == LPARSIM_VSP_STALE && untouched(),
           "A grant could be used after its call was answered, or the refusal was not STALE");
  platform.call(t.partner_call(1));
  const auto crashed = puppet.next_call();
  puppet.restart(true);
  t.expect(crashed && puppet.read(crashed->grants[0].id, 0, bytes) != LPARSIM_VSP_OK && untouched(),
           "A grant could be used after its partition had crashed");

  if (!lends(t.example(0)) || t.only_observes()) return;
  Bench& bench = t.bench();
  if (!t.up(t.subject_config())) return;
  for (std::size_t i = 0; i < 12; ++i) {
    const std::size_t made = t.call(i);
    bench.run_for(SimTime::from_ns(static_cast<std::int64_t>(i) * 300));
    if (!bench.answered(made)) bench.withdraw(made);
  }
  t.call(12);
  t.all_answered(SimTime::from_s(2), "after memory had been taken back from it");
  bench.run_for(SimTime::from_ms(100));
  t.expect(bench.subject_ready(), "It did not get over memory being taken back");
}

void touched_buffer(Trial& t) {
  const auto scribble = [&](Bench& bench, std::size_t made) {
    const std::array<std::uint8_t, 8> junk{kMark, kMark, kMark, kMark, kMark, kMark, kMark, kMark};
    const Call& call = bench.called(made).call;
    const unsigned before = bench.lent_writes();
    bench.client_writes(call.client, call.buffers[0].address, junk);
    t.expect(bench.lent_writes() == before + 1, "A client wrote into memory that a call of its had lent, and that was not noticed");
  };
  Bench& platform = t.bench();
  Puppet puppet{platform, Bench::kPartner};
  t.expect(puppet.serve(t.partner_config(), t.partner_hook(), Role::provider), "A provider did not come up");
  const auto others = all_of(platform.memory(), Bench::kOtherClient);
  scribble(platform, t.call_partner(0));
  if (const auto call = puppet.next_call()) {
    std::array<std::uint8_t, 16> bytes{};
    t.expect(puppet.write(call->grants[1].id, 0, bytes) == LPARSIM_VSP_OK, "The provider's copy failed because its client wrote, too");
    puppet.reply(call->call, LPARSIM_VSP_COMPLETE, 5);
  }
  t.all_answered(SimTime::from_ms(1), "whose client wrote into its own buffer");
  t.expect(platform.answered(0) && platform.called(0).outcome->status == 5, "A client that wrote into its buffer got another answer");
  t.expect(all_of(platform.memory(), Bench::kOtherClient) == others, "Another client's memory changed");

  if (!lends(t.example(0)) || t.only_observes()) return;
  Bench& bench = t.bench();
  if (!t.up(t.subject_config())) return;
  fill(bench.memory(), t.example(1, Bench::kOtherClient));
  const auto innocent = all_of(bench.memory(), Bench::kOtherClient);
  bench.subject().starve(bench.now());
  scribble(bench, t.call(0));
  bench.subject().feed(bench.now());
  t.all_answered(SimTime::from_s(2), "whose client wrote into its own buffer");
  t.in_time("when a client wrote into its own buffer");
  t.expect(all_of(bench.memory(), Bench::kOtherClient) == innocent, "It changed the memory of a client that had not called it");
  t.expect(bench.subject_ready(), "It did not get over a client that wrote into its own buffer");
}

void grant_cap(Trial& t) {
  Bench& bench = t.bench();
  Puppet puppet{bench, Bench::kPartner};
  VspConfig config = t.partner_config();
  config.grant_cap = Bytes{1024};  // two calls of 512
  t.expect(puppet.serve(config, t.partner_hook(), Role::provider), "A provider did not come up");
  for (std::size_t i = 0; i < 5; ++i) t.call_partner(i);
  t.expect(
      bench.said_to(Bench::kPartner, LPARSIM_VSP_CALL) == 2,
      fmt::format("{} calls of 512 bytes were given to a partition that may hold 1024", bench.said_to(Bench::kPartner, LPARSIM_VSP_CALL)));
  for (std::size_t i = 0; i < 5; ++i)
    if (const auto call = puppet.next_call()) puppet.reply(call->call, LPARSIM_VSP_COMPLETE);
  t.all_answered(SimTime::from_ms(1), "when all of their memory together was over the cap");
  Call large = t.partner_call(6);
  large.buffers[0].length = Bytes{4096};
  const std::size_t made = bench.call(large);
  bench.run_for(config.permits[0].wall_limit + SimTime::from_s(1));
  t.expect(bench.answered(made) && !puppet.next_call(), "A call with more memory than the cap was given away, or never answered");

  if (!lends(t.example(0)) || t.only_observes()) return;
  Bench& own = t.bench();
  VspConfig tight = t.subject_config();
  const Call example = t.example(0);
  tight.grant_cap = Bytes{example.buffers[0].length.count + example.buffers[1].length.count};
  if (!t.up(tight)) return;
  for (std::size_t i = 0; i < 6; ++i) t.call(i);
  t.expect(own.status(Bench::kSubject).under_way <= 1, "More memory was granted than the cap");
  t.all_answered(SimTime::from_s(2), "when only one may hold memory at a time");
  t.in_time("when only one may hold memory at a time");
}

}  // namespace lparsim::vsp::kit
