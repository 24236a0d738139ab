#include "lpars/workload/workload.hpp"

#include "lpars/workload/batch.hpp"
#include "lpars/workload/closed.hpp"
#include "lpars/workload/open.hpp"
#include "lpars/workload/recording.hpp"
#include "lpars/workload/spin.hpp"

namespace lparsim::workload {
namespace {

using Made = std::unique_ptr<Workload>;

Made make(const Config& config, const Spin& spin, Hertz, Randomness) {
  return std::make_unique<SpinWorkload>(config, spin);
}
Made make(const Config& config, const Open& open, Hertz frequency, Randomness randomness) {
  return std::make_unique<OpenWorkload>(config, open, frequency, randomness);
}
Made make(const Config& config, const Closed& closed, Hertz frequency, Randomness randomness) {
  return std::make_unique<ClosedWorkload>(config, closed, frequency, randomness);
}
Made make(const Config& config, const Batch& batch, Hertz frequency, Randomness randomness) {
  return std::make_unique<BatchWorkload>(config, batch, frequency, randomness);
}
Made make(const Config& config, const Recording& recording, Hertz, Randomness) {
  return std::make_unique<RecordingWorkload>(config, recording);
}

}  // namespace

std::unique_ptr<Workload> make_workload(const Config& config, Hertz frequency, Randomness randomness) {
  return std::visit([&](const auto& type) { return make(config, type, frequency, randomness); }, config.type);
}

}  // namespace lparsim::workload
