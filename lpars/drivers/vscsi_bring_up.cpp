#include <algorithm>

#include "lpars/drivers/vscsi_client_state.hpp"

namespace lparsim::drivers {

using hypervisor::AdapterInfo;
using hypervisor::Capabilities;
using hypervisor::MadStatus;
using hypervisor::MadType;
using hypervisor::ScsiOperation;
using hypervisor::VscsiFormat;

// Order of the steps: Linux, drivers/scsi/ibmvscsi/ibmvscsi.c (send_mad_adapter_info, enable_fast_fail, send_mad_capabilities,
// send_srp_login). One request at a time before the login.

void VscsiClient::State::begin_bring_up(SimTime now) {
  if (link != Link::wait_for_partner) lost(now);
  step(Link::adapter_info, now);
}

void VscsiClient::State::step(Link next, SimTime now) {
  link = next;
  set(Timer::step, now + config.login_timeout);
  switch (next) {
    case Link::adapter_info: {
      AdapterInfo info;
      info.partition_name = config.partition_name;
      info.partition_number = config.partition_number;
      info.os_type = config.os_type;
      area.write(management_data, encode(info));
      return send_mad(MadType::adapter_info, AdapterInfo::kLength);
    }
    case Link::fast_fail:
      return send_mad(MadType::enable_fast_fail, hypervisor::Mad::kHead);
    case Link::capabilities:
      area.write(management_data, encode(Capabilities{Capabilities::kListSupported, config.partition_name, "", true, false}));
      return send_mad(MadType::capabilities, Capabilities::kLength);
    case Link::login: {
      management_tag = kPrivateTag | ++next_tag;
      hypervisor::SrpIu unit;
      const std::size_t length =
          encode(hypervisor::SrpLoginRequest{management_tag, static_cast<std::uint32_t>(hypervisor::kSrpLongestIu)}, unit);
      return send_unit(unit, length, VscsiFormat::srp);
    }
    case Link::report_luns:
      return send_inquiry({ScsiOperation::report_luns, 0, 0, hypervisor::DmaArea::kPage}, 0);
    case Link::capacity:
      return send_inquiry({ScsiOperation::read_capacity, 0, 0, 32, true}, asked_lun);
    case Link::off:
    case Link::wait_for_partner:
    case Link::ready:
      break;
  }
}

void VscsiClient::State::send_unit(const hypervisor::SrpIu& unit, std::size_t length, VscsiFormat format) {
  area.write(management_unit, std::span{unit}.first(length));
  hypervisor::VscsiElement element{format};
  element.timeout = static_cast<std::uint16_t>(config.login_timeout / SimTime::from_s(1));
  element.length = static_cast<std::uint16_t>(length);
  element.data = management_unit;
  queue.send(encode(element));
}

void VscsiClient::State::send_mad(MadType type, std::uint16_t length) {
  management_tag = kPrivateTag | ++next_tag;
  hypervisor::Mad mad{static_cast<std::uint32_t>(type), MadStatus::success, length, management_tag};
  if (type != MadType::enable_fast_fail) mad.buffer = management_data;
  hypervisor::SrpIu unit;
  const std::size_t written = encode(mad, unit);
  send_unit(unit, written, VscsiFormat::mad);
}

void VscsiClient::State::send_inquiry(const hypervisor::ScsiRequest& request, std::uint32_t lun) {
  management_tag = kPrivateTag | ++next_tag;
  hypervisor::SrpCommand command;
  command.tag = management_tag;
  command.lun = hypervisor::scsi_lun(lun);
  command.cdb = encode(request);
  command.direction = hypervisor::SrpDirection::to_client;
  command.format = hypervisor::SrpFormat::direct;
  command.count = 1;
  command.descriptors[0] = {management_data, 0, request.allocation};
  hypervisor::SrpIu unit;
  const std::size_t length = encode(command, unit);
  --credits;
  send_unit(unit, length, VscsiFormat::srp);
}

void VscsiClient::State::step_done(const Arrival& arrival, SimTime now) {
  hypervisor::SrpIu bytes{};
  const auto unit = std::span{bytes}.first(std::min<std::size_t>(arrival.element.length, bytes.size()));
  area.read(management_unit, unit);
  cancel(Timer::step);
  arrival.element.format == VscsiFormat::mad ? mad_done(unit, now) : srp_done(unit, now);
}

void VscsiClient::State::mad_done(std::span<const std::uint8_t> bytes, SimTime now) {
  const auto mad = hypervisor::decode_mad(bytes);
  const bool good = mad && mad->status == MadStatus::success;
  switch (link) {
    case Link::adapter_info: {
      if (!good) return reopen(now);
      std::array<std::uint8_t, AdapterInfo::kLength> data{};
      area.read(management_data, data);
      maximum_transfer = Bytes{std::min<std::uint64_t>(hypervisor::decode_adapter_info(data).maximum_transfer[0], kLongestTransfer)};
      return step(config.recovery == ErrorRecovery::fast_fail ? Link::fast_fail : Link::capabilities, now);
    }
    // Not every server knows these two, which does no harm.
    case Link::fast_fail:
      return step(Link::capabilities, now);
    case Link::capabilities:
      return step(Link::login, now);
    default:
      return;
  }
}

void VscsiClient::State::srp_done(std::span<const std::uint8_t> bytes, SimTime now) {
  const auto unit = hypervisor::decode_srp(bytes);
  if (link == Link::login) {
    const auto* login = unit ? std::get_if<hypervisor::SrpLoginResponse>(&*unit) : nullptr;
    // Rejected: to be tried again when the step's time is over.
    if (login == nullptr) return set(Timer::step, now + config.login_timeout);
    credits = login->request_limit;
    kept = std::min<std::int64_t>(kKept, credits - 1);
    ++counts.logins;
    return step(Link::report_luns, now);
  }
  const auto* response = unit ? std::get_if<hypervisor::SrpResponse>(&*unit) : nullptr;
  if (response == nullptr) return reopen(now);
  credits += response->limit_delta;
  inquired(*response, now);
}

void VscsiClient::State::inquired(const hypervisor::SrpResponse& response, SimTime now) {
  std::array<std::uint8_t, hypervisor::DmaArea::kPage> data{};
  area.read(management_data, data);
  const bool good = response.status == hypervisor::kScsiGood;
  if (link == Link::report_luns) {
    const auto list = good ? hypervisor::decode_report_luns(data) : std::nullopt;
    if (!list) return reopen(now);
    for (Lun& lun : luns) lun.present = false;
    for (const std::uint64_t reported : *list) {
      const auto number = hypervisor::lun_number(reported);
      if (number && *number < luns.size()) luns[*number].present = true;
    }
    return next_capacity(0, now);
  }
  const auto size = hypervisor::decode_read_capacity(data);
  if (good && size) luns[asked_lun].size = *size;
  next_capacity(asked_lun + 1, now);
}

void VscsiClient::State::next_capacity(std::uint32_t first, SimTime now) {
  for (asked_lun = first; asked_lun < luns.size(); ++asked_lun) {
    if (luns[asked_lun].present) return step(Link::capacity, now);
  }
  became_ready(now);
}

void VscsiClient::State::became_ready(SimTime now) {
  link = Link::ready;
  management_tag = 0;
  holding = recovering = false;
  cancel(Timer::hold);
  tell_paths(now);
  start_pending(now);
}

}  // namespace lparsim::drivers
