#include "lpars/workload/workload.hpp"

#include "lpars/workload/batch.hpp"
#include "lpars/workload/closed.hpp"
#include "lpars/workload/open.hpp"
#include "lpars/workload/spin.hpp"

namespace lparsim::workload {
namespace {

using Made = std::unique_ptr<Workload>;

Made make(const std::string& name, const Spin& spin, Hertz, Randomness) {
  return std::make_unique<SpinWorkload>(name, spin);
}
Made make(const std::string& name, const Open& open, Hertz frequency, Randomness randomness) {
  return std::make_unique<OpenWorkload>(name, open, frequency, randomness);
}
Made make(const std::string& name, const Closed& closed, Hertz frequency, Randomness randomness) {
  return std::make_unique<ClosedWorkload>(name, closed, frequency, randomness);
}
Made make(const std::string& name, const Batch& batch, Hertz frequency, Randomness randomness) {
  return std::make_unique<BatchWorkload>(name, batch, frequency, randomness);
}

}  // namespace

std::unique_ptr<Workload> make_workload(const Config& config, Hertz frequency, Randomness randomness) {
  return std::visit([&](const auto& type) { return make(config.name, type, frequency, randomness); }, config.type);
}

}  // namespace lparsim::workload
