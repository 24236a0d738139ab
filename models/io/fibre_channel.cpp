#include "models/io/fibre_channel.hpp"

#include <algorithm>

namespace lparsim::io {

namespace {

enum Step : std::uint8_t { kSent, kReceived };
enum Direction : std::size_t { kOut, kIn };
constexpr std::uint8_t kAtTarget = 1;

}  // namespace

/// A LUN through the port: what comes back from it is on its way to the driver.
class FibreChannelAdapter::Path final : public BlockDevice, public BlockClient {
 public:
  Path(FibreChannelAdapter& adapter, BlockDevice& target, std::uint32_t lane) : adapter_{adapter}, target_{target}, lane_{lane} {}

  void submit(const BlockCommand& command, BlockClient& client, SimTime now) override { adapter_.accept(command, client, lane_, now); }
  void abort(std::uint32_t number, BlockClient& client, SimTime now) override { adapter_.give_up(number, client, lane_, now); }
  Bytes capacity() const override { return target_.capacity(); }
  Bytes maximum_transfer() const override { return target_.maximum_transfer(); }
  bool reachable() const override { return adapter_.online() && target_.reachable(); }
  void command_ended(std::uint32_t place, BlockStatus status, SimTime now) override { adapter_.returned(place, status, now); }
  BlockDevice& target() { return target_; }

 private:
  FibreChannelAdapter& adapter_;
  BlockDevice& target_;
  std::uint32_t lane_;
};

void SanSwitch::set_state(bool up, SimTime now) {
  up_ = up;
  for (FibreChannelAdapter* adapter : adapters_) adapter->fabric_changed(now);
}

FibreChannelAdapter::FibreChannelAdapter(std::string_view name, const FibreChannelConfig& config, SanSwitch& fabric,
                                         kernel::Calendar& calendar, RequestLedger& ledger)
    : CommandQueue{calendar, ledger, config.num_cmd_elems}, name_{name}, config_{config}, fabric_{fabric}, was_online_{online()} {
  fabric.adapters_.push_back(this);
  if (!was_online_) fail_all(config_.error_delay, SimTime{});
}

FibreChannelAdapter::~FibreChannelAdapter() {
  std::erase(fabric_.adapters_, this);
}

BlockDevice& FibreChannelAdapter::path_to(BlockDevice& target) {
  return *paths_.emplace_back(std::make_unique<Path>(*this, target, static_cast<std::uint32_t>(paths_.size())));
}

void FibreChannelAdapter::set_link(bool up, SimTime now) {
  link_up_ = up;
  fabric_changed(now);
}

void FibreChannelAdapter::fabric_changed(SimTime now) {
  if (online() == was_online_) return;
  was_online_ = online();
  was_online_ ? work_again() : fail_all(config_.error_delay, now);
  for (PortObserver* observer : observers_) observer->port_changed(was_online_, now);
}

void FibreChannelAdapter::admitted(Place place, SimTime now) {
  ledger().enter(entry(place).command.tag, Stage::adapter_queue, now);
  if (entry(place).command.write) return occupy_link(place, kSent, now);
  entry(place).part = fabric_.latency();
  plan(place, kSent, now + fabric_.latency());
}

// The wait for the link comes before the data are on it; how long, is known at once.
void FibreChannelAdapter::occupy_link(Place place, std::uint8_t then, SimTime now) {
  SimTime& free = link_free_[then == kSent ? kOut : kIn];
  const SimTime on_link = config_.rate.time(entry(place).command.size);
  free = std::max(free, now) + on_link;
  entry(place).part = on_link + fabric_.latency();
  plan(place, then, free + fabric_.latency());
}

void FibreChannelAdapter::step(Place place, std::uint8_t what, SimTime now) {
  const RequestTag tag = entry(place).command.tag;
  ledger().enter(tag, Stage::network, now, Stage::network, entry(place).part);
  if (what == kSent) return send_on(place, now);
  finish(place, entry(place).status, now);
}

void FibreChannelAdapter::send_on(Place place, SimTime now) {
  entry(place).phase = kAtTarget;
  Path& path = *paths_[entry(place).lane];
  BlockCommand command = entry(place).command;
  command.number = place;
  path.target().submit(command, path, now);
}

void FibreChannelAdapter::returned(Place place, BlockStatus status, SimTime now) {
  Entry& back = entry(place);
  if (back.condemned) return finish(place, status, now);
  back.phase = 0;
  back.status = status;
  ledger().enter(back.command.tag, Stage::adapter_queue, now);
  if (status == BlockStatus::good && !back.command.write) return occupy_link(place, kReceived, now);
  back.part = fabric_.latency();
  plan(place, kReceived, now + fabric_.latency());
}

// What the target has is aborted there, and so leaves at the same instant.
bool FibreChannelAdapter::dropped(Place place, BlockStatus, SimTime now) {
  if (entry(place).phase != kAtTarget) return true;
  Path& path = *paths_[entry(place).lane];
  path.target().abort(place, path, now);
  return false;
}

}  // namespace lparsim::io
