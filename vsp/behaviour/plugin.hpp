#pragma once
#include <lparsim/vsp.h>

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "sim/base/result.hpp"
#include "vsp/behaviour/behaviour.hpp"

namespace lparsim::vsp {

/// Where a bare name is looked for, in this order: the folders of LPARSIM_VSP_PATH (with colons between them); the folder `vsp` beside the
/// running program; the examples of the build tree that the program is in; lib/lparsim/vsp of the installation that it is in.
std::vector<std::filesystem::path> plugin_folders();

/// A shared object built against <lparsim/vsp.h>. It stays loaded while anything made from it lives.
///
/// Its code runs in the simulator's process: what it says is checked, but a fault of its own code (a wild pointer, an endless loop) is the
/// simulator's end.
class Plugin : public std::enable_shared_from_this<Plugin> {
 public:
  /// `name` with a slash in it is a path; else NAME.so is looked for. The error is a sentence.
  static Result<std::shared_ptr<const Plugin>> load(std::string_view name);
  ~Plugin();
  Plugin(const Plugin&) = delete;
  Plugin& operator=(const Plugin&) = delete;

  const std::filesystem::path& path() const { return path_; }
  /// As it calls itself.
  std::string_view name() const { return behaviour_->name; }

  /// Null where it does not like its configuration; why has been logged.
  std::unique_ptr<Behaviour> create(Platform& platform, const std::string& configuration) const;
  /// Whether it likes it: what it logged if it does not.
  Result<void> check(const std::string& configuration) const;
  /// For ServiceProgram.
  BehaviourFactory factory(std::string configuration) const;

 private:
  Plugin(std::filesystem::path path, void* handle, const lparsim_vsp_behaviour* behaviour);

  std::filesystem::path path_;
  void* handle_;
  const lparsim_vsp_behaviour* behaviour_;
};

}  // namespace lparsim::vsp
