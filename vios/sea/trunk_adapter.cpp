#include "vios/sea/trunk_adapter.hpp"

#include "models/hypervisor/logical_lan_protocol.hpp"

namespace lparsim::sea {

namespace lan = hypervisor::lan;

TrunkAdapter::TrunkAdapter(hypervisor::VioCalls& calls, const hypervisor::VirtualAdapter& adapter, io::MacAddress mac, bool large_receive)
    : calls_{calls},
      lan_{calls,
           {adapter,
            mac,
            large_receive,
            {{{512, 512, true}, {2048, 512, true}, {16'384, 128, true}, {32'768, 24, true}, {65'536, 24, true}}}}} {}

void TrunkAdapter::open(bool only_active) {
  lan_.open();
  const hypervisor::UnitAddress unit = lan_.config().adapter.unit;
  calls_.multicast_ctrl(unit, lan::kModifyReception | lan::kReception, 0);
  if (only_active) calls_.vioctl(unit, lan::kDisableInactiveTrunkReception, {}, {});
}

bool TrunkAdapter::is_active() const {
  std::uint64_t attributes = 0;
  calls_.illan_attributes(lan_.config().adapter.unit, 0, 0, attributes);
  return (attributes & lan::kActiveTrunk) != 0;
}

}  // namespace lparsim::sea
