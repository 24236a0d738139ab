#include "lpars/workload/transaction_program.hpp"

#include <algorithm>
#include <optional>

namespace lparsim::workload {
namespace {

using Code = TransactionProgram::Code;

template <class Name>
std::uint32_t number_of(const Name& name, std::vector<Name>& names) {
  const auto found = std::ranges::find(names, name);
  const auto number = static_cast<std::uint32_t>(found - names.begin());
  if (found == names.end()) names.push_back(name);
  return number;
}

}  // namespace

TransactionProgram::TransactionProgram(const Transaction& transaction, Hertz frequency, Names& names) {
  // Branches stand behind what forks them: those of this level first, then what these fork, and so on.
  struct Sequence {
    const Transaction* steps;
    std::uint32_t branch;  // the place in branches_ that leads to it
  };
  std::vector<Sequence> sequences{{&transaction, UINT32_MAX}};
  for (std::size_t i = 0; i < sequences.size(); ++i) {
    const auto [steps, branch] = sequences[i];
    if (branch != UINT32_MAX) branches_[branch] = static_cast<std::uint32_t>(operations_.size());
    for (const Step& step : *steps) {
      if (const auto* compute = std::get_if<Compute>(&step)) {
        operations_.push_back({Code::compute, compute->demand.at(frequency)});
      } else if (const auto* sleep = std::get_if<Sleep>(&step)) {
        operations_.push_back({Code::sleep, sleep->time});
      } else if (const auto* locked = std::get_if<Locked>(&step)) {
        const std::uint32_t lock = number_of(locked->lock, names.locks);
        operations_.push_back({Code::acquire, {}, lock});
        operations_.push_back({Code::compute, locked->compute.at(frequency)});
        if (locked->sleep) operations_.push_back({Code::sleep, *locked->sleep});
        operations_.push_back({Code::release, {}, lock});
      } else if (!add_io(step, names)) {
        const auto& all = std::get<Parallel>(step).branches;
        operations_.push_back({Code::fork, {}, 0, static_cast<std::uint32_t>(branches_.size()), static_cast<std::uint32_t>(all.size())});
        for (const Transaction& steps_of_branch : all) {
          sequences.push_back({&steps_of_branch, static_cast<std::uint32_t>(branches_.size())});
          branches_.push_back(0);
        }
      }
    }
    operations_.push_back({Code::end, {}});
  }
}

/// Whether the step is an operation of the drivers or the operating system's services.
bool TransactionProgram::add_io(const Step& step, Names& names) {
  using IoKind = IoStep::Kind;
  const auto peer = [&](const std::string& name) {
    return number_of(Target{name, false}, names.targets);
  };
  Io io;
  if (const auto* disk = std::get_if<DiskIo>(&step)) {
    io.step.kind = disk->direction == DiskIo::Direction::read ? IoKind::disk_read : IoKind::disk_write;
    io.step.target = number_of(Target{disk->disk, true}, names.targets);
    io.step.size = disk->size;
    io.sequential = disk->access == DiskIo::Access::sequential;
  } else if (const auto* send = std::get_if<Send>(&step)) {
    io.step = {.kind = IoKind::send, .target = peer(send->to), .size = send->size};
  } else if (const auto* call = std::get_if<Call>(&step)) {
    io.step = {.kind = IoKind::call, .target = peer(call->to), .size = call->request, .response = call->response};
  } else if (const auto* service = std::get_if<OsService>(&step)) {
    io = service_io(*service, names);
  } else if (const auto* event = std::get_if<ApplicationEvent>(&step)) {
    io.step = {.kind = IoKind::application_event, .target = event_number(event->name), .size = {}};
  } else if (const auto* made = std::get_if<HypervisorCall>(&step)) {
    io.step.kind = IoKind::hypervisor_call;
    io.detail = static_cast<std::uint32_t>(calls_.size());
    calls_.push_back(*made);
  } else {
    return false;
  }
  operations_.push_back({Code::io, {}, 0, static_cast<std::uint32_t>(ios_.size())});
  ios_.push_back(io);
  return true;
}

TransactionProgram::Io TransactionProgram::service_io(const OsService& service, Names& names) {
  Io io;
  io.step.kind = IoStep::Kind::os_service;
  io.step.target = number_of(service.file, names.files);
  if (system::has_size(service.operation)) io.step.size = service.size;
  io.sequential = service.access == OsService::Access::sequential;
  io.detail = static_cast<std::uint32_t>(services_.size());
  services_.push_back(service);
  return io;
}

bool TransactionProgram::sleeps() const {
  return std::ranges::any_of(operations_, [](const Operation& operation) { return operation.code == Code::sleep; });
}

TransactionKinds::TransactionKinds(const Transaction& transaction, const std::vector<Kind>& mix, Hertz frequency) {
  if (mix.empty()) programs_.emplace_back(transaction, frequency, names_);
  double sum = 0;
  for (const Kind& kind : mix) {
    programs_.emplace_back(kind.transaction, frequency, names_);
    up_to_.push_back(sum += kind.probability);
  }
}

std::uint32_t TransactionKinds::kind_of(RandomKey transaction) const {
  if (up_to_.empty()) return 0;
  const double drawn = transaction.key(0).stream().uniform() * up_to_.back();
  return static_cast<std::uint32_t>(std::ranges::upper_bound(up_to_, drawn) - up_to_.begin());
}

std::uint64_t TransactionKinds::block(std::uint32_t kind, std::uint32_t at, RandomKey transaction) const {
  const auto& program = programs_[kind];
  const std::uint64_t blocks = program.io(program[at]).step.size.count / kBlock.count;
  constexpr int kHighest = 48;  // an even share for every place of any disk, and room for the address in bytes
  return (transaction.key(at + 1).stream().bits() >> (64 - kHighest)) / blocks * blocks;
}

bool TransactionKinds::sleep() const {
  return std::ranges::any_of(programs_, &TransactionProgram::sleeps);
}

}  // namespace lparsim::workload
