#pragma once
#include <lparsim/vsp.h>

#include <memory>
#include <string>

#include "vsp/behaviour/behaviour.hpp"

namespace lparsim::vsp {

class Plugin;

/// One behaviour made by a shared object: its functions, and the platform as C sees it.
class PluginBehaviour final : public Behaviour {
 public:
  /// `owner` keeps the shared object loaded.
  PluginBehaviour(std::shared_ptr<const Plugin> owner, const lparsim_vsp_behaviour& functions, Platform& platform,
                  const std::string& configuration);
  ~PluginBehaviour() override;
  PluginBehaviour(const PluginBehaviour&) = delete;
  PluginBehaviour& operator=(const PluginBehaviour&) = delete;

  bool usable() const { return self_ != nullptr; }

  void started() override;
  void message(std::span<const std::uint8_t> message) override;
  void timer(std::uint64_t tag) override;

 private:
  std::shared_ptr<const Plugin> owner_;
  const lparsim_vsp_behaviour& functions_;
  lparsim_vsp_platform platform_;
  void* self_;
};

}  // namespace lparsim::vsp
