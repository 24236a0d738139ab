#pragma once
#include <initializer_list>

#include "models/hypervisor/vio_calls.hpp"

namespace lparsim::hypervisor {

/// The calls as registers R3 to R12: arguments and results in the order of LoPAR's call syntax.
class EncodedVioCalls : public VioCalls {
 public:
  HcallStatus reg_crq(UnitAddress unit, std::uint64_t ioba, std::uint64_t length) final;
  HcallStatus free_crq(UnitAddress unit) final;
  HcallStatus send_crq(UnitAddress unit, const CrqElement& element) final;
  HcallStatus enable_crq(UnitAddress unit) final;
  HcallStatus vio_signal(UnitAddress unit, std::uint64_t mode) final;
  HcallStatus eoi(std::uint32_t source) final;
  HcallStatus reg_sub_crq(UnitAddress unit, std::uint64_t ioba, std::uint64_t length, std::uint64_t& number,
                          std::uint32_t& interrupt) final;
  HcallStatus free_sub_crq(UnitAddress unit, std::uint64_t number) final;
  HcallStatus send_sub_crq(UnitAddress unit, std::uint64_t number, const SubCrqElement& element) final;
  HcallStatus put_tce(Liobn liobn, std::uint64_t ioba, std::uint64_t tce) final;
  HcallStatus put_rtce(Liobn remote, std::uint64_t remote_ioba, Liobn liobn, std::uint64_t ioba, std::uint64_t count) final;
  HcallStatus remove_rtce(Liobn remote, std::uint64_t remote_ioba, Liobn liobn, std::uint64_t ioba, std::uint64_t count) final;
  HcallStatus copy_rdma(std::uint64_t length, Liobn source, std::uint64_t source_ioba, Liobn destination,
                        std::uint64_t destination_ioba) final;
  HcallStatus register_logical_lan(UnitAddress unit, std::uint64_t buffer_list, std::uint64_t receive_queue, std::uint64_t filter_list,
                                   std::uint64_t mac) final;
  HcallStatus free_logical_lan(UnitAddress unit) final;
  HcallStatus add_logical_lan_buffer(UnitAddress unit, std::uint64_t descriptor) final;
  HcallStatus free_logical_lan_buffer(UnitAddress unit, std::uint64_t size, std::uint64_t& correlator) final;
  HcallStatus send_logical_lan(UnitAddress unit, std::span<const std::uint64_t> descriptors, std::uint64_t& token, std::uint32_t mss) final;
  HcallStatus illan_attributes(UnitAddress unit, std::uint64_t reset, std::uint64_t set, std::uint64_t& attributes) final;
  HcallStatus multicast_ctrl(UnitAddress unit, std::uint64_t flags, std::uint64_t mac) final;
  HcallStatus change_logical_lan_mac(UnitAddress unit, std::uint64_t mac) final;
  HcallStatus vioctl(UnitAddress unit, std::uint64_t function, std::span<const std::uint64_t> arguments,
                     std::span<std::uint64_t> results) final;
  SimTime take_cost() final;

  /// Any call, with R4 to R12 in order; what is not given is 0. The extension holds until the next call.
  const HcallExtension& make(Hcall call, std::span<const std::uint64_t> arguments);

 protected:
  virtual HcallExtension& call(Hcall call, std::span<const std::uint64_t> arguments) = 0;

 private:
  const HcallExtension& ask(Hcall call, std::initializer_list<std::uint64_t> arguments);

  SimTime cost_;
};

}  // namespace lparsim::hypervisor
