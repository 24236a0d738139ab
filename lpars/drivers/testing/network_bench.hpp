#pragma once
#include <array>
#include <deque>
#include <memory>
#include <vector>

#include "lpars/drivers/ethernet_client.hpp"
#include "lpars/drivers/network_stack.hpp"
#include "models/hypervisor/testing/vio_bench.hpp"
#include "models/system/testing/processors.hpp"

namespace lparsim::drivers::testing {

/// Threads that do one step over and over again, and a service with threads that compute for a while and answer.
class Load final : public system::Program, private workload::IoOperations::Acceptor {
 public:
  explicit Load(NetworkOperations& network) : network_{network} {}

  // Before the partition is activated.
  void repeat(const workload::IoStep& step, std::uint32_t threads, std::uint64_t times, SimTime think = {}) {
    for (std::uint32_t i = 0; i < threads; ++i) workers_.push_back({step, times, think});
  }
  void serve(std::string_view name, std::uint32_t threads, SimTime demand) {
    demand_ = demand;
    network_.serve(name, *this);
    for (std::uint32_t i = 0; i < threads; ++i) workers_.push_back({.server = true});
  }

  std::uint64_t done = 0;
  std::uint64_t failed = 0;
  std::uint64_t accepted = 0;
  SimTime last;  ///< when the last step was done

  void attach(system::Host& host) override {
    host_ = &host;
    for (std::uint32_t i = 0; i < workers_.size(); ++i) workers_[i].thread = host.create_thread(*this, i, 0);
  }
  void activated(SimTime now) override {
    for (Worker& worker : workers_) {
      worker.phase = Phase::idle;
      if (worker.server)
        idle_.push_back(static_cast<std::uint32_t>(&worker - workers_.data()));
      else if (worker.times > 0)
        host_->make_ready(worker.thread, SimTime{}, system::Cause::boot, now);
    }
  }
  void deactivated(SimTime) override {
    idle_.clear();
    waiting_.clear();
  }
  system::Activity next_activity(std::uint32_t tag, SimTime now) override {
    Worker& worker = workers_[tag];
    for (;;) {
      switch (worker.phase) {
        case Phase::idle:
          if (worker.server) {
            if (waiting_.empty()) {
              idle_.push_back(tag);
              return system::Activity::block();
            }
            worker.request = waiting_.front();
            waiting_.pop_front();
            worker.phase = Phase::serving;
            return system::Activity::compute(demand_);
          }
          if (worker.times == 0) return system::Activity::block();
          --worker.times;
          worker.handle = network_.begin(worker.step, worker.thread, now);
          worker.phase = Phase::operation;
          break;
        case Phase::serving:
          worker.handle = network_.answer(worker.request, worker.thread, now);
          worker.phase = Phase::operation;
          break;
        case Phase::operation:
          if (const auto activity = network_.next(worker.handle, now)) return *activity;
          worker.phase = Phase::idle;
          ++(network_.failed(worker.handle) ? failed : done);
          last = now;
          if (worker.think > SimTime{}) return system::Activity::compute(worker.think);
      }
    }
  }
  void timer_expired(std::uint32_t, SimTime) override {}

 private:
  enum class Phase : std::uint8_t { idle, serving, operation };
  struct Worker {
    workload::IoStep step{};
    std::uint64_t times = 0;
    SimTime think{};
    bool server = false;
    Phase phase = Phase::idle;
    system::ThreadId thread{};
    std::uint32_t handle = 0;
    std::uint64_t request = 0;
  };
  void accept(std::uint64_t request, SimTime now) override {
    ++accepted;
    waiting_.push_back(request);
    if (idle_.empty()) return;
    const std::uint32_t worker = idle_.back();
    idle_.pop_back();
    host_->make_ready(workers_[worker].thread, SimTime{}, system::Cause::outside, now);
  }

  NetworkOperations& network_;
  system::Host* host_ = nullptr;
  SimTime demand_;
  std::vector<Worker> workers_;
  std::vector<std::uint32_t> idle_;
  std::deque<std::uint64_t> waiting_;
};

/// Two partitions on one virtual switch, each with processors of its own, a virtual Ethernet adapter and a load. Each is the other's peer
/// `other` (service 80 of it, which is called `service` there).
class NetworkBench {
 public:
  struct Config {
    io::StreamConfig stream{};
    EthernetClientConfig client{};
    NetworkCosts costs{};
    Hertz clock{4.7e9};
    hypervisor::VioCosts hypervisor{};
    std::uint32_t processors = 1;
    std::array<bool, 2> large{};   ///< large sends and receives, on each side
    bool half_dispatched = false;  ///< half of all time counts as without a processor
  };
  struct HalfDispatched final : system::testing::Processors {
    HalfDispatched(std::uint32_t count, kernel::testing::ManualCalendar& calendar, bool half_time)
        : system::testing::Processors{count, calendar}, half{half_time} {}
    SimTime undispatched(SimTime now) const override { return half ? now / 2 : SimTime{}; }
    bool half;
  };
  struct Side {
    Side(hypervisor::VioCalls& calls, const EthernetClientConfig& client, const io::StreamConfig& stream, const Config& config,
         io::RequestLedger& its_ledger, kernel::testing::ManualCalendar& its_calendar)
        : processors{config.processors, its_calendar, config.half_dispatched},
          driver{calls, client, its_ledger},
          stack{driver, client.adapter.mac, stream, config.costs, config.clock, its_ledger},
          load{stack} {}
    HalfDispatched processors;
    EthernetClient driver;
    NetworkStack stack;
    Load load;
  };

  explicit NetworkBench(const Config& config, io::RequestObserver* observer = nullptr) : vio{2, config.hypervisor}, ledger{observer} {
    for (std::uint32_t i = 0; i < 2; ++i) {
      const PartitionId partition{i};
      EthernetClientConfig client = config.client;
      client.hypervisor = config.hypervisor;
      client.adapter.mac = mac(i);
      client.adapter.adapter = vio.virtual_io.add_ethernet(partition, {mac(i)});
      client.adapter.large = config.large[i];
      io::StreamConfig stream = config.stream;
      stream.large_send = config.large[i];
      sides.push_back(std::make_unique<Side>(vio.calls(partition), client, stream, config, ledger, calendar));
      vio.on_interrupt(partition) = [this, i](std::uint32_t source) {
        sides[i]->processors.interrupt(source);
      };
      sides[i]->stack.add_peer("other", mac(1 - i), 80, i);
      sides[i]->stack.add_service("service", 80);
    }
  }
  static io::MacAddress mac(std::uint32_t side) { return {std::uint64_t{0x0200'0000'0001} + side}; }

  void activate() {
    for (auto& side : sides) {
      side->processors.add_program(side->driver);
      side->processors.add_program(side->load);
    }
    for (auto& side : sides) side->processors.activate();
  }

  /// The partition stops, as when it is shut down, and starts again.
  void stop(std::uint32_t side) {
    sides[side]->processors.deactivate();
    vio.virtual_io.partition_stopped(PartitionId{side}, false);
  }
  void start(std::uint32_t side) { sides[side]->processors.activate(); }

  kernel::testing::ManualCalendar calendar;
  hypervisor::testing::VioBench vio;
  io::RequestLedger ledger;
  std::vector<std::unique_ptr<Side>> sides;
};

}  // namespace lparsim::drivers::testing
