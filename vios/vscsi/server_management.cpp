#include <algorithm>
#include <vector>

#include "vios/vscsi/server_state.hpp"

namespace lparsim::vscsi {

using hypervisor::AdapterInfo;
using hypervisor::HcallStatus;
using hypervisor::MadStatus;
using hypervisor::MadType;
using hypervisor::ScsiOperation;

namespace {

constexpr std::uint32_t kOsAix = 3;  // a VIOS runs on AIX
constexpr std::uint8_t kTaskDone = 0;
constexpr std::uint8_t kTaskNotSupported = 4;
constexpr std::uint8_t kTaskFailed = 5;

}  // namespace

bool VscsiServer::State::write_reply(Request& request, std::span<const std::uint8_t> bytes) {
  Adapter& adapter = adapters[request.adapter];
  adapter.area.write(adapter.unit, bytes);
  return calls.copy_rdma(bytes.size(), adapter.config.liobn, adapter.unit, adapter.config.remote_liobn, request.arrival.element.data) ==
         HcallStatus::success;
}

bool VscsiServer::State::mad(Request& request, hypervisor::Mad mad) {
  Adapter& adapter = adapters[request.adapter];
  request.tag = mad.tag;
  const auto give_back = [&](std::span<const std::uint8_t> bytes) {
    adapter.area.write(adapter.list, bytes);
    const auto length = std::min<std::uint64_t>(bytes.size(), mad.length);
    if (calls.copy_rdma(length, adapter.config.liobn, adapter.list, adapter.config.remote_liobn, mad.buffer) != HcallStatus::success) {
      mad.status = MadStatus::failed;
    }
  };
  mad.status = MadStatus::success;
  switch (static_cast<MadType>(mad.type)) {
    case MadType::adapter_info: {
      adapter.told_maximum = least_maximum(adapter);
      AdapterInfo info;
      info.partition_name = config.partition_name;
      info.partition_number = config.partition_number;
      info.os_type = kOsAix;
      info.maximum_transfer[0] = static_cast<std::uint32_t>(adapter.told_maximum.count);
      give_back(encode(info));
      break;
    }
    case MadType::capabilities:
      give_back(encode(hypervisor::Capabilities{hypervisor::Capabilities::kListSupported, config.partition_name, "", true, false}));
      break;
    case MadType::enable_fast_fail:
    case MadType::error_log:
      break;
    default:
      // An empty unit is kept for an event of the server's, of which there are none.
      mad.status = MadStatus::not_supported;
  }
  return reply(request, mad);
}

bool VscsiServer::State::login(Request& request, const hypervisor::SrpLoginRequest& unit) {
  Adapter& adapter = adapters[request.adapter];
  request.tag = unit.tag;
  if (unit.iu_length > hypervisor::kSrpLongestIu) {
    return reply(request, hypervisor::SrpLoginReject{unit.tag, hypervisor::SrpLoginRejection::iu_too_long});
  }
  if ((unit.formats & ~(hypervisor::kSrpDirect | hypervisor::kSrpIndirect)) != 0) {
    return reply(request, hypervisor::SrpLoginReject{unit.tag, hypervisor::SrpLoginRejection::unsupported_descriptor_format});
  }
  if (adapter.told_maximum.count == 0) adapter.told_maximum = least_maximum(adapter);
  adapter.logged_in = true;
  ++counts.logins;
  return reply(request, hypervisor::SrpLoginResponse{unit.tag, config.request_limit});
}

bool VscsiServer::State::task(Request& request, const hypervisor::SrpTaskManagement& unit, SimTime now) {
  request.tag = unit.tag;
  request.response.tag = unit.tag;
  const auto lun = hypervisor::lun_number(unit.lun);
  const bool one = unit.function == hypervisor::SrpTask::abort_task;
  if (!one && unit.function != hypervisor::SrpTask::lun_reset && unit.function != hypervisor::SrpTask::abort_task_set) {
    request.response.task_result = kTaskNotSupported;
    return reply(request, request.response);
  }
  std::uint32_t found = 0;
  for (std::uint32_t i = 0; i < requests.size(); ++i) {
    const Request& other = requests[i];
    if (!other.used || other.orphan || !other.data || other.listener != nullptr || other.step == Step::clean) continue;
    if (other.adapter != request.adapter || (one ? other.tag != unit.task : lun != other.lun)) continue;
    ++found;
    --adapters[request.adapter].outstanding;
    drop(i, now);
  }
  request.response.task_result = one && found == 0 ? kTaskFailed : kTaskDone;
  return reply(request, request.response);
}

bool VscsiServer::State::inquire(Request& request, const hypervisor::SrpCommand& unit, const hypervisor::ScsiRequest& scsi) {
  const Adapter& adapter = adapters[request.adapter];
  const auto number = hypervisor::lun_number(unit.lun);
  const bool exists = number && *number < adapter.luns.size();
  std::vector<std::uint8_t> bytes;
  if (scsi.operation == ScsiOperation::report_luns) {
    bytes = hypervisor::report_luns_data(visible_luns(adapter));
  } else if (!exists) {
    refuse(request, {5, 0x25, 0});  // logical unit not supported
  } else if (scsi.operation == ScsiOperation::inquiry) {
    const auto data = hypervisor::inquiry_data("AIX", "VDASD");
    bytes.assign(data.begin(), data.end());
  } else if (scsi.operation == ScsiOperation::read_capacity) {
    bytes = hypervisor::read_capacity_data(adapter.luns[*number].size, scsi.long_form);
  } else if (!disks[adapter.luns[*number].backing.disk].device->reachable()) {
    refuse(request, {4, 0x08, 0});  // logical unit communication failure
  }
  bytes.resize(std::min<std::size_t>(bytes.size(), scsi.allocation));
  return (bytes.empty() || give(request, unit, bytes)) && reply(request, request.response);
}

bool VscsiServer::State::give(Request& request, const hypervisor::SrpCommand& unit, std::span<const std::uint8_t> bytes) {
  Adapter& adapter = adapters[request.adapter];
  if (unit.count == 0 || unit.direction != hypervisor::SrpDirection::to_client || unit.external()) return false;
  const hypervisor::SrpDescriptor& place = unit.descriptors[0];
  const auto length = std::min<std::size_t>(bytes.size(), place.length);
  request.response.residue = static_cast<std::uint32_t>(place.length - length);
  adapter.area.write(adapter.list, bytes.first(length));
  return calls.copy_rdma(length, adapter.config.liobn, adapter.list, adapter.config.remote_liobn, place.address) == HcallStatus::success;
}

void VscsiServer::State::refuse(Request& request, hypervisor::ScsiSense sense) {
  request.response.status = hypervisor::kScsiCheckCondition;
  request.response.sense = sense;
}

Bytes VscsiServer::State::least_maximum(const Adapter& adapter) const {
  Bytes least = config.maximum_transfer;
  for (const Lun& lun : adapter.luns) least = std::min(least, disks[lun.backing.disk].device->maximum_transfer());
  return std::max(least, kLeastMaximum);
}

std::vector<std::uint64_t> VscsiServer::State::visible_luns(const Adapter& adapter) const {
  std::vector<std::uint64_t> luns;
  for (std::uint32_t i = 0; i < adapter.luns.size(); ++i) {
    const bool long_enough = disks[adapter.luns[i].backing.disk].device->maximum_transfer() >= adapter.told_maximum;
    if (long_enough) luns.push_back(hypervisor::scsi_lun(i));
  }
  return luns;
}

}  // namespace lparsim::vscsi
