#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "models/hypervisor/vfc_mad.hpp"
#include "models/hypervisor/wwpn.hpp"
#include "models/io/block_device.hpp"

namespace lparsim::npiv {

/// What one client sees of the storage network through its virtual adapter, and how far it has logged in. The protocol without queues,
/// memory and time.
class VfcSession {
 public:
  struct Target {
    std::uint64_t wwpn = 0;
    std::uint32_t scsi_id = 0;
    bool port_login = false;
    bool process_login = false;
    std::vector<io::BlockDevice*> luns{};
  };
  struct Identity {
    std::string partition_name;
    std::string device_name;
    hypervisor::WwpnPair names;
    std::uint32_t scsi_id = 0;
    std::uint64_t link_speed = 0;  ///< as VfcLoginResponse
    std::uint32_t maximum_commands = 0;
    Bytes maximum_dma;
  };

  explicit VfcSession(Identity identity) : identity_{std::move(identity)} {}

  /// A storage port that zoning lets it see. Returns its number.
  std::uint32_t add_target(std::uint64_t wwpn, std::uint32_t scsi_id);
  void add_lun(std::uint32_t target, io::BlockDevice& path) { targets_[target].luns.push_back(&path); }

  /// The connection is new or gone.
  void reset();
  bool logged_in() const { return logged_in_; }
  /// Where the client wants events; of one that has logged in.
  const hypervisor::SrpDescriptor& async() const { return request_.async; }
  std::uint32_t maximum_commands() const;

  /// The answer to the request in the buffer of an NPIV login.
  hypervisor::VfcLoginResponse log_in(const hypervisor::VfcLoginRequest& request);
  std::vector<hypervisor::VfcTargetEntry> targets() const;
  /// Answers any other datagram in place; `online`: the physical port is. Returns its status.
  hypervisor::VfcMadStatus answer(hypervisor::VfcMadUnit& unit, bool online);

  /// Target and LUN of a command; nothing where it has not logged in there (PLOGI, PRLI).
  const Target* logged_into(std::uint64_t scsi_id) const;
  /// Null: there is no such LUN.
  static io::BlockDevice* lun(const Target& target, std::uint64_t lun);

 private:
  Target* find(std::uint64_t scsi_id);

  Identity identity_;
  hypervisor::VfcLoginRequest request_;
  bool logged_in_ = false;
  std::vector<Target> targets_;
};

}  // namespace lparsim::npiv
