#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "models/hypervisor/vfc_mad.hpp"
#include "sim/base/units.hpp"

namespace lparsim::drivers {

/// What a client of virtual Fibre Channel asks, one thing after the other, until it knows its disks: NPIV login, the targets; of each of
/// them port login, process login, query, its LUNs and their capacity. The protocol without queues, memory and time.
class VfcBringUp {
 public:
  struct Identity {
    std::string partition_name;
    std::uint32_t partition_number = 0;
    std::uint32_t os_type = 2;
    std::uint32_t maximum_commands = 0;
    Bytes maximum_transfer;
    hypervisor::SrpDescriptor async{};  ///< its queue for events
    hypervisor::SrpDescriptor data{};   ///< where data of questions and answers lie
  };
  struct Lun {
    std::uint64_t wwpn = 0;
    std::uint32_t scsi_id = 0;
    std::uint32_t number = 0;
    Bytes capacity;
    bool operator==(const Lun&) const = default;
  };
  static constexpr std::uint32_t kMostTargets = 1024;  ///< Linux: IBMVFC_MAX_TARGETS
  static constexpr std::uint32_t kTargetRetries = 3;   ///< Linux: IBMVFC_MAX_TGT_INIT_RETRIES
  static constexpr std::uint32_t kDataLength = kMostTargets * hypervisor::VfcDiscoverTargets::kEntry;

  explicit VfcBringUp(Identity identity) : identity_{std::move(identity)} {}

  /// From the NPIV login on, or from the discovery on.
  void begin();
  void rediscover();
  /// Whether there is a question; the next one, without tag; and what lies in the data buffer for it.
  bool asking() const { return step_ != Step::idle; }
  using Question = std::variant<hypervisor::VfcMadUnit, hypervisor::VfcCommand>;
  Question question() const;
  std::vector<std::uint8_t> data_for_question() const;
  /// `unit` as it came back; `data`: the buffer.
  void answered(const hypervisor::VfcMadUnit& unit, hypervisor::VfcMadStatus status, std::span<const std::uint8_t> data);
  /// A command; `good`: neither status nor sense.
  void answered(bool good, std::span<const std::uint8_t> data);

  // Once nothing is asked any more.
  bool failed() const { return failed_; }          ///< the connection as a whole
  bool incomplete() const { return incomplete_; }  ///< a target or LUN did not answer: worth asking again later
  const std::vector<Lun>& luns() const { return luns_; }
  Bytes maximum_transfer() const { return maximum_transfer_; }

 private:
  enum class Step : std::uint8_t { idle, npiv_login, discover, port_login, process_login, query, report_luns, capacity };
  void start(Step step);
  void stop_with_failure();
  void target_failed();
  void next_target();
  void next_lun();

  Identity identity_;
  Step step_ = Step::idle;
  bool failed_ = false;
  bool incomplete_ = false;
  std::uint32_t target_retries_ = 0;
  Bytes maximum_transfer_;
  std::vector<hypervisor::VfcTargetEntry> targets_;
  std::size_t target_ = 0;
  std::vector<std::uint64_t> reported_;
  std::size_t reported_at_ = 0;
  std::vector<Lun> luns_;
};

}  // namespace lparsim::drivers
