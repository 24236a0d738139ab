// Shared objects that must be refused, one for each value of FLAW.
#include <lparsim/vsp.h>

#include <cstdint>

namespace {

enum Flaw { no_entry, null_entry, other_major, later_minor, short_table, null_function, longer_table };
constexpr Flaw kFlaw = FLAW;

struct Longer {
  lparsim_vsp_behaviour known;
  void* of_a_later_version;
};

const Longer kTable = {
    {kFlaw == short_table ? 8U : static_cast<std::uint32_t>(kFlaw == longer_table ? sizeof(Longer) : sizeof(lparsim_vsp_behaviour)),
     kFlaw == other_major ? std::uint16_t{LPARSIM_VSP_MAJOR + 1} : std::uint16_t{LPARSIM_VSP_MAJOR},
     kFlaw == later_minor ? std::uint16_t{LPARSIM_VSP_MINOR + 1} : std::uint16_t{LPARSIM_VSP_MINOR}, "flawed",
     [](const lparsim_vsp_platform*, const char*) -> void* { return nullptr; }, [](void*) {}, [](void*) {},
     kFlaw == null_function ? nullptr : +[](void*, const void*, std::uint32_t) {},
     [](void*, std::uint64_t) {
     }},
    nullptr};

}  // namespace

extern "C" {
#if FLAW_HAS_ENTRY
const lparsim_vsp_behaviour* lparsim_vsp_entry(void) {
  return kFlaw == null_entry ? nullptr : &kTable.known;
}
#else
const void* some_other_symbol(void);
const void* some_other_symbol(void) {
  return &kTable;
}
#endif
}
