#include "vios/vscsi/costs.hpp"

namespace lparsim::vscsi {

ServerCosts vios_costs() {
  const RequestCosts mapped{.receive = Cycles{20'650},
                            .complete = Cycles{20'650},
                            .after = Cycles{1'840},
                            .inline_page = {Cycles{401}, Cycles{1'456}},
                            .external_page = {Cycles{2'056}, Cycles{644}}};
  const RequestCosts copied{.receive = Cycles{23'117},
                            .complete = Cycles{23'117},
                            .after = Cycles{1'336},
                            .inline_page = {Cycles{100}, Cycles{1'330}},
                            .external_page = {Cycles{2'060}, Cycles{0}}};
  return {mapped, mapped, copied, copied, Cycles{20'000}};
}

ServerCosts ibmi_costs() {
  const RequestCosts read{.receive = Cycles{11'150},
                          .complete = Cycles{11'150},
                          .after = Cycles{0},
                          .inline_page = {Cycles{12'890}, Cycles{0}},
                          .external_page = {Cycles{9'680}, Cycles{0}}};
  const RequestCosts write{.receive = Cycles{17'930},
                           .complete = Cycles{17'930},
                           .after = Cycles{0},
                           .inline_page = {Cycles{10'370}, Cycles{0}},
                           .external_page = {Cycles{8'360}, Cycles{0}}};
  return {read, write, read, write, Cycles{20'000}};
}

}  // namespace lparsim::vscsi
