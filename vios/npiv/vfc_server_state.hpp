#pragma once
#include <deque>
#include <map>
#include <memory>
#include <vector>

#include "models/hypervisor/crq_queue.hpp"
#include "models/hypervisor/dma_area.hpp"
#include "vios/npiv/vfc_server.hpp"
#include "vios/npiv/vfc_session.hpp"

namespace lparsim::npiv {

/// Of the port's window for one command: its data need not begin with a page.
inline std::uint64_t region_pages(const VfcServerConfig& config) {
  return config.maximum_dma.count / hypervisor::DmaArea::kPage + 1;
}

/// The inside of VfcServer: an interrupt handler takes elements from the queues, threads of the kernel work on them.
class VfcServer::State final {
 public:
  State(const VfcServerConfig& config, hypervisor::VioCalls& calls, io::RequestLedger& ledger)
      : config_{config}, calls_{calls}, ledger_{ledger} {}

  std::uint32_t add_port(io::FibreChannelAdapter& port, hypervisor::Liobn window);
  std::uint32_t add_adapter(const hypervisor::VirtualAdapter& adapter, std::uint32_t port, hypervisor::WwpnPair names);
  VfcSession& session(std::uint32_t adapter);
  std::uint32_t under_way(std::uint32_t adapter) const;
  std::uint32_t waiting(std::uint32_t adapter) const { return adapters_[adapter].waiting; }
  const VfcServerCounts& counts() const { return counts_; }

  void attach(VfcServer& server, system::Host& host);
  void activated(SimTime now);
  void deactivated(SimTime now);
  system::Activity next_activity(std::uint32_t thread, SimTime now);
  void interrupted(std::uint32_t source, SimTime now);

 private:
  static constexpr std::uint32_t kQueuePages = 2;
  /// More elements of one adapter do not wait for the workers than fit into its queue: no client that keeps to its number of commands has
  /// as many.
  static constexpr std::uint32_t kMostWaiting = kQueuePages * hypervisor::CrqQueue::kElementsPerPage;
  static constexpr std::uint64_t kScratch = hypervisor::kIoPage;

  /// A command in the server's hands.
  struct Command {
    bool used = false;
    bool gone = false;  ///< its client is; the device has still to end it
    hypervisor::VfcCommand unit{};
    std::uint64_t unit_ioba = 0;        ///< in the client's window
    io::RequestTag tag{};               ///< of the ledger
    io::BlockDevice* device = nullptr;  ///< null: answered without one
    bool at_device = false;
    std::uint32_t region = 0;  ///< of the port's window
    std::uint32_t pages = 0;   ///< of the client's, for which there is room; 0: none
    bool mapped = false;       ///< they are there
    hypervisor::FcpResponse response{};
    SimTime undispatched{};  ///< reading when its present stage began
  };
  struct Adapter final : io::BlockClient {
    Adapter(State& state, std::uint32_t number, const hypervisor::VirtualAdapter& adapter, std::uint32_t port,
            VfcSession::Identity identity);
    void command_ended(std::uint32_t slot, io::BlockStatus status, SimTime now) override { state.device_ended(*this, slot, status, now); }

    State& state;
    std::uint32_t number;
    std::uint32_t port;
    hypervisor::DmaArea area;
    hypervisor::CrqQueue queue;
    VfcSession session;
    std::uint64_t units;    ///< bus addresses of the server's copies, by slot
    std::uint64_t scratch;  ///< of datagrams and of what lies in their buffers
    std::vector<Command> commands;
    std::vector<std::uint32_t> free;
    std::uint32_t epoch = 0;    ///< of the connection: work from before it is void
    std::uint32_t waiting = 0;  ///< elements among the work, of earlier connections too
    bool interrupt_pending = false;
    SimTime undispatched;          ///< reading when the first element came that has not been seen
    std::uint64_t next_event = 0;  ///< place in the client's queue for events
  };
  struct Port final : io::PortObserver {
    Port(State& owner, io::FibreChannelAdapter& port, hypervisor::Liobn liobn) : state{owner}, adapter{port}, window{liobn} {}
    void port_changed(bool online, SimTime now) override { state.port_changed(*this, online, now); }
    State& state;
    io::FibreChannelAdapter& adapter;
    hypervisor::Liobn window;
    std::uint32_t adapters = 0;  ///< virtual ones
    std::uint32_t regions = 0;   ///< made
    std::vector<std::uint32_t> free_regions{};
  };
  enum class WorkKind : std::uint8_t { element, completion, event };
  struct Work {
    WorkKind kind{};
    std::uint32_t adapter = 0;
    std::uint32_t epoch = 0;
    hypervisor::CrqElement element{};
    SimTime undispatched{};
    std::uint32_t slot = 0;
    io::BlockStatus status{};
    bool online = false;
  };
  /// What a worker does once it has computed.
  enum class Then : std::uint8_t { nothing, submit, answer, send };
  struct Worker {
    system::ThreadId thread{};
    bool idle = true;
    Then then = Then::nothing;
    std::uint32_t adapter = 0;
    std::uint32_t epoch = 0;
    std::uint32_t slot = 0;
    hypervisor::CrqElement element{};
  };

  // vfc_server.cpp
  system::Activity handler_activity(SimTime now);
  void drain(Adapter& adapter, SimTime now);
  void add_work(const Work& work, SimTime now);
  SimTime begin(Worker& worker, const Work& work, SimTime now);
  void go_on(Worker& worker, SimTime now);
  void port_changed(Port& port, bool online, SimTime now);
  SimTime time(Cycles cycles) const { return cycles.at(config_.clock); }

  // vfc_server_management.cpp
  hypervisor::VfcMadStatus log_in(Adapter& adapter, const hypervisor::VfcNpivLogin& login);
  void abort_tasks(Adapter& adapter, const hypervisor::VfcTaskManagement& request, SimTime now);
  SimTime tell_event(Worker& worker, Adapter& adapter, bool online);
  SimTime management(Worker& worker, Adapter& adapter, const hypervisor::VfcElement& element, SimTime now);
  bool fetch(Adapter& adapter, std::uint64_t ioba, std::uint64_t length, std::uint64_t to);
  /// Over the scratch page, a piece at a time.
  bool put(Adapter& adapter, std::span<const std::uint8_t> bytes, std::uint64_t ioba);

  // vfc_server_commands.cpp
  bool receive(Worker& worker, Adapter& adapter, const Work& work, std::uint64_t ioba, SimTime now);
  void examine(Adapter& adapter, Command& command);
  bool map(Adapter& adapter, Command& command);
  void reply(Adapter& adapter, Command& command, std::span<const std::uint8_t> data);
  void unmap(Adapter& adapter, Command& command);
  std::uint64_t region_pages() const { return npiv::region_pages(config_); }
  void submit(Adapter& adapter, std::uint32_t slot, SimTime now);
  void device_ended(Adapter& adapter, std::uint32_t slot, io::BlockStatus status, SimTime now);
  void complete(Worker& worker, Adapter& adapter, const Work& work, SimTime now);
  void write_answer(Adapter& adapter, const Command& command);
  void answer(Adapter& adapter, std::uint32_t slot, SimTime now);
  void release(Adapter& adapter, std::uint32_t slot);
  void drop_commands(Adapter& adapter, SimTime now);

  VfcServerConfig config_;
  hypervisor::VioCalls& calls_;
  io::RequestLedger& ledger_;
  system::Host* host_ = nullptr;
  bool active_ = false;
  std::deque<Port> ports_;
  std::deque<Adapter> adapters_;
  std::map<std::uint32_t, std::uint32_t> by_source_;  ///< adapters, by their interrupt
  std::vector<Worker> workers_;
  std::deque<Work> work_;
  system::ThreadId handler_{};
  bool handler_idle_ = true;
  VfcServerCounts counts_;
};

}  // namespace lparsim::npiv
