#include "lpars/workload/workload.hpp"

#include "lpars/workload/batch.hpp"
#include "lpars/workload/closed.hpp"
#include "lpars/workload/open.hpp"
#include "lpars/workload/recording.hpp"
#include "lpars/workload/service.hpp"
#include "lpars/workload/spin.hpp"
#include "lpars/workload/stream.hpp"
#include "sim/base/check.hpp"

namespace lparsim::workload {
namespace {

using Made = std::unique_ptr<Workload>;

Made make(const Config& config, const Spin& spin, Hertz, Randomness, IoOperations*) {
  return std::make_unique<SpinWorkload>(config, spin);
}
Made make(const Config& config, const Open& open, Hertz frequency, Randomness randomness, IoOperations* io) {
  return std::make_unique<OpenWorkload>(config, open, frequency, randomness, io);
}
Made make(const Config& config, const Closed& closed, Hertz frequency, Randomness randomness, IoOperations* io) {
  return std::make_unique<ClosedWorkload>(config, closed, frequency, randomness, io);
}
Made make(const Config& config, const Batch& batch, Hertz frequency, Randomness randomness, IoOperations* io) {
  return std::make_unique<BatchWorkload>(config, batch, frequency, randomness, io);
}
Made make(const Config& config, const Recording& recording, Hertz, Randomness, IoOperations*) {
  return std::make_unique<RecordingWorkload>(config, recording);
}
Made make(const Config& config, const Stream& stream, Hertz, Randomness, IoOperations* io) {
  return std::make_unique<StreamWorkload>(config, stream, *io);
}
Made make(const Config& config, const Service& service, Hertz frequency, Randomness randomness, IoOperations* io) {
  return std::make_unique<ServiceWorkload>(config, service, frequency, randomness, *io);
}

}  // namespace

std::unique_ptr<Workload> make_workload(const Config& config, Hertz frequency, Randomness randomness, IoOperations* io) {
  LPARSIM_CHECK(io != nullptr || !uses_io(config), "workload {} needs drivers", config.name);
  return std::visit([&](const auto& type) { return make(config, type, frequency, randomness, io); }, config.type);
}

}  // namespace lparsim::workload
