#include "vsp/behaviour/plugin_behaviour.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <utility>

#include "vsp/behaviour/plugin.hpp"

namespace lparsim::vsp {

namespace {

// A day: what is longer is taken for that.
constexpr std::uint64_t kMostNanoseconds = 86'400'000'000'000;

SimTime time_of(std::uint64_t ns) {
  return SimTime::from_ns(static_cast<std::int64_t>(std::min(ns, kMostNanoseconds)));
}

Platform& of(void* context) {
  return *static_cast<Platform*>(context);
}

lparsim_vsp_platform platform_in_c(Platform& platform) {
  lparsim_vsp_platform c{};
  c.size = sizeof c;
  c.context = &platform;
  c.send = [](void* context, const void* message, std::uint32_t length) {
    if (message == nullptr) return std::int32_t{LPARSIM_VSP_INVALID};
    return of(context).send({static_cast<const std::uint8_t*>(message), length});
  };
  c.compute = [](void* context, std::uint64_t ns) {
    of(context).compute(time_of(ns));
  };
  c.read = [](void* context, std::uint64_t grant, std::uint32_t offset, void* to, std::uint32_t length) {
    if (to == nullptr && length > 0) return std::int32_t{LPARSIM_VSP_INVALID};
    return of(context).read(grant, offset, {static_cast<std::uint8_t*>(to), length});
  };
  c.write = [](void* context, std::uint64_t grant, std::uint32_t offset, const void* from, std::uint32_t length) {
    if (from == nullptr && length > 0) return std::int32_t{LPARSIM_VSP_INVALID};
    return of(context).write(grant, offset, {static_cast<const std::uint8_t*>(from), length});
  };
  c.now = [](void* context) {
    return static_cast<std::uint64_t>(of(context).now().ps() / 1000);
  };
  c.set_timer = [](void* context, std::uint64_t tag, std::uint64_t ns) {
    of(context).set_timer(tag, time_of(ns));
  };
  c.random = [](void* context) {
    return of(context).random();
  };
  c.log = [](void* context, const char* text) {
    if (text != nullptr) of(context).log(text);
  };
  return c;
}

}  // namespace

PluginBehaviour::PluginBehaviour(std::shared_ptr<const Plugin> owner, const lparsim_vsp_behaviour& functions, Platform& platform,
                                 const std::string& configuration)
    : owner_{std::move(owner)}, functions_{functions}, platform_{platform_in_c(platform)} {
  self_ = functions_.create(&platform_, configuration.c_str());
}

PluginBehaviour::~PluginBehaviour() {
  if (self_ != nullptr) functions_.destroy(self_);
}

void PluginBehaviour::started() {
  functions_.started(self_);
}
void PluginBehaviour::message(std::span<const std::uint8_t> message) {
  // Aligned, so that it can be looked at as the structure that it is.
  alignas(std::max_align_t) std::array<std::uint8_t, LPARSIM_VSP_MESSAGE_MAX> bytes;
  const std::size_t length = std::min(message.size(), bytes.size());
  std::copy_n(message.begin(), length, bytes.begin());
  functions_.message(self_, bytes.data(), static_cast<std::uint32_t>(length));
}
void PluginBehaviour::timer(std::uint64_t tag) {
  functions_.timer(self_, tag);
}

}  // namespace lparsim::vsp
