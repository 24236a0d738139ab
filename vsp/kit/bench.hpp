#pragma once
#include <lparsim/vsp.h>

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "models/vsp/exchange.hpp"
#include "sim/kernel/testing/manual_calendar.hpp"
#include "vsp/kit/memory.hpp"
#include "vsp/kit/monitor.hpp"
#include "vsp/kit/service.hpp"
#include "vsp/kit/tamper.hpp"
#include "vsp/kit/transcript.hpp"

namespace lparsim::vsp::kit {

/// A call that a scripted client has made, and what became of it.
struct ClientCall {
  Call call;
  SimTime begun;
  std::optional<Outcome> outcome;
  SimTime answered;
  unsigned answers = 0;
  bool withdrawn = false;
};

/// A server in manual time without a simulation kernel: the real exchange, the partition that is checked, scripted partners (Puppet) and
/// clients, and a record of all that is said.
class Bench final : ExchangeHost, ExchangeObserver, Caller, NativeFunction, ServiceLink, kernel::Alarm {
 public:
  static constexpr PartitionId kVios{0}, kClient{1}, kOtherClient{2}, kSubject{3}, kPartner{4}, kRival{5};
  /// Of the transcript; partners come after them.
  static constexpr std::size_t kClientActor = 0, kPlatformActor = 1, kSubjectActor = 2;

  /// What is checked runs at kSubject; nobody does where `factory` is null. `tamper` may be null. Both outlive it.
  Bench(const BehaviourFactory* factory, std::uint64_t seed, Tamper* tamper);
  ~Bench() override;

  Exchange& exchange() { return *exchange_; }
  VspStatus status(PartitionId vsp);
  SimTime now() const { return calendar_.now(); }
  void run_for(SimTime time);
  /// Until it holds; false: it does not within `patience`.
  bool run_until(const std::function<bool()>& holds, SimTime patience);

  // The partition that is checked.
  void add_subject(const VspConfig& config);
  void start_subject();
  void stop_subject(bool failed);
  void suspend_subject();
  void resume_subject();
  void shut_down_subject();
  Service& subject() { return *service_; }
  bool subject_ready() { return status(kSubject).state == ChannelState::ready; }
  /// Something said in its name, behind its back.
  void inject(std::span<const std::uint8_t> message);
  /// Changes what it receives; the platform does not know.
  std::function<void(Message&)> alter;
  /// What it is not to receive.
  std::function<bool(const Message&)> swallow;
  const Monitor& monitor() const { return monitor_; }

  // Clients. Calls are known by their number from 0.
  std::size_t call(const Call& call);
  const ClientCall& called(std::size_t i) const { return calls_[i]; }
  /// The client's own copy of a call that it has made: what it does to it then is nobody's business.
  Call& own_copy(std::size_t i) { return calls_[i].call; }
  const std::deque<ClientCall>& calls() const { return calls_; }
  bool answered(std::size_t i) const { return calls_[i].outcome.has_value(); }
  bool all_answered() const;
  void withdraw(std::size_t i);
  void tell(const Call& event);
  /// A client writes into its own memory.
  void client_writes(PartitionId client, std::uint64_t address, std::span<const std::uint8_t> bytes);
  unsigned lent_writes() const { return lent_writes_; }
  SimTime native_time = SimTime::from_us(10);
  std::int64_t native_status = 0;
  std::size_t natives() const { return natives_; }  ///< done for clients' own calls
  std::size_t issues() const { return issues_.size(); }

  // What happened.
  const std::vector<VspEvent>& events() const { return events_; }
  std::size_t count(VspEventKind kind, PartitionId vsp) const;
  const std::vector<CallRecord>& records() const { return records_; }
  unsigned doorbells(PartitionId vsp) { return doorbells_[vsp]; }
  Memory& memory() { return memory_; }
  Transcript& transcript() { return transcript_; }
  /// Messages to the partition of the type, as the platform sent them.
  const std::vector<std::pair<PartitionId, Message>>& said() const { return said_; }
  /// Messages from partitions, whoever sent them.
  const std::vector<std::pair<PartitionId, Message>>& heard() const { return heard_; }
  std::size_t said_to(PartitionId vsp, std::uint16_t type) const;

  // For Puppet.
  void set_on_core(PartitionId partner, bool on_core);
  std::int32_t send_as(PartitionId vsp, std::span<const std::uint8_t> message);
  std::optional<Message> receive_as(PartitionId vsp);
  std::int32_t copy_as(PartitionId vsp, std::uint64_t grant, std::uint32_t offset, std::span<std::uint8_t> to,
                       std::span<const std::uint8_t> from);
  void start_partner(PartitionId partner);
  void stop_partner(PartitionId partner, bool failed);

 private:
  struct Issue {
    NativeListener* listener = nullptr;
    std::uint64_t ticket = 0;
  };
  struct OnCore {
    bool on = false;
    SimTime since, sum;
  };

  // ExchangeHost
  void ring(PartitionId vsp, SimTime now) override;
  SimTime unstarved(PartitionId vsp, SimTime now) const override;
  void suspend(PartitionId vsp, SimTime now) override;
  void resume(PartitionId vsp, SimTime now) override;
  void stop(PartitionId vsp, SimTime now) override;
  bool read(PartitionId owner, std::uint64_t address, std::span<std::uint8_t> bytes) const override;
  bool write(PartitionId owner, std::uint64_t address, std::span<const std::uint8_t> bytes) override;
  // ExchangeObserver
  void call_ended(const CallRecord& record) override { records_.push_back(record); }
  void happened(const VspEvent& event) override;
  bool wants_messages() const override { return true; }
  void message(PartitionId vsp, bool to_vsp, std::span<const std::uint8_t> bytes, SimTime now) override;
  // Caller, NativeFunction
  void decided(std::uint64_t ticket, const Outcome& outcome, SimTime now) override;
  bool issue(const Call& call, NativeListener& listener, std::uint64_t ticket, SimTime now) override;
  // ServiceLink
  std::int32_t send(std::span<const std::uint8_t> message, SimTime now) override;
  std::optional<Message> receive(SimTime now) override;
  std::int32_t read(std::uint64_t grant, std::uint32_t offset, std::span<std::uint8_t> bytes, SimTime now) override;
  std::int32_t write(std::uint64_t grant, std::uint32_t offset, std::span<const std::uint8_t> bytes, SimTime now) override;
  void logged(std::string_view text, SimTime now) override;

  void rings(std::uint64_t argument, SimTime now) override;
  void settle(std::uint64_t ticket, Outcome outcome, SimTime now);
  std::size_t actor(PartitionId vsp) const;
  void show_breaches(std::size_t before);

  kernel::testing::ManualCalendar calendar_;
  Tamper none_;
  Tamper& tamper_;
  Memory memory_;
  Transcript transcript_;
  Monitor monitor_;
  std::unique_ptr<Exchange> exchange_;
  std::unique_ptr<Service> service_;
  std::map<PartitionId, OnCore> on_core_;
  std::map<PartitionId, unsigned> doorbells_;
  std::deque<ClientCall> calls_;
  std::vector<Issue> issues_;
  std::vector<VspEvent> events_;
  std::vector<CallRecord> records_;
  std::vector<std::pair<PartitionId, Message>> said_, heard_;
  std::size_t natives_ = 0;
  unsigned lent_writes_ = 0;
};

}  // namespace lparsim::vsp::kit
