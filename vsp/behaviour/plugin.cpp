#include "vsp/behaviour/plugin.hpp"

#include <dlfcn.h>
#include <fmt/format.h>

#include <cstdlib>
#include <system_error>
#include <utility>

#include "sim/base/text.hpp"
#include "vsp/behaviour/plugin_behaviour.hpp"

namespace lparsim::vsp {

namespace {

namespace fs = std::filesystem;

constexpr const char* kEntry = "lparsim_vsp_entry";

std::string reason_of_dlerror() {
  const char* text = dlerror();
  return text != nullptr ? text : "no reason given";
}

Result<fs::path> find(std::string_view name) {
  std::error_code error;
  if (name.find('/') != std::string_view::npos) {
    const fs::path path{name};
    if (fs::exists(path, error)) return path;
    return unexpected{fmt::format("there is no file {}", shown(name, 200))};
  }
  if (name.empty()) return unexpected{std::string{"a plug-in has no name"}};
  const std::string file = name.ends_with(".so") ? std::string{name} : fmt::format("{}.so", name);
  std::string places;
  for (const fs::path& folder : plugin_folders()) {
    const fs::path path = folder / file;
    if (fs::exists(path, error)) return path;
    places += fmt::format("{}{}", places.empty() ? "" : ", ", folder.string());
  }
  return unexpected{fmt::format("there is no plug-in {}: no {} in any of {}", shown(name), file, places)};
}

/// What is wrong with what the entry point returned; empty: nothing.
std::string flaw_of(const lparsim_vsp_behaviour* behaviour) {
  if (behaviour == nullptr) return fmt::format("{} returns NULL", kEntry);
  if (behaviour->major != LPARSIM_VSP_MAJOR || behaviour->minor > LPARSIM_VSP_MINOR) {
    return fmt::format("it was built for version {}.{} of the interface; this is {}.{}, which takes {}.0 to {}.{}", behaviour->major,
                       behaviour->minor, LPARSIM_VSP_MAJOR, LPARSIM_VSP_MINOR, LPARSIM_VSP_MAJOR, LPARSIM_VSP_MAJOR, LPARSIM_VSP_MINOR);
  }
  if (behaviour->size < sizeof(lparsim_vsp_behaviour)) {
    return fmt::format("its lparsim_vsp_behaviour says that it has {} bytes; one of version {}.{} has {}", behaviour->size,
                       behaviour->major, behaviour->minor, sizeof(lparsim_vsp_behaviour));
  }
  const std::pair<const char*, bool> wanted[] = {{"name", behaviour->name != nullptr},       {"create", behaviour->create != nullptr},
                                                 {"destroy", behaviour->destroy != nullptr}, {"started", behaviour->started != nullptr},
                                                 {"message", behaviour->message != nullptr}, {"timer", behaviour->timer != nullptr}};
  for (const auto& [field, there] : wanted) {
    if (!there) return fmt::format("`{}` of its lparsim_vsp_behaviour is NULL", field);
  }
  return {};
}

/// For trying a configuration: nothing happens, and what is logged is kept.
class Nowhere final : public Platform {
 public:
  std::int32_t send(std::span<const std::uint8_t>) override { return LPARSIM_VSP_OK; }
  void compute(SimTime) override {}
  std::int32_t read(std::uint64_t, std::uint32_t, std::span<std::uint8_t>) override { return LPARSIM_VSP_FAULT; }
  std::int32_t write(std::uint64_t, std::uint32_t, std::span<const std::uint8_t>) override { return LPARSIM_VSP_FAULT; }
  SimTime now() override { return {}; }
  void set_timer(std::uint64_t, SimTime) override {}
  std::uint64_t random() override { return 0; }
  void log(std::string_view text) override { logged += fmt::format("{}{}", logged.empty() ? "" : "; ", text); }

  std::string logged;
};

}  // namespace

std::vector<fs::path> plugin_folders() {
  std::vector<fs::path> folders;
  if (const char* listed = std::getenv("LPARSIM_VSP_PATH")) {
    std::string_view rest{listed};
    while (!rest.empty()) {
      const std::string_view folder = rest.substr(0, rest.find(':'));
      if (!folder.empty()) folders.emplace_back(folder);
      rest.remove_prefix(std::min(rest.size(), folder.size() + 1));
    }
  }
  std::error_code error;
  const fs::path program = fs::read_symlink("/proc/self/exe", error);
  if (error) return folders;
  const fs::path beside = program.parent_path();
  folders.push_back(beside / "vsp");
  for (fs::path above = beside; above.has_relative_path(); above = above.parent_path()) {
    if (fs::exists(above / "CMakeCache.txt", error)) folders.push_back(above / "vsp" / "examples");
  }
  folders.push_back(beside.parent_path() / "lib" / "lparsim" / "vsp");
  return folders;
}

Plugin::Plugin(fs::path path, void* handle, const lparsim_vsp_behaviour* behaviour)
    : path_{std::move(path)}, handle_{handle}, behaviour_{behaviour} {}

Plugin::~Plugin() {
  dlclose(handle_);
}

Result<std::shared_ptr<const Plugin>> Plugin::load(std::string_view name) {
  const Result<fs::path> path = find(name);
  if (!path) return unexpected{path.error()};
  // An absolute path, so that nothing else of that name is found.
  const std::string file = fs::absolute(*path).string();
  void* handle = dlopen(file.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (handle == nullptr) return unexpected{fmt::format("{} cannot be loaded as a shared object: {}", file, reason_of_dlerror())};
  const auto fail = [&](const std::string& flaw) {
    dlclose(handle);
    return unexpected{fmt::format("{} is no Virtual Service Partition's behaviour: {}", file, flaw)};
  };
  using Entry = const lparsim_vsp_behaviour* (*)();
  const auto entry = reinterpret_cast<Entry>(dlsym(handle, kEntry));
  if (entry == nullptr) return fail(fmt::format("it does not export {}", kEntry));
  const lparsim_vsp_behaviour* behaviour = entry();
  if (const std::string flaw = flaw_of(behaviour); !flaw.empty()) return fail(flaw);
  return std::shared_ptr<const Plugin>{new Plugin{file, handle, behaviour}};
}

std::unique_ptr<Behaviour> Plugin::create(Platform& platform, const std::string& configuration) const {
  auto made = std::make_unique<PluginBehaviour>(shared_from_this(), *behaviour_, platform, configuration);
  if (!made->usable()) return nullptr;
  return made;
}

Result<void> Plugin::check(const std::string& configuration) const {
  Nowhere nowhere;
  if (create(nowhere, configuration) != nullptr) return {};
  return unexpected{fmt::format("{} refuses its configuration{}{}", name(), nowhere.logged.empty() ? "" : ": ", nowhere.logged)};
}

BehaviourFactory Plugin::factory(std::string configuration) const {
  return [self = shared_from_this(), configuration = std::move(configuration)](Platform& platform) {
    return self->create(platform, configuration);
  };
}

}  // namespace lparsim::vsp
