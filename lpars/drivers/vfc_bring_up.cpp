#include "lpars/drivers/vfc_bring_up.hpp"

#include <algorithm>

namespace lparsim::drivers {

using namespace hypervisor;

void VfcBringUp::begin() {
  start(Step::npiv_login);
}

void VfcBringUp::rediscover() {
  start(Step::discover);
}

void VfcBringUp::start(Step step) {
  step_ = step;
  failed_ = incomplete_ = false;
  target_retries_ = 0;
  target_ = 0;
  targets_.clear();
  luns_.clear();
}

VfcBringUp::Question VfcBringUp::question() const {
  const auto command = [&](const ScsiRequest& request, std::uint64_t lun) {
    return VfcCommand{.target = targets_[target_].scsi_id,
                      .flags = vfc_flag::kRead,
                      .data = identity_.data,
                      .lun = lun,
                      .cdb = encode(request),
                      .transfer = request.allocation};
  };
  const std::uint32_t id = target_ < targets_.size() ? targets_[target_].scsi_id : 0;
  const std::uint64_t wwpn = target_ < targets_.size() ? targets_[target_].wwpn : 0;
  switch (step_) {
    case Step::npiv_login:
      return VfcMadUnit{VfcNpivLogin{.buffer = identity_.data}};
    case Step::port_login:
      return VfcMadUnit{VfcPortLogin{.scsi_id = id, .wwpn = wwpn}};
    case Step::process_login:
      return VfcMadUnit{VfcProcessLogin{.scsi_id = id}};
    case Step::query:
      return VfcMadUnit{VfcQueryTarget{.wwpn = wwpn, .scsi_id = id}};
    case Step::report_luns:
      return command({.operation = ScsiOperation::report_luns, .allocation = identity_.data.length}, 0);
    case Step::capacity:
      return command({.operation = ScsiOperation::read_capacity, .allocation = 32, .long_form = true}, reported_[reported_at_]);
    default:
      return VfcMadUnit{VfcDiscoverTargets{.buffer = identity_.data}};
  }
}

std::vector<std::uint8_t> VfcBringUp::data_for_question() const {
  if (step_ != Step::npiv_login) return {};
  return encode(VfcLoginRequest{.os_type = identity_.os_type,
                                .maximum_dma = identity_.maximum_transfer.count,
                                .partition_number = identity_.partition_number,
                                .maximum_commands = identity_.maximum_commands,
                                .capabilities = VfcLoginRequest::kCanMigrate,
                                .async = identity_.async,
                                .partition_name = identity_.partition_name,
                                .device_name = "fcs"});
}

void VfcBringUp::answered(const VfcMadUnit& unit, VfcMadStatus status, std::span<const std::uint8_t> data) {
  const bool good = status == VfcMadStatus::success;
  switch (step_) {
    case Step::npiv_login: {
      const auto login = good ? decode_vfc_login_response(data) : std::nullopt;
      if (!login || login->outcome != 0) return stop_with_failure();
      maximum_transfer_ = Bytes{std::min(login->maximum_dma, identity_.maximum_transfer.count)};
      step_ = Step::discover;
      return;
    }
    case Step::discover: {
      const auto* list = std::get_if<VfcDiscoverTargets>(&unit);
      if (!good || list == nullptr) return stop_with_failure();
      targets_ = decode_vfc_targets(data, list->written);
      target_ = 0;
      step_ = targets_.empty() ? Step::idle : Step::port_login;
      return;
    }
    case Step::port_login:
      good ? void(step_ = Step::process_login) : target_failed();
      return;
    case Step::process_login:
      good ? void(step_ = Step::query) : target_failed();
      return;
    case Step::query:
      // It may have got another N_Port ID meanwhile.
      if (const auto* query = std::get_if<VfcQueryTarget>(&unit); good && query != nullptr && query->scsi_id == targets_[target_].scsi_id) {
        step_ = Step::report_luns;
        return;
      }
      return target_failed();
    default:
      return;
  }
}

void VfcBringUp::answered(bool good, std::span<const std::uint8_t> data) {
  if (step_ == Step::report_luns) {
    const auto list = good ? decode_report_luns(data) : std::nullopt;
    if (!list) return target_failed();
    reported_ = *list;
    reported_at_ = 0;
    step_ = Step::capacity;
    if (reported_.empty()) next_target();
  } else if (step_ == Step::capacity) {
    constexpr std::size_t kLongForm = 32;
    const auto number = fc_lun_number(reported_[reported_at_]);
    const auto capacity = good && data.size() >= kLongForm ? decode_read_capacity(data.first(kLongForm)) : std::nullopt;
    if (number && capacity) {
      luns_.push_back({targets_[target_].wwpn, targets_[target_].scsi_id, *number, *capacity});
    } else {
      incomplete_ = true;
    }
    next_lun();
  }
}

void VfcBringUp::stop_with_failure() {
  failed_ = true;
  step_ = Step::idle;
}

void VfcBringUp::target_failed() {
  if (++target_retries_ <= kTargetRetries) {
    step_ = Step::port_login;
    return;
  }
  incomplete_ = true;
  next_target();
}

void VfcBringUp::next_lun() {
  if (++reported_at_ == reported_.size()) next_target();
}

void VfcBringUp::next_target() {
  target_retries_ = 0;
  step_ = ++target_ == targets_.size() ? Step::idle : Step::port_login;
}

}  // namespace lparsim::drivers
