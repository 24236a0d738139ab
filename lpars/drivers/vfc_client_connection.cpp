// How the connection of a virtual Fibre Channel client comes, goes and is made anew.
#include "lpars/drivers/vfc_client_state.hpp"

namespace lparsim::drivers {

using namespace hypervisor;

namespace {

// Linux waits so long where the hypervisor is busy: msleep(100).
constexpr SimTime kBusy = SimTime::from_ms(100);

}  // namespace

void VfcClient::State::become(Link next, SimTime now) {
  link = next;
  for (Path& path : paths) {
    if (path.up() == path.was_up) continue;
    path.was_up = path.up();
    if (path.client != nullptr) path.client->path_changed(path, now);
  }
}

void VfcClient::State::begin_bring_up(SimTime now) {
  if (attempts++ == 0) set(kInit, now + config.init_timeout);
  become(Link::bring_up, now);
  next_event = 0;
  const std::vector<std::uint8_t> nothing(DmaArea::kPage);
  area.write(events, nothing);
  bring_up.begin();
  ask(now);
}

// One question at a time. Where the queue is closed, an element that says why is on its way.
void VfcClient::State::ask(SimTime now) {
  if (!bring_up.asking()) return bring_up_ended(now);
  question = kQuestion | ++asked;
  if (const auto bytes = bring_up.data_for_question(); !bytes.empty()) area.write(data, bytes);
  const VfcBringUp::Question unit = bring_up.question();
  bool sent = false;
  if (const auto* mad = std::get_if<VfcMadUnit>(&unit)) {
    sent = send_mad(*mad, question_unit, question);
  } else {
    VfcCommand command = std::get<VfcCommand>(unit);
    command.tag = question;
    command.response = {question_unit + VfcCommand::kResponseOffset, 0, FcpResponse::kLength};
    area.write(question_unit, encode(command));
    sent = queue.send(encode(VfcElement{VfcFormat::command, question_unit})) == HcallStatus::success;
  }
  if (sent) return set(kAnswer, now + config.timeout);
  question = 0;
  cancel(kAnswer);
}

bool VfcClient::State::send_mad(VfcMadUnit unit, std::uint64_t where, std::uint64_t tag) {
  std::visit([&](auto& mad) { mad.tag = tag; }, unit);
  area.write(where, encode(unit));
  return queue.send(encode(VfcElement{VfcFormat::mad, where})) == HcallStatus::success;
}

void VfcClient::State::answered_question(SimTime now) {
  question = 0;
  cancel(kAnswer);
  if (link == Link::logging_out) return reset(now);
  std::vector<std::uint8_t> bytes(VfcBringUp::kDataLength);
  area.read(data, bytes);
  std::array<std::uint8_t, kVfcLongestMad> unit{};
  area.read(question_unit, unit);
  if (std::holds_alternative<VfcCommand>(bring_up.question())) {
    const auto command = decode_vfc_command(unit);
    const auto response = decode_fcp_response(std::span{unit}.subspan<VfcCommand::kResponseOffset, FcpResponse::kLength>());
    bring_up.answered(command && command->status == 0 && response.scsi_status == kScsiGood, bytes);
  } else {
    const auto mad = decode_vfc_mad(unit);
    bring_up.answered(mad.value_or(VfcNpivLogout{}), mad ? decode_vfc_mad_head(unit)->status : VfcMadStatus::failed, bytes);
  }
  ask(now);
}

void VfcClient::State::bring_up_ended(SimTime now) {
  if (bring_up.failed() && link == Link::bring_up) {
    if (attempts > config.retries) return reset(now);
    become(Link::retry_wait, now);
    return set(kRetry, now + config.retry_delay);
  }
  if (bring_up.failed() || bring_up.incomplete()) set(kRetry, now + config.retry_delay);
  if (bring_up.failed()) return;
  learn_luns();
  cancel(kInit);
  cancel(kLoss);
  attempts = 0;
  if (link == Link::bring_up) ++counts.logins;
  become(Link::ready, now);
  send_waiting(now);
}

// A LUN that did not answer this time is believed to be what it was.
void VfcClient::State::learn_luns() {
  for (Path& path : paths) {
    bool found = false;
    for (const VfcBringUp::Lun& lun : bring_up.luns()) {
      if (lun.wwpn != path.wwpn || lun.number != path.number) continue;
      path.scsi_id = lun.scsi_id;
      path.size = lun.capacity;
      found = true;
    }
    path.present = found || (path.present && bring_up.incomplete());
  }
}

void VfcClient::State::connection_lost(SimTime now) {
  question = 0;
  for (const Timer timer : {kAnswer, kInit, kRetry, kLoss}) cancel(timer);
  become(Link::no_partner, now);
  purge(now);
}

// The server answers what it has; what it does not answer fails when the device is given up for lost.
void VfcClient::State::link_down(SimTime now) {
  become(Link::link_down, now);
  question = 0;
  cancel(kAnswer);
  cancel(kRetry);
  fail_waiting(now);
  set(kLoss, now + config.device_loss_timeout);
}

// Linux logs out and makes the connection anew where a link has come back.
void VfcClient::State::log_out(SimTime now) {
  cancel(kInit);
  cancel(kRetry);
  become(Link::logging_out, now);
  fail_waiting(now);
  question = kQuestion | ++asked;
  if (!send_mad(VfcNpivLogout{}, question_unit, question)) return reset(now);
  set(kAnswer, now + config.timeout);
}

void VfcClient::State::reset(SimTime now) {
  ++counts.resets;
  connection_lost(now);
  reopening = Reopening::close;
  reopen(now);
}

// The hypervisor may be busy with what was before.
void VfcClient::State::reopen(SimTime now) {
  if (reopening == Reopening::close && queue.close() == HcallStatus::success) reopening = Reopening::open;
  HcallStatus status = HcallStatus::busy;
  if (reopening == Reopening::open) status = queue.open();
  if (reopening == Reopening::enable) status = queue.reenable();
  const bool there = status == HcallStatus::success || status == HcallStatus::closed;
  become(there ? Link::no_partner : Link::closing, now);
  if (!there) set(kRetry, now + kBusy);
}

}  // namespace lparsim::drivers
