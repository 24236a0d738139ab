// Until branch `detail` brings the real one: a reader that finds nothing, so that what is built on it links.
#include "sim/trace/window_reader.hpp"

namespace lparsim::trace {

struct WindowReader::State {};
WindowReader::WindowReader(std::unique_ptr<State> state) : state_{std::move(state)} {}
WindowReader::WindowReader(WindowReader&&) noexcept = default;
WindowReader& WindowReader::operator=(WindowReader&&) noexcept = default;
WindowReader::~WindowReader() = default;
Result<WindowReader> WindowReader::open(const std::filesystem::path&) {
  return WindowReader{std::make_unique<State>()};
}
Result<std::vector<LaneDetail>> WindowReader::read(const WindowQuestion& question, const Cancelled&) {
  std::vector<LaneDetail> found;
  for (const LaneKey& lane : question.lanes) found.push_back({lane, true, false, {}, {}, {}, {}});
  return found;
}
Result<std::uint64_t> WindowReader::rows_in(SimTime, SimTime) {
  return 0;
}
Result<SimTime> WindowReader::last_end() {
  return SimTime{};
}
Result<std::optional<DispatchSpan>> WindowReader::stay_at(const LaneKey&, SimTime, const Cancelled&) {
  return std::nullopt;
}
Result<std::optional<DispatchSpan>> WindowReader::next_stay(const LaneKey&, SimTime, const Cancelled&) {
  return std::nullopt;
}
Result<std::optional<DispatchSpan>> WindowReader::previous_stay(const LaneKey&, SimTime, const Cancelled&) {
  return std::nullopt;
}
Result<std::optional<Found>> WindowReader::next_event(EventKind, std::optional<LaneKey>, SimTime, const Cancelled&) {
  return std::nullopt;
}
Result<std::vector<TrackRecord>> WindowReader::records(SimTime, SimTime, std::size_t, const Cancelled&) {
  return std::vector<TrackRecord>{};
}
Result<RangeStatistics> WindowReader::range(const LaneKey&, SimTime, SimTime, const Cancelled&, const Progress&) {
  return RangeStatistics{};
}

}  // namespace lparsim::trace
