#include "models/hypervisor/encoded_vio_calls.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "sim/base/check.hpp"

namespace lparsim::hypervisor {

namespace {

template <class Id>
constexpr std::uint64_t word(Id id) {
  return static_cast<std::uint64_t>(id);
}

}  // namespace

const HcallExtension& EncodedVioCalls::make(Hcall which, std::span<const std::uint64_t> arguments) {
  const HcallExtension& result = call(which, arguments);
  cost_ += result.cost;
  return result;
}

const HcallExtension& EncodedVioCalls::ask(Hcall which, std::initializer_list<std::uint64_t> arguments) {
  return make(which, {arguments.begin(), arguments.size()});
}

SimTime EncodedVioCalls::take_cost() {
  return std::exchange(cost_, {});
}

HcallStatus EncodedVioCalls::reg_crq(UnitAddress unit, std::uint64_t ioba, std::uint64_t length) {
  return ask(Hcall::reg_crq, {word(unit), ioba, length}).status;
}
HcallStatus EncodedVioCalls::free_crq(UnitAddress unit) {
  return ask(Hcall::free_crq, {word(unit)}).status;
}
HcallStatus EncodedVioCalls::send_crq(UnitAddress unit, const CrqElement& element) {
  const std::span bytes{element};
  return ask(Hcall::send_crq, {word(unit), get_big_endian(bytes.first(8)), get_big_endian(bytes.subspan(8))}).status;
}
HcallStatus EncodedVioCalls::enable_crq(UnitAddress unit) {
  return ask(Hcall::enable_crq, {word(unit)}).status;
}
HcallStatus EncodedVioCalls::vio_signal(UnitAddress unit, std::uint64_t mode) {
  return ask(Hcall::vio_signal, {word(unit), mode}).status;
}
HcallStatus EncodedVioCalls::eoi(std::uint32_t source) {
  return ask(Hcall::eoi, {source}).status;
}

HcallStatus EncodedVioCalls::reg_sub_crq(UnitAddress unit, std::uint64_t ioba, std::uint64_t length, std::uint64_t& number,
                                         std::uint32_t& interrupt) {
  const HcallExtension& result = ask(Hcall::reg_sub_crq, {word(unit), ioba, length});
  number = result.registers[0];
  interrupt = static_cast<std::uint32_t>(result.registers[1]);
  return result.status;
}
HcallStatus EncodedVioCalls::free_sub_crq(UnitAddress unit, std::uint64_t number) {
  return ask(Hcall::free_sub_crq, {word(unit), number}).status;
}
HcallStatus EncodedVioCalls::send_sub_crq(UnitAddress unit, std::uint64_t number, const SubCrqElement& element) {
  const std::span bytes{element};
  return ask(Hcall::send_sub_crq, {word(unit), number, get_big_endian(bytes.first(8)), get_big_endian(bytes.subspan(8, 8)),
                                   get_big_endian(bytes.subspan(16, 8)), get_big_endian(bytes.subspan(24))})
      .status;
}

HcallStatus EncodedVioCalls::put_tce(Liobn liobn, std::uint64_t ioba, std::uint64_t tce) {
  return ask(Hcall::put_tce, {word(liobn), ioba, tce}).status;
}
HcallStatus EncodedVioCalls::put_rtce(Liobn remote, std::uint64_t remote_ioba, Liobn liobn, std::uint64_t ioba, std::uint64_t count) {
  return ask(Hcall::put_rtce, {word(remote), remote_ioba, word(liobn), ioba, count}).status;
}
HcallStatus EncodedVioCalls::remove_rtce(Liobn remote, std::uint64_t remote_ioba, Liobn liobn, std::uint64_t ioba, std::uint64_t count) {
  return ask(Hcall::remove_rtce, {word(remote), remote_ioba, word(liobn), ioba, count}).status;
}
HcallStatus EncodedVioCalls::copy_rdma(std::uint64_t length, Liobn source, std::uint64_t source_ioba, Liobn destination,
                                       std::uint64_t destination_ioba) {
  return ask(Hcall::copy_rdma, {length, word(source), source_ioba, word(destination), destination_ioba}).status;
}

HcallStatus EncodedVioCalls::register_logical_lan(UnitAddress unit, std::uint64_t buffer_list, std::uint64_t receive_queue,
                                                  std::uint64_t filter_list, std::uint64_t mac) {
  return ask(Hcall::register_logical_lan, {word(unit), buffer_list, receive_queue, filter_list, mac}).status;
}
HcallStatus EncodedVioCalls::free_logical_lan(UnitAddress unit) {
  return ask(Hcall::free_logical_lan, {word(unit)}).status;
}
HcallStatus EncodedVioCalls::add_logical_lan_buffer(UnitAddress unit, std::uint64_t descriptor) {
  return ask(Hcall::add_logical_lan_buffer, {word(unit), descriptor}).status;
}
HcallStatus EncodedVioCalls::free_logical_lan_buffer(UnitAddress unit, std::uint64_t size, std::uint64_t& correlator) {
  const HcallExtension& result = ask(Hcall::free_logical_lan_buffer, {word(unit), size});
  correlator = result.registers[0];
  return result.status;
}
HcallStatus EncodedVioCalls::send_logical_lan(UnitAddress unit, std::span<const std::uint64_t> descriptors, std::uint64_t& token,
                                              std::uint32_t mss) {
  constexpr std::size_t kDescriptors = 6;
  LPARSIM_CHECK(descriptors.size() <= kDescriptors, "{} descriptors given to H_SEND_LOGICAL_LAN", descriptors.size());
  std::array<std::uint64_t, 9> arguments{};
  arguments[0] = word(unit);
  std::copy(descriptors.begin(), descriptors.end(), arguments.begin() + 1);
  arguments[7] = token;
  arguments[8] = mss;
  const HcallExtension& result = make(Hcall::send_logical_lan, arguments);
  token = result.registers[0];
  return result.status;
}
HcallStatus EncodedVioCalls::illan_attributes(UnitAddress unit, std::uint64_t reset, std::uint64_t set, std::uint64_t& attributes) {
  const HcallExtension& result = ask(Hcall::illan_attributes, {word(unit), reset, set});
  attributes = result.registers[0];
  return result.status;
}
HcallStatus EncodedVioCalls::multicast_ctrl(UnitAddress unit, std::uint64_t flags, std::uint64_t mac) {
  return ask(Hcall::multicast_ctrl, {word(unit), flags, mac}).status;
}
HcallStatus EncodedVioCalls::change_logical_lan_mac(UnitAddress unit, std::uint64_t mac) {
  return ask(Hcall::change_logical_lan_mac, {word(unit), mac}).status;
}

HcallStatus EncodedVioCalls::vioctl(UnitAddress unit, std::uint64_t function, std::span<const std::uint64_t> arguments,
                                    std::span<std::uint64_t> results) {
  constexpr std::size_t kParameters = 3;
  LPARSIM_CHECK(arguments.size() <= kParameters, "{} parameters given to H_VIOCTL", arguments.size());
  std::array<std::uint64_t, 2 + kParameters> all{word(unit), function};
  std::copy(arguments.begin(), arguments.end(), all.begin() + 2);
  const HcallExtension& result = make(Hcall::vioctl, all);
  std::copy_n(result.registers.begin(), std::min(results.size(), result.registers.size()), results.begin());
  return result.status;
}

}  // namespace lparsim::hypervisor
